//! When unresolved tickets are due, counted by spans of time, so that those overdue are counted without a look at each.
//!
//! Two lengths of spans are kept. All long ones before the present are added up, then the short ones since, and what is
//! due within the present short span is counted one by one in the index of due times.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, SmallInt};
use linedesk_domain::class::Priority;
use linedesk_ports::queries::Count;

use super::{ALL_CATEGORIES, counter_scopes};
use crate::cached::Cached;
use crate::codes::Coded;
use crate::fault::Fault;
use crate::rows::ticket::TicketRow;
use crate::slots::CountScope;
use crate::sqlite::Conn;
use crate::sqlite::lists::Asked;
use crate::statement::Statement;
use crate::types::{DbUuid, Key};

/// A short span takes 2³³ µs (2 h 23 min): few tickets are due within one.
const SHORT: i16 = 33;
/// A long one takes 2⁴⁰ µs (12 days 17 h), so that ten years are some three hundred long and at most 127 short ones.
const LONG: i16 = 40;

/// A span of time, of whom its tickets are, and of which category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Span {
    scope: CountScope,
    category: i16,
    /// Its length is two to the power of this, in microseconds.
    bits: i16,
    /// Which one since 1970.
    number: i64,
}

/// How many tickets of each priority, from low to emergency, came or went.
pub(crate) type ByPriority = [i64; 6];

impl Span {
    /// The order of the table.
    pub(crate) fn key(&self) -> impl Ord + use<> {
        (
            self.scope.kind(),
            self.scope.id(),
            self.category,
            self.bits,
            self.number,
        )
    }
}

/// What of a ticket is counted here; `None`: it is not.
fn counted(row: &TicketRow) -> Option<(i64, i16, i16, Option<Key>, bool)> {
    let is_counted = row.deleted_at.is_none() && row.resolved_at.is_none();
    let due_at = row.due_at.filter(|_| is_counted)?.0.as_microsecond();
    Some((
        due_at,
        row.priority,
        row.category,
        row.assigned_team,
        row.assigned_to.is_none(),
    ))
}

/// What a change of a ticket changes here: spans, the place of the priority within them, and by how much.
pub(crate) fn changes(
    before: Option<&TicketRow>,
    after: Option<&TicketRow>,
) -> Vec<(Span, usize, i64)> {
    let (before, after) = (before.and_then(counted), after.and_then(counted));
    let mut all = Vec::new();
    if before == after {
        return all;
    }
    for (counted, by) in [(before, -1), (after, 1)] {
        let Some((due_at, priority, category, team, is_unassigned)) = counted else {
            continue;
        };
        let place = usize::try_from(priority - 1).unwrap_or_default();
        let of_whom = [
            Some((CountScope::All, ALL_CATEGORIES)),
            Some((CountScope::All, category)),
            Some((CountScope::Team(team.map(|key| key.0)), ALL_CATEGORIES)),
            is_unassigned.then_some((CountScope::Assignee(None), ALL_CATEGORIES)),
        ];
        for (scope, category) in of_whom.into_iter().flatten() {
            for bits in [SHORT, LONG] {
                let span = Span {
                    scope,
                    category,
                    bits,
                    number: due_at >> bits,
                };
                all.push((span, place, by));
            }
        }
    }
    all
}

/// Writes what a batch has changed of a span.
pub(crate) fn write(connection: &mut Conn, span: Span, by: ByPriority) -> Result<(), Fault> {
    let [low, medium, high, urgent, critical, emergency] = by;
    let add = sql_query(
        "INSERT INTO due_counts (scope_kind, scope_id, category, bits, span, low, medium, high, urgent, critical, emergency) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (scope_kind, scope_id, category, bits, span) DO UPDATE SET \
         low = low + excluded.low, medium = medium + excluded.medium, high = high + excluded.high, \
         urgent = urgent + excluded.urgent, critical = critical + excluded.critical, \
         emergency = emergency + excluded.emergency",
    );
    Cached(
        add.bind::<SmallInt, _>(span.scope.kind())
            .bind::<DbUuid, _>(Key(span.scope.id()))
            .bind::<SmallInt, _>(span.category)
            .bind::<SmallInt, _>(span.bits)
            .bind::<BigInt, _>(span.number)
            .bind::<BigInt, _>(low)
            .bind::<BigInt, _>(medium)
            .bind::<BigInt, _>(high)
            .bind::<BigInt, _>(urgent)
            .bind::<BigInt, _>(critical)
            .bind::<BigInt, _>(emergency),
    )
    .run(connection)?;
    if by.iter().any(|by| *by < 0) {
        // A span in which nothing is due any more takes no room.
        let empty = sql_query(
            "DELETE FROM due_counts WHERE scope_kind = ? AND scope_id = ? AND category = ? AND bits = ? AND span = ? \
             AND low = 0 AND medium = 0 AND high = 0 AND urgent = 0 AND critical = 0 AND emergency = 0",
        );
        Cached(
            empty
                .bind::<SmallInt, _>(span.scope.kind())
                .bind::<DbUuid, _>(Key(span.scope.id()))
                .bind::<SmallInt, _>(span.category)
                .bind::<SmallInt, _>(span.bits)
                .bind::<BigInt, _>(span.number),
        )
        .run(connection)?;
    }
    Ok(())
}

/// How many of those that are asked for are overdue, where spans tell it; what is asked of statuses must be nothing.
pub(super) fn overdue(connection: &mut Conn, asked: &Asked) -> Result<Option<Count>, Fault> {
    let any = asked.narrowed(|filter| filter.overdue = None);
    let Some(scopes) = counter_scopes(&any) else {
        return Ok(None);
    };
    let filter = &asked.filter;
    let is_any_category = filter.category.is_empty();
    let are_kept = match scopes.as_slice() {
        [] | [CountScope::All] => true,
        [CountScope::Assignee(None)] => is_any_category,
        all => is_any_category && all.iter().all(|one| matches!(one, CountScope::Team(_))),
    };
    if !are_kept || !filter.status.is_empty() || filter.sla_breach.is_some() {
        return Ok(None);
    }
    let Some(kind) = scopes.first().map(|scope| scope.kind()) else {
        return Ok(Some(Count {
            n: 0,
            is_exact: true,
        }));
    };
    let sum = |statement: Statement<BigInt>, bits: i16| {
        let statement = statement.sql("(SELECT coalesce(sum(");
        let statement = statement.sql(columns(&filter.priority));
        let statement = statement.sql("), 0) FROM due_counts WHERE scope_kind = ");
        let statement = statement
            .bind(kind)
            .and_in("scope_id", scopes.iter().map(|scope| scope.id()));
        let statement = if is_any_category {
            statement.and_in("category", [ALL_CATEGORIES])
        } else {
            statement.and_in("category", filter.category.iter().map(|one| one.code()))
        };
        statement.sql(" AND bits = ").bind(bits)
    };
    let now = asked.now.as_microsecond();
    let (short, long) = (now >> SHORT, now >> LONG);
    let counting = sum(Statement::new("SELECT "), LONG)
        .sql(" AND span < ")
        .bind(long);
    let counting = sum(counting.sql(") + "), SHORT)
        .sql(" AND span >= ")
        .bind(long << (LONG - SHORT))
        .sql(" AND span < ")
        .bind(short);
    let counting = counting
        .sql(
            ") + (SELECT count(*) FROM tickets INDEXED BY tickets_unresolved_by_due \
             WHERE deleted_at IS NULL AND resolved_at IS NULL AND due_at IS NOT NULL AND due_at >= ",
        )
        .bind(short << SHORT)
        .sql(" AND due_at < ")
        .bind(asked.now);
    let n: i64 = any.and_columns(counting).sql(")").get_result(connection)?;
    Ok(Some(Count {
        n: n.unsigned_abs(),
        is_exact: true,
    }))
}

/// The sum of the columns of some priorities; of all, where none is named.
fn columns(priorities: &[Priority]) -> String {
    let wanted = Priority::ALL
        .iter()
        .filter(|one| priorities.is_empty() || priorities.contains(one));
    let names: Vec<_> = wanted.map(|one| one.name()).collect();
    names.join(" + ")
}
