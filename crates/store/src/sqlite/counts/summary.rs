//! Totals of a list, and how the tickets stand that match all but status and SLA breach.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, SmallInt};
use linedesk_domain::sla::SlaState;
use linedesk_domain::workflow::Status;
use linedesk_ports::queries::{COUNTED_EXACTLY, Count, Summary};

use super::{Counted, count, from_counters};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::sqlite::Conn;
use crate::sqlite::lists::Asked;
use crate::statement::Statement;

/// Where so many match that the total is not exact, neither are the parts of the summary: each is counted up to this.
const ROUGHLY: u64 = 1_000;

/// How many match, and the summary.
pub(crate) fn totals(connection: &mut Conn, asked: &Asked) -> Result<(Count, Summary), Fault> {
    let base = asked.narrowed(|filter| {
        filter.status.clear();
        filter.sla_breach = None;
    });
    if let Some(counted) = from_counters(connection, &base)? {
        let is_overdue = base.narrowed(|filter| filter.overdue = Some(true));
        let overdue = count(connection, &is_overdue, COUNTED_EXACTLY)?;
        return Ok((counted.total(&asked.filter), counted.summary(overdue)));
    }
    if count(connection, &base, COUNTED_EXACTLY)?.is_exact && base.asks_search_index() {
        let (counted, overdue) = looked_through(connection, &base)?;
        return Ok((counted.total(&asked.filter), counted.summary(overdue)));
    }
    let total = count(connection, asked, COUNTED_EXACTLY)?;
    Ok((total, roughly(connection, &base)?))
}

impl Counted {
    fn summary(&self, overdue: Count) -> Summary {
        Summary {
            by_status: Status::ALL.map(|status| self.sum(|of, _| of == status.code())),
            overdue,
            sla_breach: self.sum(|_, state| state == SlaState::Breached.code()),
        }
    }
}

/// Looks at every match, of which there are few.
fn looked_through(connection: &mut Conn, base: &Asked) -> Result<(Counted, Count), Fault> {
    let matches = Statement::<(SmallInt, SmallInt, Bool, BigInt)>::new(
        "SELECT status, sla_state, resolved_at IS NULL AND due_at IS NOT NULL AND due_at < ",
    )
    .bind(base.now)
    .sql(" AS is_overdue, count(*) FROM tickets WHERE place IN (")
    .append(base.matches())
    .sql(")");
    let groups = base.and_overdue(matches).sql(" GROUP BY 1, 2, 3");
    let rows: Vec<(i16, i16, bool, i64)> = groups.load(connection)?;
    let mut counted: HashMap<(i16, i16), u64> = HashMap::new();
    let mut overdue = Count {
        n: 0,
        is_exact: true,
    };
    for (status, state, is_overdue, n) in rows {
        *counted.entry((status, state)).or_default() += n.unsigned_abs();
        overdue.n += if is_overdue { n.unsigned_abs() } else { 0 };
    }
    Ok((Counted(counted), overdue))
}

/// Counts each part for itself, up to a limit.
fn roughly(connection: &mut Conn, base: &Asked) -> Result<Summary, Fault> {
    let mut by_status = [Count::default(); 8];
    for (part, status) in by_status.iter_mut().zip(Status::ALL) {
        let of_status = base.narrowed(|filter| filter.status = vec![status]);
        *part = count(connection, &of_status, ROUGHLY)?;
    }
    let is_breached = base.narrowed(|filter| filter.sla_breach = Some(true));
    let sla_breach = count(connection, &is_breached, ROUGHLY)?;
    let overdue = if base.filter.overdue == Some(false) {
        Count {
            n: 0,
            is_exact: true,
        }
    } else {
        let is_overdue = base.narrowed(|filter| filter.overdue = Some(true));
        count(connection, &is_overdue, ROUGHLY)?
    };
    Ok(Summary {
        by_status,
        overdue,
        sla_breach,
    })
}
