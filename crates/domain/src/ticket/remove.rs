//! Deleting a ticket.

use super::draft::{Draft, Says};
use super::{Act, Decision, Ticket};
use crate::event::Action;

impl Ticket {
    /// Hides the ticket everywhere; it is kept for audit until retention purges it. Its clocks stop.
    pub fn delete(self, act: &Act<'_>) -> Decision {
        let mut draft = Draft::begin(self, act);
        draft.data.deleted_at = Some(draft.at());
        draft.finish(
            Action::Deleted,
            Says {
                staff_only: true,
                ..Says::default()
            },
        )
    }
}
