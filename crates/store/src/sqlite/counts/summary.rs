//! Totals of a list, and how the tickets stand that match all but status and SLA breach.
//!
//! Where counters do not tell, the matches are looked at: all of them while the total is exact, else the newest
//! thousand, so that the cost has a bound; the parts are then what is known, and say so.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_domain::sla::SlaState;
use linedesk_domain::workflow::Status;
use linedesk_ports::queries::{COUNTED_EXACTLY, Count, Summary};

use super::{Counted, count, from_counters, is_by_due_index, newest};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::sqlite::Conn;
use crate::sqlite::lists::Asked;
use crate::statement::Statement;

/// Of more matches than are counted one by one, so many are looked at, the newest ones: about half a millisecond.
const SAMPLE: u64 = 1_000;

/// How many match, and the summary.
pub(crate) fn totals(connection: &mut Conn, asked: &Asked) -> Result<(Count, Summary), Fault> {
    let base = asked.narrowed(|filter| {
        filter.status.clear();
        filter.sla_breach = None;
    });
    let (counted, overdue) = parts(connection, &base)?;
    let known = counted.total(&asked.filter);
    let total = match counted.at_least {
        Some(at_least) if asked.filter == base.filter => at_least,
        // Known of the newest matches only: the statuses that are asked for have more.
        Some(_) => count(connection, asked)?,
        None => known,
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
            match late.at_least {
                None => Ok((all.without(&late), NONE)),
                Some(_) => Ok((looked_at(connection, base)?.0, NONE)),
            }
        }
        (None, Some(false)) => Ok((looked_at(connection, base)?.0, NONE)),
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
        self
    }
}

/// Looks at the matches.
fn looked_at(connection: &mut Conn, base: &Asked) -> Result<(Counted, Count), Fault> {
    let is_late = base.filter.overdue == Some(true);
    let from_due_index = is_late && is_by_due_index(connection, base)?;
    let (places, column) = if from_due_index {
        (Asked::overdue_from_index as fn(&Asked) -> _, "due_at")
    } else {
        (Asked::matches as fn(&Asked) -> _, "ticket_search.rowid")
    };
    let found = super::capped(connection, places(base))?;
    let is_exact = found.is_exact;
    let most = if is_exact { COUNTED_EXACTLY } else { SAMPLE };
    // One number for all that the groups are told apart by: sorting numbers is what this costs beside finding the rows.
    let looking = Statement::<(BigInt, BigInt)>::new("WITH found (place) AS (")
        .append(newest(places(base), column, most))
        .sql(
            ") SELECT status * 64 + sla_state * 2 \
             + (resolved_at IS NULL AND due_at IS NOT NULL AND due_at < ",
        )
        .bind(base.now)
        .sql(
            ") AS packed, count(*) FROM found CROSS JOIN tickets INDEXED BY tickets_by_place \
             ON tickets.place = found.place WHERE deleted_at IS NULL",
        );
    let groups = base.and_overdue(looking).sql(" GROUP BY packed");
    let rows: Vec<(i64, i64)> = groups.load(connection)?;
    let mut counted = HashMap::new();
    let mut overdue = Count { n: 0, is_exact };
    for (packed, n) in rows {
        let n = n.unsigned_abs();
        *counted
            .entry((code(packed / 64), code(packed % 64 / 2)))
            .or_default() += n;
        overdue.n += if packed % 2 == 1 { n } else { 0 };
    }
    let seen = counted.values().sum();
    let counted = Counted {
        groups: counted,
        at_least: match base.filter.overdue {
            _ if is_exact => None,
            // What was counted has not been asked whether it is overdue.
            Some(_) if !from_due_index => Some(Count {
                n: seen,
                is_exact: false,
            }),
            _ => Some(found),
        },
    };
    Ok((counted, overdue))
}

/// A status or SLA state out of a packed number, which holds nothing larger.
fn code(part: i64) -> i16 {
    i16::try_from(part).unwrap_or_default()
}
