//! Folding the log into facts: what happened to a ticket is looked up, made into facts, and takes the place of what was
//! kept of it before.
//!
//! One server at a time does it, and each step says where it began: should two do it after all, one of them is refused. So
//! a step is carried out whole or not at all, and doing it twice comes to the same.

use std::collections::{BTreeMap, BTreeSet};

use linedesk_domain::ids::TicketId;
use linedesk_domain::metrics::fact::{Fact, day_of};
use linedesk_domain::metrics::packed::FORMAT;
use linedesk_domain::metrics::{Part, facts, pack, unpack};
use linedesk_domain::sla::SlaBook;
use linedesk_ports::analytics::{Fold, Histories, History, Kept, Progress, Refolded, Which};
use linedesk_ports::store::StoreError;

pub use super::seal::seal;
use crate::work::Shift;
use crate::{App, Error};

/// Events looked at in one step: few, so that on SQLite a step does not hold up whoever else writes.
const EVENTS: u32 = 500;
/// Tickets folded in one step while everything is made anew.
const TICKETS: u32 = 500;

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Step {
    /// Tickets looked at.
    pub tickets: u64,
    /// Events among their histories.
    pub events: u64,
    /// Whether there is more to do at once.
    pub goes_on: bool,
}

/// Folds what happened since, and seals days that have come to rest, for as long as this server holds the work. `None`
/// where another one holds it.
///
/// # Errors
/// [`Error::Store`]. What was done until then stays.
pub async fn keep_up(shift: &Shift) -> Result<Option<Step>, Error> {
    keep_up_telling(shift, |_| ()).await
}

/// As [`keep_up`], telling `tell` of each step.
///
/// # Errors
/// [`Error::Store`]. What was done until then stays.
pub async fn keep_up_telling(
    shift: &Shift,
    mut tell: impl FnMut(Step),
) -> Result<Option<Step>, Error> {
    let app = shift.app();
    let mut all = Step::default();
    loop {
        if !shift.hold().await? {
            return Ok(None);
        }
        let at = app.analytics.progress().await?;
        let done = match at.rebuilding {
            Some(place) if at.format == FORMAT => match refold(shift, at, place, &mut tell).await {
                Err(Error::Store(StoreError::Stale)) => Step::default(),
                done => done?,
            },
            _ => {
                let done = step(app).await?;
                tell(done);
                done
            }
        };
        all.tickets += done.tickets;
        all.events += done.events;
        if !done.goes_on {
            return Ok(Some(all));
        }
    }
}

/// Folds all tickets in the order of creation, each batch while the next one is read.
async fn refold(
    shift: &Shift,
    mut at: Progress,
    place: i64,
    tell: &mut impl FnMut(Step),
) -> Result<Step, Error> {
    let app = shift.app();
    let behind = |place| Which::Behind {
        place,
        limit: TICKETS,
    };
    let mut all = Step {
        goes_on: true,
        ..Step::default()
    };
    let mut found = app.analytics.histories(behind(place)).await?;
    loop {
        let last = found.tickets.last().map(|history| history.place);
        let to = Progress {
            rebuilding: last,
            ..at
        };
        let Some(place) = last else {
            keep(app, at, to, &found).await?;
            return Ok(all);
        };
        let (next, kept) = tokio::join!(
            app.analytics.histories(behind(place)),
            keep(app, at, to, &found)
        );
        kept?;
        let done = counted(&found, true);
        all.tickets += done.tickets;
        all.events += done.events;
        tell(done);
        if !shift.hold().await? {
            // The next holder goes on from here.
            return Ok(Step {
                goes_on: false,
                ..all
            });
        }
        (found, at) = (next?, to);
    }
}

/// Everything is to be made anew from the log.
///
/// # Errors
/// [`Error::Store`]
pub async fn rebuild(app: &App) -> Result<(), Error> {
    Ok(app.analytics.restart().await?)
}

/// One step forward.
///
/// # Errors
/// [`Error::Store`]; a step that somebody else has done in the meantime is none.
pub async fn step(app: &App) -> Result<Step, Error> {
    let at = app.analytics.progress().await?;
    if at.format != FORMAT {
        app.analytics.restart().await?;
        return Ok(Step {
            goes_on: true,
            ..Step::default()
        });
    }
    let step = match at.rebuilding {
        Some(place) => rebuild_some(app, at, place).await,
        None => follow(app, at).await,
    };
    match step {
        Err(StoreError::Stale) => {
            tracing::debug!("somebody else has folded the log in the meantime");
            Ok(Step::default())
        }
        step => Ok(step?),
    }
}

/// Folds the next tickets in the order of creation.
async fn rebuild_some(app: &App, at: Progress, place: i64) -> Result<Step, StoreError> {
    let limit = TICKETS;
    let found = app
        .analytics
        .histories(Which::Behind { place, limit })
        .await?;
    let last = found.tickets.last().map(|history| history.place);
    let to = Progress {
        rebuilding: last,
        ..at
    };
    keep(app, at, to, &found).await?;
    Ok(counted(&found, true))
}

/// Folds the tickets that something happened to.
async fn follow(app: &App, at: Progress) -> Result<Step, StoreError> {
    let now = app.clock.now();
    let page = app.log.events_after(at.seen, EVENTS).await?;
    if page.next == at.seen {
        return Ok(Step::default());
    }
    let touched: BTreeSet<TicketId> = page.events.iter().map(|logged| logged.ticket).collect();
    let which = Which::Of(touched.into_iter().collect());
    let found = app.analytics.histories(which).await?;
    let to = Progress {
        seen: page.next,
        folded_at: now,
        ..at
    };
    keep(app, at, to, &found).await?;
    Ok(counted(&found, page.events.len() == EVENTS as usize))
}

fn counted(found: &Histories, goes_on: bool) -> Step {
    let events = found
        .tickets
        .iter()
        .map(|history| history.events.len() as u64);
    Step {
        tickets: found.tickets.len() as u64,
        events: events.sum(),
        goes_on,
    }
}

async fn keep(
    app: &App,
    from: Progress,
    to: Progress,
    found: &Histories,
) -> Result<(), StoreError> {
    let mut changed = BTreeSet::new();
    let mut tickets = Vec::new();
    for history in &found.tickets {
        let kept = kept_of(history, &found.book);
        if kept != history.kept {
            note_changes(&history.kept, &kept, &mut changed)?;
            let place = history.place;
            tickets.push(Refolded { place, kept });
        }
    }
    let changed = changed.into_iter().collect();
    let fold = Fold {
        from,
        to,
        tickets,
        changed,
    };
    app.analytics.fold(fold).await
}

/// What is to be kept of a ticket: its facts, by day.
pub fn kept_of(history: &History, book: &SlaBook) -> Vec<Kept> {
    let mut days: BTreeMap<i64, Vec<Fact>> = BTreeMap::new();
    for fact in facts(&history.subject, &history.events, book) {
        days.entry(day_of(fact.at.as_second()))
            .or_default()
            .push(fact);
    }
    let packed = days.into_iter().map(|(day, facts)| Kept {
        day,
        facts: pack(&facts),
    });
    packed.collect()
}

/// Notes the parts of days in which something else is kept now.
fn note_changes(
    before: &[Kept],
    after: &[Kept],
    changed: &mut BTreeSet<(Part, i64)>,
) -> Result<(), StoreError> {
    let mut days: BTreeMap<i64, [&[u8]; 2]> = BTreeMap::new();
    for (which, kept) in [before, after].into_iter().enumerate() {
        for one in kept {
            days.entry(one.day).or_insert([&[], &[]])[which] = &one.facts;
        }
    }
    for (day, [before, after]) in days {
        if before == after {
            continue;
        }
        let (before, after) = (unpacked(before, day)?, unpacked(after, day)?);
        for part in Part::ALL {
            let of = |facts: &[Fact]| -> Vec<Fact> {
                let of_part = facts.iter().filter(|fact| fact.what.part() == part);
                of_part.cloned().collect()
            };
            if of(&before) != of(&after) {
                changed.insert((part, day));
            }
        }
    }
    Ok(())
}

/// The facts of a blob; nothing is in no bytes.
pub(super) fn unpacked(blob: &[u8], day: i64) -> Result<Vec<Fact>, StoreError> {
    if blob.is_empty() {
        return Ok(Vec::new());
    }
    unpack(blob).map_err(|damaged| StoreError::Corrupt {
        table: "analytics_rows",
        row: day.to_string(),
        what: damaged.to_string(),
    })
}
