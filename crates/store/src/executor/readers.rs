//! Threads that read.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::r2d2::{ConnectionManager, Pool, R2D2Connection};
use linedesk_ports::store::StoreError;
use tokio::sync::oneshot;

use super::held::{Held, tells_of_trouble};
use super::panic_message;
use super::queue::{Entry, Exit, WAITED, bounded};
use crate::fault::Fault;

/// Answers whether the connection is to be doubted.
type Job<C> = Box<dyn FnOnce(Result<&mut C, StoreError>) -> bool + Send>;

/// A few threads that run reading jobs, each on a connection of its own.
pub(crate) struct Readers<C: 'static> {
    entry: Option<Entry<Job<C>>>,
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
    ) -> io::Result<Self> {
        let (entry, exit) = bounded("read", "the read queue is full", limit);
        let start = |n| {
            let (pool, exit) = (pool.clone(), exit.clone());
            std::thread::Builder::new()
                .name(format!("store-read-{n}"))
                .spawn(move || run(&pool, &exit, patience))
        };
        Ok(Self {
            entry: Some(entry),
            threads: (1..=threads).map(start).collect::<io::Result<_>>()?,
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
        self.entry.as_ref().map_or(0, Entry::waiting)
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

fn run<C: R2D2Connection + Send + 'static>(
    pool: &Pool<ConnectionManager<C>>,
    exit: &Exit<Job<C>>,
    patience: Duration,
) {
    let mut held = Held::new(pool.clone());
    while let Some((job, waited)) = exit.take_waited() {
        let connection = if waited > patience {
            Err(WAITED)
        } else {
            held.get()
        };
        let ran = catch_unwind(AssertUnwindSafe(|| job(connection)));
        metrics::counter!("linedesk_store_jobs_total", "queue" => "read").increment(1);
        match &ran {
            Ok(true) => held.doubt(),
            Ok(false) => {}
            Err(panic) => {
                tracing::error!(panic = panic_message(&**panic), "a reading job panicked");
                held.let_go();
            }
        }
    }
}
