//! History outward.

use linedesk_app::models::{Entry, Items};
use linedesk_domain::event::{Change, Event, Value};

use crate::extract::query::Page;
use crate::isp::audience::Audience;
use crate::isp::dto::history::{ActorDto, ChangeDto, EntryDto, HistoryDto, ValueDto};

/// An entry (the use case has left out what the reader may not see). Its place is counted among those that the reader
/// may see: the stored one would tell a customer how many there are besides, and so would its identity, which counts
/// everything that ever happened.
fn entry(entry: &Entry, sequence: u64, audience: Audience) -> EntryDto<'_> {
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
        id: match audience {
            Audience::Staff => *id,
            Audience::Customer => i64::try_from(sequence).unwrap_or(i64::MAX),
        },
        sequence,
        at: (*at).into(),
        actor: ActorDto {
            id: actor.user().map(|user| user.0),
            name: actor_name.as_deref(),
            role: actor.role_name(),
        },
        action: action.name(),
        subject_id: action.subject(),
        changes: changes.iter().map(change).collect(),
        note: note.as_deref(),
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
pub fn newest(items: &Items<Entry>, audience: Audience) -> Vec<EntryDto<'_>> {
    let shown = items.items.len() as u64;
    let first = items.total.n.saturating_sub(shown) + 1;
    items
        .items
        .iter()
        .zip(first..)
        .map(|(item, place)| entry(item, place, audience))
        .collect()
}

/// A page of a history.
pub fn history(items: &Items<Entry>, page: Page, audience: Audience) -> HistoryDto<'_> {
    HistoryDto {
        history: items
            .items
            .iter()
            .zip(page.offset + 1..)
            .map(|(item, place)| entry(item, place, audience))
            .collect(),
        total: items.total.n,
        total_is_exact: items.total.is_exact,
        limit: page.limit,
        offset: page.offset,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use linedesk_app::models::Count;
    use linedesk_domain::event::{Action, Audience as Readers};
    use linedesk_domain::people::Actor;

    use super::*;

    #[test]
    fn a_customer_cannot_count_what_happened_elsewhere() {
        let at = Timestamp::UNIX_EPOCH;
        let stored = |id| Entry {
            id,
            sequence: id,
            event: Event {
                at,
                actor: Actor::System,
                action: Action::Created,
                changes: Vec::new(),
                note: None,
                audience: Readers::Everyone,
                notify_customer: false,
            },
            actor_name: None,
        };
        let items = Items {
            items: vec![stored(700), stored(900)],
            total: Count {
                n: 2,
                is_exact: true,
            },
            ends_early: false,
        };
        let page = Page {
            limit: 50,
            offset: 0,
        };
        let ids = |audience| -> Vec<_> {
            let shown = history(&items, page, audience).history;
            shown.iter().map(|entry| entry.id).collect()
        };
        assert_eq!(ids(Audience::Customer), [1, 2]);
        assert_eq!(ids(Audience::Staff), [700, 900]);
    }
}
