//! How many tickets there are: from counters where they tell it, else counted one by one up to a limit.

#[path = "../shared/counters.rs"]
mod counters;
mod due;
mod summary;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, SmallInt};
use linedesk_domain::sla::SlaState;
use linedesk_domain::workflow::Status;
use linedesk_ports::queries::{COUNTED_EXACTLY, Count, TicketFilter};
use uuid::Uuid;

pub(crate) use due::{ByPriority, Span, changes as due_changes, write as write_due};
pub(crate) use summary::totals;

use counters::counter_scopes;

use super::Conn;
use super::lists::Asked;
use crate::codes::Coded;
use crate::fault::Fault;
use crate::slots::{CountScope, Slot};
use crate::statement::Statement;

/// The category under which tickets of all categories are counted together.
const ALL_CATEGORIES: i16 = 0;

/// The counter of all categories that a counter is part of. A customer has too few tickets to need one.
pub(crate) fn of_all_categories(slot: Slot) -> Option<Slot> {
    let is_kept = !matches!(slot.scope, CountScope::Customer(_));
    is_kept.then_some(Slot {
        category: ALL_CATEGORIES,
        ..slot
    })
}

/// One match among so many tickets is enough to look at each: fifty are found among a thousand, in a few tenths of a
/// millisecond.
const DENSE: u64 = 20;

/// Tickets that match a filter, by status and SLA state.
struct Counted {
    groups: HashMap<(i16, i16), u64>,
    /// Of more matches than were looked at: how many there are at least. `None`: the groups hold all of them.
    at_least: Option<Count>,
}

impl Counted {
    fn exactly(groups: HashMap<(i16, i16), u64>) -> Self {
        Self {
            groups,
            at_least: None,
        }
    }

    fn sum(&self, holds: impl Fn(i16, i16) -> bool) -> Count {
        let n = self
            .groups
            .iter()
            .filter(|((status, state), _)| holds(*status, *state))
            .map(|(_, n)| n)
            .sum();
        Count {
            n,
            is_exact: self.at_least.is_none(),
        }
    }

    fn total(&self, filter: &TicketFilter) -> Count {
        self.sum(|status, state| {
            let of_status = filter.status.is_empty()
                || filter.status.iter().any(|wanted| wanted.code() == status);
            of_status
                && filter
                    .sla_breach
                    .is_none_or(|wanted| wanted == (state == SlaState::Breached.code()))
        })
    }
}

/// How many match.
pub(crate) fn count(connection: &mut Conn, asked: &Asked) -> Result<Count, Fault> {
    if asked.filter.overdue == Some(true)
        && let Some(overdue) = due::overdue(connection, asked)?
    {
        return Ok(overdue);
    }
    match asked.filter.overdue {
        Some(true) if is_by_due_index(connection, asked)? => {
            capped(connection, asked.overdue_from_index())
        }
        Some(true) => overdue_matches(connection, asked),
        Some(false) => {
            let any = asked.narrowed(|filter| filter.overdue = None);
            let overdue = asked.narrowed(|filter| filter.overdue = Some(true));
            let all = count(connection, &any)?;
            let overdue = count(connection, &overdue)?;
            Ok(Count {
                n: all.n.saturating_sub(overdue.n),
                is_exact: all.is_exact && overdue.is_exact,
            })
        }
        None => match from_counters(connection, asked)? {
            Some(counted) => Ok(counted.total(&asked.filter)),
            None => capped(connection, asked.matches()),
        },
    }
}

/// Whether so many of the tickets of the statuses that are asked for match the rest, too, that a page of them is soon found.
/// Counters must tell.
pub(crate) fn is_dense(connection: &mut Conn, asked: &Asked) -> Result<bool, Fault> {
    let of_statuses = asked.narrowed(|filter| {
        filter.priority.clear();
        filter.category.clear();
        filter.sla_breach = None;
    });
    let matching = count(connection, asked)?;
    let all = count(connection, &of_statuses)?;
    Ok(matching.n.saturating_mul(DENSE) >= all.n)
}

/// Whether overdue tickets are best found by the index of due times: where it holds all that is asked for, unless few
/// unresolved tickets match the rest, such as those of one customer.
pub(crate) fn is_by_due_index(connection: &mut Conn, asked: &Asked) -> Result<bool, Fault> {
    let any = asked.narrowed(|filter| filter.overdue = None);
    if !asked.is_in_due_index() {
        return Ok(false);
    }
    let are_few = any.is_narrow() && capped(connection, asked.matches())?.is_exact;
    Ok(!are_few)
}

/// Counts what a statement finds, up to the limit.
pub(crate) fn capped(connection: &mut Conn, places: Statement<BigInt>) -> Result<Count, Fault> {
    let counting = Statement::<BigInt>::new("SELECT count(*) FROM (")
        .append(places)
        .limit(COUNTED_EXACTLY.cast_signed() + 1)
        .sql(")");
    let n: i64 = counting.get_result(connection)?;
    let n = n.unsigned_abs();
    Ok(Count {
        n: n.min(COUNTED_EXACTLY),
        is_exact: n <= COUNTED_EXACTLY,
    })
}

/// Overdue tickets among those that the search index finds: exact while it finds no more than the limit.
fn overdue_matches(connection: &mut Conn, asked: &Asked) -> Result<Count, Fault> {
    let found = capped(connection, asked.matches())?;
    let counting = Statement::<BigInt>::new(
        "SELECT count(*) FROM tickets INDEXED BY tickets_by_place \
         WHERE deleted_at IS NULL AND place IN (",
    );
    let counting = counting
        .append(newest(
            asked.matches(),
            "ticket_search.rowid",
            COUNTED_EXACTLY,
        ))
        .sql(")");
    let n: i64 = asked.and_overdue(counting).get_result(connection)?;
    Ok(Count {
        n: n.unsigned_abs(),
        is_exact: found.is_exact,
    })
}

/// At most so many of some places, the newest ones.
fn newest(places: Statement<BigInt>, column: &'static str, most: u64) -> Statement<BigInt> {
    let places = places.sql(" ORDER BY ").sql(column).sql(" DESC");
    places.limit(most.cast_signed())
}

/// What the counters say, where they can tell all that is asked.
fn from_counters(connection: &mut Conn, asked: &Asked) -> Result<Option<Counted>, Fault> {
    let Some(scopes) = counter_scopes(asked) else {
        return Ok(None);
    };
    let Some(kind) = scopes.first().map(|scope| scope.kind()) else {
        return Ok(Some(Counted::exactly(HashMap::new())));
    };
    let filter = &asked.filter;
    let mut categories: Vec<_> = filter.category.iter().map(|one| one.code()).collect();
    if categories.is_empty() && !matches!(scopes.first(), Some(CountScope::Customer(_))) {
        categories.push(ALL_CATEGORIES);
    }
    let rows: Vec<(i16, i16, i64)> = Statement::<(SmallInt, SmallInt, BigInt)>::new(
        "SELECT status, sla_state, sum(n) FROM ticket_counts WHERE scope_kind = ",
    )
    .bind(kind)
    .and_in("scope_id", scopes.iter().map(|scope| scope.id()))
    .and_in(
        "priority",
        filter.priority.iter().map(|priority| priority.code()),
    )
    .and_in("category", categories)
    .sql(" GROUP BY status, sla_state")
    .load(connection)?;
    let counted = rows
        .into_iter()
        .map(|(status, state, n)| ((status, state), n.unsigned_abs()));
    Ok(Some(Counted::exactly(counted.collect())))
}

/// Unresolved tickets of each agent with skills.
pub(crate) fn loads(connection: &mut Conn) -> Result<HashMap<Uuid, u32>, Fault> {
    let rows: Vec<(crate::types::Key, i64)> = Statement::<(crate::types::DbUuid, BigInt)>::new(
        "SELECT scope_id, sum(n) FROM users INDEXED BY users_with_skills CROSS JOIN ticket_counts \
         ON scope_kind = 3 AND scope_id = users.id AND category = 0 WHERE skills <> '[]' AND is_active",
    )
    .and_in("status", unresolved())
    .sql(" GROUP BY scope_id")
    .load(connection)?;
    Ok(rows
        .into_iter()
        .map(|(key, n)| (key.0, u32::try_from(n).unwrap_or(u32::MAX)))
        .collect())
}

/// Unresolved tickets by SLA state: of all by priority (`kind` 0), or by team (`kind` 1).
pub(crate) fn standing(
    connection: &mut Conn,
    kind: i16,
) -> Result<Vec<(crate::types::Key, i16, i16, i64)>, Fault> {
    let rows = Statement::<(crate::types::DbUuid, SmallInt, SmallInt, BigInt)>::new(
        "SELECT scope_id, priority, sla_state, sum(n) FROM ticket_counts WHERE scope_kind = ",
    )
    .bind(kind)
    .and_in("category", [ALL_CATEGORIES])
    .and_in("status", unresolved())
    .sql(" GROUP BY scope_id, priority, sla_state")
    .load(connection)?;
    Ok(rows)
}

fn unresolved() -> impl Iterator<Item = i16> {
    Status::ALL
        .into_iter()
        .filter(|status| !status.is_done())
        .map(Coded::code)
}
