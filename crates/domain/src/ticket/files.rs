//! Files on a ticket.

use super::comment::added;
use super::draft::{Draft, Says};
use super::{Act, Decision, Ticket, TicketError};
use crate::event::{Action, Change, Field, Value};
use crate::ids::AttachmentId;

impl Ticket {
    /// Records files that were uploaded to the ticket, as one entry.
    ///
    /// # Errors
    /// [`TicketError::Merged`].
    pub fn attach(
        self,
        act: &Act<'_>,
        first: AttachmentId,
        more: &[AttachmentId],
        is_internal: bool,
    ) -> Result<Decision, TicketError> {
        let draft = Draft::begin(self, act);
        draft.not_merged()?;
        let says = Says {
            changes: std::iter::once(&first).chain(more).map(added).collect(),
            staff_only: is_internal,
            ..Says::default()
        };
        Ok(draft.finish(Action::AttachmentAdded { attachment: first }, says))
    }

    /// Records that a file was taken back.
    ///
    /// # Errors
    /// [`TicketError::Merged`].
    pub fn detach(
        self,
        act: &Act<'_>,
        file: AttachmentId,
        is_internal: bool,
    ) -> Result<Decision, TicketError> {
        let draft = Draft::begin(self, act);
        draft.not_merged()?;
        let says = Says {
            changes: vec![Change {
                field: Field::Attachment,
                from: Value::Text(file.to_string()),
                to: Value::Null,
            }],
            staff_only: is_internal,
            ..Says::default()
        };
        Ok(draft.finish(Action::Updated, says))
    }
}
