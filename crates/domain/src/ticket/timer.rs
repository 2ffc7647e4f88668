//! What the clock does to a ticket when nobody else does anything.

use super::draft::Draft;
use super::{Act, Decision, Ticket};
use crate::sla::Judge;

impl Ticket {
    /// Judges the ticket at `act.at`: records the warnings, breaches and escalations that fell due, each with its
    /// own instant. A policy or calendar version that applies to open tickets too is taken up first.
    ///
    /// Never touches `updated_at`, and never records anything twice. The ticket always counts as changed, since its
    /// next timer has to be written even where nothing else came of it.
    pub fn tick(self, act: &Act<'_>) -> Decision {
        let overtaken = self.data.sla.as_ref().is_some_and(|sla| {
            let judge = Judge {
                policy: sla.policy,
                calendar: sla.calendar,
            };
            !self.data.status.is_done() && act.book.superseded(&judge, sla.since, act.at)
        });
        let mut draft = Draft::begin(self, act);
        if overtaken {
            draft.match_policy();
            draft.judge();
        }
        draft.touch();
        draft.close()
    }
}
