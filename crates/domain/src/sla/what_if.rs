//! What would have been: the book with a draft put into it, and a ticket judged by that against what was recorded.

use std::sync::Arc;

use jiff::Timestamp;

use super::book::{BookError, Facts, SlaBook};
use super::calendar::{CalendarError, CalendarSpec, CalendarVersion};
use super::evaluate;
use super::policy::{PolicySpec, PolicyVersion, Target};
use super::record::{self, SlaRecord, TargetRecord};
use super::timeline::Timeline;
use crate::ids::{CalendarId, CalendarVersionId, PolicyId, PolicyVersionId};

/// A policy, a calendar or both, that are not there yet. What a draft replaces is in the book that it is put into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// A policy.
    pub policy: Option<PolicySpec>,
    /// The policy in whose place it comes; a new one, at its own position, where it is nobody's.
    pub replaces: Option<PolicyId>,
    /// A calendar. One that replaces none is the draft policy's own.
    pub calendar: Option<CalendarSpec>,
    /// The calendar in whose place it comes, for every policy that names it.
    pub replaces_calendar: Option<CalendarId>,
}

/// Identities for what a draft adds to a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftIds {
    /// Of the policy, where it is a new one.
    pub policy: PolicyId,
    /// Of its version.
    pub policy_version: PolicyVersionId,
    /// Of the calendar, where it is a new one.
    pub calendar: CalendarId,
    /// Of its version.
    pub calendar_version: CalendarVersionId,
}

/// Why a draft cannot be put into a book.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The calendar makes no sense.
    #[error("the draft calendar cannot be one")]
    Calendar(Vec<CalendarError>),
    /// The book does not take it.
    #[error(transparent)]
    Book(#[from] BookError),
}

/// How a promise stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Outcome {
    /// Nothing was promised, or nothing was asked yet.
    #[default]
    NotPromised,
    /// Neither kept nor missed so far.
    Pending,
    /// Kept.
    Met,
    /// Missed, whatever became of it since.
    Breached,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::NotPromised, Self::Pending, Self::Met, Self::Breached];

    /// The name that clients read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotPromised => "not_promised",
            Self::Pending => "pending",
            Self::Met => "met",
            Self::Breached => "breached",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    fn of(is_owed: bool, met_at: Option<Timestamp>, breached_at: Option<Timestamp>) -> Self {
        match (is_owed, breached_at, met_at) {
            (false, ..) => Self::NotPromised,
            (true, Some(_), _) => Self::Breached,
            (true, None, Some(_)) => Self::Met,
            (true, None, None) => Self::Pending,
        }
    }
}

/// A ticket that is judged twice.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What of it decides about its policy.
    pub facts: Facts<'a>,
    /// What happened to it.
    pub timeline: &'a Timeline,
    /// What was recorded of its SLA.
    pub record: Option<&'a SlaRecord>,
}

/// How a ticket's promises stand, and by which policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// The policy version that judged it; `None` where none applied.
    pub policy: Option<PolicyVersionId>,
    /// By [`Target::index`].
    pub outcomes: [Outcome; 3],
}

/// The book as it stands at an instant, with a draft in it.
#[derive(Debug, Clone)]
pub struct WhatIf {
    present: Arc<SlaBook>,
    drafted: SlaBook,
    /// When the draft has taken effect.
    effective: Timestamp,
    now: Timestamp,
}

impl WhatIf {
    /// The present book and what the draft makes of it.
    ///
    /// # Errors
    /// Where the draft cannot be put into it: one that was checked against this book can.
    pub fn new(
        present: Arc<SlaBook>,
        draft: &Draft,
        ids: DraftIds,
        now: Timestamp,
    ) -> Result<Self, DraftError> {
        // Versions take effect one after the other, also where a clock went back.
        let policies = present.policies().map(|version| version.effective_from);
        let calendars = present.calendars().map(|version| version.effective_from);
        let effective = policies.chain(calendars).fold(now, Timestamp::max);
        let drafted = drafted(&present, draft, ids, effective)?;
        Ok(Self {
            present,
            drafted,
            effective,
            now,
        })
    }

    /// How the ticket stands by its record, brought up to date by the policy that judges it.
    pub fn recorded(&self, case: &Case<'_>) -> Standing {
        let Some(record) = case.record else {
            return Standing::default();
        };
        let is_late = record.next_instant.is_some_and(|next| next <= self.now);
        let judged;
        let record = if is_late {
            judged = record::judge(record, case.timeline, &self.present, self.now, 0).record;
            &judged
        } else {
            record
        };
        let outcome = |target: Target| {
            let TargetRecord {
                limit,
                met_at,
                breached_at,
                ..
            } = record.target(target);
            Outcome::of(
                was_asked(target, case.timeline) && limit.is_some(),
                *met_at,
                *breached_at,
            )
        };
        Standing {
            policy: record.policy,
            outcomes: Target::ALL.map(outcome),
        }
    }

    /// How it would stand if the book with the draft had judged it from its creation on, as what it is now.
    pub fn simulated(&self, case: &Case<'_>) -> Standing {
        let chosen = self.drafted.choose(&case.facts, self.effective);
        let Some((policy, calendar)) = chosen.and_then(|judge| self.drafted.judged_by(&judge))
        else {
            return Standing::default();
        };
        let since = case.timeline.created_at;
        let verdict = evaluate(case.timeline, policy, calendar, since, self.now);
        let outcome = |target: Target| {
            let found = verdict.target(target);
            Outcome::of(
                found.starts_at.is_some() && found.limit.is_some(),
                found.met_at,
                found.breached_at,
            )
        };
        Standing {
            policy: Some(policy.id),
            outcomes: Target::ALL.map(outcome),
        }
    }

    /// The name of that policy version, of the draft's too.
    pub fn policy_name(&self, id: PolicyVersionId) -> Option<&str> {
        let version = self.drafted.policy(id);
        version.map(|version| version.spec.name.as_str())
    }
}

fn was_asked(target: Target, timeline: &Timeline) -> bool {
    match target {
        Target::FirstResponse | Target::Resolution => true,
        Target::NextResponse => timeline.asked_at.is_some(),
    }
}

fn drafted(
    present: &SlaBook,
    draft: &Draft,
    ids: DraftIds,
    effective: Timestamp,
) -> Result<SlaBook, DraftError> {
    let mut calendars: Vec<_> = present.calendars().cloned().collect();
    let mut policies: Vec<_> = present.policies().cloned().collect();
    if let Some(spec) = &draft.calendar {
        let calendar = draft.replaces_calendar.unwrap_or(ids.calendar);
        let versions = calendars.iter().filter(|one| one.calendar == calendar);
        let last = versions.map(|one| one.version).max().unwrap_or_default();
        let id = ids.calendar_version;
        let drafted = CalendarVersion::new(id, calendar, last + 1, effective, false, spec.clone());
        calendars.push(drafted.map_err(DraftError::Calendar)?);
    }
    if let Some(spec) = &draft.policy {
        let policy = draft.replaces.unwrap_or(ids.policy);
        let versions = policies.iter().filter(|one| one.policy == policy);
        let last = versions.map(|one| one.version).max().unwrap_or_default();
        let is_own = draft.calendar.is_some() && draft.replaces_calendar.is_none();
        policies.push(PolicyVersion {
            id: ids.policy_version,
            policy,
            version: last + 1,
            effective_from: effective,
            applies_to_open: false,
            retired: false,
            spec: PolicySpec {
                calendar: if is_own {
                    Some(ids.calendar)
                } else {
                    spec.calendar
                },
                ..spec.clone()
            },
        });
    }
    Ok(SlaBook::new(policies, calendars)?)
}
