//! Doing a simulation: a batch of tickets after the other, on a thread that serves nobody else.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::SignedDuration;
use linedesk_domain::class::Priority;
use linedesk_domain::ids::{CustomerId, TeamId};
use linedesk_domain::sla::{Case, Facts, Tally, WhatIf};
use linedesk_ports::directory::DirectoryFilter;
use linedesk_ports::jobs::{Job, JobClaim, JobOutcome, Progress};
use linedesk_ports::periods::{Period, PeriodTicket};
use linedesk_ports::store::{Scope, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::report::{self, ChangedTicket, Group, Named, Report, Shown};
use super::{KIND, LISTED_MAX, Plan, TOP, input};
use crate::jobs::{self, LEASE};
use crate::{App, Error};

pub use crate::jobs::Turn;

/// How often it is told how far it has come. Between two of these nobody learns that it was cancelled.
const REPORT_EVERY: Duration = Duration::from_millis(500);
/// How much of a period is counted at once.
const COUNTED: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Tickets read at once: few, so that the thread that reads them is soon free for others.
const BATCH: u32 = 500;
/// Teams read at once.
const TEAMS: u32 = 500;
/// Takes a simulation, if one waits, and does it. `holder` is this server's alone.
///
/// # Errors
/// [`Error::Store`] where the database cannot be used: the simulation is begun anew, here or elsewhere, once its hold ends.
pub async fn take_turn(app: &App, holder: Uuid, stop: &CancellationToken) -> Result<Turn, Error> {
    let work = async |job: Job, claim| do_it(app, &job, claim, stop).await;
    jobs::take_turn(app, KIND, holder, work).await
}

async fn do_it(
    app: &App,
    job: &Job,
    claim: JobClaim,
    stop: &CancellationToken,
) -> Result<Turn, Error> {
    if !app.jobs.clear(claim).await? {
        return Ok(Turn::Lost);
    }
    let plan = input::read(job)?;
    let mut bench = Bench::new(app, plan).await?;
    let period = bench.period();
    let mut progress = Progress {
        done: 0,
        total: count(app, period).await?,
    };
    let (mut after, mut told) = (None, None::<Instant>);
    loop {
        if told.is_none_or(|told| told.elapsed() >= REPORT_EVERY) {
            let rows = std::mem::take(&mut bench.rows);
            if !app.jobs.report(claim, progress, rows, LEASE).await? {
                return Ok(Turn::Lost);
            }
            told = Some(Instant::now());
        }
        if stop.is_cancelled() {
            app.jobs.give_back(claim).await?;
            return Ok(Turn::GivenBack);
        }
        let page = app.periods.tickets(Scope::Everything, period, after, BATCH);
        let tickets = page.await?;
        let Some(last) = tickets.last() else {
            break;
        };
        after = Some(last.place);
        progress.done += i64::try_from(tickets.len()).unwrap_or(0);
        for ticket in &tickets {
            bench.judge(ticket)?;
        }
    }
    // Tickets may have been made or deleted meanwhile.
    progress.total = progress.done;
    let rows = std::mem::take(&mut bench.rows);
    if !app.jobs.report(claim, progress, rows, LEASE).await? {
        return Ok(Turn::Lost);
    }
    let tickets = bench.total.tickets;
    let outcome = JobOutcome::Done(report::write(&bench.report())?);
    let ended = app.jobs.finish(claim, outcome, app.clock.now()).await?;
    Ok(if ended {
        Turn::Ended(tickets)
    } else {
        Turn::Lost
    })
}

/// How many tickets the period has, counted a stretch at a time, so that no statement takes long.
async fn count(app: &App, period: Period) -> Result<i64, Error> {
    let (mut from, mut total) = (period.from, 0);
    while from < period.until {
        let next = from.checked_add(COUNTED);
        let until = next.map_or(period.until, |next| next.min(period.until));
        let stretch = Period {
            from,
            until,
            ..period
        };
        total += app.periods.count(Scope::Everything, stretch).await?;
        from = until;
    }
    Ok(i64::try_from(total).unwrap_or(i64::MAX))
}

/// What tickets are judged with, and what was found so far.
struct Bench {
    plan: Plan,
    judged_at: jiff::Timestamp,
    what_if: WhatIf,
    teams: HashMap<TeamId, String>,
    total: Tally,
    by_priority: BTreeMap<Priority, Tally>,
    by_team: HashMap<Option<TeamId>, Tally>,
    by_customer: HashMap<Option<CustomerId>, (String, Tally)>,
    /// Changed tickets that were not told of yet.
    rows: Vec<String>,
    listed: usize,
}

impl Bench {
    async fn new(app: &App, plan: Plan) -> Result<Self, Error> {
        let judged_at = app.clock.now();
        let book = app.tickets.book().await?;
        let what_if = WhatIf::new(book, &plan.wanted.draft, plan.ids, judged_at);
        let impossible = |error: linedesk_domain::sla::DraftError| {
            Error::Store(StoreError::Refused(error.to_string()))
        };
        Ok(Self {
            plan,
            judged_at,
            what_if: what_if.map_err(impossible)?,
            teams: teams(app).await?,
            total: Tally::default(),
            by_priority: BTreeMap::new(),
            by_team: HashMap::new(),
            by_customer: HashMap::new(),
            rows: Vec::new(),
            listed: 0,
        })
    }

    fn period(&self) -> Period {
        Period {
            from: self.plan.from,
            until: self.plan.until,
            customer: self.plan.wanted.filter.customer,
        }
    }

    fn is_wanted(&self, ticket: &PeriodTicket) -> bool {
        let filter = &self.plan.wanted.filter;
        (filter.priorities.is_empty() || filter.priorities.contains(&ticket.priority))
            && (filter.categories.is_empty() || filter.categories.contains(&ticket.category))
            && filter.team.is_none_or(|team| ticket.team == Some(team))
    }

    fn judge(&mut self, ticket: &PeriodTicket) -> Result<(), Error> {
        if !self.is_wanted(ticket) {
            return Ok(());
        }
        let customer = ticket.customer.as_ref();
        let case = Case {
            facts: Facts {
                priority: ticket.priority,
                category: ticket.category,
                customer_tier: customer.and_then(|customer| customer.tier.as_deref()),
            },
            timeline: &ticket.timeline,
            record: ticket.record.as_ref(),
        };
        let (before, after) = (self.what_if.recorded(&case), self.what_if.simulated(&case));
        let has_changed = self.total.add(&before, &after);
        let priority = self.by_priority.entry(ticket.priority).or_default();
        priority.add(&before, &after);
        let team = self.by_team.entry(ticket.team).or_default();
        team.add(&before, &after);
        let of_customer = self
            .by_customer
            .entry(customer.map(|customer| customer.id))
            .or_insert_with(|| {
                let name = customer.map(|customer| customer.name.clone());
                (name.unwrap_or_default(), Tally::default())
            });
        of_customer.1.add(&before, &after);
        if has_changed && self.listed < LISTED_MAX {
            self.listed += 1;
            let name = |policy: Option<_>| {
                policy.and_then(|id| self.what_if.policy_name(id).map(str::to_owned))
            };
            let policies = (name(before.policy), name(after.policy));
            let team = ticket.team.map(|id| self.team(id));
            let row = ChangedTicket::of(ticket, team, (&before, &after), policies);
            self.rows.push(report::write(&row)?);
        }
        Ok(())
    }

    fn team(&self, id: TeamId) -> Named {
        Named {
            id: id.0,
            name: self.teams.get(&id).cloned().unwrap_or_default(),
        }
    }

    fn report(self) -> Report {
        let team = |(id, tally): (&Option<TeamId>, &Tally)| Group {
            of: id.map(|id| self.team(id)),
            sums: Shown(*tally),
        };
        let customer = |(id, (name, tally)): (&Option<CustomerId>, &(String, Tally))| Group {
            of: id.map(|id| Named {
                id: id.0,
                name: name.clone(),
            }),
            sums: Shown(*tally),
        };
        let priorities = self.by_priority.iter();
        Report {
            judged_at: self.judged_at,
            total: Shown(self.total),
            by_priority: priorities
                .map(|(priority, tally)| (priority.name().to_owned(), Shown(*tally)))
                .collect(),
            by_team: top(self.by_team.iter().map(team).collect()),
            teams: self.by_team.len() as u64,
            by_customer: top(self.by_customer.iter().map(customer).collect()),
            customers: self.by_customer.len() as u64,
        }
    }
}

/// Those with the most changed tickets, then those with the most tickets.
fn top(mut groups: Vec<Group>) -> Vec<Group> {
    groups.sort_by_cached_key(|group| {
        let Tally {
            changed, tickets, ..
        } = group.sums.0;
        let name = group.of.as_ref().map(|of| (of.name.clone(), of.id));
        (std::cmp::Reverse((changed, tickets)), name)
    });
    groups.truncate(TOP);
    groups
}

/// The names of all teams.
async fn teams(app: &App) -> Result<HashMap<TeamId, String>, Error> {
    let mut teams = HashMap::new();
    loop {
        let page = DirectoryFilter {
            limit: TEAMS,
            offset: u32::try_from(teams.len()).unwrap_or(u32::MAX),
            ..DirectoryFilter::default()
        };
        let found = app.directory.teams(page).await?;
        let before = teams.len();
        teams.extend(found.items.into_iter().map(|team| (team.id, team.name)));
        if teams.len() == before || teams.len() as u64 >= found.total {
            return Ok(teams);
        }
    }
}
