//! Threads that write: each takes what waits, and commits it together.
//!
//! A commit costs a wait for the disk and a dozen round trips, however much it holds: so the more wait, the more share
//! one. Where one of them spoils it, they are written one by one, and only the one fails.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::Connection;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::result::{DatabaseErrorKind, Error};
use linedesk_ports::changes::{Changes, Committed};
use linedesk_ports::store::StoreError;
use tokio::sync::oneshot;

use super::Conn;
use super::apply::{self, Outcomes};
use super::numbers::Counter;
use super::open::PostgresOptions;
use crate::executor::held::{Held, tells_of_trouble};
use crate::executor::panic_message;
use crate::executor::queue::{Entry, Exit, WAITED, bounded};
use crate::fault::{Fault, MET_HALFWAY};

/// The most use cases that share a commit; more bring no gain.
const BATCH: usize = 64;
/// So many share one even where other threads could take some of them: a round trip costs as much as a few of them.
const FEW: usize = 8;
/// A commit that writes so much takes no further use case: others go on beside it.
const FULL: usize = 512;
/// How often a use case is written anew that met another one halfway.
const ATTEMPTS: u32 = 4;

type Reply = oneshot::Sender<Result<Committed, StoreError>>;
/// Answers whether the connection is to be doubted.
type Task = Box<dyn FnOnce(Result<&mut Conn, StoreError>) -> bool + Send>;

enum Job {
    /// A use case's changes.
    Commit(Box<Changes>, Reply),
    /// Something else, in a transaction of its own.
    Run(Task),
}

impl Job {
    /// Tells whoever waits that nothing was written.
    fn refuse(self) {
        match self {
            Self::Commit(_, reply) => drop(reply.send(Err(WAITED))),
            Self::Run(task) => {
                let _doubted = task(Err(WAITED));
            }
        }
    }
}

/// The threads that write.
pub(crate) struct Writers {
    entry: Option<Entry<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Writers {
    /// Starts the threads behind their queue. The pool must hold as many connections.
    pub(crate) fn start(
        pool: &Pool<ConnectionManager<Conn>>,
        counter: &Counter,
        options: &PostgresOptions,
    ) -> io::Result<Self> {
        let limit = options.write_queue;
        let (entry, exit) = bounded("write", "the write queue is full", limit);
        let (patience, threads) = (options.queue_wait, options.writers.max(1));
        let start = |n| {
            let mut writer = Writer {
                held: Held::new(pool.clone()),
                counter: counter.clone(),
                patience,
                threads,
            };
            let exit = exit.clone();
            std::thread::Builder::new()
                .name(format!("store-write-{n}"))
                .spawn(move || writer.run(&exit))
        };
        Ok(Self {
            entry: Some(entry),
            threads: (1..=options.writers.max(1))
                .map(start)
                .collect::<io::Result<_>>()?,
        })
    }

    /// Commits a use case's changes, and answers once they are durable. They are the thread's from here on: they are
    /// written even where nobody waits for the answer any more.
    pub(crate) async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.put(Job::Commit(Box::new(changes), reply))?;
        answer.await.unwrap_or(Err(StoreError::Unknown))
    }

    /// Runs something else in a transaction of its own.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.put(Job::Run(Box::new(move |connection| {
            let outcome = connection.and_then(|connection| transaction(connection, work));
            let doubted = tells_of_trouble(&outcome);
            let _ = reply.send(outcome);
            doubted
        })))?;
        answer.await.unwrap_or(Err(StoreError::Unknown))
    }

    fn put(&self, job: Job) -> Result<(), StoreError> {
        self.entry
            .as_ref()
            .ok_or(StoreError::Unavailable("the database is being closed"))?
            .put(job)
    }

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.entry.as_ref().map_or(0, Entry::waiting)
    }
}

impl Drop for Writers {
    fn drop(&mut self) {
        // What waits is still written.
        self.entry = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// One thread.
struct Writer {
    held: Held<Conn>,
    counter: Counter,
    /// How long a job may wait for its turn.
    patience: Duration,
    /// How many threads there are.
    threads: usize,
}

impl Writer {
    fn run(&mut self, exit: &Exit<Job>) {
        let mut next = exit.take_waited();
        while let Some((job, since)) = next.take() {
            match job {
                job if since.elapsed() > self.patience => job.refuse(),
                Job::Run(task) => {
                    record(1);
                    self.guarded(|writer| {
                        if task(writer.held.get()) {
                            writer.held.doubt();
                        }
                    });
                }
                Job::Commit(changes, reply) => {
                    let mut weight = changes.writes.len();
                    let mut batch = vec![(*changes, reply)];
                    // A fair share of what waits, so that all threads have something to do.
                    let share = (exit.waiting() / self.threads).clamp(FEW, BATCH);
                    while batch.len() < share && weight < FULL && next.is_none() {
                        match exit.try_take_waited() {
                            Some((Job::Commit(changes, reply), _)) => {
                                weight += changes.writes.len();
                                batch.push((*changes, reply));
                            }
                            Some(other) => next = Some(other),
                            None => break,
                        }
                    }
                    record(batch.len());
                    self.guarded(|writer| writer.commit(batch));
                }
            }
            if next.is_none() {
                next = exit.take_waited();
            }
        }
    }

    /// A panic ends a job, not the thread. Whoever waits for the answer is told that nobody knows it.
    fn guarded(&mut self, work: impl FnOnce(&mut Self)) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(self))) {
            tracing::error!(panic = panic_message(&*panic), "a writing job panicked");
            self.held.let_go();
        }
    }

    fn commit(&mut self, batch: Vec<(Changes, Reply)>) {
        let (changes, replies): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        let outcomes = if changes.len() > 1 {
            match self.together(changes.clone()) {
                Ok(outcomes) => outcomes,
                Err(error) if is_of_one(&error) => {
                    changes.iter().map(|one| self.alone(one)).collect()
                }
                Err(error) => vec![Err(error); changes.len()],
            }
        } else {
            changes.iter().map(|one| self.alone(one)).collect()
        };
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            // Whoever asked may have gone; what was written stays written.
            let _ = reply.send(outcome);
        }
    }

    fn alone(&mut self, changes: &Changes) -> Result<Committed, StoreError> {
        let mut attempt = 1;
        loop {
            let outcome = self.together(vec![changes.clone()]);
            match outcome {
                Err(StoreError::Unavailable(MET_HALFWAY)) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
                Ok(mut outcomes) => {
                    return outcomes.pop().unwrap_or(Err(StoreError::Unknown));
                }
            }
        }
    }

    fn together(&mut self, changes: Vec<Changes>) -> Result<Outcomes, StoreError> {
        let counter = self.counter.clone();
        let connection = self.held.get()?;
        let outcome = transaction(connection, |connection| {
            apply::together(connection, &counter, changes)
        });
        if tells_of_trouble(&outcome) {
            self.held.doubt();
        }
        outcome
    }
}

/// Whether it may be the fault of one use case among many.
fn is_of_one(error: &StoreError) -> bool {
    match error {
        StoreError::Stale
        | StoreError::Duplicate(_)
        | StoreError::Dangling
        | StoreError::Corrupt { .. }
        | StoreError::Refused(_) => true,
        StoreError::Unavailable(what) => *what == MET_HALFWAY,
        StoreError::Unknown => false,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a batch has at most a few dozen jobs"
)]
fn record(jobs: usize) {
    metrics::histogram!("linedesk_store_batch_jobs").record(jobs as f64);
    metrics::counter!("linedesk_store_jobs_total", "queue" => "write").increment(jobs as u64);
}

/// Runs work in a transaction. Where the connection breaks while it is being committed, nobody knows the outcome.
fn transaction<T>(
    connection: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> Result<T, StoreError> {
    let mut is_written = false;
    let outcome = connection.transaction(|connection| {
        let done = work(connection)?;
        is_written = true;
        Ok(done)
    });
    outcome.map_err(|fault: Fault| {
        if is_written && !is_refusal(&fault) {
            tracing::error!(?fault, "the outcome of a commit is unknown");
            return StoreError::Unknown;
        }
        StoreError::from(fault)
    })
}

/// Whether the database itself said no, and so wrote nothing: not where it went away meanwhile.
fn is_refusal(fault: &Fault) -> bool {
    match fault {
        Fault::Store(_) => true,
        Fault::Database(Error::DatabaseError(kind, info)) => {
            !matches!(
                kind,
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand
            ) && !info.message().contains("connection")
        }
        Fault::Database(_) => false,
    }
}
