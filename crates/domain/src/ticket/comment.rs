//! What people write on a ticket.

use jiff::Timestamp;

use super::draft::{Draft, Says};
use super::{Act, Decision, Ticket, TicketError};
use crate::event::{Action, Change, Field, Value};
use crate::ids::{AttachmentId, CommentId, UserId};
use crate::text::CommentBody;
use crate::workflow::{Kind, Status};

/// A comment or an internal note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its identity.
    pub id: CommentId,
    /// Who wrote it; `None` for somebody who had not signed in.
    pub author: Option<UserId>,
    /// The text.
    pub body: CommentBody,
    /// For staff alone.
    pub is_internal: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last rewritten.
    pub updated_at: Timestamp,
}

/// What somebody wants to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    /// Its identity.
    pub id: CommentId,
    /// The text.
    pub body: CommentBody,
    /// For staff alone.
    pub is_internal: bool,
    /// Files that go with it.
    pub attachments: Vec<AttachmentId>,
}

impl Ticket {
    /// Writes a comment.
    ///
    /// A customer's public comment takes up a ticket that waited for it, and reopens one that was resolved or
    /// closed; that is part of the same entry. Staff's first public comment is the first response.
    ///
    /// # Errors
    /// [`TicketError::Merged`]; for a customer [`TicketError::ReopenWindowOver`].
    pub fn comment(
        self,
        act: &Act<'_>,
        new: &NewComment,
    ) -> Result<(Decision, Comment), TicketError> {
        let mut draft = Draft::begin(self, act);
        draft.not_merged()?;
        let at = draft.at();
        if !new.is_internal && act.by.is_customer() {
            draft.data.timeline.customer_commented(at);
            if let Some(status) = draft.status_after_customers_word() {
                draft.move_to(status)?;
            }
        }
        if !new.is_internal && act.by.is_staff() {
            draft.data.timeline.staff_replied(at);
        }
        let says = Says {
            changes: new.attachments.iter().map(added).collect(),
            staff_only: new.is_internal,
            ..Says::default()
        };
        let comment = Comment {
            id: new.id,
            author: act.by.user(),
            body: new.body.clone(),
            is_internal: new.is_internal,
            created_at: at,
            updated_at: at,
        };
        Ok((
            draft.finish(Action::Commented { comment: new.id }, says),
            comment,
        ))
    }

    /// Rewrites a comment; the old text stays in the history.
    ///
    /// # Errors
    /// [`TicketError::Merged`].
    pub fn edit_comment(
        self,
        act: &Act<'_>,
        comment: &Comment,
        body: CommentBody,
    ) -> Result<(Decision, Comment), TicketError> {
        let draft = Draft::begin(self, act);
        draft.not_merged()?;
        if comment.body == body {
            return Ok((draft.close(), comment.clone()));
        }
        let after = Comment {
            body,
            updated_at: draft.at(),
            ..comment.clone()
        };
        let change = Change {
            field: Field::Comment,
            from: Value::Text(comment.body.as_str().to_owned()),
            to: Value::Text(after.body.as_str().to_owned()),
        };
        let says = Says {
            changes: vec![change],
            staff_only: comment.is_internal,
            ..Says::default()
        };
        Ok((
            draft.finish(
                Action::CommentEdited {
                    comment: comment.id,
                },
                says,
            ),
            after,
        ))
    }

    /// Takes a comment back; its text stays in the history, and its files with the ticket, for staff alone.
    ///
    /// # Errors
    /// [`TicketError::Merged`].
    pub fn delete_comment(self, act: &Act<'_>, comment: &Comment) -> Result<Decision, TicketError> {
        let draft = Draft::begin(self, act);
        draft.not_merged()?;
        let from = Value::Text(comment.body.as_str().to_owned());
        let says = Says {
            changes: vec![Change {
                field: Field::Comment,
                from,
                to: Value::Null,
            }],
            staff_only: comment.is_internal,
            ..Says::default()
        };
        Ok(draft.finish(
            Action::CommentDeleted {
                comment: comment.id,
            },
            says,
        ))
    }
}

/// A file in the history.
pub(super) fn added(attachment: &AttachmentId) -> Change {
    Change {
        field: Field::Attachment,
        from: Value::Null,
        to: Value::Text(attachment.to_string()),
    }
}

impl Draft<'_> {
    /// Where a customer's word takes the ticket; `None`: it stays.
    fn status_after_customers_word(&self) -> Option<Status> {
        match self.data.status {
            Status::PendingCustomer => {
                let mut past = self
                    .data
                    .timeline
                    .statuses
                    .iter()
                    .rev()
                    .map(|(_, status)| *status);
                let started =
                    past.find(|status| status.kind() == Kind::Active) == Some(Status::InProgress);
                let waits = self.data.assignee.is_some() && !started;
                Some(if waits {
                    Status::Assigned
                } else {
                    Status::InProgress
                })
            }
            Status::Resolved | Status::Closed => Some(Status::Reopened),
            Status::Open
            | Status::Assigned
            | Status::InProgress
            | Status::PendingVendor
            | Status::Reopened => None,
        }
    }
}
