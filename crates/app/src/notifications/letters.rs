//! What a notice says: only what its reader may know.

use jiff::Timestamp;
use linedesk_domain::event::{Action, Event, Field, Value};
use linedesk_domain::notice::{Notice, staff_message, status_change};
use linedesk_domain::people::Actor;
use linedesk_ports::couriers::{Letter, TicketWords};
use linedesk_ports::outbox::Logged;
use linedesk_ports::queries::Stored;

use super::NotificationSettings;
use super::recipients::{People, Recipient};

/// The letter about an event to somebody.
pub(super) fn letter(
    settings: &NotificationSettings,
    logged: &Logged,
    ticket: &Stored,
    people: &People,
    notice: Notice,
    recipient: &Recipient,
) -> Letter {
    let event = &logged.event;
    let is_for_staff = notice.can_be_gathered()
        || matches!(notice, Notice::AssignedToYou | Notice::CustomerReplied);
    let (from, to) = status_change(event)
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
        .unzip();
    Letter {
        notice: notice.name().to_owned(),
        recipient: recipient.name.clone(),
        ticket: Some(words(settings, ticket)),
        actor: match event.actor {
            Actor::User { .. } => logged.actor_name.clone(),
            Actor::Anonymous | Actor::System => None,
        },
        message: message(event, people),
        note: event
            .note
            .clone()
            .filter(|_| is_for_staff || notice == Notice::Merged),
        from,
        to,
        resolution: is_end(event)
            .then(|| ticket.data.resolution.as_ref().map(ToString::to_string))
            .flatten(),
        target: target(event).map(|target| target.name().to_owned()),
        due_at: due_at(event, ticket).map(|at| at.to_string()),
        level: level(event),
        merged_into: match event.action {
            Action::Merged { into } => people
                .tickets
                .get(&into)
                .map(|target| words(settings, target)),
            _ => None,
        },
        link: None,
        survey: None,
        digest: None,
    }
}

/// A ticket in plain words.
fn words(settings: &NotificationSettings, ticket: &Stored) -> TicketWords {
    let Stored { data, numbers } = ticket;
    TicketWords {
        id: data.id.0,
        number: numbers.number,
        label: numbers.label.clone(),
        title: data.title.to_string(),
        description: data.description.to_string(),
        status: data.status.name().to_owned(),
        priority: data.priority.name().to_owned(),
        category: data.category.name().to_owned(),
        url: settings
            .ticket_url
            .as_deref()
            .map_or_else(String::new, |url| {
                url.replace("{number}", &numbers.number.to_string())
                    .replace("{id}", &data.id.to_string())
            }),
    }
}

/// What was written in public.
fn message(event: &Event, people: &People) -> Option<String> {
    match event.action {
        Action::Commented { comment } => {
            let comment = people.comments.get(&comment)?;
            (!comment.is_internal).then(|| comment.body.as_str().to_owned())
        }
        Action::Reopened => event.note.clone(),
        _ => staff_message(event).map(str::to_owned),
    }
}

const fn is_end(event: &Event) -> bool {
    matches!(event.action, Action::Resolved | Action::Closed)
}

const fn target(event: &Event) -> Option<linedesk_domain::sla::Target> {
    match event.action {
        Action::SlaWarning { target } | Action::SlaBreach { target } => Some(target),
        _ => None,
    }
}

/// When the target that the event is about is or was due.
fn due_at(event: &Event, ticket: &Stored) -> Option<Timestamp> {
    match event.action {
        // It is breached at the very instant at which it was due.
        Action::SlaBreach { .. } => Some(event.at),
        Action::SlaWarning { target } => {
            let record = ticket.data.sla.as_ref()?;
            record.targets.get(target as usize)?.due_at
        }
        _ => None,
    }
}

fn level(event: &Event) -> Option<u8> {
    let mut changes = event.changes.iter();
    let change = changes.find(|change| change.field == Field::EscalationLevel)?;
    match change.to {
        Value::Number(level) => u8::try_from(level).ok(),
        _ => None,
    }
}
