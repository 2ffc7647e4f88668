//! The group commit: one thread that writes whatever waits in one transaction, and answers after its commit.
//!
//! The cost of a durable write is its fsync. Shared by all that wait, it costs each of them little; and since nobody
//! is answered before the commit, every answer stands after a power cut.
//!
//! Jobs that fail are rare, and a savepoint for each costs as much as a tenth of its work: SQLite copies every page that
//! is first changed within one. So all of them are written without; should one fail when it has written something, the
//! transaction is rolled back, and all are written again, each in a savepoint.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::Connection;
use diesel::r2d2::{ConnectionManager, Pool, PooledConnection, R2D2Connection};
use diesel::result::Error;
use linedesk_ports::store::StoreError;
use tokio::sync::oneshot;

use super::Conn;
use super::batch::Batch;
use super::checkpoint::{self, Signals};
use crate::executor::panic_message;
use crate::executor::queue::{Entry, Exit, bounded};
use crate::fault::{Fault, unavailable};

/// The most jobs that share a commit; more bring no gain.
const BATCH: usize = 256;
/// While others wait to read, how long after the last commit the next one may begin. Every commit makes every reader forget
/// the pages that it knows, so that many small ones cost them more than they cost the writer.
const PAUSE: Duration = Duration::from_millis(5);

/// The thread that writes.
pub(crate) struct Writer {
    entry: Option<Entry<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

/// Something to write.
trait Job: Send {
    /// Writes it. Once more where what it wrote was rolled back.
    fn run(&mut self, connection: &mut Conn, batch: &mut Batch) -> Result<(), Fault>;

    /// Nothing of it was written.
    fn fail(&mut self, error: StoreError);

    /// Answers: with its own outcome, or, where it would be success, with the failure of the commit.
    fn answer(self: Box<Self>, commit: &Result<(), StoreError>);
}

struct Writing<T, F> {
    work: F,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Writing<T, F>
where
    T: Send,
    F: FnMut(&mut Conn, &mut Batch) -> Result<T, Fault> + Send,
{
    fn run(&mut self, connection: &mut Conn, batch: &mut Batch) -> Result<(), Fault> {
        self.outcome = Some(Ok((self.work)(connection, batch)?));
        Ok(())
    }

    fn fail(&mut self, error: StoreError) {
        self.outcome = Some(Err(error));
    }

    fn answer(self: Box<Self>, commit: &Result<(), StoreError>) {
        let outcome = match (self.outcome, commit) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(error)) => Err(error.clone()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Refused("a job did not run".to_owned())),
        };
        // Whoever asked may have gone; what was written stays written.
        let _ = self.reply.send(outcome);
    }
}

impl Writer {
    /// Starts the thread, behind a queue of `limit` jobs. It tells `signals` of what it committed, and listens to them.
    /// `are_reads_waiting`: whether its commits disturb anybody.
    pub(crate) fn start(
        pool: Pool<ConnectionManager<Conn>>,
        limit: usize,
        signals: Arc<Signals>,
        are_reads_waiting: impl Fn() -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let (entry, exit) = bounded("write", "the write queue is full", limit);
        let thread = std::thread::Builder::new()
            .name("store-write".to_owned())
            .spawn(move || run(&pool, &exit, &signals, are_reads_waiting))?;
        Ok(Self {
            entry: Some(entry),
            thread: Some(thread),
        })
    }

    /// Writes, and answers once it is durable. The job is the thread's from here on: it is done even where nobody
    /// waits for the answer any more.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut Conn, &mut Batch) -> Result<T, Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Writing {
            work,
            outcome: None,
            reply,
        };
        self.entry
            .as_ref()
            .ok_or(StoreError::Unavailable("the database is being closed"))?
            .put(Box::new(job))?;
        answer.await.unwrap_or(Err(StoreError::Unknown))
    }

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.entry.as_ref().map_or(0, Entry::waiting)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // What waits is still written.
        self.entry = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(
    pool: &Pool<ConnectionManager<Conn>>,
    exit: &Exit<Box<dyn Job>>,
    signals: &Signals,
    are_reads_waiting: impl Fn() -> bool,
) {
    let mut held = None;
    let mut committed = Instant::now();
    while let Some(first) = exit.take() {
        let pause = PAUSE.saturating_sub(committed.elapsed());
        if !pause.is_zero() && are_reads_waiting() {
            std::thread::sleep(pause);
        }
        let mut jobs = vec![first];
        while jobs.len() < BATCH {
            match exit.try_take() {
                Some(job) => jobs.push(job),
                None => break,
            }
        }
        record(jobs.len());
        let commit = commit_on(&mut held, pool, signals, &mut jobs);
        for job in jobs {
            job.answer(&commit);
        }
        signals.tell_of_commit();
        committed = Instant::now();
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a batch has at most a few hundred jobs"
)]
fn record(jobs: usize) {
    metrics::histogram!("linedesk_store_batch_jobs").record(jobs as f64);
    metrics::counter!("linedesk_store_jobs_total", "queue" => "write").increment(jobs as u64);
}

fn commit_on(
    held: &mut Option<PooledConnection<ConnectionManager<Conn>>>,
    pool: &Pool<ConnectionManager<Conn>>,
    signals: &Signals,
    jobs: &mut [Box<dyn Job>],
) -> Result<(), StoreError> {
    if held.is_none() {
        *held = pool
            .get()
            .inspect_err(|error| tracing::error!(%error, "no connection for writing"))
            .ok();
    }
    let connection = held
        .as_mut()
        .ok_or(StoreError::Unavailable("no connection to the database"))?;
    if signals.take_restart() {
        checkpoint::restart(connection);
    }
    let commit = commit(connection, jobs);
    if commit.is_err() || connection.is_broken() {
        // Given back, it is closed if it is broken, and another one is opened.
        *held = None;
    }
    commit
}

/// Writes all jobs in one transaction.
fn commit(connection: &mut Conn, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let mut is_written = false;
    let mut outcome = written(connection, jobs, &mut is_written, together);
    if matches!(outcome, Err(Broken::Again)) {
        outcome = written(connection, jobs, &mut is_written, apart);
    }
    outcome.map_err(|broken| {
        let fault = match broken {
            Broken::Fault(fault) => fault,
            Broken::Again => StoreError::Refused("a job failed in two ways".to_owned()).into(),
        };
        tracing::error!(?fault, jobs = jobs.len(), "a batch was not committed");
        if is_written {
            failed_commit(&fault)
        } else {
            fault.into()
        }
    })
}

/// Why a transaction was rolled back.
enum Broken {
    /// A job failed when it had written something.
    Again,
    Fault(Fault),
}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Fault(error.into())
    }
}

type Way = fn(&mut Conn, &mut Batch, &mut dyn Job) -> Result<(), Broken>;

/// Writes all jobs in one transaction, each in one way.
fn written(
    connection: &mut Conn,
    jobs: &mut [Box<dyn Job>],
    is_written: &mut bool,
    way: Way,
) -> Result<(), Broken> {
    // Kept beside the transaction: SQLite ends some of them by itself, where the disk is full, say, and then Diesel answers
    // that there was nothing to roll back.
    let mut cause = None;
    let outcome = connection.immediate_transaction(|connection| {
        let done = all_of(connection, jobs, way).map_err(|broken| {
            cause = Some(broken);
            Error::RollbackTransaction
        });
        *is_written = done.is_ok();
        done
    });
    outcome.map_err(|error| cause.unwrap_or_else(|| error.into()))
}

fn all_of(connection: &mut Conn, jobs: &mut [Box<dyn Job>], way: Way) -> Result<(), Broken> {
    let mut batch = Batch::default();
    for job in jobs.iter_mut() {
        way(connection, &mut batch, job.as_mut())?;
    }
    Ok(batch.flush(connection)?)
}

/// Without a savepoint: what fails must not have written anything.
fn together(connection: &mut Conn, batch: &mut Batch, job: &mut dyn Job) -> Result<(), Broken> {
    match guarded(job, connection, batch) {
        Ok(()) => batch.keep(),
        Err(Fault::Store(error)) if !batch.has_written() => {
            batch.drop_open();
            job.fail(error);
        }
        Err(fault) if is_of_all(&fault) => return Err(Broken::Fault(fault)),
        Err(_) => return Err(Broken::Again),
    }
    Ok(())
}

/// In a savepoint of its own. Where that cannot be rolled back, SQLite has ended the transaction: what the jobs before wrote
/// is gone, and what those behind would write would be committed by itself.
fn apart(connection: &mut Conn, batch: &mut Batch, job: &mut dyn Job) -> Result<(), Broken> {
    let mut cause = None;
    let outcome = connection.transaction(|connection| {
        guarded(job, connection, batch).map_err(|fault| {
            cause = Some(fault);
            Error::RollbackTransaction
        })
    });
    match (outcome, cause) {
        (Ok(()), _) => batch.keep(),
        (Err(Error::RollbackTransaction), Some(fault)) if !is_of_all(&fault) => {
            batch.drop_open();
            job.fail(fault.into());
        }
        (Err(error), cause) => {
            return Err(Broken::Fault(cause.unwrap_or_else(|| error.into())));
        }
    }
    Ok(())
}

/// Whether it is the trouble of the database and not of the job that met it: all of the batch fails then, since SQLite may
/// have ended the transaction, and the others would meet it as well.
fn is_of_all(fault: &Fault) -> bool {
    match fault {
        Fault::Store(_) => false,
        Fault::Database(Error::DatabaseError(_, info)) => unavailable(info.message()).is_some(),
        Fault::Database(error) => matches!(
            error,
            Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. }
        ),
    }
}

/// A panicking job fails like any other: what it wrote is rolled back and the thread goes on.
fn guarded(job: &mut dyn Job, connection: &mut Conn, batch: &mut Batch) -> Result<(), Fault> {
    catch_unwind(AssertUnwindSafe(|| job.run(connection, batch))).unwrap_or_else(|panic| {
        let message = panic_message(&*panic);
        tracing::error!(panic = message, "a writing job panicked");
        Err(StoreError::Refused(format!("a writing job panicked: {message}")).into())
    })
}

/// A commit that failed before it reached the disk wrote nothing; of any other nobody knows.
fn failed_commit(fault: &Fault) -> StoreError {
    let message = match fault {
        Fault::Database(Error::DatabaseError(_, info)) => info.message().to_owned(),
        Fault::Database(error) => error.to_string(),
        Fault::Store(error) => error.to_string(),
    };
    match unavailable(&message) {
        Some(what) if !message.contains("I/O") => StoreError::Unavailable(what),
        _ => StoreError::Unknown,
    }
}

#[cfg(test)]
mod tests;
