//! Made-up data: a provider's desk of the last 400 days, the same for the same seed and the same `now`.
//!
//! Tickets live through the domain's own actions (see `story`), so histories and SLA records are as the program would
//! have made them. [`words::MARKERS`] lists words that occur in a known share of the tickets.

mod arrivals;
mod batches;
mod library;
mod people;
mod plan;
mod policies;
mod random;
mod ratings;
mod story;
mod titles;
pub mod words;

#[cfg(test)]
mod tests;

use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use linedesk_domain::knowledge::Template;
use linedesk_domain::sla::SlaBook;
use linedesk_ports::changes::{Changes, Commit, Write};
use linedesk_ports::directory::{Directory, DirectoryFilter, Team};
use linedesk_ports::knowledge::Knowledge;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Tickets;

use arrivals::Arrivals;
use batches::Batches;
use library::{Written, library};
use people::{Colleague, Household};

/// Customers written at once.
const CUSTOMERS_PER_BATCH: usize = 50;
/// Batches on their way to the store at once, so that it can write several in one transaction.
const IN_FLIGHT: usize = 16;
const TEAMS: u32 = 1_000;

/// What to make up.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many tickets.
    pub tickets: u64,
    /// The same number makes the same data.
    pub seed: u64,
    /// Comments per ticket, on average.
    pub comments: u32,
    /// When the story ends.
    pub now: Timestamp,
    /// The zone whose days ticket labels count in.
    pub timezone: TimeZone,
    /// How long closed tickets can be reopened.
    pub reopen_window: SignedDuration,
    /// Threads that make tickets up; the store writes on its own.
    pub threads: usize,
}

/// What was made up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Agents and leads.
    pub staff: u64,
    /// Customers.
    pub customers: u64,
    /// Tickets.
    pub tickets: u64,
    /// Entries of their histories.
    pub events: u64,
    /// Comments on them.
    pub comments: u64,
}

/// The desk at which all of it happens.
#[derive(Debug)]
struct World {
    seed: u64,
    comments: u32,
    now: Timestamp,
    timezone: TimeZone,
    reopen_window: SignedDuration,
    book: Arc<SlaBook>,
    arrivals: Arrivals,
    /// At least one.
    teams: Vec<Team>,
    /// At least one in each team.
    colleagues: Vec<Colleague>,
    /// At least one.
    households: Vec<Household>,
    /// Canned answers.
    answers: Vec<Template>,
}

/// The store, by its ports.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Ports<'a> {
    /// Writing.
    pub commit: &'a dyn Commit,
    /// Teams.
    pub directory: &'a dyn Directory,
    /// Policies.
    pub tickets: &'a dyn Tickets,
    /// Categories and canned answers.
    pub knowledge: &'a dyn Knowledge,
}

/// Fills the store. `progress` hears after every batch how many tickets there are by now.
///
/// # Errors
/// [`StoreError::Duplicate`] when the same seed was used on this store before, [`StoreError::Refused`] when it has no
/// teams, and what else the store says; what was written until then stays.
pub async fn fill(
    ports: Ports<'_>,
    options: &Options,
    mut progress: impl FnMut(u64),
) -> Result<Report, StoreError> {
    let Ports {
        commit,
        directory,
        tickets,
        knowledge,
    } = ports;
    let arrivals = Arrivals::new(options.tickets, options.now);
    let start = arrivals.start();
    let filter = DirectoryFilter {
        is_active: Some(true),
        limit: TEAMS,
        ..DirectoryFilter::default()
    };
    let teams = directory.teams(filter).await?.items;
    if teams.is_empty() {
        return Err(StoreError::Refused(
            "there are no teams to give tickets to".to_owned(),
        ));
    }
    let book = policies::since(start, options.seed, commit, tickets).await?;
    let (colleagues, writes) = people::staff(options.seed, &teams, start);
    commit.commit(changes(writes)).await?;
    let written = Written {
        seed: options.seed,
        start,
        now: options.now,
        authors: &colleagues,
    };
    let library = library(knowledge, written).await?;
    commit.commit(changes(library.writes)).await?;
    let households = settle(commit, options, start).await?;
    let mut report = Report {
        staff: colleagues.len() as u64,
        customers: households.len() as u64,
        ..Report::default()
    };
    let world = World {
        seed: options.seed,
        comments: options.comments,
        now: options.now,
        timezone: options.timezone.clone(),
        reopen_window: options.reopen_window,
        book,
        arrivals,
        teams,
        colleagues,
        households,
        answers: library.answers,
    };
    let batches = Batches::start(&Arc::new(world), options.tickets, options.threads);
    let written = stream::unfold(batches, Batches::next)
        .map(|batch| async move {
            let count = counted(&batch);
            commit.commit(changes(batch)).await.map(|_| count)
        })
        .buffered(IN_FLIGHT);
    let mut written = pin!(written);
    while let Some(count) = written.next().await {
        let count = count?;
        report.tickets += count.tickets;
        report.events += count.events;
        report.comments += count.comments;
        progress(report.tickets);
    }
    if report.tickets < options.tickets {
        // The thread has said why it died.
        return Err(StoreError::Refused(
            "a thread that makes tickets up has died".to_owned(),
        ));
    }
    Ok(report)
}

/// Writes the customers.
async fn settle(
    commit: &dyn Commit,
    options: &Options,
    start: Timestamp,
) -> Result<Vec<Household>, StoreError> {
    let (households, writes): (Vec<_>, Vec<_>) = (0..people::customers(options.tickets))
        .map(|place| people::household(options.seed, place, start))
        .unzip();
    let mut written = stream::iter(writes.chunks(CUSTOMERS_PER_BATCH))
        .map(|batch| commit.commit(changes(batch.concat())))
        .buffered(IN_FLIGHT);
    while let Some(committed) = written.next().await {
        committed?;
    }
    drop(written);
    Ok(households)
}

fn counted(batch: &[Write]) -> Report {
    let count =
        |which: fn(&Write) -> bool| batch.iter().filter(|write| which(write)).count() as u64;
    Report {
        tickets: count(|write| matches!(write, Write::NewTicket { .. })),
        events: count(|write| matches!(write, Write::Event { .. })),
        comments: count(|write| matches!(write, Write::NewComment { .. })),
        ..Report::default()
    }
}

const fn changes(writes: Vec<Write>) -> Changes {
    Changes { writes, mark: None }
}
