//! Totals of a list, and how the tickets stand that match all but status and SLA breach.
//!
//! Where counters do not tell, the matches are looked at: all of them where they are few, else the newest thousand, so
//! that the cost has a bound; the parts are then what is known, and say so.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_domain::sla::SlaState;
use linedesk_domain::workflow::Status;
use linedesk_ports::queries::{Count, Summary};

use super::gathered::gathered;
use super::{Counted, count, from_counters};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::postgres::Conn;
use crate::postgres::lists::Asked;
use crate::statement::Statement;

/// Up to so many matches are looked at one and all: each may lie on a page of its own.
const FEW: u64 = 2_000;
/// Of more, so many, the newest ones,
const SAMPLE: i64 = 1_000;
/// among so many tickets.
const WALKED: i64 = 5_000;

const COLUMNS: &str = "status, sla_state, due_at";

/// How many match, and the summary.
pub(crate) fn totals(connection: &mut Conn, asked: &Asked) -> Result<(Count, Summary), Fault> {
    let narrowed = asked.narrowed(|filter| {
        filter.status.clear();
        filter.sla_breach = None;
    });
    let base = if narrowed.filter == asked.filter {
        asked
    } else {
        &narrowed
    };
    let (counted, overdue) = parts(connection, base)?;
    let total = if counted.is_all {
        counted.total(&asked.filter)
    } else {
        count(connection, asked)?
    };
    let summary = Summary {
        by_status: Status::ALL.map(|status| counted.sum(|of, _| of == status.code())),
        overdue,
        sla_breach: counted.sum(|_, state| state == SlaState::Breached.code()),
    };
    Ok((total, summary))
}

const NONE: Count = Count {
    n: 0,
    is_exact: true,
};

/// The matches by status and SLA state, and how many are overdue.
fn parts(connection: &mut Conn, base: &Asked) -> Result<(Counted, Count), Fault> {
    let any = base.narrowed(|filter| filter.overdue = None);
    let late = base.narrowed(|filter| filter.overdue = Some(true));
    let counters = from_counters(connection, &any)?;
    match (counters, base.filter.overdue) {
        (Some(all), None) => Ok((all, count(connection, &late)?)),
        (Some(all), Some(false)) => {
            let (late, _) = looked_at(connection, &late)?;
            if late.is_all {
                Ok((all.without(&late), NONE))
            } else {
                Ok((looked_at(connection, base)?.0, NONE))
            }
        }
        (None, Some(false)) => Ok((looked_at(connection, base)?.0, NONE)),
        (_, None | Some(true)) => looked_at(connection, base),
    }
}

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
    if let Some(all) = gathered(connection, base)?.filter(|gathered| gathered.is_all) {
        let late = Count {
            n: all.late,
            is_exact: true,
        };
        let groups = all.groups.clone();
        return Ok((
            Counted {
                groups,
                is_all: true,
            },
            late,
        ));
    }
    let found = count(connection, base)?;
    let is_all = found.is_exact && found.n <= FEW;
    // One number for all that the groups are told apart by.
    let looking = Statement::<(BigInt, BigInt)>::new(
        "SELECT (status * 64 + sla_state * 2 + (status NOT IN (6, 7) AND due_at IS NOT NULL AND due_at < ",
    );
    let looking = looking
        .bind(base.now)
        .sql(")::integer)::bigint AS packed, count(*) FROM (");
    let looking = if is_all {
        looking.append(base.matches::<BigInt>(COLUMNS))
    } else {
        looking
            .append(base.newest::<BigInt>(COLUMNS, WALKED))
            .limit(SAMPLE)
    };
    let rows: Vec<(i64, i64)> = looking.sql(") AS found GROUP BY packed").load(connection)?;
    let mut groups = HashMap::new();
    let mut late = 0;
    for (packed, n) in rows {
        let n = n.unsigned_abs();
        *groups
            .entry((code(packed / 64), code(packed % 64 / 2)))
            .or_default() += n;
        late += if packed % 2 == 1 { n } else { 0 };
    }
    let overdue = Count {
        n: late,
        is_exact: is_all,
    };
    Ok((Counted { groups, is_all }, overdue))
}

/// A status or SLA state out of a packed number, which holds nothing larger.
pub(super) fn code(part: i64) -> i16 {
    i16::try_from(part).unwrap_or_default()
}
