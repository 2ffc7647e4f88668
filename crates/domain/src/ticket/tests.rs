//! What may be done to a ticket, case by case; `properties.rs` beside it tries everything in any order.

mod clock;
mod comments;
mod endings;
mod given;
mod purge;
mod rating;
mod rejudged;
mod steps;
mod work;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::assign::{Assign, Assignee};
use super::comment::NewComment;
use super::create::NewTicket;
use super::edit::{Edit, Patch};
use super::escalate::Escalate;
use super::status::Resolution;
use super::{Act, DEFAULT_REOPEN_WINDOW, Decision, Ticket, TicketError};
use crate::class::{Category, ContactMethod, Priority, Source};
use crate::event::{Action, Audience, Field, Value};
use crate::ids::{CommentId, CustomerId, TeamId, TicketId, UserId};
use crate::people::{Actor, Role};
use crate::sla::{SlaBook, Target, shipped};
use crate::text::{CommentBody, Description, Label, Note, Title};
use crate::workflow::Status;

/// 2026-03-02 10:00 UTC, a Monday.
pub(crate) fn start() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

pub(crate) fn after(minutes: i64) -> Timestamp {
    start() + SignedDuration::from_mins(minutes)
}

pub(crate) fn book() -> SlaBook {
    let mut n = 0_u128;
    let (policies, calendars) = shipped(Timestamp::UNIX_EPOCH, || {
        n += 1;
        Uuid::from_u128(n)
    });
    SlaBook::new(policies, calendars).unwrap()
}

pub(crate) const AGENT: Actor = Actor::User {
    id: UserId(Uuid::from_u128(1)),
    role: Role::Agent,
};
pub(crate) const CUSTOMER: Actor = Actor::User {
    id: UserId(Uuid::from_u128(2)),
    role: Role::Customer,
};
pub(super) const SOMEBODY: Assignee = Assignee::User(UserId(Uuid::from_u128(3)), None);

pub(crate) fn act(book: &SlaBook, by: Actor, at: Timestamp) -> Act<'_> {
    Act {
        by,
        at,
        book,
        tier: None,
        reopen_window: DEFAULT_REOPEN_WINDOW,
    }
}

pub(crate) fn new_ticket(id: u128, priority: Priority) -> NewTicket {
    NewTicket {
        id: TicketId(Uuid::from_u128(id)),
        customer: Some(CustomerId(Uuid::from_u128(9))),
        title: Title::parse("No signal").unwrap(),
        description: Description::parse("The line has been dead since noon").unwrap(),
        category: Category::TechnicalSupport,
        priority,
        service: None,
        contact: None,
        contact_method: ContactMethod::Portal,
        preferred_contact_time: None,
        contact_info: None,
        tags: vec![],
        due_date: None,
        source: Source::Isp,
        attachments: vec![],
        route: None,
    }
}

/// A ticket of urgent priority, which is judged around the clock: 30 minutes to respond, 8 hours to resolve.
fn urgent(book: &SlaBook) -> Ticket {
    Ticket::create(
        &act(book, CUSTOMER, start()),
        new_ticket(100, Priority::Urgent),
    )
    .unwrap()
    .ticket
}

fn assign(to: Assignee) -> Assign {
    Assign {
        to,
        priority: None,
        note: None,
        notify_customer: true,
    }
}

fn says(id: u128, is_internal: bool) -> NewComment {
    NewComment {
        id: CommentId(Uuid::from_u128(id)),
        body: CommentBody::parse("text").unwrap(),
        is_internal,
        attachments: vec![],
    }
}

fn names(decision: &Decision) -> Vec<&'static str> {
    decision
        .events
        .iter()
        .map(|event| event.action.name())
        .collect()
}
