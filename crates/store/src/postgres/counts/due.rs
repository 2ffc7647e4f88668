//! When unresolved tickets are due, counted by day, so that those overdue are counted without a look at each: all days
//! before today are added up, and today's are counted one by one in the index of due times.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_ports::queries::Count;

use super::{ALL_CATEGORIES, counter_scopes};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::postgres::Conn;
use crate::postgres::lists::Asked;
use crate::rows::ticket::TicketRow;
use crate::slots::CountScope;
use crate::statement::Statement;

const DAY: i64 = 86_400_000_000;
/// The priority under which tickets of all priorities are counted together, once changes are folded.
const ALL_PRIORITIES: i16 = 0;

/// One counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DueSlot {
    pub(crate) scope: CountScope,
    pub(crate) category: i16,
    pub(crate) priority: i16,
    /// Days since 1970, UTC.
    pub(crate) day: i64,
}

/// The counters that a ticket counts in; none unless it is unresolved and has a due time.
pub(crate) fn due_slots(row: &TicketRow) -> impl Iterator<Item = DueSlot> + use<> {
    let is_counted = row.deleted_at.is_none() && row.resolved_at.is_none();
    let due_at = row.due_at.filter(|_| is_counted);
    let day = due_at.map(|at| at.0.as_microsecond().div_euclid(DAY));
    let of_whom = [
        Some((CountScope::All, ALL_CATEGORIES)),
        Some((CountScope::All, row.category)),
        Some((
            CountScope::Team(row.assigned_team.map(|key| key.0)),
            ALL_CATEGORIES,
        )),
        row.assigned_to
            .is_none()
            .then_some((CountScope::Assignee(None), ALL_CATEGORIES)),
    ];
    let priority = row.priority;
    let of_day = move |day| {
        let slot = move |(scope, category)| DueSlot {
            scope,
            category,
            priority,
            day,
        };
        of_whom.into_iter().flatten().map(slot)
    };
    day.into_iter().flat_map(of_day)
}

/// How many of those that are asked for are overdue, where days tell it; what is asked of statuses must be nothing.
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
    let today = asked.now.as_microsecond().div_euclid(DAY);
    let before_today = |statement: Statement<BigInt>, priorities: &[i16]| {
        let statement = statement
            .bind(kind)
            .and_in("scope_id", scopes.iter().map(|scope| scope.id()));
        let statement = if is_any_category {
            statement.and_in("category", [ALL_CATEGORIES])
        } else {
            statement.and_in("category", filter.category.iter().map(|one| one.code()))
        };
        statement
            .and_in("priority", priorities.iter().copied())
            .sql(" AND day < ")
            .bind(today)
            .sql(")")
    };
    let changed: Vec<_> = filter.priority.iter().map(|one| one.code()).collect();
    let kept = if changed.is_empty() {
        vec![ALL_PRIORITIES]
    } else {
        changed.clone()
    };
    let of_days = Statement::new(
        "SELECT (SELECT coalesce(sum(n), 0)::bigint FROM due_day_counts WHERE scope_kind = ",
    );
    let with_changes = before_today(of_days, &kept)
        .sql(" + (SELECT coalesce(sum(n), 0)::bigint FROM due_count_changes WHERE scope_kind = ");
    let all = before_today(with_changes, &changed);
    let counting = all
        .sql(
            " + (SELECT count(*) FROM tickets \
             WHERE deleted_at IS NULL AND resolved_at IS NULL AND due_at IS NOT NULL AND due_at >= to_timestamp(",
        )
        .bind(today)
        .sql(" * 86400) AND due_at < ")
        .bind(asked.now);
    let n: i64 = any.and_columns(counting).sql(")").get_result(connection)?;
    Ok(Some(Count {
        n: n.unsigned_abs(),
        is_exact: true,
    }))
}
