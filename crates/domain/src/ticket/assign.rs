//! Who works on a ticket.

use super::draft::{Draft, Says};
use super::{Act, Decision, Ticket, TicketError};
use crate::class::Priority;
use crate::event::Action;
use crate::ids::{TeamId, UserId};
use crate::text::Note;
use crate::workflow::Status;

/// To whom a ticket goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// To a person, and to that person's team if there is one.
    User(UserId, Option<TeamId>),
    /// To a team; whoever had it loses it.
    Team(TeamId),
    /// Back to where everybody may take it.
    Nobody,
}

/// An assignment and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assign {
    /// To whom.
    pub to: Assignee,
    /// A new priority at the same time.
    pub priority: Option<Priority>,
    /// A remark for staff.
    pub note: Option<Note>,
    /// Whether the maker wants the customer told.
    pub notify_customer: bool,
}

impl Ticket {
    /// Gives the ticket to somebody, or takes it back.
    ///
    /// From open, reopened and in progress the status becomes `assigned`, while pending it stays. Taking it back
    /// makes `assigned` and `in_progress` `open` again.
    ///
    /// # Errors
    /// [`TicketError::AlreadyAssigned`], [`TicketError::Done`], [`TicketError::Merged`].
    pub fn assign(self, act: &Act<'_>, assign: &Assign) -> Result<Decision, TicketError> {
        let mut draft = Draft::begin(self, act);
        draft.not_merged()?;
        draft.not_done()?;
        draft.give_to(assign.to)?;
        if let Some(priority) = assign.priority {
            draft.data.priority = priority;
        }
        let says = Says {
            note: assign.note.as_ref().map(|note| note.as_str().to_owned()),
            notify_customer: assign.notify_customer,
            ..Says::default()
        };
        Ok(draft.finish(Action::Assigned, says))
    }
}

impl Draft<'_> {
    /// The assignment itself, with the step in the workflow that belongs to it.
    pub(super) fn give_to(&mut self, to: Assignee) -> Result<(), TicketError> {
        let (assignee, team) = match to {
            Assignee::User(user, team) => (Some(user), team.or(self.data.team)),
            Assignee::Team(team) => (None, Some(team)),
            Assignee::Nobody => (None, None),
        };
        let same = match to {
            Assignee::User(user, _) => self.data.assignee == Some(user),
            Assignee::Team(team) => self.data.assignee.is_none() && self.data.team == Some(team),
            Assignee::Nobody => self.data.assignee.is_none() && self.data.team.is_none(),
        };
        if same {
            return Err(TicketError::AlreadyAssigned);
        }
        let status = match (to, self.data.status) {
            (Assignee::Nobody, Status::Assigned | Status::InProgress) => Some(Status::Open),
            (
                Assignee::User(..) | Assignee::Team(_),
                Status::Open | Status::Reopened | Status::InProgress,
            ) => Some(Status::Assigned),
            _ => None,
        };
        self.data.assignee = assignee;
        self.data.team = team;
        status.map_or(Ok(()), |status| self.move_to(status))
    }
}
