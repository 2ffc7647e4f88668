//! Totals of a list, and how the tickets stand that match all but status and SLA breach.
//!
//! Where counters do not tell, the matches are looked at: all of them while the total is exact, else the newest ten
//! thousand, so that the cost has a bound; the parts are then what is known, and say so.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, SmallInt};
use linedesk_domain::sla::SlaState;
use linedesk_domain::workflow::Status;
use linedesk_ports::queries::{Count, Summary};

use super::{Counted, count, from_counters, is_by_due_index, newest};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::sqlite::Conn;
use crate::sqlite::lists::Asked;
use crate::statement::Statement;

/// How many match, and the summary.
pub(crate) fn totals(connection: &mut Conn, asked: &Asked) -> Result<(Count, Summary), Fault> {
    let base = asked.narrowed(|filter| {
        filter.status.clear();
        filter.sla_breach = None;
    });
    let (counted, overdue) = parts(connection, &base)?;
    let known = counted.total(&asked.filter);
    let total = if known.is_exact || asked.filter == base.filter {
        known
    } else {
        // Known of the newest matches only: the statuses that are asked for may have more.
        count(connection, asked)?
    };
    let summary = Summary {
        by_status: Status::ALL.map(|status| counted.sum(|of, _| of == status.code())),
        overdue,
        sla_breach: counted.sum(|_, state| state == SlaState::Breached.code()),
    };
    Ok((total, summary))
}

/// The matches by status and SLA state, and how many are overdue.
fn parts(connection: &mut Conn, base: &Asked) -> Result<(Counted, Count), Fault> {
    let any = base.narrowed(|filter| filter.overdue = None);
    let overdue = base.narrowed(|filter| filter.overdue = Some(true));
    let counters = from_counters(connection, &any)?;
    match (counters, base.filter.overdue) {
        (Some(all), None) => Ok((all, count(connection, &overdue)?)),
        (Some(all), Some(false)) => {
            let (late, _) = looked_at(connection, &overdue)?;
            Ok((all.without(&late), NONE))
        }
        (_, Some(false)) => {
            let (counted, _) = looked_at(connection, base)?;
            Ok((counted, NONE))
        }
        (_, None | Some(true)) => looked_at(connection, base),
    }
}

const NONE: Count = Count {
    n: 0,
    is_exact: true,
};

impl Counted {
    fn without(mut self, others: &Self) -> Self {
        for (group, n) in &others.groups {
            let of_group = self.groups.entry(*group).or_default();
            *of_group = of_group.saturating_sub(*n);
        }
        self.is_exact &= others.is_exact;
        self
    }
}

/// Looks at the matches.
fn looked_at(connection: &mut Conn, base: &Asked) -> Result<(Counted, Count), Fault> {
    let is_late = base.filter.overdue == Some(true);
    let from_due_index = is_late && is_by_due_index(connection, base)?;
    let (is_exact, places) = if from_due_index {
        let found = super::capped(connection, base.overdue_from_index())?;
        (found.is_exact, newest(base.overdue_from_index(), "due_at"))
    } else {
        let found = super::capped(connection, base.matches())?;
        (
            found.is_exact,
            newest(base.matches(), "ticket_search.rowid"),
        )
    };
    let looking = Statement::<(SmallInt, SmallInt, Bool, BigInt)>::new(
        "SELECT status, sla_state, resolved_at IS NULL AND due_at IS NOT NULL AND due_at < ",
    )
    .bind(base.now)
    .sql(
        " AS is_overdue, count(*) FROM tickets INDEXED BY tickets_by_place \
         WHERE deleted_at IS NULL AND place IN (",
    )
    .append(places)
    .sql(")");
    let groups = base.and_overdue(looking).sql(" GROUP BY 1, 2, 3");
    let rows: Vec<(i16, i16, bool, i64)> = groups.load(connection)?;
    let mut counted = HashMap::new();
    let mut overdue = Count { n: 0, is_exact };
    for (status, state, is_overdue, n) in rows {
        *counted.entry((status, state)).or_default() += n.unsigned_abs();
        overdue.n += if is_overdue { n.unsigned_abs() } else { 0 };
    }
    let counted = Counted {
        groups: counted,
        is_exact,
    };
    Ok((counted, overdue))
}
