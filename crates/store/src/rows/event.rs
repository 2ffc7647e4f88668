//! Events.

use diesel::prelude::*;
use linedesk_domain::event::{Action, Audience, Change, Event, Field, Value};
use linedesk_domain::ids::{AttachmentId, CommentId, TicketId, UserId};
use linedesk_domain::people::{Actor, Role};
use linedesk_domain::sla::Target;
use linedesk_ports::store::StoreError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::known;
use crate::codes::Coded;
use crate::schema::events;
use crate::types::{At, Json, Key};

const TABLE: &str = "events";
const SYSTEM: i16 = 0;
const ANONYMOUS: i16 = 6;

/// An event's row as it is written; the database gives it its place among all events.
#[derive(Debug, Insertable)]
#[diesel(table_name = events)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct NewEventRow {
    pub(crate) ticket: i64,
    pub(crate) sequence: i64,
    pub(crate) at: At,
    pub(crate) actor_id: Option<Key>,
    pub(crate) actor_role: i16,
    pub(crate) action: i16,
    pub(crate) is_staff: bool,
    pub(crate) body: Json<Body>,
}

/// An event's row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = events)]
pub(crate) struct EventRow {
    pub(crate) seq: i64,
    pub(crate) sequence: i64,
    at: At,
    actor_id: Option<Key>,
    actor_role: i16,
    action: i16,
    is_staff: bool,
    body: Json<Body>,
}

/// What an event says beyond its columns.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Body {
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<(String, Plain, Plain)>,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The ticket, comment or file that the action names.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// The SLA target that the action names.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    /// Whether the maker wished the customer to be told.
    #[serde(rename = "y", default, skip_serializing_if = "std::ops::Not::not")]
    notify_customer: bool,
}

/// A value in a change.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Plain {
    Null,
    Number(i64),
    Text(String),
    List(Vec<String>),
}

impl NewEventRow {
    /// The row of an event of the ticket at `ticket`, the `sequence`th there.
    pub(crate) fn new(ticket: i64, sequence: i64, event: Event) -> Self {
        let (action, id, target) = taken_apart(event.action);
        let (actor_id, actor_role) = match event.actor {
            Actor::User { id, role } => (Some(Key(id.0)), role.code()),
            Actor::System => (None, SYSTEM),
            Actor::Anonymous => (None, ANONYMOUS),
        };
        let change = |change: Change| {
            (
                change.field.name().to_owned(),
                plain(change.from),
                plain(change.to),
            )
        };
        Self {
            ticket,
            sequence,
            at: At(event.at),
            actor_id,
            actor_role,
            action,
            is_staff: event.audience == Audience::Staff,
            body: Json(Body {
                changes: event.changes.into_iter().map(change).collect(),
                note: event.note,
                id,
                target: target.map(|target| target.name().to_owned()),
                notify_customer: event.notify_customer,
            }),
        }
    }
}

impl Body {
    /// How long its texts are together, in bytes.
    pub(crate) fn texts(&self) -> usize {
        let length = |value: &Plain| match value {
            Plain::Null | Plain::Number(_) => 0,
            Plain::Text(text) => text.len(),
            Plain::List(texts) => texts.iter().map(String::len).sum(),
        };
        let changes = self.changes.iter();
        let values: usize = changes.map(|(_, from, to)| length(from) + length(to)).sum();
        values + self.note.as_ref().map_or(0, String::len)
    }
}

impl EventRow {
    /// What it says beyond its columns.
    pub(crate) const fn body(&self) -> &Body {
        &self.body.0
    }

    /// The event.
    pub(crate) fn into_event(self) -> Result<Event, StoreError> {
        let row = self.seq;
        let body = self.body.0;
        let actor = match (self.actor_id, self.actor_role) {
            (None, SYSTEM) => Actor::System,
            (None, ANONYMOUS) => Actor::Anonymous,
            (id, role) => Actor::User {
                id: UserId(known(id, TABLE, "actor_id", &row)?.0),
                role: known(Role::from_code(role), TABLE, "actor_role", &row)?,
            },
        };
        let target = body.target.as_deref().and_then(Target::parse);
        let change = |(field, from, to): (String, Plain, Plain)| {
            let field = known(Field::parse(&field), TABLE, "body", &row)?;
            Ok(Change {
                field,
                from: value(from),
                to: value(to),
            })
        };
        Ok(Event {
            at: self.at.0,
            actor,
            action: known(
                put_together(self.action, body.id, target),
                TABLE,
                "action",
                &row,
            )?,
            changes: body
                .changes
                .into_iter()
                .map(change)
                .collect::<Result<_, StoreError>>()?,
            note: body.note,
            audience: if self.is_staff {
                Audience::Staff
            } else {
                Audience::Everyone
            },
            notify_customer: body.notify_customer,
        })
    }
}

fn taken_apart(action: Action) -> (i16, Option<Uuid>, Option<Target>) {
    match action {
        Action::Created => (1, None, None),
        Action::Updated => (2, None, None),
        Action::StatusChanged => (3, None, None),
        Action::Assigned => (4, None, None),
        Action::Escalated => (5, None, None),
        Action::Resolved => (6, None, None),
        Action::Closed => (7, None, None),
        Action::Reopened => (8, None, None),
        Action::Merged { into } => (9, Some(into.0), None),
        Action::MergeReceived { from } => (10, Some(from.0), None),
        Action::Commented { comment } => (11, Some(comment.0), None),
        Action::CommentEdited { comment } => (12, Some(comment.0), None),
        Action::CommentDeleted { comment } => (13, Some(comment.0), None),
        Action::AttachmentAdded { attachment } => (14, Some(attachment.0), None),
        Action::Linked { to } => (15, Some(to.0), None),
        Action::Deleted => (16, None, None),
        Action::SlaWarning { target } => (17, None, Some(target)),
        Action::SlaBreach { target } => (18, None, Some(target)),
        Action::SlaRejudged => (19, None, None),
        Action::Rated => (20, None, None),
    }
}

fn put_together(code: i16, id: Option<Uuid>, target: Option<Target>) -> Option<Action> {
    Some(match code {
        1 => Action::Created,
        2 => Action::Updated,
        3 => Action::StatusChanged,
        4 => Action::Assigned,
        5 => Action::Escalated,
        6 => Action::Resolved,
        7 => Action::Closed,
        8 => Action::Reopened,
        9 => Action::Merged {
            into: TicketId(id?),
        },
        10 => Action::MergeReceived {
            from: TicketId(id?),
        },
        11 => Action::Commented {
            comment: CommentId(id?),
        },
        12 => Action::CommentEdited {
            comment: CommentId(id?),
        },
        13 => Action::CommentDeleted {
            comment: CommentId(id?),
        },
        14 => Action::AttachmentAdded {
            attachment: AttachmentId(id?),
        },
        15 => Action::Linked { to: TicketId(id?) },
        16 => Action::Deleted,
        17 => Action::SlaWarning { target: target? },
        18 => Action::SlaBreach { target: target? },
        19 => Action::SlaRejudged,
        20 => Action::Rated,
        _ => return None,
    })
}

fn plain(value: Value) -> Plain {
    match value {
        Value::Null => Plain::Null,
        Value::Text(text) => Plain::Text(text),
        Value::Number(number) => Plain::Number(number),
        Value::List(list) => Plain::List(list),
    }
}

fn value(plain: Plain) -> Value {
    match plain {
        Plain::Null => Value::Null,
        Plain::Text(text) => Value::Text(text),
        Plain::Number(number) => Value::Number(number),
        Plain::List(list) => Value::List(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_comes_back_as_itself() {
        for code in 1..=20 {
            let action =
                put_together(code, Some(Uuid::from_u128(7)), Some(Target::Resolution)).unwrap();
            assert_eq!(taken_apart(action).0, code);
        }
        assert_eq!(put_together(21, None, None), None);
        assert_eq!(put_together(9, None, None), None);
    }

    #[test]
    fn values_survive_their_document() {
        let values = [
            Value::Null,
            Value::Text("7".to_owned()),
            Value::Number(7),
            Value::List(vec!["a".to_owned()]),
        ];
        for original in values {
            let text = serde_json::to_string(&plain(original.clone())).unwrap();
            assert_eq!(value(serde_json::from_str(&text).unwrap()), original);
        }
    }
}
