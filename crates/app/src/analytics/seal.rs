//! Putting days together: the facts of all tickets of a day as one blob for each part, and the backlog every so often.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use linedesk_domain::metrics::fact::{DAY, Dims, Fact, What, day_of};
use linedesk_domain::metrics::{Part, pack, unpack};
use linedesk_ports::analytics::{FactQuery, Progress, Sealed, Unsealed};
use linedesk_ports::store::{Scope, StoreError};

use super::keep::unpacked;
use crate::{App, Error};

/// Days put together at once.
const DAYS: u32 = 16;
/// How many days lie between two days whose backlog is kept: so many are added up at most.
const BETWEEN_STANDINGS: i64 = 16;

/// Puts some days together that have changed, and sums up the backlog as far as it is known. Answers whether there is more
/// to do.
///
/// # Errors
/// [`Error::Store`]
pub async fn seal(app: &App) -> Result<bool, Error> {
    let at = app.analytics.progress().await?;
    if !at.is_complete() {
        return Ok(false);
    }
    match seal_some(app, at).await {
        // Something was folded in between: the days are put together another time.
        Err(StoreError::Stale) => Ok(false),
        goes_on => Ok(goes_on?),
    }
}

async fn seal_some(app: &App, at: Progress) -> Result<bool, StoreError> {
    let days = app.analytics.unsealed(DAYS).await?;
    if !days.is_empty() {
        let goes_on = days.len() == DAYS as usize;
        let mut sealed = Vec::new();
        for day in &days {
            sealed.extend(together(day)?);
        }
        app.analytics.seal(at, sealed).await?;
        if goes_on {
            return Ok(true);
        }
    }
    let (first, last) = app.analytics.span().await?;
    let Some(day) = last.or(first).map(|day| day + BETWEEN_STANDINGS) else {
        return Ok(false);
    };
    // The present day is not over yet.
    if day > day_of(app.clock.now().as_second()) {
        return Ok(false);
    }
    let facts = standing(app, day).await?;
    let part = Part::Standing;
    app.analytics
        .seal(at, vec![Sealed { part, day, facts }])
        .await?;
    Ok(true)
}

/// The parts of a day that changed, each of all tickets.
fn together(day: &Unsealed) -> Result<Vec<Sealed>, StoreError> {
    let mut facts: Vec<Fact> = Vec::new();
    for row in &day.rows {
        facts.extend(unpacked(row, day.day)?);
    }
    let sealed = day.parts.iter().map(|part| {
        let of_part = facts.iter().filter(|fact| fact.what.part() == *part);
        let of_part: Vec<Fact> = of_part.cloned().collect();
        Sealed {
            part: *part,
            day: day.day,
            facts: pack(&of_part),
        }
    });
    Ok(sealed.collect())
}

/// The backlog when a day begins, packed.
async fn standing(app: &App, day: i64) -> Result<Vec<u8>, StoreError> {
    let counts: Arc<Mutex<BTreeMap<Dims, i64>>> = Arc::default();
    let counted = Arc::clone(&counts);
    let query = FactQuery {
        parts: vec![Part::Flow],
        first: day,
        last: day - 1,
        with_backlog: true,
    };
    let see = move |blob: &[u8], parts: &[Part]| {
        let mut counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
        for fact in unpack(blob)? {
            let change = match fact.what {
                What::Flow(flow) if parts.contains(&Part::Flow) => flow.change(),
                What::Standing(tickets) => i64::try_from(tickets).unwrap_or_default(),
                _ => continue,
            };
            *counted.entry(fact.dims).or_default() += change;
        }
        Ok(())
    };
    app.analytics
        .scan(Scope::Everything, query, Box::new(see))
        .await?;
    let begin = Timestamp::from_second(day * DAY).unwrap_or(Timestamp::MAX);
    let counts = std::mem::take(&mut *counts.lock().unwrap_or_else(PoisonError::into_inner));
    let facts = counts.into_iter().filter_map(|(dims, tickets)| {
        let tickets = u64::try_from(tickets).ok().filter(|tickets| *tickets > 0)?;
        Some(Fact {
            at: begin,
            dims,
            what: What::Standing(tickets),
        })
    });
    Ok(pack(&facts.collect::<Vec<_>>()))
}
