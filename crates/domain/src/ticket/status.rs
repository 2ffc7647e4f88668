//! Moving a ticket through the workflow: status changes, resolve, close, reopen.

use super::draft::{Draft, Says};
use super::{Act, Decision, Ticket, TicketError};
use crate::event::{Action, Field};
use crate::ids::TemplateId;
use crate::text::{Label, Note};
use crate::workflow::Status;

/// How a ticket was resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolution {
    /// In words.
    pub text: Option<Note>,
    /// As a code of the provider's.
    pub code: Option<Label>,
    /// The canned answer that it was resolved with; staff's alone to say.
    pub template: Option<TemplateId>,
    /// Whether the maker wants the customer told.
    pub notify_customer: bool,
}

impl Ticket {
    /// Moves the ticket to `to`. To the status it already has: nothing happens.
    ///
    /// # Errors
    /// [`TicketError`] where the workflow has no such step, `assigned` has nobody to go to, the ticket was
    /// merged, or the reopen window is over.
    pub fn set_status(self, act: &Act<'_>, to: Status) -> Result<Decision, TicketError> {
        let mut draft = Draft::begin(self, act);
        draft.move_to(to)?;
        let says = Says {
            notify_customer: true,
            ..Says::default()
        };
        Ok(draft.finish_if_changed(action_of(to), says))
    }

    /// Moves the ticket through several statuses in one action, for clients that know statuses and no actions. A step to
    /// the status that it has by then is left out; without any other nothing happens.
    ///
    /// # Errors
    /// As [`Ticket::set_status`]; [`TicketError::StaffField`] for a customer who wants anything but closing and reopening.
    pub fn move_along(self, act: &Act<'_>, steps: &[Status]) -> Result<Decision, TicketError> {
        let mut draft = Draft::begin(self, act);
        for to in steps {
            let is_move = draft.data.status != *to;
            if is_move && act.by.is_signed_in_customer() && !is_customers_step(*to) {
                return Err(TicketError::StaffField {
                    field: Field::Status,
                });
            }
            draft.move_to(*to)?;
        }
        let (from, to) = (draft.status_before(), draft.data.status);
        let action = match (from.is_done(), to.is_done()) {
            (true, false) => Action::Reopened,
            _ => action_of(to),
        };
        Ok(draft.finish_if_changed(action, Says::default()))
    }

    /// Declares the work done.
    ///
    /// # Errors
    /// [`TicketError::Transition`] from closed, [`TicketError::Merged`].
    pub fn resolve(self, act: &Act<'_>, how: Resolution) -> Result<Decision, TicketError> {
        self.end(act, Status::Resolved, how)
    }

    /// Closes the ticket. Closing a closed one does nothing.
    ///
    /// # Errors
    /// [`TicketError::Merged`] for a merged ticket; [`TicketError::StaffField`] for a customer who names a canned answer.
    pub fn close(self, act: &Act<'_>, how: Resolution) -> Result<Decision, TicketError> {
        self.end(act, Status::Closed, how)
    }

    fn end(self, act: &Act<'_>, to: Status, how: Resolution) -> Result<Decision, TicketError> {
        if act.by.is_customer() && how.template.is_some() {
            return Err(TicketError::StaffField {
                field: Field::ResolutionTemplate,
            });
        }
        let mut draft = Draft::begin(self, act);
        if draft.data.status == to {
            draft.not_merged()?;
            return Ok(draft.close());
        }
        draft.move_to(to)?;
        draft.set_resolution(how.text, how.code);
        draft.data.resolution_template = how.template.or(draft.data.resolution_template);
        let says = Says {
            notify_customer: how.notify_customer,
            ..Says::default()
        };
        Ok(draft.finish_if_changed(action_of(to), says))
    }

    /// Takes up a resolved or closed ticket again. Reopening a reopened one does nothing.
    ///
    /// # Errors
    /// [`TicketError::Transition`] from any other status, [`TicketError::ReopenWindowOver`], [`TicketError::Merged`].
    pub fn reopen(self, act: &Act<'_>, reason: &Note) -> Result<Decision, TicketError> {
        let mut draft = Draft::begin(self, act);
        draft.move_to(Status::Reopened)?;
        let says = Says {
            note: Some(reason.as_str().to_owned()),
            ..Says::default()
        };
        if draft.data.status == draft.status_before() {
            Ok(draft.close())
        } else {
            Ok(draft.finish(Action::Reopened, says))
        }
    }
}

/// What a customer may do to its own ticket's status.
const fn is_customers_step(to: Status) -> bool {
    matches!(to, Status::Closed | Status::Reopened)
}

const fn action_of(to: Status) -> Action {
    match to {
        Status::Resolved => Action::Resolved,
        Status::Closed => Action::Closed,
        Status::Reopened => Action::Reopened,
        Status::Open
        | Status::Assigned
        | Status::InProgress
        | Status::PendingCustomer
        | Status::PendingVendor => Action::StatusChanged,
    }
}

impl Draft<'_> {
    /// One step of the workflow, with what belongs to it. To the present status: nothing.
    pub(super) fn move_to(&mut self, to: Status) -> Result<(), TicketError> {
        let (from, at) = (self.data.status, self.at());
        self.not_merged()?;
        if from == to {
            return Ok(());
        }
        if !from.allows(to) {
            return Err(TicketError::Transition { from, to });
        }
        if to == Status::Assigned && self.data.assignee.is_none() && self.data.team.is_none() {
            return Err(TicketError::NeedsAssignee);
        }
        if let (Status::Reopened, Some(closed_at)) = (to, self.data.closed_at)
            && at.duration_since(closed_at) > self.act.reopen_window
        {
            return Err(TicketError::ReopenWindowOver { closed_at });
        }
        self.data.status = to;
        if !self.act.by.is_customer() && self.act.by.user().is_some() {
            self.data.status_set_by = self.act.by.user();
        }
        self.data.timeline.status_changed(at, to);
        match to {
            Status::Open => {
                self.data.assignee = None;
                self.data.team = None;
            }
            Status::Resolved => self.data.resolved_at = Some(at),
            Status::Closed => {
                self.data.resolved_at.get_or_insert(at);
                self.data.closed_at = Some(at);
            }
            Status::Reopened => {
                self.data.satisfaction = None;
                self.data.resolution_template = None;
                self.data.resolved_at = None;
                self.data.closed_at = None;
            }
            Status::Assigned
            | Status::InProgress
            | Status::PendingCustomer
            | Status::PendingVendor => {}
        }
        Ok(())
    }

    /// Keeps how the ticket was resolved; what is not given stays as it was.
    pub(super) fn set_resolution(&mut self, text: Option<Note>, code: Option<Label>) {
        if text.is_some() {
            self.data.resolution = text;
        }
        if code.is_some() {
            self.data.resolution_code = code;
        }
    }
}
