//! The same action on very many tickets, as long work: asked for, done by one of the servers ([`super::run`]), watched and
//! cancelled.
//!
//! # Which tickets
//! Those that are found when it is asked for. They are kept with the job, in the same transaction, so that none is lost or won
//! because the action itself, or anybody else, changes what the filter looks at.
//!
//! # Once for each ticket
//! What became of a ticket is a row of the job, and the row of a ticket that is changed is written *in the transaction of the
//! change*: [`crate::Caller::outcome`] carries it there. There is room for one row for each ticket only. So whatever happens
//! (a server that is killed, one that was silent for so long that another one took the job over and then goes on, a commit whose
//! outcome nobody knows), a ticket that is tried a second time is refused as a whole by the database, and no comment is there
//! twice. A refusal changes nothing and is written when the job says how far it has come; a row that is there already stays as it
//! is. A successor begins after the last ticket that was told of, which is at most a few dozen before the first one that nobody
//! tried.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{JobId, UserId};
use linedesk_ports::changes::Write;
use linedesk_ports::directory::DirectoryPage;
use linedesk_ports::jobs::{Job, JobKind, JobState, Outcomes, Progress};

use super::stored::{Plan, read_outcome, read_plan, write_plan};
use super::{BulkAction, BulkCommand, BulkOutcome, Limits, which};
use crate::{App, Caller, Error, jobs};

pub(super) const KIND: JobKind = JobKind::Bulk;
/// The most tickets that one job may act on.
pub const MAX_TICKETS: usize = 100_000;
/// The most that may be named one by one: as many as a body of 1 MiB has room for.
pub const MAX_IDS: usize = 25_000;

/// A bulk job, whatever became of it.
#[derive(Debug, Clone)]
pub struct BulkJob {
    /// The work.
    pub job: Job,
    /// What is done to each ticket.
    pub action: BulkAction,
}

/// Asks for the same action on many tickets.
///
/// # Errors
/// [`Error::Forbidden`] below lead; [`Error::Invalid`] for too many tickets and for a filter without conditions;
/// [`Error::Conflict`] `too_many_bulk_jobs`; [`Error::Store`].
pub async fn ask_bulk(app: &App, caller: &Caller, command: BulkCommand) -> Result<BulkJob, Error> {
    caller.may(Operation::Bulk)?;
    let limits = Limits {
        ids: MAX_IDS,
        matches: MAX_TICKETS,
        hint: "",
    };
    let tickets = which(app, caller, command.which, &limits).await?;
    let plan = Plan {
        action: command.action,
        permissions: caller.permissions.clone(),
    };
    let total = i64::try_from(tickets.len()).unwrap_or(i64::MAX);
    let beside = |job| vec![Write::JobTickets { job, tickets }];
    let job = jobs::ask_for(app, caller, KIND, write_plan(&plan)?, beside).await?;
    Ok(BulkJob {
        job: Job {
            progress: Progress { done: 0, total },
            ..job
        },
        action: plan.action,
    })
}

/// The caller's own bulk jobs, newest first; everybody's for admins.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_bulk_jobs(
    app: &App,
    caller: &Caller,
    limit: u32,
    offset: u64,
) -> Result<DirectoryPage<BulkJob>, Error> {
    caller.may(Operation::Bulk)?;
    let found = app.jobs.jobs(KIND, seen_by(caller), limit, offset).await?;
    let items = found.items.into_iter().map(of_job);
    Ok(DirectoryPage {
        items: items.collect::<Result<_, _>>()?,
        total: found.total,
    })
}

/// How a bulk job stands.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`], also for somebody else's; [`Error::Store`].
pub async fn bulk_job(app: &App, caller: &Caller, id: JobId) -> Result<BulkJob, Error> {
    caller.may(Operation::Bulk)?;
    let found = app.jobs.job(KIND, id).await?;
    let is_seen = |job: &Job| seen_by(caller).is_none_or(|maker| maker == job.new.created_by);
    of_job(found.filter(is_seen).ok_or(Error::NotFound("bulk job"))?)
}

/// What became of a job's tickets, in their order; while it runs, of those that are done. A page of all, or of those alone to
/// which nothing was done.
///
/// # Errors
/// As [`bulk_job`].
pub async fn bulk_outcomes(
    app: &App,
    caller: &Caller,
    id: JobId,
    failures: bool,
    limit: u32,
    offset: u64,
) -> Result<DirectoryPage<BulkOutcome>, Error> {
    let BulkJob { job, .. } = bulk_job(app, caller, id).await?;
    let which = told(&job, failures);
    // Of one that was ended from outside, what it did last may not have been counted, and may have gaps.
    let has_gaps = matches!(job.state, JobState::Cancelled | JobState::Failed);
    let total = match (has_gaps, failures) {
        (true, _) => app.jobs.count_outcomes(id, which).await?,
        (false, true) => job.failed.unsigned_abs(),
        (false, false) => job.progress.done.unsigned_abs(),
    };
    let (which, offset) = if failures || has_gaps {
        (which, offset)
    } else {
        let after = i64::try_from(offset).unwrap_or(i64::MAX);
        (Outcomes { after, ..which }, 0)
    };
    let outcomes = app.jobs.outcomes(id, which, limit, offset).await?;
    let items = outcomes.iter().map(read_outcome);
    Ok(DirectoryPage {
        items: items.collect::<Result<_, _>>()?,
        total,
    })
}

/// All that there is of the same, `at_once` at a time.
///
/// # Errors
/// As [`bulk_job`].
pub async fn all_bulk_outcomes(
    app: &App,
    caller: &Caller,
    id: JobId,
    failures: bool,
    at_once: u32,
    mut take: impl FnMut(Vec<BulkOutcome>),
) -> Result<(), Error> {
    let BulkJob { job, .. } = bulk_job(app, caller, id).await?;
    let mut which = told(&job, failures);
    loop {
        let page = app.jobs.outcomes(id, which, at_once, 0).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        which.after = last.nth;
        take(page.iter().map(read_outcome).collect::<Result<_, _>>()?);
    }
}

/// Cancels a job: it goes no further than the tickets that it is at. One that has come to its end stays as it is.
///
/// # Errors
/// As [`bulk_job`].
pub async fn cancel_bulk_job(app: &App, caller: &Caller, id: JobId) -> Result<(), Error> {
    let found = bulk_job(app, caller, id).await?;
    if !found.job.state.is_final() {
        let _cancelled = app.jobs.cancel(id, app.clock.now()).await?;
    }
    Ok(())
}

/// Whose jobs a caller sees; `None`: everybody's.
fn seen_by(caller: &Caller) -> Option<UserId> {
    (!caller.can(Operation::OverseeBulk)).then(|| caller.id())
}

/// What is told of a job's tickets: while it runs those that are done, without gaps, so that pages stay as they are.
fn told(job: &Job, failures: bool) -> Outcomes {
    Outcomes {
        failures,
        after: 0,
        until: if job.state.is_final() {
            i64::MAX
        } else {
            job.progress.done
        },
    }
}

fn of_job(job: Job) -> Result<BulkJob, Error> {
    let plan = read_plan(&job)?;
    Ok(BulkJob {
        job,
        action: plan.action,
    })
}
