//! Between this dialect's one type and the desk's.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use linedesk_app::models::{
    Message, Part, Person, Sort, SortKey, Start, Stored, Thread, TicketFilter, TicketPage,
};
use linedesk_app::tickets::{AddComment, CreateTicket, ListTickets, MAX_LIMIT, MAX_OFFSET};
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::ids::TicketId;
use linedesk_domain::text::Note;
use linedesk_domain::ticket::own::OwnEdit;
use linedesk_domain::workflow::Status;
use serde::Deserialize;
use validator::{Validate, ValidationErrors};

use super::dto::{
    MaintenanceBody, MaintenanceMessage, MaintenanceMessages, MaintenancePerson,
    MaintenanceStaffMessage, MaintenanceTicket,
};
use crate::extract::faults::Wrong;
use crate::extract::query::{FromQuery, QueryReader};
use crate::extract::{Body, Faults, parse};

/// Tickets on one page unless the client says otherwise.
const DEFAULT_LIMIT: u32 = 50;

/// A whole ticket outward.
pub fn ticket<'a>(stored: &'a Stored, thread: &'a Thread) -> MaintenanceTicket<'a> {
    let Stored { data, numbers } = stored;
    MaintenanceTicket {
        id: numbers.number,
        title: data.title.as_str(),
        description: data.description.as_str(),
        status: data.status.name(),
        priority: data.priority.name(),
        owner: thread.maker.as_ref().map(person),
        staff_message: data.staff_message.as_ref().map(Note::as_str),
        messages: thread.messages.iter().map(message).collect(),
        created_at: data.created_at().into(),
        updated_at: data.updated_at.into(),
    }
}

/// A page of tickets.
pub(super) fn tickets<'a>(
    page: &'a TicketPage,
    threads: &'a HashMap<TicketId, Thread>,
) -> Vec<MaintenanceTicket<'a>> {
    static NOTHING: Thread = Thread {
        maker: None,
        messages: Vec::new(),
    };
    let thread = |stored: &Stored| threads.get(&stored.data.id).unwrap_or(&NOTHING);
    let items = page.items.iter();
    items.map(|stored| ticket(stored, thread(stored))).collect()
}

/// Of a ticket its staff message alone.
pub fn staff(stored: &Stored) -> MaintenanceStaffMessage<'_> {
    MaintenanceStaffMessage {
        id: stored.numbers.number,
        staff_message: stored.data.staff_message.as_ref().map(Note::as_str),
    }
}

/// Of a ticket its messages alone.
pub fn messages(id: i64, messages: &[Message]) -> MaintenanceMessages<'_> {
    MaintenanceMessages {
        id,
        messages: messages.iter().map(message).collect(),
    }
}

fn message(message: &Message) -> MaintenanceMessage<'_> {
    let Message {
        number,
        author,
        body,
        created_at,
    } = message;
    MaintenanceMessage {
        id: *number,
        author: author.as_ref().map(person),
        is_staff: author.as_ref().is_some_and(|it| it.role.is_staff()),
        message: body.as_str(),
        created_at: (*created_at).into(),
    }
}

fn person(person: &Person) -> MaintenancePerson<'_> {
    let Person {
        id,
        username,
        role: _,
    } = person;
    MaintenancePerson { id: id.0, username }
}

/// The one body, read for one purpose.
macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident -> $command:ty, |$body:ident, $faults:ident| $read:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(transparent)]
        pub struct $name(MaintenanceBody);

        // What is not for this purpose may be anything; the domain's types judge what is.
        impl Validate for $name {
            fn validate(&self) -> Result<(), ValidationErrors> {
                Ok(())
            }
        }

        impl Body for $name {
            type Command = $command;

            fn command(self, $faults: &mut Faults) -> Option<$command> {
                let $body = self.0;
                $read
            }
        }
    )+};
}

purposes! {
    /// Making a ticket.
    NewTicket -> CreateTicket, |body, faults| new_ticket(body, faults);
    /// An owner's edit.
    OwnersEdit -> OwnEdit, |body, faults| Some(OwnEdit {
        title: body.title.unless_null("title", faults, parse::text),
        description: body.description.unless_null("description", faults, parse::text),
        priority: body.priority.unless_null("priority", faults, parse::word),
    });
    /// Writing the staff's message.
    NewStaffMessage -> Option<Note>, |body, faults| match body.staff_message {
        crate::extract::Given::Null => Some(None),
        given => given.required("staff_message", faults, parse::text_or_none),
    };
    /// Moving through the workflow.
    NewStatus -> Status, |body, faults| body.status.required("status", faults, parse::word);
    /// Writing a message.
    NewMessage -> AddComment, |body, faults| Some(AddComment {
        body: body.message.required("message", faults, parse::text)?,
        is_internal: false,
        attachments: Vec::new(),
    });
}

fn new_ticket(body: MaintenanceBody, faults: &mut Faults) -> Option<CreateTicket> {
    let title = body.title.required("title", faults, parse::text);
    let description = body
        .description
        .required("description", faults, parse::text);
    let priority = body.priority.optional("priority", faults, parse::word);
    Some(CreateTicket {
        customer: None,
        title: title?,
        description: description?,
        category: Category::Repair,
        priority: priority.unwrap_or(Priority::Medium),
        service: None,
        contact: None,
        contact_method: ContactMethod::Portal,
        preferred_contact_time: None,
        contact_info: None,
        tags: Vec::new(),
        due_date: None,
        attachments: Vec::new(),
        source: Source::Maintenance,
    })
}

/// A list as a client asks for it.
#[derive(Debug)]
pub struct ListQuery(pub ListTickets);

impl FromQuery for ListQuery {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let text = query.text("q").filter(|text| !text.trim().is_empty());
        let filter = TicketFilter {
            text,
            status: query.several("status", parse::word),
            priority: query.several("priority", parse::word),
            created_from: query.one("from", midnight),
            created_before: query.one("to", midnight_after),
            ..TicketFilter::default()
        };
        let (limit, offset) = query.page(DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET);
        Some(Self(ListTickets {
            filter,
            team_names: Vec::new(),
            sort: Sort {
                key: SortKey::CreatedAt,
                descending: true,
            },
            start: Start::Offset(offset),
            limit,
            counts: true,
        }))
    }
}

/// When a day begins, in UTC.
fn midnight(text: String) -> Result<Timestamp, Wrong> {
    begins(parse::date(text)?)
}

/// When the day after one begins, in UTC.
fn midnight_after(text: String) -> Result<Timestamp, Wrong> {
    let next = parse::date(text)?.tomorrow().ok();
    begins(next.ok_or_else(out_of_range)?)
}

fn begins(day: Date) -> Result<Timestamp, Wrong> {
    let midnight = day.to_zoned(TimeZone::UTC).ok();
    let midnight = midnight.map(|midnight| midnight.timestamp());
    midnight.ok_or_else(out_of_range)
}

fn out_of_range() -> Wrong {
    ("out_of_range", "is not a day that time reaches".to_owned())
}

/// Which messages of a ticket.
#[derive(Debug)]
pub struct MessagesQuery(pub Part);

impl FromQuery for MessagesQuery {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let (limit, offset) = query.page(MAX_LIMIT, MAX_LIMIT, MAX_OFFSET);
        Some(Self(Part::From { offset, limit }))
    }
}

#[cfg(test)]
mod tests;
