//! History outward.

use linedesk_app::models::{Entry, Items};
use linedesk_domain::event::{Action, Change, Event, Value};
use uuid::Uuid;

use crate::extract::query::Page;
use crate::isp::dto::history::{ActorDto, ChangeDto, EntryDto, HistoryDto, ValueDto};

/// An entry (the use case has left out what the reader may not see). Its place is counted among those that the reader
/// may see: the stored one would tell a customer how many there are besides.
fn entry(entry: &Entry, sequence: u64) -> EntryDto<'_> {
    let Entry {
        id,
        sequence: _,
        event,
        actor_name,
    } = entry;
    let Event {
        at,
        actor,
        action,
        changes,
        note,
        audience: _,
        notify_customer: _,
    } = event;
    EntryDto {
        id: *id,
        sequence,
        at: (*at).into(),
        actor: ActorDto {
            id: actor.user().map(|user| user.0),
            name: actor_name.as_deref(),
            role: actor.role_name(),
        },
        action: action.name(),
        subject_id: subject(*action),
        changes: changes.iter().map(change).collect(),
        note: note.as_deref(),
    }
}

const fn subject(action: Action) -> Option<Uuid> {
    match action {
        Action::Merged { into } => Some(into.0),
        Action::MergeReceived { from } => Some(from.0),
        Action::Linked { to } => Some(to.0),
        Action::Commented { comment }
        | Action::CommentEdited { comment }
        | Action::CommentDeleted { comment } => Some(comment.0),
        Action::AttachmentAdded { attachment } => Some(attachment.0),
        Action::Created
        | Action::Updated
        | Action::StatusChanged
        | Action::Assigned
        | Action::Escalated
        | Action::Resolved
        | Action::Closed
        | Action::Reopened
        | Action::Deleted
        | Action::SlaRejudged
        | Action::SlaWarning { .. }
        | Action::SlaBreach { .. } => None,
    }
}

fn change(change: &Change) -> ChangeDto<'_> {
    let Change { field, from, to } = change;
    ChangeDto {
        field: field.name(),
        from: value(from),
        to: value(to),
    }
}

fn value(value: &Value) -> ValueDto<'_> {
    match value {
        Value::Null => ValueDto::Null,
        Value::Text(text) => ValueDto::Text(text),
        Value::Number(number) => ValueDto::Number(*number),
        Value::List(items) => ValueDto::List(items),
    }
}

/// The newest entries of a history.
pub fn newest(items: &Items<Entry>) -> Vec<EntryDto<'_>> {
    let shown = items.items.len() as u64;
    let first = items.total.n.saturating_sub(shown) + 1;
    items
        .items
        .iter()
        .zip(first..)
        .map(|(item, place)| entry(item, place))
        .collect()
}

/// A page of a history.
pub fn history(items: &Items<Entry>, page: Page) -> HistoryDto<'_> {
    HistoryDto {
        history: items
            .items
            .iter()
            .zip(page.offset + 1..)
            .map(|(item, place)| entry(item, place))
            .collect(),
        total: items.total.n,
        total_is_exact: items.total.is_exact,
        limit: page.limit,
        offset: page.offset,
    }
}
