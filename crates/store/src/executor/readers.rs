//! Threads that read.
//!
//! To SQLite a transaction that finds the database changed is dear: the connection forgets all pages that it holds, and
//! maps the file anew. Where many wait while somebody writes, jobs that had all been queued before a transaction began
//! may share it: whatever was acknowledged to those who asked was committed before, so each sees it.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::connection::TransactionManager;
use diesel::r2d2::{ConnectionManager, Pool, R2D2Connection};
use linedesk_ports::store::StoreError;
use tokio::sync::oneshot;

use super::held::{Held, tells_of_trouble};
use super::panic_message;
use super::queue::{Entry, Exit, WAITED, bounded};
use crate::fault::Fault;

/// Answers whether the connection is to be doubted.
type Job<C> = Box<dyn FnOnce(Result<&mut C, StoreError>) -> bool + Send>;

/// For how long jobs are added to a transaction; longer ones would keep SQLite's log from beginning anew.
const SHARED_FOR: Duration = Duration::from_millis(10);

/// Which jobs see the same state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Snapshots {
    /// Each job for itself, in a transaction only where it begins one.
    Apart,
    /// Every job runs in a transaction, those that waited together in the same one.
    Shared,
}

/// A few threads that run reading jobs, each on a connection of its own.
pub(crate) struct Readers<C: 'static> {
    entry: Option<Entry<Job<C>>>,
    exit: Exit<Job<C>>,
    threads: Vec<JoinHandle<()>>,
}

impl<C: R2D2Connection + Send + 'static> Readers<C> {
    /// Starts `threads` threads behind a queue of `limit` jobs, which are refused when they have waited for longer than
    /// `patience`. The pool must hold as many connections.
    pub(crate) fn start(
        pool: &Pool<ConnectionManager<C>>,
        threads: usize,
        limit: usize,
        patience: Duration,
        snapshots: Snapshots,
    ) -> io::Result<Self> {
        let (entry, exit) = bounded("read", "the read queue is full", limit);
        let start = |n| {
            let exit = exit.clone();
            let mut reader = Reader {
                held: Held::new(pool.clone()),
                patience,
            };
            std::thread::Builder::new()
                .name(format!("store-read-{n}"))
                .spawn(move || match snapshots {
                    Snapshots::Apart => reader.apart(&exit),
                    Snapshots::Shared => reader.shared(&exit),
                })
        };
        let threads = (1..=threads).map(start).collect::<io::Result<_>>()?;
        Ok(Self {
            entry: Some(entry),
            exit,
            threads,
        })
    }

    /// Runs a job on one of the threads.
    pub(crate) async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut C) -> Result<T, Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let queued: Job<C> = Box::new(move |connection| {
            // Whoever asked may have gone; then nobody needs the answer.
            if reply.is_closed() {
                return false;
            }
            let outcome =
                connection.and_then(|connection| job(connection).map_err(StoreError::from));
            let doubted = tells_of_trouble(&outcome);
            let _ = reply.send(outcome);
            doubted
        });
        self.entry
            .as_ref()
            .ok_or(StoreError::Unavailable("the database is being closed"))?
            .put(queued)?;
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::Refused("a reading job panicked".to_owned())))
    }

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.exit.waiting()
    }

    /// Tells, whenever it is asked, whether jobs wait.
    pub(crate) fn are_waiting(&self) -> impl Fn() -> bool + Send + use<C> {
        let exit = self.exit.clone();
        move || exit.waiting() > 0
    }
}

impl<C: 'static> Drop for Readers<C> {
    fn drop(&mut self) {
        self.entry = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// One thread.
struct Reader<C: R2D2Connection + 'static> {
    held: Held<C>,
    /// How long a job may wait for its turn.
    patience: Duration,
}

impl<C: R2D2Connection + Send + 'static> Reader<C> {
    fn apart(&mut self, exit: &Exit<Job<C>>) {
        while let Some((job, since)) = exit.take_waited() {
            if since.elapsed() > self.patience {
                job(Err(WAITED));
                continue;
            }
            match ran(job, self.held.get()) {
                Ran::Well => {}
                Ran::Doubtfully => self.held.doubt(),
                Ran::Panicked => self.held.let_go(),
            }
        }
    }

    fn shared(&mut self, exit: &Exit<Job<C>>) {
        let mut next = exit.take_waited();
        while let Some((first, since)) = next {
            next = if since.elapsed() > self.patience {
                first(Err(WAITED));
                None
            } else {
                self.together(first, exit)
            };
            if next.is_none() {
                next = exit.take_waited();
            }
        }
    }

    /// Runs a job in a transaction, and the next ones for as long as they may share it. Returns one that may not.
    fn together(&mut self, first: Job<C>, exit: &Exit<Job<C>>) -> Option<(Job<C>, Instant)> {
        let connection = match self.held.get() {
            Ok(connection) => connection,
            Err(error) => {
                first(Err(error));
                return None;
            }
        };
        // Before the transaction sees anything: who was queued until now may see what it sees.
        let began = Instant::now();
        if let Err(error) = C::TransactionManager::begin_transaction(connection) {
            first(Err(Fault::from(error).into()));
            self.held.let_go();
            return None;
        }
        let mut last = ran(first, Ok(connection));
        let mut next = None;
        while matches!(last, Ran::Well) && next.is_none() && began.elapsed() < SHARED_FOR {
            match exit.try_take_waited() {
                Some((job, since)) if since <= began => last = ran(job, Ok(connection)),
                Some(later) => next = Some(later),
                None => break,
            }
        }
        match last {
            Ran::Panicked => self.held.let_go(),
            Ran::Well | Ran::Doubtfully => {
                if ended::<C>(connection).is_err() {
                    self.held.let_go();
                } else if matches!(last, Ran::Doubtfully) {
                    self.held.doubt();
                }
            }
        }
        next
    }
}

/// Ends a transaction in which nothing was written.
fn ended<C: R2D2Connection>(connection: &mut C) -> QueryResult<()> {
    C::TransactionManager::rollback_transaction(connection)
}

/// How a job ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ran {
    Well,
    /// The connection may be gone.
    Doubtfully,
    Panicked,
}

fn ran<C>(job: Job<C>, connection: Result<&mut C, StoreError>) -> Ran {
    let ran = catch_unwind(AssertUnwindSafe(|| job(connection)));
    metrics::counter!("linedesk_store_jobs_total", "queue" => "read").increment(1);
    match ran {
        Ok(true) => Ran::Doubtfully,
        Ok(false) => Ran::Well,
        Err(panic) => {
            tracing::error!(panic = panic_message(&*panic), "a reading job panicked");
            Ran::Panicked
        }
    }
}

#[cfg(test)]
mod tests;
