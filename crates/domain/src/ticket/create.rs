//! Making a ticket.

use jiff::Timestamp;

use super::draft::{Draft, Says};
use super::{Act, Decision, TicketData, TicketError};
use crate::class::{Category, ContactMethod, Priority, Source};
use crate::event::{Action, Field};
use crate::ids::{AttachmentId, ContactId, CustomerId, ServiceId, TicketId};
use crate::sla::Timeline;
use crate::text::{Description, Label, Tag, Title};
use crate::workflow::Status;

use super::assign::Assignee;
use super::comment::added;

/// A ticket as somebody wants it made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTicket {
    /// Its identity.
    pub id: TicketId,
    /// Whose it is.
    pub customer: Option<CustomerId>,
    /// One line.
    pub title: Title,
    /// What happened.
    pub description: Description,
    /// What it is about.
    pub category: Category,
    /// How urgent it is.
    pub priority: Priority,
    /// The service concerned.
    pub service: Option<ServiceId>,
    /// The person to talk to.
    pub contact: Option<ContactId>,
    /// How to reach the customer.
    pub contact_method: ContactMethod,
    /// When to reach the customer.
    pub preferred_contact_time: Option<Label>,
    /// Contact details as free text.
    pub contact_info: Option<Label>,
    /// Labels.
    pub tags: Vec<Tag>,
    /// A date promised by hand.
    pub due_date: Option<Timestamp>,
    /// Which API it came in by.
    pub source: Source,
    /// Files that go with it.
    pub attachments: Vec<AttachmentId>,
    /// Who takes it at once, by routing.
    pub route: Option<Routed>,
}

/// Where routing sent a new ticket, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Routed {
    /// To whom.
    pub to: Assignee,
    /// The reason, for the history.
    pub reason: String,
}

impl super::Ticket {
    /// Makes a ticket: open (or assigned, where routing found somebody), judged by the policy that applies now.
    ///
    /// # Errors
    /// [`TicketError::StaffField`] for a due date that a customer gives: it is the desk's to promise.
    /// [`TicketError::TooManyTags`].
    pub fn create(act: &Act<'_>, new: NewTicket) -> Result<Decision, TicketError> {
        if act.by.is_customer() && new.due_date.is_some() {
            return Err(TicketError::StaffField {
                field: Field::DueDate,
            });
        }
        let tags = tidy_tags(new.tags)?;
        let data = TicketData {
            id: new.id,
            customer: new.customer,
            title: new.title,
            description: new.description,
            category: new.category,
            priority: new.priority,
            status: Status::Open,
            status_set_by: None,
            service: new.service,
            contact: new.contact,
            contact_method: new.contact_method,
            preferred_contact_time: new.preferred_contact_time,
            contact_info: new.contact_info,
            tags,
            assignee: None,
            team: None,
            escalation_level: 0,
            due_date: new.due_date,
            source: new.source,
            merged_into: None,
            created_by: act.by.user(),
            updated_at: act.at,
            resolved_at: None,
            closed_at: None,
            resolution: None,
            resolution_code: None,
            resolution_template: None,
            staff_message: None,
            satisfaction: None,
            deleted_at: None,
            version: 0,
            timeline: Timeline::new(act.at, Status::Open),
            sla: None,
        };
        let mut draft = Draft::new(data, act);
        draft.match_policy();
        let says = Says {
            changes: new.attachments.iter().map(added).collect(),
            ..Says::default()
        };
        match new.route {
            None => Ok(draft.finish(Action::Created, says)),
            Some(routed) => {
                draft.give_to(routed.to)?;
                // Routing did, whoever made the ticket.
                draft.data.status_set_by = None;
                Ok(draft.finish(
                    Action::Created,
                    Says {
                        note: Some(routed.reason),
                        ..says
                    },
                ))
            }
        }
    }
}

/// Sorted, each once.
pub(super) fn tidy_tags(mut tags: Vec<Tag>) -> Result<Vec<Tag>, TicketError> {
    tags.sort();
    tags.dedup();
    if tags.len() > Tag::MAX_PER_TICKET {
        return Err(TicketError::TooManyTags {
            limit: Tag::MAX_PER_TICKET,
        });
    }
    Ok(tags)
}
