//! What would have been: a past period's tickets judged by a policy or a calendar that is not there yet.
//!
//! A simulation is long work: it is asked for, queued, done by one of the servers ([`run`]), watched and cancelled.

mod input;
mod report;
pub mod run;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use linedesk_domain::access::Operation;
use linedesk_domain::class::{Category, Priority};
use linedesk_domain::ids::{
    CalendarId, CalendarVersionId, CustomerId, JobId, PolicyId, PolicyVersionId, TeamId,
};
pub use linedesk_domain::sla::Tally;
use linedesk_domain::sla::{Draft, DraftIds, zone};
use linedesk_ports::directory::DirectoryPage;
use linedesk_ports::jobs::{Job, JobKind};

use super::{calendars, policies};
use crate::directory::fields::Faults;
use crate::error::{Error, Fault};
use crate::{App, Caller, jobs};

pub use crate::jobs::UNFINISHED_MAX;
pub use report::{ChangedTicket, Group, Named, Report, Shown};

const KIND: JobKind = JobKind::SlaSimulation;
/// Most changed tickets that are listed one by one: the first in the order of creation.
pub const LISTED_MAX: usize = 10_000;
/// Most customers and teams that are told of one by one: those whose promises changed most.
pub const TOP: usize = 50;
/// The longest period, in days.
const DAYS_MAX: i32 = 10 * 366;

/// A simulation that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// First day of creation.
    pub first: Date,
    /// Last day of creation.
    pub last: Date,
    /// The zone of those days; UTC where there is none.
    pub timezone: Option<String>,
    /// What is put into the book.
    pub draft: Draft,
    /// Which tickets.
    pub filter: Filter,
}

/// Which of the period's tickets; an empty list is any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of these priorities now.
    pub priorities: Vec<Priority>,
    /// Of these categories now.
    pub categories: Vec<Category>,
    /// Of that customer.
    pub customer: Option<CustomerId>,
    /// Of that team.
    pub team: Option<TeamId>,
}

/// A simulation, whatever became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// The work.
    pub job: Job,
    /// What was wanted.
    pub wanted: Wanted,
    /// What came of it; left out of lists.
    pub report: Option<Report>,
}

/// What a simulation works with.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plan {
    wanted: Wanted,
    from: Timestamp,
    until: Timestamp,
    ids: DraftIds,
}

/// Asks for a simulation.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with all faults; [`Error::Conflict`] `too_many_simulations`; [`Error::Store`].
pub async fn simulate(app: &App, caller: &Caller, wanted: Wanted) -> Result<Simulation, Error> {
    caller.may(Operation::WriteSlaPolicies)?;
    let now = app.clock.now();
    let plan = checked(app, wanted, now).await?;
    let job = jobs::ask_for(app, caller, KIND, input::write(&plan), |_| Vec::new()).await?;
    Ok(Simulation {
        job,
        wanted: plan.wanted,
        report: None,
    })
}

/// Simulations of everybody, newest first, without what came of them.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_simulations(
    app: &App,
    caller: &Caller,
    limit: u32,
    offset: u64,
) -> Result<DirectoryPage<Simulation>, Error> {
    caller.may(Operation::WriteSlaPolicies)?;
    let found = app.jobs.jobs(KIND, None, limit, offset).await?;
    let items = found.items.into_iter().map(of_job);
    Ok(DirectoryPage {
        items: items.collect::<Result<_, _>>()?,
        total: found.total,
    })
}

/// How a simulation stands, and what came of it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn simulation(app: &App, caller: &Caller, id: JobId) -> Result<Simulation, Error> {
    caller.may(Operation::WriteSlaPolicies)?;
    let found = app.jobs.job(KIND, id).await?;
    of_job(found.ok_or(Error::NotFound("simulation"))?)
}

/// Tickets with a promise that would stand otherwise, in the order of creation: of the first [`LISTED_MAX`] a page. While the
/// simulation runs, those found so far.
///
/// # Errors
/// As [`simulation`].
pub async fn changed_tickets(
    app: &App,
    caller: &Caller,
    id: JobId,
    limit: u32,
    offset: u64,
) -> Result<DirectoryPage<ChangedTicket>, Error> {
    let found = simulation(app, caller, id).await?;
    let rows = app.jobs.rows(id, limit, offset).await?;
    let items = rows.iter().map(|row| report::read_row(id, row));
    Ok(DirectoryPage {
        items: items.collect::<Result<_, _>>()?,
        total: found.job.rows.unsigned_abs(),
    })
}

/// Cancels a simulation. One that has come to its end stays as it is.
///
/// # Errors
/// As [`simulation`].
pub async fn cancel_simulation(app: &App, caller: &Caller, id: JobId) -> Result<(), Error> {
    let found = simulation(app, caller, id).await?;
    if !found.job.state.is_final() {
        let _cancelled = app.jobs.cancel(id, app.clock.now()).await?;
    }
    Ok(())
}

fn of_job(job: Job) -> Result<Simulation, Error> {
    let plan = input::read(&job)?;
    let report = match &job.result {
        Some(result) => Some(report::read(job.new.id, result)?),
        None => None,
    };
    Ok(Simulation {
        job,
        wanted: plan.wanted,
        report,
    })
}

/// The plan, or everything that is wrong with the wish.
async fn checked(app: &App, wanted: Wanted, now: Timestamp) -> Result<Plan, Error> {
    let mut faults = Faults::default();
    let bounds = bounds(&wanted, now, &mut faults);
    let draft = check_draft(app, wanted.draft, &mut faults).await?;
    if let Some(customer) = wanted.filter.customer
        && app.directory.customer(customer).await?.is_none()
    {
        faults.add("filters.customer_id", "unknown", "no customer has this id");
    }
    if let Some(team) = wanted.filter.team
        && app.directory.team(team).await?.is_none()
    {
        faults.add("filters.team_id", "unknown", "no team has this id");
    }
    faults.done()?;
    let (from, until) = bounds.unwrap_or_default();
    let ids = DraftIds {
        policy: PolicyId(app.ids.next(now)),
        policy_version: PolicyVersionId(app.ids.next(now)),
        calendar: CalendarId(app.ids.next(now)),
        calendar_version: CalendarVersionId(app.ids.next(now)),
    };
    Ok(Plan {
        wanted: Wanted { draft, ..wanted },
        from,
        until,
        ids,
    })
}

/// The first instant of the first day, and that after the last day.
fn bounds(wanted: &Wanted, now: Timestamp, faults: &mut Faults) -> Option<(Timestamp, Timestamp)> {
    let Wanted { first, last, .. } = *wanted;
    let zone = match &wanted.timezone {
        Some(name) => zone(name),
        None => Some(TimeZone::UTC),
    };
    if zone.is_none() {
        faults.add("timezone", "unknown", "no time zone is called so");
    }
    if last < first {
        faults.add("to", "backwards", "must not be before `from`");
    } else if first
        .until(last)
        .is_ok_and(|span| span.get_days() >= DAYS_MAX)
    {
        faults.add("to", "too_large", format!("at most {DAYS_MAX} days"));
    }
    let zone = zone?;
    let begin = |day: Date| day.to_zoned(zone.clone()).map(|day| day.timestamp()).ok();
    let from = begin(first);
    if from.is_some_and(|from| from > now) {
        faults.add("from", "in_future", "must not be in future");
    }
    let until = last.checked_add(1.day()).ok().and_then(begin);
    if until.is_none() {
        faults.add("to", "out_of_range", "is beyond the calendar");
    }
    from.zip(until)
}

/// The draft with its texts trimmed. What a real policy or calendar may not be, it may not be either.
async fn check_draft(app: &App, draft: Draft, faults: &mut Faults) -> Result<Draft, Error> {
    let book = app.tickets.book().await?;
    let Draft {
        policy,
        replaces,
        calendar,
        replaces_calendar,
    } = draft;
    let is_own = calendar.is_some() && replaces_calendar.is_none();
    match (&policy, &calendar) {
        (None, None) => faults.add("policy", "required", "a policy or a calendar is needed"),
        (None, Some(_)) if is_own => faults.add(
            "replaces_calendar",
            "required",
            "a calendar alone takes the place of one that there is",
        ),
        (None, _) if replaces.is_some() => {
            faults.add("replaces", "not_allowed", "there is no policy to take its place");
        }
        (Some(policy), _) if is_own && policy.calendar.is_some() => faults.add(
            "policy.calendar_id",
            "not_allowed",
            "the policy runs on the new calendar; leave this out, or name the calendar in `replaces_calendar`",
        ),
        _ => {}
    }
    if calendar.is_none() && replaces_calendar.is_some() {
        let words = "there is no calendar to take its place";
        faults.add("replaces_calendar", "not_allowed", words);
    }
    let present = replaces.and_then(|id| policies::latest(&book, id));
    if replaces.is_some() && present.is_none_or(|present| present.retired) {
        faults.add("replaces", "unknown", "no SLA policy has this id");
    }
    let replaced = replaces_calendar.and_then(|id| calendars::latest(&book, id));
    if calendar.is_some()
        && replaces_calendar.is_some()
        && replaced.is_none_or(|calendar| calendar.retired)
    {
        faults.add("replaces_calendar", "unknown", "no calendar has this id");
    }
    let policy = policy.and_then(|spec| {
        let checked = policies::checked(&book, spec, present);
        taken("policy", checked, faults)
    });
    let calendar = calendar.and_then(|spec| taken("calendar", calendars::checked(spec), faults));
    Ok(Draft {
        policy,
        replaces,
        calendar,
        replaces_calendar,
    })
}

/// What was checked by itself, its faults told of under `field`.
fn taken<T>(field: &str, checked: Result<T, Error>, faults: &mut Faults) -> Option<T> {
    match checked {
        Ok(value) => Some(value),
        Err(error) => {
            let under = |fault: Fault| Fault {
                field: format!("{field}.{}", fault.field),
                ..fault
            };
            faults.extend(error.faults().into_iter().map(under));
            None
        }
    }
}
