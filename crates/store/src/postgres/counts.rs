//! How many tickets there are: from counters where they tell it, else counted one by one up to a limit.

#[path = "../shared/counters.rs"]
mod counters;
mod due;
mod gathered;
mod summary;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, SmallInt};
use linedesk_domain::sla::SlaState;
use linedesk_domain::workflow::Status;
use linedesk_ports::queries::{COUNTED_EXACTLY, Count, TicketFilter};
use uuid::Uuid;

pub(crate) use due::{DueSlot, due_slots};
pub(crate) use gathered::{Gathered, newest};
pub(crate) use summary::totals;

use counters::counter_scopes;

use super::Conn;
use super::lists::Asked;
use crate::codes::Coded;
use crate::fault::Fault;
use crate::slots::CountScope;
use crate::statement::Statement;
use crate::types::{DbUuid, Key};

/// The category under which tickets of all categories are counted together.
const ALL_CATEGORIES: i16 = 0;

/// Tickets that match a filter, by status and SLA state.
#[derive(Debug, Clone)]
struct Counted {
    groups: HashMap<(i16, i16), u64>,
    /// Whether the groups hold all of them, and not just some.
    is_all: bool,
}

impl Counted {
    fn sum(&self, holds: impl Fn(i16, i16) -> bool) -> Count {
        let n = self
            .groups
            .iter()
            .filter(|((status, state), _)| holds(*status, *state))
            .map(|(_, n)| n)
            .sum();
        Count {
            n,
            is_exact: self.is_all,
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

/// How many match; counted once for one question.
pub(crate) fn count(connection: &mut Conn, asked: &Asked) -> Result<Count, Fault> {
    if let Some(counted) = asked.counted.get() {
        return Ok(*counted);
    }
    let counted = count_anew(connection, asked)?;
    Ok(*asked.counted.get_or_init(|| counted))
}

fn count_anew(connection: &mut Conn, asked: &Asked) -> Result<Count, Fault> {
    if asked.are_many() {
        return Ok(Count {
            n: COUNTED_EXACTLY,
            is_exact: false,
        });
    }
    match asked.filter.overdue {
        Some(true) => match due::overdue(connection, asked)? {
            Some(overdue) => Ok(overdue),
            None => capped(connection, asked.matches("")),
        },
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
            None => match gathered::gathered(connection, asked)? {
                Some(all) => Ok(Count {
                    n: if all.is_all { all.n } else { COUNTED_EXACTLY },
                    is_exact: all.is_all,
                }),
                None => capped(connection, asked.matches("")),
            },
        },
    }
}

/// Counts what a statement finds, up to the limit.
pub(crate) fn capped(connection: &mut Conn, places: Statement<BigInt>) -> Result<Count, Fault> {
    let counting = Statement::<BigInt>::new("SELECT count(*) FROM (")
        .append(places)
        .limit(COUNTED_EXACTLY.cast_signed() + 1)
        .sql(") AS found");
    let n: i64 = counting.get_result(connection)?;
    let n = n.unsigned_abs();
    Ok(Count {
        n: n.min(COUNTED_EXACTLY),
        is_exact: n <= COUNTED_EXACTLY,
    })
}

/// What the counters say, where they can tell all that is asked.
fn from_counters(connection: &mut Conn, asked: &Asked) -> Result<Option<Counted>, Fault> {
    let Some(scopes) = counter_scopes(asked) else {
        return Ok(None);
    };
    let mut counted = Counted {
        groups: HashMap::new(),
        is_all: true,
    };
    let Some(kind) = scopes.first().map(|scope| scope.kind()) else {
        return Ok(Some(counted));
    };
    let filter = &asked.filter;
    let of = |statement: Statement<(SmallInt, SmallInt, BigInt)>, categories: &[i16]| {
        statement
            .bind(kind)
            .and_in("scope_id", scopes.iter().map(|scope| scope.id()))
            .and_in(
                "priority",
                filter.priority.iter().map(|priority| priority.code()),
            )
            .and_in("category", categories.iter().copied())
    };
    let mut categories: Vec<_> = filter.category.iter().map(|one| one.code()).collect();
    let changed = categories.clone();
    // A customer has too few tickets for counters of all categories.
    if categories.is_empty() && !matches!(scopes.first(), Some(CountScope::Customer(_))) {
        categories.push(ALL_CATEGORIES);
    }
    let kept = Statement::new(
        "SELECT status, sla_state, sum(n)::bigint FROM ( \
         SELECT status, sla_state, n FROM ticket_counts WHERE scope_kind = ",
    );
    let kept = of(kept, &categories).sql(
        " UNION ALL SELECT status, sla_state, n FROM ticket_count_changes WHERE scope_kind = ",
    );
    let rows: Vec<(i16, i16, i64)> = of(kept, &changed)
        .sql(") AS counts GROUP BY status, sla_state")
        .load(connection)?;
    let groups = rows
        .into_iter()
        .map(|(status, state, n)| ((status, state), n.unsigned_abs()));
    counted.groups.extend(groups);
    Ok(Some(counted))
}

/// Unresolved tickets of each agent with skills.
pub(crate) fn loads(connection: &mut Conn) -> Result<HashMap<Uuid, u32>, Fault> {
    let of = |statement: Statement<(DbUuid, BigInt)>| {
        let agents = " AND scope_id IN (SELECT id FROM users WHERE skills <> '[]' AND is_active)";
        statement.and_in("status", unresolved()).sql(agents)
    };
    let kept = of(Statement::new(
        "SELECT scope_id, sum(n)::bigint FROM ( \
         SELECT scope_id, n FROM ticket_counts WHERE scope_kind = 3 AND category = 0",
    ));
    let all =
        of(kept
            .sql(" UNION ALL SELECT scope_id, n FROM ticket_count_changes WHERE scope_kind = 3"));
    let rows: Vec<(Key, i64)> = all.sql(") AS counts GROUP BY scope_id").load(connection)?;
    Ok(rows
        .into_iter()
        .map(|(key, n)| (key.0, u32::try_from(n).unwrap_or(u32::MAX)))
        .collect())
}

/// Unresolved tickets by SLA state: of all by priority (`kind` 0), or by team (`kind` 1).
pub(crate) fn standing(
    connection: &mut Conn,
    kind: i16,
) -> Result<Vec<(Key, i16, i16, i64)>, Fault> {
    let kept = Statement::<(DbUuid, SmallInt, SmallInt, BigInt)>::new(
        "SELECT scope_id, priority, sla_state, sum(n)::bigint FROM ( \
         SELECT scope_id, priority, sla_state, n FROM ticket_counts WHERE category = 0 AND scope_kind = ",
    );
    let kept = kept.bind(kind).and_in("status", unresolved()).sql(
        " UNION ALL SELECT scope_id, priority, sla_state, n FROM ticket_count_changes WHERE scope_kind = ",
    );
    let all = kept.bind(kind).and_in("status", unresolved());
    let groups = ") AS counts GROUP BY scope_id, priority, sla_state HAVING sum(n) <> 0";
    Ok(all.sql(groups).load(connection)?)
}

fn unresolved() -> impl Iterator<Item = i16> {
    Status::ALL
        .into_iter()
        .filter(|status| !status.is_done())
        .map(Coded::code)
}
