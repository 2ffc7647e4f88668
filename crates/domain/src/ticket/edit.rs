//! Editing a ticket's fields.

use jiff::Timestamp;

use super::create::tidy_tags;
use super::draft::{Draft, Says, differences};
use super::{Act, Decision, Ticket, TicketError};
use crate::class::{Category, ContactMethod, Priority};
use crate::event::{Action, Field};
use crate::ids::{ContactId, ServiceId, TeamId, UserId};
use crate::text::{Description, Label, Note, Tag, Title};
use crate::workflow::Status;

use super::assign::Assignee;

/// What an edit says of a field that may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Nothing: it stays.
    #[default]
    Keep,
    /// It becomes empty.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> Patch<T> {
    /// Does to `field` what this says.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }

    /// The same, of another type.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(f(value)),
        }
    }
}

/// An edit: the fields given change, the others stay.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Edit {
    /// `title`
    pub title: Option<Title>,
    /// `description`
    pub description: Option<Description>,
    /// `category`; the SLA policy is matched again
    pub category: Option<Category>,
    /// `priority`; the SLA policy is matched again
    pub priority: Option<Priority>,
    /// `status`, through the workflow
    pub status: Option<Status>,
    /// `service_id`
    pub service: Patch<ServiceId>,
    /// `contact_id`
    pub contact: Patch<ContactId>,
    /// `contact_method`
    pub contact_method: Option<ContactMethod>,
    /// `preferred_contact_time`
    pub preferred_contact_time: Patch<Label>,
    /// `contact_info`
    pub contact_info: Patch<Label>,
    /// `tags`, all of them
    pub tags: Option<Vec<Tag>>,
    /// `due_date`
    pub due_date: Patch<Timestamp>,
    /// `resolution`
    pub resolution: Patch<Note>,
    /// `resolution_code`
    pub resolution_code: Patch<Label>,
    /// `staff_message`
    pub staff_message: Patch<Note>,
    /// `assigned_team` (CRM)
    pub team: Patch<TeamId>,
    /// `assigned_to` (CRM), with the team that the user brings along
    pub assignee: Patch<(UserId, Option<TeamId>)>,
}

impl Ticket {
    /// Applies an edit. What equals the present value changes nothing, and an edit that changes nothing leaves no entry.
    ///
    /// # Errors
    /// As [`Ticket::set_status`]; [`TicketError::StaffField`] and [`TicketError::Locked`] for a customer;
    /// [`TicketError::TooManyTags`]; [`TicketError::Merged`].
    pub fn edit(self, act: &Act<'_>, edit: Edit) -> Result<Decision, TicketError> {
        let mut draft = Draft::begin(self, act);
        let found = draft.data.clone();
        let status = edit.status.filter(|status| *status != found.status);
        if act.by.is_customer() && status.is_some() {
            return Err(TicketError::StaffField {
                field: Field::Status,
            });
        }
        if act.by.is_customer() && edit.team != Patch::Keep {
            return Err(TicketError::StaffField { field: Field::Team });
        }
        if act.by.is_customer() && edit.assignee != Patch::Keep {
            return Err(TicketError::StaffField {
                field: Field::Assignee,
            });
        }
        draft.fill(edit)?;
        if let Some(status) = status {
            draft.move_to(status)?;
        }
        let changes = differences(&found, &draft.data);
        if changes.is_empty() {
            return Ok(draft.close());
        }
        draft.not_merged()?;
        if act.by.is_customer() {
            if let Some(change) = changes.iter().find(|change| !is_customers(change.field)) {
                return Err(TicketError::StaffField {
                    field: change.field,
                });
            }
            if found.status.is_done() {
                return Err(TicketError::Locked {
                    status: found.status,
                });
            }
        }
        let action = match status {
            Some(Status::Resolved) => Action::Resolved,
            Some(Status::Closed) => Action::Closed,
            Some(Status::Reopened) => Action::Reopened,
            Some(_) => Action::StatusChanged,
            None if draft.data.assignee != found.assignee => Action::Assigned,
            None => Action::Updated,
        };
        let says = Says {
            notify_customer: status.is_some(),
            ..Says::default()
        };
        Ok(draft.finish(action, says))
    }
}

/// What a customer may change of its own ticket. Closing and reopening are actions of their own.
const fn is_customers(field: Field) -> bool {
    matches!(
        field,
        Field::Title | Field::Description | Field::ContactMethod | Field::PreferredContactTime
    )
}

impl Draft<'_> {
    fn fill(&mut self, edit: Edit) -> Result<(), TicketError> {
        let Edit {
            title,
            description,
            category,
            priority,
            status: _,
            service,
            contact,
            contact_method,
            preferred_contact_time,
            contact_info,
            tags,
            due_date,
            resolution,
            resolution_code,
            staff_message,
            team,
            assignee,
        } = edit;
        let data = &mut self.data;
        if let Some(title) = title {
            data.title = title;
        }
        if let Some(description) = description {
            data.description = description;
        }
        data.category = category.unwrap_or(data.category);
        data.priority = priority.unwrap_or(data.priority);
        data.contact_method = contact_method.unwrap_or(data.contact_method);
        service.apply(&mut data.service);
        contact.apply(&mut data.contact);
        preferred_contact_time.apply(&mut data.preferred_contact_time);
        contact_info.apply(&mut data.contact_info);
        due_date.apply(&mut data.due_date);
        resolution.apply(&mut data.resolution);
        resolution_code.apply(&mut data.resolution_code);
        staff_message.apply(&mut data.staff_message);
        if let Some(tags) = tags {
            data.tags = tidy_tags(tags)?;
        }
        self.set_team(&team)?;
        self.set_assignee(&assignee, &team)
    }

    /// Writing the team is assigning to it, except that a present assignee stays where the team stays.
    fn set_team(&mut self, team: &Patch<TeamId>) -> Result<(), TicketError> {
        let to = match team {
            Patch::Keep => return Ok(()),
            Patch::Clear if self.data.team.is_none() => return Ok(()),
            Patch::Set(team) if self.data.team == Some(*team) => return Ok(()),
            Patch::Clear => Assignee::Nobody,
            Patch::Set(team) => Assignee::Team(*team),
        };
        self.give_to(to)
    }

    /// Writing the assignee is assigning. Whoever takes the ticket from a user and names a team leaves it to the team.
    fn set_assignee(
        &mut self,
        assignee: &Patch<(UserId, Option<TeamId>)>,
        team: &Patch<TeamId>,
    ) -> Result<(), TicketError> {
        let to = match (assignee, team) {
            (Patch::Keep, _) => return Ok(()),
            (Patch::Clear, _) if self.data.assignee.is_none() => return Ok(()),
            (Patch::Set((user, _)), _) if self.data.assignee == Some(*user) => return Ok(()),
            (Patch::Clear, Patch::Set(team)) => Assignee::Team(*team),
            (Patch::Clear, Patch::Keep | Patch::Clear) => Assignee::Nobody,
            (Patch::Set((user, _)), Patch::Set(_)) => Assignee::User(*user, None),
            (Patch::Set((user, team)), Patch::Keep | Patch::Clear) => Assignee::User(*user, *team),
        };
        self.not_done()?;
        self.give_to(to)
    }
}
