//! What the clock does to a ticket when nobody else does anything.

use super::draft::Draft;
use super::{Act, Decision, Ticket};

impl Ticket {
    /// Judges the ticket at `act.at`: records the warnings, breaches and escalations that fell due, each with its
    /// own instant. A policy or calendar version that applies to open tickets too is taken up first.
    ///
    /// Never touches `updated_at`, and never records anything twice. The ticket always counts as changed, since its
    /// next timer has to be written even where nothing else came of it.
    pub fn tick(self, act: &Act<'_>) -> Decision {
        let judged = self.data.sla.as_ref();
        let judged = judged.and_then(|sla| Some((sla.judge()?, sla.since)));
        // A ticket without a policy comes up only when one for open tickets was made.
        let overtaken = !self.data.status.is_done()
            && judged.is_none_or(|(by, since)| act.book.superseded(&by, since, act.at));
        let mut draft = Draft::begin(self, act);
        if overtaken {
            draft.match_policy();
            draft.record_rejudged();
        }
        draft.touch();
        draft.close()
    }
}
