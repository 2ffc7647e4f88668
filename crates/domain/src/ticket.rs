//! The ticket: what it is, and what may be done to it.
//!
//! Every action takes the ticket as it was and an [`Act`] (who, when, by which SLA book), and answers with a
//! [`Decision`]: the ticket as it is then and the events that say what happened. Whatever the SLA clock did
//! in the meantime is decided first, with the instants at which it happened.

pub mod assign;
pub mod comment;
pub mod create;
mod draft;
pub mod edit;
pub mod error;
pub mod escalate;
pub mod files;
pub mod merge;
pub mod own;
pub mod purge;
pub mod rate;
pub mod remove;
pub mod status;
pub mod timer;

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod tests;

use jiff::Timestamp;

use crate::class::{Category, ContactMethod, Priority, Source};
use crate::event::Event;
use crate::ids::{ContactId, CustomerId, ServiceId, TeamId, TemplateId, TicketId, UserId};
use crate::people::Actor;
use crate::sla::{SlaBook, SlaRecord, Timeline};
use crate::text::{Description, Label, Note, Tag, Title};
use crate::workflow::Status;

pub use error::TicketError;
pub use rate::Satisfaction;

/// How long after closing a ticket may be reopened, unless the settings say otherwise: 30 days.
pub const DEFAULT_REOPEN_WINDOW: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// The highest escalation level.
pub const TOP_LEVEL: u8 = 3;

/// Everything that a ticket is made of, but the numbers that the store gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketData {
    /// Its identity.
    pub id: TicketId,
    /// Whose it is; `None` for tickets of people who did not sign in.
    pub customer: Option<CustomerId>,
    /// One line.
    pub title: Title,
    /// What happened.
    pub description: Description,
    /// What it is about.
    pub category: Category,
    /// How urgent it is.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// Who of staff (or which machine) set the status last; `None` while it is as the ticket was made with.
    pub status_set_by: Option<UserId>,
    /// The service concerned.
    pub service: Option<ServiceId>,
    /// The person to talk to.
    pub contact: Option<ContactId>,
    /// How to reach the customer.
    pub contact_method: ContactMethod,
    /// When to reach the customer.
    pub preferred_contact_time: Option<Label>,
    /// Contact details given as free text (simple API).
    pub contact_info: Option<Label>,
    /// Labels, sorted, each once.
    pub tags: Vec<Tag>,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// Which team works on it.
    pub team: Option<TeamId>,
    /// 0 to [`TOP_LEVEL`].
    pub escalation_level: u8,
    /// A date promised by hand; goes before the SLA's when judging what is overdue.
    pub due_date: Option<Timestamp>,
    /// Which API it came in by.
    pub source: Source,
    /// The ticket it was merged into; it is then closed for good.
    pub merged_into: Option<TicketId>,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was last changed by a person or an API (the SLA clock leaves it alone).
    pub updated_at: Timestamp,
    /// When it was resolved, while it is resolved or closed.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed, while it is closed.
    pub closed_at: Option<Timestamp>,
    /// How it was resolved, in words.
    pub resolution: Option<Note>,
    /// How it was resolved, as a code of the provider's.
    pub resolution_code: Option<Label>,
    /// The canned answer that it was resolved with; a reopen clears it here, not in the history.
    pub resolution_template: Option<TemplateId>,
    /// The staff's message to the owner (maintenance API).
    pub staff_message: Option<Note>,
    /// How content the customer was with the resolution; a reopen clears it here, not in the history.
    pub satisfaction: Option<Satisfaction>,
    /// When it was deleted: hidden everywhere, kept for audit.
    pub deleted_at: Option<Timestamp>,
    /// Counts changes, from 1.
    pub version: i64,
    /// What the SLA clocks need of its past.
    pub timeline: Timeline,
    /// How the SLA judged it last; `None` where no policy applies.
    pub sla: Option<SlaRecord>,
}

impl TicketData {
    /// When it was made.
    pub const fn created_at(&self) -> Timestamp {
        self.timeline.created_at
    }

    /// When staff first answered in public.
    pub const fn first_response_at(&self) -> Option<Timestamp> {
        self.timeline.first_response_at
    }

    /// What "overdue" is measured by: the date set by hand, else the SLA's resolution time.
    pub fn due_at(&self) -> Option<Timestamp> {
        self.due_date
            .or_else(|| self.sla.as_ref().and_then(SlaRecord::resolution_due_at))
    }

    /// Whether it is unresolved and past its due time at `now`.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        !self.status.is_done() && self.due_at().is_some_and(|due| due < now)
    }

    /// The next instant at which the SLA's answer changes by itself.
    pub fn next_timer_at(&self) -> Option<Timestamp> {
        match self.deleted_at {
            Some(_) => None,
            None => self.sla.as_ref().and_then(|sla| sla.next_instant),
        }
    }
}

/// A ticket whose fields do not contradict each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    data: TicketData,
}

/// Fields that contradict each other, as only a damaged row can hold them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Contradiction(pub &'static str);

impl Ticket {
    /// A ticket out of a store.
    ///
    /// # Errors
    /// [`Contradiction`] when the fields cannot belong to one ticket.
    pub fn restore(data: TicketData) -> Result<Self, Contradiction> {
        let ok = |holds: bool, says: &'static str| {
            if holds {
                Ok(())
            } else {
                Err(Contradiction(says))
            }
        };
        ok(data.version >= 1, "version below 1")?;
        ok(
            data.escalation_level <= TOP_LEVEL,
            "escalation level above 3",
        )?;
        ok(
            data.closed_at.is_some() == (data.status == Status::Closed),
            "closed_at does not fit the status",
        )?;
        ok(
            data.resolved_at.is_some() == data.status.is_done(),
            "resolved_at does not fit the status",
        )?;
        ok(
            data.merged_into.is_none() || data.status == Status::Closed,
            "merged but not closed",
        )?;
        ok(
            data.satisfaction.is_none() || data.status.is_done(),
            "rated but not resolved",
        )?;
        ok(
            data.timeline.status() == data.status,
            "the timeline ends in another status",
        )?;
        Ok(Self { data })
    }

    /// Its fields.
    pub const fn data(&self) -> &TicketData {
        &self.data
    }

    /// Its fields, to keep.
    pub fn into_data(self) -> TicketData {
        self.data
    }
}

/// The circumstances of an action.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// Who acts.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// The SLA policies and calendars, all versions.
    pub book: &'a SlaBook,
    /// The customer's tier, which policies may ask for.
    pub tier: Option<&'a str>,
    /// How long after closing a ticket may be reopened.
    pub reopen_window: jiff::SignedDuration,
}

/// What an action led to.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The ticket afterwards. Its version has moved by one if there are events or what the SLA's record says changed.
    pub ticket: Ticket,
    /// What happened, in order. Empty: nothing did.
    pub events: Vec<Event>,
    /// Whether there is anything to write.
    pub changed: bool,
}
