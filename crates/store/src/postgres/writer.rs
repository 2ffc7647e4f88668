//! Threads that write: each takes what waits, and commits it together.
//!
//! A commit costs a wait for the disk and a dozen round trips, however much it holds: so the more wait, the more share
//! one. Where one of them spoils it, they are written one by one, and only the one fails.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

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
use super::waiting::{Committing, Patience, Turn};
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
/// How often it is looked whether the threads have ended, once they are to.
const LOOK_EVERY: Duration = Duration::from_millis(2);

type Reply = oneshot::Sender<Result<Committed, StoreError>>;
type Answer<T> = oneshot::Receiver<Result<T, StoreError>>;
/// Answers whether the connection is to be doubted.
type Task = Box<dyn FnOnce(Result<&mut Conn, StoreError>, &Committing) -> bool + Send>;

/// A job, until it is begun with or nobody waits for it any more.
struct Queued {
    turn: Turn,
    job: Job,
}

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
                let _doubted = task(Err(WAITED), &Committing::default());
            }
        }
    }
}

/// The threads that write.
pub(crate) struct Writers {
    entry: Option<Entry<Queued>>,
    threads: Vec<JoinHandle<()>>,
    /// What each thread is about.
    commits: Vec<Committing>,
    patience: Patience,
    commit_wait: Duration,
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
        let threads = options.writers.max(1);
        let commits: Vec<_> = (0..threads).map(|_| Committing::default()).collect();
        let start = |(n, committing): (usize, &Committing)| {
            let mut writer = Writer {
                held: Held::new(pool.clone()),
                counter: counter.clone(),
                patience: options.queue_wait,
                threads,
                committing: committing.clone(),
            };
            let exit = exit.clone();
            std::thread::Builder::new()
                .name(format!("store-write-{n}"))
                .spawn(move || writer.run(&exit))
        };
        Ok(Self {
            entry: Some(entry),
            threads: (1..).zip(&commits).map(start).collect::<io::Result<_>>()?,
            commits,
            patience: Patience {
                turn: options.queue_wait,
                work: options.statement_timeout + options.commit_wait,
            },
            commit_wait: options.commit_wait,
        })
    }

    /// Commits a use case's changes, and answers once they are durable. They are the thread's from here on: they are
    /// written even where nobody waits for the answer any more.
    pub(crate) async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        let (reply, answer) = oneshot::channel();
        let turn = self.put(Job::Commit(Box::new(changes), reply))?;
        self.patience.answer(answer, &turn).await
    }

    /// Runs something else in a transaction of its own.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        let (turn, answer) = self.put_task(work)?;
        self.patience.answer(answer, &turn).await
    }

    /// The same for what takes as long as it takes.
    pub(crate) async fn run_unbounded<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        let (_turn, answer) = self.put_task(work)?;
        answer.await.unwrap_or(Err(StoreError::Unknown))
    }

    fn put_task<T, F>(&self, work: F) -> Result<(Turn, Answer<T>), StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let turn = self.put(Job::Run(Box::new(move |connection, committing| {
            let outcome =
                connection.and_then(|connection| transaction(connection, committing, work));
            let doubted = tells_of_trouble(&outcome);
            let _ = reply.send(outcome);
            doubted
        })))?;
        Ok((turn, answer))
    }

    fn put(&self, job: Job) -> Result<Turn, StoreError> {
        let turn = Turn::default();
        let queued = Queued {
            turn: turn.clone(),
            job,
        };
        self.entry
            .as_ref()
            .ok_or(StoreError::Unavailable("the database is being closed"))?
            .put(queued)?;
        Ok(turn)
    }

    /// Whether a commit takes longer than any should.
    pub(crate) fn is_stuck(&self) -> bool {
        let mut lasting = self.commits.iter().filter_map(Committing::lasts);
        lasting.any(|lasts| lasts > self.commit_wait)
    }

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.entry.as_ref().map_or(0, Entry::waiting)
    }
}

impl Drop for Writers {
    fn drop(&mut self) {
        // What waits is still written, as long as anything is.
        self.entry = None;
        let until = Instant::now() + self.patience.work;
        while self.threads.iter().any(|thread| !thread.is_finished()) && Instant::now() < until {
            std::thread::sleep(LOOK_EVERY);
        }
        let left = self.threads.iter().filter(|thread| !thread.is_finished());
        let left = left.count();
        if left > 0 {
            tracing::error!(
                threads = left,
                "commits do not come to their end; they are left to the database"
            );
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
    committing: Committing,
}

impl Writer {
    fn run(&mut self, exit: &Exit<Queued>) {
        let mut next = exit.take_waited();
        while let Some((queued, since)) = next.take() {
            match queued.job {
                // Whoever asked was told that nothing of it was written.
                _ if !queued.turn.take() => {}
                job if since.elapsed() > self.patience => job.refuse(),
                Job::Run(task) => {
                    record(1);
                    self.guarded(|writer| {
                        if task(writer.held.get(), &writer.committing) {
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
                            Some((Queued { turn, job }, since)) => match job {
                                Job::Commit(changes, reply) if turn.take() => {
                                    weight += changes.writes.len();
                                    batch.push((*changes, reply));
                                }
                                Job::Commit(..) => {}
                                job @ Job::Run(_) => next = Some((Queued { turn, job }, since)),
                            },
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
        let outcome = transaction(connection, &self.committing, |connection| {
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
    committing: &Committing,
    work: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> Result<T, StoreError> {
    let mut is_written = false;
    let outcome = connection.transaction(|connection| {
        let done = work(connection)?;
        is_written = true;
        committing.begins();
        Ok(done)
    });
    committing.ends();
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
