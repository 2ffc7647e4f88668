//! Escalations, and what became of them.

use jiff::{SignedDuration, Timestamp};

use super::super::fact::{Escalation, Fact, Outcome, What};
use super::{LONGEST_REASON, Replay};
use crate::event::{Action, Event, Field, Value};
use crate::people::Actor;
use crate::sla::Target;

impl Replay<'_> {
    pub(super) fn escalated(&mut self, event: &Event) {
        let level = event.changes.iter().find_map(|change| match change.to {
            Value::Number(level) if change.field == Field::EscalationLevel => {
                u8::try_from(level).ok()
            }
            _ => None,
        });
        let by_hand = event.actor != Actor::System;
        let reason = if by_hand {
            let note = event.note.as_deref().unwrap_or_default();
            let first_line = note.lines().next().unwrap_or_default().trim();
            first_line.chars().take(LONGEST_REASON).collect()
        } else {
            self.alarm(level.unwrap_or_default(), event.at).to_owned()
        };
        // Another policy may find that a resolved ticket should have been raised.
        let is_done = self.timeline.status().is_done();
        let escalation = Escalation {
            level: level.unwrap_or_default(),
            by_hand,
            reason,
            after: event.at.duration_since(self.subject.created_at),
            outcome: if is_done {
                self.outcome()
            } else {
                Outcome::Open
            },
            resolved_after: None,
        };
        if !is_done {
            self.waiting.push(self.facts.len());
        }
        let dims = self.dims();
        self.push(event.at, dims, What::Escalation(escalation));
    }

    /// Why the clock raised the ticket.
    pub(super) fn alarm(&self, level: u8, at: Timestamp) -> &'static str {
        let alarm = self.last_alarm.filter(|alarm| alarm.0 == at);
        match (level, alarm.map(|alarm| alarm.1)) {
            (1, Some(Action::SlaWarning { .. })) => "resolution close to its limit",
            (
                1,
                Some(Action::SlaBreach {
                    target: Target::NextResponse,
                }),
            ) => "next response missed",
            (1, Some(Action::SlaBreach { .. })) => "first response missed",
            (2, _) => "resolution missed",
            (3, _) => "resolution missed by half its time again",
            _ => "service level",
        }
    }

    /// What a resolution now would make of an escalation.
    pub(super) const fn outcome(&self) -> Outcome {
        if self.decided.resolution_missed {
            Outcome::Late
        } else {
            Outcome::InTime
        }
    }

    /// Says what became of the escalations that wait for it.
    pub(super) fn settle(&mut self, at: Timestamp, outcome: Outcome) {
        for place in std::mem::take(&mut self.waiting) {
            let Some(Fact {
                at: raised,
                what: What::Escalation(escalation),
                ..
            }) = self.facts.get_mut(place)
            else {
                continue;
            };
            escalation.outcome = outcome;
            let second = at.as_microsecond().div_euclid(1_000_000) - raised.as_second();
            escalation.resolved_after =
                (outcome != Outcome::Merged).then(|| SignedDuration::from_secs(second));
        }
    }
}
