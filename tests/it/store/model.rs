//! What lists and counts should say, worked out the slow way: every ticket is looked at for every question.

use std::cmp::Ordering;

use jiff::Timestamp;
use linedesk_domain::sla::SlaRecord;
use linedesk_domain::ticket::TicketData;
use linedesk_domain::workflow::Status;
use linedesk_ports::queries::{Cursor, Sort, SortKey, Stored, TicketFilter};
use linedesk_ports::store::Scope;

/// Everything that is stored, deleted tickets too.
#[derive(Default)]
pub(super) struct Model {
    pub(super) tickets: Vec<Stored>,
}

impl Model {
    /// The live tickets that a caller may see and that match, in order.
    pub(super) fn list(
        &self,
        scope: Scope,
        filter: &TicketFilter,
        sort: Sort,
        now: Timestamp,
    ) -> Vec<&Stored> {
        let mut found: Vec<_> = self
            .tickets
            .iter()
            .filter(|t| matches(t, scope, filter, now))
            .collect();
        found.sort_by(|a, b| in_order(a, b, sort));
        found
    }

    /// How many match.
    pub(super) fn count(&self, scope: Scope, filter: &TicketFilter, now: Timestamp) -> u64 {
        self.tickets
            .iter()
            .filter(|t| matches(t, scope, filter, now))
            .count() as u64
    }

    /// As [`linedesk_ports::queries::Summary`]: by status, overdue, breached.
    pub(super) fn summary(
        &self,
        scope: Scope,
        filter: &TicketFilter,
        now: Timestamp,
    ) -> ([u64; 8], u64, u64) {
        let base = TicketFilter {
            status: Vec::new(),
            sla_breach: None,
            ..filter.clone()
        };
        let of = |filter: TicketFilter| self.count(scope, &filter, now);
        let by_status = Status::ALL.map(|status| {
            of(TicketFilter {
                status: vec![status],
                ..base.clone()
            })
        });
        let overdue = match base.overdue {
            Some(false) => 0,
            _ => of(TicketFilter {
                overdue: Some(true),
                ..base.clone()
            }),
        };
        (
            by_status,
            overdue,
            of(TicketFilter {
                sla_breach: Some(true),
                ..base
            }),
        )
    }
}

/// The place of a ticket in an order.
pub(super) fn cursor(stored: &Stored, key: SortKey) -> Cursor {
    let data = &stored.data;
    let value = match key {
        SortKey::CreatedAt => data.created_at().as_microsecond(),
        SortKey::UpdatedAt => data.updated_at.as_microsecond(),
        SortKey::Priority => data.priority as i64 + 1,
        SortKey::Due => data.due_at().map_or(i64::MAX, Timestamp::as_microsecond),
    };
    Cursor {
        value,
        number: stored.numbers.number,
    }
}

fn in_order(a: &Stored, b: &Stored, sort: Sort) -> Ordering {
    let (a, b) = (cursor(a, sort.key), cursor(b, sort.key));
    let turned = |order: Ordering| {
        if sort.descending {
            order.reverse()
        } else {
            order
        }
    };
    if sort.key == SortKey::Due {
        let missing = |cursor: Cursor| cursor.value == i64::MAX;
        if missing(a) != missing(b) {
            return missing(a).cmp(&missing(b));
        }
    }
    turned(a.value.cmp(&b.value).then(a.number.cmp(&b.number)))
}

fn matches(stored: &Stored, scope: Scope, filter: &TicketFilter, now: Timestamp) -> bool {
    fn one_of<T: PartialEq>(wanted: &[T], value: Option<&T>) -> bool {
        wanted.is_empty() || value.is_some_and(|value| wanted.contains(value))
    }
    let data = &stored.data;
    let seen = match scope {
        Scope::Everything => true,
        Scope::Account(customer) => data.customer == Some(customer),
        Scope::MadeBy { account, maker } => {
            data.customer == Some(account) && data.created_by == Some(maker)
        }
        // They are read by number alone.
        Scope::Visitors(_) => false,
    };
    data.deleted_at.is_none()
        && seen
        && filter
            .text
            .as_deref()
            .is_none_or(|text| has_words(stored, text))
        && one_of(&filter.status, Some(&data.status))
        && one_of(&filter.priority, Some(&data.priority))
        && one_of(&filter.category, Some(&data.category))
        && one_of(&filter.assignee, data.assignee.as_ref())
        && one_of(&filter.team, data.team.as_ref())
        && one_of(&filter.customer, data.customer.as_ref())
        && one_of(&filter.service, data.service.as_ref())
        && filter.tag.iter().all(|tag| data.tags.contains(tag))
        && filter
            .unassigned
            .is_none_or(|wanted| wanted == data.assignee.is_none())
        && filter
            .overdue
            .is_none_or(|wanted| wanted == data.is_overdue(now))
        && filter
            .sla_breach
            .is_none_or(|wanted| wanted == is_breached(data))
        && filter
            .created_from
            .is_none_or(|from| data.created_at() >= from)
        && filter
            .created_before
            .is_none_or(|before| data.created_at() < before)
        && filter
            .created_by
            .is_none_or(|by| data.created_by == Some(by))
}

fn is_breached(data: &TicketData) -> bool {
    let missed = |sla: &SlaRecord| {
        sla.targets
            .iter()
            .any(|target| target.breached_at.is_some())
    };
    data.sla.as_ref().is_some_and(missed)
}

/// Every word of `text` is a word of the ticket, the last one the beginning of a word.
fn has_words(stored: &Stored, text: &str) -> bool {
    let data = &stored.data;
    let label = stored.numbers.label.replace('-', "").to_lowercase();
    let own = format!(
        "{} {} {label} {}",
        data.title, data.description, stored.numbers.number
    )
    .to_lowercase();
    let own: Vec<_> = own
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let asked = text.to_lowercase();
    let asked: Vec<_> = asked
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let Some((last, others)) = asked.split_last() else {
        return text.trim().is_empty();
    };
    others.iter().all(|word| own.contains(word)) && own.iter().any(|word| word.starts_with(last))
}
