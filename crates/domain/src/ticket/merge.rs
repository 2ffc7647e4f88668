//! Tickets and other tickets: merging and linking.

use super::draft::{Draft, Says};
use super::{Act, Decision, Ticket, TicketError};
use crate::event::{Action, Change, Field, Value};
use crate::ids::TicketId;
use crate::text::Note;
use crate::workflow::Status;

/// How one ticket stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// They have to do with each other.
    RelatesTo,
    /// This one says the same as the other.
    Duplicates,
    /// The other cannot go on before this one is done.
    Blocks,
    /// This one comes from the other.
    CausedBy,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 4] = [
        Self::RelatesTo,
        Self::Duplicates,
        Self::Blocks,
        Self::CausedBy,
    ];

    /// The name that clients use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RelatesTo => "relates_to",
            Self::Duplicates => "duplicates",
            Self::Blocks => "blocks",
            Self::CausedBy => "caused_by",
        }
    }

    /// The relation of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|relation| relation.name() == name)
    }
}

impl Ticket {
    /// Closes this ticket for good, in favour of `target`.
    ///
    /// # Errors
    /// [`TicketError::Itself`], [`TicketError::Merged`] (either of them), [`TicketError::OtherCustomer`].
    pub fn merge_into(
        self,
        act: &Act<'_>,
        target: &Self,
        reason: Option<&Note>,
    ) -> Result<Decision, TicketError> {
        let mut draft = Draft::begin(self, act);
        let into = target.data().id;
        if draft.data.id == into {
            return Err(TicketError::Itself);
        }
        draft.not_merged()?;
        target
            .data()
            .merged_into
            .map_or(Ok(()), |into| Err(TicketError::Merged { into }))?;
        if draft.data.customer != target.data().customer {
            return Err(TicketError::OtherCustomer);
        }
        draft.move_to(Status::Closed)?;
        draft.data.merged_into = Some(into);
        Ok(draft.finish(Action::Merged { into }, reason_of(reason)))
    }

    /// Records that `source` was merged into this ticket.
    ///
    /// # Errors
    /// [`TicketError::Merged`].
    pub fn receive_merge(
        self,
        act: &Act<'_>,
        source: TicketId,
        reason: Option<&Note>,
    ) -> Result<Decision, TicketError> {
        let draft = Draft::begin(self, act);
        draft.not_merged()?;
        Ok(draft.finish(Action::MergeReceived { from: source }, reason_of(reason)))
    }

    /// Forgets what this ticket was merged into, since that is deleted and about to be gone for good. It stays closed, and its
    /// history still tells of the merge.
    pub fn outlive_target(self, act: &Act<'_>) -> Decision {
        let mut draft = Draft::begin(self, act);
        draft.data.merged_into = None;
        draft.finish_if_changed(Action::Updated, Says::default())
    }

    /// Records a link from this ticket to another.
    ///
    /// # Errors
    /// [`TicketError::Itself`], [`TicketError::Merged`].
    pub fn link(
        self,
        act: &Act<'_>,
        to: TicketId,
        relation: Relation,
    ) -> Result<Decision, TicketError> {
        let draft = Draft::begin(self, act);
        if draft.data.id == to {
            return Err(TicketError::Itself);
        }
        draft.not_merged()?;
        let change = Change {
            field: Field::Link,
            from: Value::Null,
            to: Value::Text(relation.name().to_owned()),
        };
        Ok(draft.finish(
            Action::Linked { to },
            Says {
                changes: vec![change],
                staff_only: true,
                ..Says::default()
            },
        ))
    }
}

fn reason_of(reason: Option<&Note>) -> Says {
    Says {
        note: reason.map(|reason| reason.as_str().to_owned()),
        ..Says::default()
    }
}
