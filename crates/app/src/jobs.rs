//! Long work that people asked for, whatever its kind: how it is asked for, taken, and given up.

use std::time::Duration;

use linedesk_domain::ids::JobId;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::jobs::{Job, JobClaim, JobKind, JobOutcome, JobState, NewJob, Progress};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use crate::{App, Caller, Error};

/// How many of a kind may wait and run at a time.
pub const UNFINISHED_MAX: u64 = 8;
/// How long a job is held without a word: how late the successor of a dead server is.
pub(crate) const LEASE: Duration = Duration::from_secs(10);
/// How often it is begun before it is given up: a job that ends servers must not end them all.
const ATTEMPTS_MAX: i64 = 5;

/// What became of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// There was nothing to do.
    Idle,
    /// A job came to its end, after so many tickets.
    Ended(u64),
    /// A job was cancelled, or taken by another server.
    Lost,
    /// It was given back, since this server stops.
    GivenBack,
}

/// Puts a job into the queue, with what else is written for it.
///
/// # Errors
/// [`Error::Conflict`] where too many wait already; [`Error::Store`].
pub(crate) async fn ask_for(
    app: &App,
    caller: &Caller,
    kind: JobKind,
    input: String,
    beside: impl FnOnce(JobId) -> Vec<Write>,
) -> Result<Job, Error> {
    if app.jobs.unfinished(kind).await? >= UNFINISHED_MAX {
        return Err(too_many(kind));
    }
    let now = app.clock.now();
    let new = NewJob {
        id: JobId(app.ids.next(now)),
        kind,
        input,
        created_by: caller.id(),
        created_at: now,
    };
    let mut writes = vec![Write::NewJob(new.clone())];
    writes.extend(beside(new.id));
    let changes = Changes {
        writes,
        mark: caller.mark.clone(),
    };
    app.commit.commit(changes).await?;
    Ok(queued(new))
}

fn too_many(kind: JobKind) -> Error {
    let (what, code) = match kind {
        JobKind::SlaSimulation => ("simulations", "too_many_simulations"),
        JobKind::Bulk => ("bulk jobs", "too_many_bulk_jobs"),
    };
    Error::Conflict {
        detail: format!(
            "{UNFINISHED_MAX} {what} are waiting or running; wait for one, or cancel one"
        ),
        code,
    }
}

/// A job that has just been put into the queue.
fn queued(new: NewJob) -> Job {
    Job {
        new,
        state: JobState::Queued,
        progress: Progress::default(),
        rows: 0,
        failed: 0,
        attempts: 0,
        started_at: None,
        finished_at: None,
        result: None,
        error: None,
    }
}

/// Takes a job of that kind, if one waits, and does it. `holder` is this server's alone.
///
/// # Errors
/// [`Error::Store`] where the database cannot be used: the job is taken again, here or elsewhere, once its hold ends.
pub(crate) async fn take_turn(
    app: &App,
    kind: JobKind,
    holder: Uuid,
    work: impl AsyncFnOnce(Job, JobClaim) -> Result<Turn, Error>,
) -> Result<Turn, Error> {
    let now = app.clock.now();
    let Some(job) = app.jobs.take(kind, holder, LEASE, now).await? else {
        return Ok(Turn::Idle);
    };
    let claim = JobClaim {
        id: job.new.id,
        holder,
        attempt: job.attempts,
    };
    if job.attempts > ATTEMPTS_MAX {
        let why = "it was begun too often without coming to its end";
        return fail(app, claim, why).await;
    }
    match work(job, claim).await {
        Err(Error::Store(error @ (StoreError::Corrupt { .. } | StoreError::Refused(_)))) => {
            // It would go the same way again.
            tracing::error!(%error, job = %claim.id, ?kind, "a job failed");
            let why = "something stored cannot be read; the log says more";
            fail(app, claim, why).await
        }
        done => done,
    }
}

/// Ends a job that cannot be done.
pub(crate) async fn fail(app: &App, claim: JobClaim, why: &str) -> Result<Turn, Error> {
    let outcome = JobOutcome::Failed(why.to_owned());
    app.jobs.finish(claim, outcome, app.clock.now()).await?;
    Ok(Turn::Ended(0))
}

/// Something that a job keeps cannot be read.
pub(crate) fn corrupt(table: &'static str, id: JobId, what: impl std::fmt::Display) -> Error {
    Error::Store(StoreError::Corrupt {
        table,
        row: id.to_string(),
        what: what.to_string(),
    })
}
