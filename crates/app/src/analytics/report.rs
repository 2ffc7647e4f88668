//! A question about the desk, and its answer.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use linedesk_domain::access::Operation;
use linedesk_domain::metrics::packed::FORMAT;
use linedesk_domain::metrics::tally::Figures;
use linedesk_domain::metrics::{Dimension, Filter, GroupKey, Part as FactPart, Period, Tally};
use linedesk_ports::analytics::Progress;
use linedesk_ports::store::StoreError;

use super::reading::{Wanted, read};
use crate::{App, Caller, Error};

/// A question.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Of which time.
    pub period: Period,
    /// Of which tickets.
    pub filter: Filter,
    /// Grouped by what.
    pub by: Option<Dimension>,
    /// The most groups that are answered: the weightiest.
    pub most: usize,
}

/// An answer.
#[derive(Debug)]
pub struct Report<F> {
    /// Of which time.
    pub period: Period,
    /// Up to which instant everything that happened is in it.
    pub as_of: Timestamp,
    /// Whether every ticket is in it; not while everything is made anew.
    pub is_complete: bool,
    /// Of all of it.
    pub totals: F,
    /// Of each part of the period.
    pub series: Vec<Part<F>>,
    /// Of each group.
    pub groups: Vec<Group<F>>,
    /// How many groups there are, answered or not.
    pub all_groups: usize,
}

/// A part of a period.
#[derive(Debug)]
pub struct Part<F> {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// What is made of its facts.
    pub figures: F,
}

/// A group.
#[derive(Debug)]
pub struct Group<F> {
    /// Which.
    pub key: GroupKey,
    /// What people call it; `None` for nobody's, and for what is not there any more.
    pub name: Option<String>,
    /// What is made of its facts.
    pub figures: F,
}

/// Up to when everything is among the facts.
pub(super) struct Standing {
    pub(super) as_of: Timestamp,
    pub(super) is_complete: bool,
}

impl Standing {
    pub(super) async fn of(app: &App) -> Result<Self, Error> {
        let now = app.clock.now();
        let progress: Progress = app.facts.progress().await?;
        Ok(Self::at(progress, now)?)
    }

    /// What another release has kept cannot be read: it is about to be made anew.
    fn at(progress: Progress, now: Timestamp) -> Result<Self, StoreError> {
        if ![0, FORMAT].contains(&progress.format) {
            return Err(StoreError::Unavailable("all figures are being made anew"));
        }
        let is_there = progress.seen >= progress.newest;
        let folded = if is_there { now } else { progress.folded_at };
        Ok(Self {
            as_of: progress.copied_until.map_or(folded, |at| at.min(folded)),
            is_complete: progress.is_complete(),
        })
    }
}

/// The answer to a question that needs some parts of the facts.
pub(super) async fn report<F: Figures + Send + 'static>(
    app: &App,
    caller: &Caller,
    ask: Ask,
    parts: &[FactPart],
    with_backlog: bool,
) -> Result<Report<F>, Error> {
    caller.may(Operation::ReadAnalytics)?;
    let standing = Standing::of(app).await?;
    let Ask {
        period,
        filter,
        by,
        most,
    } = ask;
    let mut wanted = Wanted::of(&period, parts);
    if with_backlog {
        wanted = wanted.with_backlog();
    }
    let tally = Tally::<F>::new(Arc::new(period.clone()), filter, by);
    let tally = read(app, caller, wanted, tally, Tally::read).await?;
    let (totals, series, groups) = tally.into_groups();
    let series = period
        .parts()
        .zip(series)
        .map(|((from, to), figures)| Part { from, to, figures });
    let series = series.collect();
    let all_groups = groups.len();
    let groups = named(app, groups, most).await?;
    Ok(Report {
        period,
        as_of: standing.as_of,
        is_complete: standing.is_complete,
        totals,
        series,
        groups,
        all_groups,
    })
}

/// The weightiest groups, with their names.
pub(super) async fn named<F>(
    app: &App,
    mut groups: Vec<(GroupKey, F)>,
    most: usize,
) -> Result<Vec<Group<F>>, Error> {
    groups.truncate(most);
    let keys = groups.iter().map(|(key, _)| *key).collect();
    let names = app.facts.names(keys).await?;
    let groups = groups.into_iter().map(|(key, figures)| Group {
        key,
        name: match key {
            GroupKey::Category(category) => Some(category.name().to_owned()),
            GroupKey::Priority(priority) => Some(priority.name().to_owned()),
            key => names.get(&key).cloned(),
        },
        figures,
    });
    Ok(groups.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_release_has_kept_is_not_read() {
        let now = Timestamp::UNIX_EPOCH;
        let kept = |format| Progress {
            seen: 7,
            rebuilding: None,
            format,
            folded_at: now,
            newest: 7,
            copied_until: None,
        };
        for other in [FORMAT - 1, FORMAT + 1] {
            let refused = Standing::at(kept(other), now);
            assert!(
                matches!(refused, Err(StoreError::Unavailable(_))),
                "{other}"
            );
        }
        assert!(Standing::at(kept(FORMAT), now).is_ok_and(|standing| standing.is_complete));
        assert!(Standing::at(kept(0), now).is_ok_and(|standing| !standing.is_complete));
    }
}
