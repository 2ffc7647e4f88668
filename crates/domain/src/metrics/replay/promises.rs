//! Answers, and promises kept and missed.

use jiff::{SignedDuration, Timestamp};

use super::super::fact::{Dims, Times, What};
use super::Replay;
use crate::event::Event;
use crate::sla::{Judge, Target, evaluate};

impl Replay<'_> {
    pub(super) fn commented(&mut self, event: &Event) {
        if event.actor.is_customer() {
            self.timeline.customer_commented(event.at);
            self.contacts += 1;
        }
        if !event.actor.is_staff() {
            return;
        }
        self.replies += 1;
        let is_first = self.timeline.first_response_at.is_none();
        let asked = self.timeline.is_cycle_open();
        self.timeline.staff_replied(event.at);
        let dims = Dims {
            agent: event.actor.user(),
            ..self.dims()
        };
        if is_first {
            let times = Times {
                wall: event.at.duration_since(self.subject.created_at),
                business: self.business(Target::FirstResponse, event.at),
            };
            self.push(event.at, dims, What::Response(times));
            if !self.decided.first_response && self.promises(Target::FirstResponse) {
                self.decided.first_response = true;
                self.push(event.at, dims, met(Target::FirstResponse));
            }
        }
        let cycle = self.timeline.cycle;
        if asked && self.decided.next_response < cycle && self.promises(Target::NextResponse) {
            self.decided.next_response = cycle;
            self.push(event.at, dims, met(Target::NextResponse));
        }
    }

    pub(super) fn missed(&mut self, target: Target, at: Timestamp) {
        let decided = match target {
            Target::FirstResponse => std::mem::replace(&mut self.decided.first_response, true),
            Target::NextResponse => {
                let cycle = self.timeline.cycle;
                std::mem::replace(&mut self.decided.next_response, cycle) == cycle
            }
            Target::Resolution => std::mem::replace(&mut self.decided.resolution_missed, true),
        };
        if !decided {
            let dims = self.dims();
            self.push(at, dims, What::Sla { target, met: false });
        }
    }

    pub(super) fn promises(&self, target: Target) -> bool {
        let policy = self.policy.and_then(|id| self.book.policy(id));
        policy.is_some_and(|policy| policy.spec.targets.get(target).is_some())
    }

    /// Business time that a target has taken until `at`.
    pub(super) fn business(&self, target: Target, at: Timestamp) -> Option<SignedDuration> {
        let judge = Judge {
            policy: self.policy?,
            calendar: self.calendar,
        };
        let (policy, calendar) = self.book.judged_by(&judge)?;
        let verdict = evaluate(
            &self.timeline,
            policy,
            calendar,
            self.subject.created_at,
            at,
        );
        Some(verdict.target(target).elapsed)
    }
}

/// A target met.
pub(super) const fn met(target: Target) -> What {
    What::Sla { target, met: true }
}
