//! Raising a ticket by hand.

use super::assign::Assignee;
use super::draft::{Draft, Says};
use super::{Act, Decision, TOP_LEVEL, Ticket, TicketError};
use crate::class::Priority;
use crate::event::Action;
use crate::text::Note;

/// An escalation by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalate {
    /// Why.
    pub reason: Note,
    /// To which level, 1 to [`TOP_LEVEL`]; one above the present one if left out.
    pub level: Option<u8>,
    /// To whom it goes at the same time.
    pub to: Option<Assignee>,
    /// A new priority at the same time. Escalation alone never changes it.
    pub priority: Option<Priority>,
}

impl Ticket {
    /// Raises the escalation level.
    ///
    /// # Errors
    /// [`TicketError::EscalatedAlready`] at the level asked for, above it, or at the top;
    /// [`TicketError::Done`], [`TicketError::Merged`].
    pub fn escalate(self, act: &Act<'_>, escalate: &Escalate) -> Result<Decision, TicketError> {
        let mut draft = Draft::begin(self, act);
        draft.not_merged()?;
        draft.not_done()?;
        let level = draft.data.escalation_level;
        let wanted = escalate.level.unwrap_or(level + 1);
        if wanted <= level || wanted > TOP_LEVEL {
            return Err(TicketError::EscalatedAlready { level });
        }
        match escalate.to.map(|to| draft.give_to(to)) {
            // Raising a ticket to the one who has it already is no contradiction.
            None | Some(Ok(()) | Err(TicketError::AlreadyAssigned)) => {}
            Some(Err(error)) => return Err(error),
        }
        draft.data.escalation_level = wanted;
        if let Some(priority) = escalate.priority {
            draft.data.priority = priority;
        }
        let says = Says {
            note: Some(escalate.reason.as_str().to_owned()),
            staff_only: true,
            ..Says::default()
        };
        Ok(draft.finish(Action::Escalated, says))
    }
}
