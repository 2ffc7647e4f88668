//! An event as machines read it: in the feed, in the live stream and in webhooks it is the same.

use jiff::Timestamp;
use linedesk_domain::event::{Action, Audience, Change, Event, Value};
use linedesk_ports::outbox::Logged;
use serde::Serialize;
use uuid::Uuid;

/// An event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventBody {
    /// Its place in the feed.
    pub id: String,
    /// What happened: `ticket.` and the action's name.
    #[serde(rename = "type")]
    pub kind: String,
    /// When, RFC 3339 in UTC.
    pub occurred_at: String,
    /// To which ticket.
    pub ticket: TicketBody,
    /// Who did it.
    pub actor: ActorBody,
    /// The comment, file or other ticket that it was about.
    pub subject_id: Option<Uuid>,
    /// What changed on the ticket.
    pub changes: Vec<ChangeBody>,
    /// What was said with it.
    pub note: Option<String>,
}

/// The ticket of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TicketBody {
    /// Identity.
    pub id: Uuid,
    /// Integer.
    pub number: i64,
    /// `T-YYYYMMDD-NNNN`.
    pub ticket_number: String,
    /// Whose it is.
    pub customer_id: Option<Uuid>,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorBody {
    /// The user; `null` for the program itself and for people who had not signed in.
    pub id: Option<Uuid>,
    /// The user's name.
    pub name: Option<String>,
    /// `customer`, `service`, `agent`, `lead`, `admin`, `anonymous` or `system`.
    pub role: &'static str,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeBody {
    /// Which.
    pub field: &'static str,
    /// Its value before.
    pub from: ValueBody,
    /// Its value after.
    pub to: ValueBody,
}

/// A field's value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ValueBody {
    /// Nothing.
    Null,
    /// A text, an id, an instant.
    Text(String),
    /// A number.
    Number(i64),
    /// Several texts.
    List(Vec<String>),
}

/// What a webhook is sent. Source: Standard Webhooks 1.0.0, "Payload structure".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Envelope {
    /// What happened.
    #[serde(rename = "type")]
    kind: String,
    /// When.
    timestamp: String,
    /// The event.
    data: EventBody,
}

/// Whether an event is about an internal note.
pub(crate) const fn is_internal_note(event: &Event) -> bool {
    let about_words = matches!(
        event.action,
        Action::Commented { .. }
            | Action::CommentEdited { .. }
            | Action::CommentDeleted { .. }
            | Action::AttachmentAdded { .. }
    );
    about_words && matches!(event.audience, Audience::Staff)
}

/// What a webhook is sent of an event, if it may know of it.
pub(crate) fn for_machine(logged: &Logged, is_for_staff: bool) -> Option<Envelope> {
    let data = of(logged.clone(), logged.seq.to_string(), is_for_staff)?;
    Some(Envelope {
        kind: data.kind.clone(),
        timestamp: data.occurred_at.clone(),
        data,
    })
}

/// The event as its reader may know it, if it may. `place` is its place in the reader's feed.
pub(crate) fn of(logged: Logged, place: String, is_for_staff: bool) -> Option<EventBody> {
    let event = if is_for_staff {
        logged.event
    } else if logged.is_deleted {
        logged.event.for_customer_of_deleted()?
    } else {
        logged.event.for_customer()?
    };
    let Event {
        at,
        actor,
        action,
        changes,
        note,
        audience: _,
        notify_customer: _,
    } = event;
    Some(EventBody {
        id: place,
        kind: format!("ticket.{}", action.name()),
        occurred_at: instant(at),
        ticket: TicketBody {
            id: logged.ticket.0,
            number: logged.numbers.number,
            ticket_number: logged.numbers.label,
            customer_id: logged.customer.map(|id| id.0),
        },
        actor: ActorBody {
            id: actor.user().map(|user| user.0),
            name: logged.actor_name,
            role: actor.role_name(),
        },
        subject_id: action.subject(),
        changes: changes.into_iter().map(change).collect(),
        note,
    })
}

/// All six digits of a second or none: many parsers take no other number of them.
fn instant(at: Timestamp) -> String {
    if at.subsec_nanosecond() == 0 {
        at.to_string()
    } else {
        format!("{at:.6}")
    }
}

fn change(change: Change) -> ChangeBody {
    let value = |value| match value {
        Value::Null => ValueBody::Null,
        Value::Text(text) => ValueBody::Text(text),
        Value::Number(number) => ValueBody::Number(number),
        Value::List(items) => ValueBody::List(items),
    };
    ChangeBody {
        field: change.field.name(),
        from: value(change.from),
        to: value(change.to),
    }
}

#[cfg(test)]
mod tests {
    use linedesk_domain::class::Source;
    use linedesk_domain::event::Field;
    use linedesk_domain::ids::TicketId;
    use linedesk_domain::people::Actor;
    use linedesk_ports::tickets::Numbers;

    use super::*;

    fn logged(action: Action, is_deleted: bool) -> Logged {
        let title = Change {
            field: Field::Title,
            from: Value::Null,
            to: Value::Text("No signal".to_owned()),
        };
        Logged {
            seq: 7,
            ticket: TicketId(Uuid::from_u128(1)),
            numbers: Numbers {
                number: 1,
                label: "T-20260302-0001".to_owned(),
            },
            customer: None,
            source: Source::Isp,
            created_by: None,
            is_deleted,
            sequence: 1,
            event: Event {
                at: Timestamp::UNIX_EPOCH,
                actor: Actor::System,
                action,
                changes: vec![title],
                note: Some("said".to_owned()),
                audience: match action {
                    Action::Deleted => Audience::Staff,
                    _ => Audience::Everyone,
                },
                notify_customer: false,
            },
            actor_name: None,
        }
    }

    #[test]
    fn a_customers_machine_hears_of_a_deleted_ticket_that_it_is_gone_and_nothing_else() {
        let data = |logged: &Logged, staff| for_machine(logged, staff).map(|sent| sent.data);
        for action in [Action::Created, Action::Updated, Action::Resolved] {
            assert_eq!(data(&logged(action, true), false), None);
            let there = data(&logged(action, false), false).unwrap();
            assert_eq!(there.changes.len(), 1);
            let staff = data(&logged(action, true), true).unwrap();
            assert_eq!((staff.changes.len(), staff.note.is_some()), (1, true));
        }
        let gone = data(&logged(Action::Deleted, true), false).unwrap();
        assert_eq!(
            (gone.kind.as_str(), gone.id.as_str()),
            ("ticket.deleted", "7")
        );
        assert_eq!((gone.changes, gone.note), (Vec::new(), None));
    }
}
