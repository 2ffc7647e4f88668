//! bcrypt on threads of its own.
//!
//! One check takes some 60 ms of a core at cost 10. On the request threads a flood of sign-ins would stop everything else;
//! on a quarter of the cores, behind a queue that says no when it is full, it only stops other sign-ins.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use linedesk_ports::secrets::{PasswordError, Passwords};
use thiserror::Error;
use tokio::sync::oneshot;

/// bcrypt looks no further than this many bytes.
const MAX_PASSWORD_BYTES: usize = 72;
/// How many may wait for each thread: some 4 s of work at the usual cost. More than [`LONGEST_WAIT`] has time for, since
/// whoever is refused at once asks again at once, and costs more than whoever waits.
const PLACES_PER_THREAD: usize = 64;
/// Whoever waits longer than this for a thread is told to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

type Job = Box<dyn FnOnce() + Send>;

/// bcrypt behind a bounded queue. Dropping it ends its threads after the check each is at.
pub struct BcryptPasswords {
    cost: u32,
    no_account: Arc<str>,
    queue: flume::Sender<Job>,
}

/// Why the threads were not started.
#[derive(Debug, Error)]
pub enum StartError {
    /// bcrypt takes costs from 4 to 31 (each step doubles the time).
    #[error("a bcrypt cost of {cost} is outside 4 to 31")]
    Cost {
        /// The cost asked for.
        cost: u32,
    },
    /// The system gave no thread.
    #[error("cannot start a thread for checking passwords")]
    Thread(#[source] std::io::Error),
}

impl BcryptPasswords {
    /// As many threads as leave three quarters of the cores to everything else; at least one.
    pub fn usual_threads() -> usize {
        thread::available_parallelism().map_or(1, |cores| usize::max(1, cores.get() / 4))
    }

    /// Starts `threads` threads (at least one) that hash at `cost`. Hashes of another cost are still understood.
    pub fn start(cost: u32, threads: usize) -> Result<Self, StartError> {
        if !(4..=31).contains(&cost) {
            return Err(StartError::Cost { cost });
        }
        let threads = NonZero::new(threads).map_or(1, NonZero::get);
        let (queue, jobs) = flume::bounded::<Job>(PLACES_PER_THREAD * threads);
        for number in 1..=threads {
            let jobs = jobs.clone();
            thread::Builder::new()
                .name(format!("bcrypt-{number}"))
                .spawn(move || jobs.iter().for_each(|job| job()))
                .map_err(StartError::Thread)?;
        }
        Ok(Self {
            cost,
            no_account: no_account(cost),
            queue,
        })
    }

    /// The answer of `work`, done on one of the threads.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let (reply, mut answer) = oneshot::channel();
        let started = Arc::new(AtomicBool::new(false));
        let job: Job = Box::new({
            let started = Arc::clone(&started);
            move || {
                // Nobody waits for it any more: the client has gone, or was told to come back.
                if reply.is_closed() {
                    return;
                }
                started.store(true, Ordering::Release);
                // The client may have gone meanwhile, which is no concern of this thread.
                drop(reply.send(work()));
            }
        });
        self.queue.try_send(job).map_err(busy)?;

        match tokio::time::timeout(LONGEST_WAIT, &mut answer).await {
            Ok(answer) => answer.map_err(busy),
            // Only the waiting is limited: at a high cost the work itself may take this long.
            Err(_) if started.load(Ordering::Acquire) => answer.await.map_err(busy),
            Err(_) => Err(PasswordError::Busy),
        }
    }
}

#[async_trait]
impl Passwords for BcryptPasswords {
    async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let password = not_too_long(password)?;
        let cost = self.cost;
        // bcrypt fails on a wrong cost, which `start` refused, and when the system has no randomness to give.
        self.run(move || bcrypt::hash(password, cost))
            .await?
            .map_err(busy)
    }

    async fn verify<'a>(
        &self,
        password: &str,
        hash: Option<&'a str>,
    ) -> Result<bool, PasswordError> {
        let password = not_too_long(password)?;
        let hash = hash.map(str::to_owned);
        let no_account = Arc::clone(&self.no_account);
        self.run(move || {
            if let Some(Ok(matches)) = hash.map(|hash| bcrypt::verify(&password, &hash)) {
                return matches;
            }
            // No account, or one whose hash is unreadable: take as long, and say no whatever comes out.
            drop(bcrypt::verify(&password, &no_account));
            false
        })
        .await
    }
}

fn not_too_long(password: &str) -> Result<String, PasswordError> {
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(PasswordError::TooLong);
    }
    Ok(password.to_owned())
}

/// A well-formed hash that no known password makes; checking against it takes as long as against a real one.
fn no_account(cost: u32) -> Arc<str> {
    // 22 characters of salt and 31 of hash, all zero bits.
    format!("$2b${cost:02}${:.<53}", "").into()
}

fn busy<E>(_: E) -> PasswordError {
    PasswordError::Busy
}

#[cfg(test)]
mod tests;
