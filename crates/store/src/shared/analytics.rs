//! Facts of tickets, kept for figures.

#[path = "analytics/histories.rs"]
mod histories;
#[path = "analytics/names.rs"]
mod names;

use diesel::dsl::{max, min};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_domain::metrics::Part;
use linedesk_domain::metrics::packed::FORMAT;
use linedesk_ports::analytics::{FactQuery, Fold, Kept, Progress, Sealed, See, Unsealed};
use linedesk_ports::outbox::LogReader;
use linedesk_ports::store::StoreError;

use super::dialect::EMPTY;
use super::{Conn, position};
use crate::cached::Cached;
use crate::fault::{Fault, corrupt};
use crate::schema::{analytics_days, analytics_rows, analytics_state, log_cursors, tickets};
use crate::statement::Statement;
use crate::types::At;

pub(crate) use histories::histories;
pub(crate) use names::names;

const STATE: i64 = 1;
/// How many parts a day has at most.
const PARTS: i64 = 8;
/// Days read by one statement: they are held in memory together.
const DAYS_AT_ONCE: u16 = 32;
/// Rows written by one statement.
const AT_ONCE: usize = 1_000;

/// How far the facts have come.
pub(crate) fn progress(connection: &mut Conn) -> Result<Progress, Fault> {
    let (rebuilding, format, folded_at): (Option<i64>, i16, At) = analytics_state::table
        .find(STATE)
        .select((
            analytics_state::rebuilding,
            analytics_state::format,
            analytics_state::folded_at,
        ))
        .get_result(connection)?;
    // First the end, so that whoever has come there has seen everything.
    let newest = position::end(connection)?;
    Ok(Progress {
        seen: position::position(connection, LogReader::Analytics)?,
        rebuilding,
        format,
        folded_at: folded_at.0,
        newest,
        copied_until: None,
    })
}

/// The highest number of a ticket.
pub(crate) fn highest(connection: &mut Conn) -> Result<u64, Fault> {
    let highest: Option<i64> = tickets::table
        .select(max(tickets::number))
        .get_result(connection)?;
    Ok(highest.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
}

/// Forgets everything. What is behind `end` is read from the log after the tickets were folded.
pub(crate) fn restart(connection: &mut Conn, end: i64) -> Result<(), Fault> {
    lock(connection)?;
    for table in ["analytics_rows", "analytics_days"] {
        let empty = diesel::sql_query(format!("{EMPTY} {table}"));
        empty.execute(connection)?;
    }
    diesel::update(log_cursors::table.find(LogReader::Analytics.name()))
        .set(log_cursors::seq.eq(end))
        .execute(connection)?;
    diesel::update(analytics_state::table.find(STATE))
        .set((
            analytics_state::rebuilding.eq(Some(i64::MIN)),
            analytics_state::format.eq(FORMAT),
        ))
        .execute(connection)?;
    Ok(())
}

/// Lets nobody else write facts until the transaction ends.
fn lock(connection: &mut Conn) -> Result<(), Fault> {
    let state = analytics_state::table.find(STATE);
    diesel::update(state)
        .set(analytics_state::id.eq(STATE))
        .execute(connection)?;
    Ok(())
}

/// [`StoreError::Stale`] where the facts are elsewhere than at `at`. Nobody else writes any until the transaction ends.
fn is_at(connection: &mut Conn, at: Progress) -> Result<(), Fault> {
    lock(connection)?;
    let rebuilding: Option<i64> = analytics_state::table
        .find(STATE)
        .select(analytics_state::rebuilding)
        .get_result(connection)?;
    let seen = position::position(connection, LogReader::Analytics)?;
    if (seen, rebuilding) == (at.seen, at.rebuilding) {
        Ok(())
    } else {
        Err(StoreError::Stale.into())
    }
}

/// Keeps what was folded.
pub(crate) fn fold(connection: &mut Conn, fold: &Fold) -> Result<(), Fault> {
    is_at(connection, fold.from)?;
    diesel::update(log_cursors::table.find(LogReader::Analytics.name()))
        .set(log_cursors::seq.eq(fold.to.seen))
        .execute(connection)?;
    diesel::update(analytics_state::table.find(STATE))
        .set((
            analytics_state::rebuilding.eq(fold.to.rebuilding),
            analytics_state::folded_at.eq(At(fold.to.folded_at)),
        ))
        .execute(connection)?;
    let places: Vec<i64> = fold.tickets.iter().map(|ticket| ticket.place).collect();
    for places in places.chunks(AT_ONCE) {
        let old = analytics_rows::table.filter(analytics_rows::ticket.eq_any(places));
        diesel::delete(old).execute(connection)?;
    }
    let rows = fold.tickets.iter().flat_map(|ticket| {
        ticket.kept.iter().map(|kept| {
            (
                analytics_rows::day.eq(kept.day),
                analytics_rows::ticket.eq(ticket.place),
                analytics_rows::facts.eq(&kept.facts),
            )
        })
    });
    let rows: Vec<_> = rows.collect();
    for rows in rows.chunks(AT_ONCE) {
        diesel::insert_into(analytics_rows::table)
            .values(rows)
            .execute(connection)?;
    }
    changed(connection, &fold.changed)
}

/// Notes that parts of days are to be sealed anew, and forgets the standings that they went into.
fn changed(connection: &mut Conn, changed: &[(Part, i64)]) -> Result<(), Fault> {
    for (part, day) in changed {
        let note = Statement::<BigInt>::new(
            "INSERT INTO analytics_days (part, day, is_current, facts) VALUES (",
        )
        .bind(i64::from(part.code()))
        .sql(", ")
        .bind(*day)
        .sql(
            ", FALSE, '') ON CONFLICT (part, day) DO UPDATE SET is_current = FALSE \
             WHERE analytics_days.is_current RETURNING day",
        );
        let _noted: Vec<i64> = note.load(connection)?;
    }
    let flow = changed.iter().filter(|(part, _)| *part == Part::Flow);
    if let Some(first) = flow.map(|(_, day)| *day).min() {
        let standing = i16::from(Part::Standing.code());
        let after = analytics_days::table
            .filter(analytics_days::part.eq(standing))
            .filter(analytics_days::day.gt(first));
        diesel::delete(after).execute(connection)?;
    }
    Ok(())
}

/// Days to be sealed.
pub(crate) fn unsealed(connection: &mut Conn, limit: u32) -> Result<Vec<Unsealed>, Fault> {
    let found = analytics_days::table
        .filter(diesel::dsl::not(analytics_days::is_current))
        .order((analytics_days::day, analytics_days::part))
        .limit(i64::from(limit) * PARTS)
        .select((analytics_days::day, analytics_days::part));
    let found: Vec<(i64, i16)> = found.load(connection)?;
    let mut days: Vec<Unsealed> = Vec::new();
    for (day, code) in found {
        let part = part_of(code)?;
        if let Some(last) = days.last_mut().filter(|last| last.day == day) {
            last.parts.push(part);
        } else if days.len() < limit as usize {
            days.push(Unsealed {
                day,
                parts: vec![part],
                rows: Vec::new(),
            });
        } else {
            break;
        }
    }
    for unsealed in &mut days {
        unsealed.rows = rows_of(connection, unsealed.day, unsealed.day)?;
    }
    Ok(days)
}

fn part_of(code: i16) -> Result<Part, Fault> {
    let part = u8::try_from(code).ok().and_then(Part::from_code);
    Ok(part.ok_or_else(|| corrupt("analytics_days", code, "part: no such part"))?)
}

/// What is kept of the tickets of some days, day by day in the order of creation.
fn rows_of(connection: &mut Conn, first: i64, last: i64) -> Result<Vec<Vec<u8>>, Fault> {
    let rows = analytics_rows::table
        .filter(analytics_rows::day.between(first, last))
        .order((analytics_rows::day, analytics_rows::ticket))
        .select(analytics_rows::facts);
    Ok(rows.load(connection)?)
}

/// Keeps sealed parts of days.
pub(crate) fn seal(connection: &mut Conn, at: Progress, sealed: &[Sealed]) -> Result<(), Fault> {
    is_at(connection, at)?;
    for one in sealed {
        let (part, day) = (i16::from(one.part.code()), one.day);
        diesel::delete(analytics_days::table.find((part, day))).execute(connection)?;
        let row = (
            analytics_days::part.eq(part),
            analytics_days::day.eq(day),
            analytics_days::is_current.eq(true),
            analytics_days::facts.eq(&one.facts),
        );
        diesel::insert_into(analytics_days::table)
            .values(row)
            .execute(connection)?;
    }
    Ok(())
}

/// The first day with facts, and the last one whose standing is known.
pub(crate) fn span(connection: &mut Conn) -> Result<(Option<i64>, Option<i64>), Fault> {
    // Of what is kept of tickets: a day whose tickets were all deleted has a blob still, until everything is made anew.
    let first = analytics_rows::table.select(min(analytics_rows::day));
    let last = analytics_days::table
        .filter(analytics_days::part.eq(i16::from(Part::Standing.code())))
        .select(max(analytics_days::day));
    Ok((first.get_result(connection)?, last.get_result(connection)?))
}

/// Hands facts to `see`. The statements have to see one state.
pub(crate) fn scan(connection: &mut Conn, query: &FactQuery, mut see: See) -> Result<(), Fault> {
    for part in &query.parts {
        let mut first = query.first;
        if *part == Part::Flow && query.with_backlog {
            first = standing(connection, query.first, &mut see)?;
        }
        for (from, to) in unsealed_runs(connection, *part, (first, query.last), &mut see)? {
            for row in rows_of(connection, from, to)? {
                show(&row, from, &mut see, &[*part])?;
            }
        }
    }
    Ok(())
}

/// Hands over the last standing that is known before `first`. Answers from which day on the steps are wanted.
fn standing(connection: &mut Conn, first: i64, see: &mut See) -> Result<i64, Fault> {
    let known = analytics_days::table
        .filter(analytics_days::part.eq(i16::from(Part::Standing.code())))
        .filter(analytics_days::day.le(first))
        .order(analytics_days::day.desc())
        .select((analytics_days::day, analytics_days::facts));
    let known: Option<(i64, Vec<u8>)> = known.first(connection).optional()?;
    let Some((day, facts)) = known else {
        return Ok(i64::MIN);
    };
    show(&facts, day, see, &[Part::Standing])?;
    Ok(day)
}

/// Hands over the sealed days of a part. Answers the others: runs of neighbours.
fn unsealed_runs(
    connection: &mut Conn,
    part: Part,
    (first, last): (i64, i64),
    see: &mut See,
) -> Result<Vec<(i64, i64)>, Fault> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    let mut next = first;
    loop {
        let days = analytics_days::table
            .filter(analytics_days::part.eq(i16::from(part.code())))
            .filter(analytics_days::day.between(next, last))
            .order(analytics_days::day)
            .limit(i64::from(DAYS_AT_ONCE))
            .select((
                analytics_days::day,
                analytics_days::is_current,
                analytics_days::facts,
            ));
        let days: Vec<(i64, bool, Vec<u8>)> = Cached(days).load(connection)?;
        let is_last = days.len() < usize::from(DAYS_AT_ONCE);
        next = days.last().map_or(next, |(newest, ..)| newest + 1);
        for (day, is_current, facts) in days {
            if is_current {
                show(&facts, day, see, &[part])?;
                continue;
            }
            match runs.last_mut() {
                Some(run) if run.1 + 1 == day => run.1 = day,
                _ => runs.push((day, day)),
            }
        }
        if is_last {
            return Ok(runs);
        }
    }
}

fn show(facts: &[u8], day: i64, see: &mut See, parts: &[Part]) -> Result<(), Fault> {
    let shown = see(facts, parts);
    Ok(shown.map_err(|damaged| corrupt("analytics_days", day, damaged))?)
}

/// All that is kept.
pub(crate) fn all_rows(connection: &mut Conn) -> Result<Vec<(i64, Kept)>, Fault> {
    let rows = analytics_rows::table
        .order((analytics_rows::ticket, analytics_rows::day))
        .select((
            analytics_rows::ticket,
            analytics_rows::day,
            analytics_rows::facts,
        ));
    let rows: Vec<(i64, i64, Vec<u8>)> = rows.load(connection)?;
    let kept = |(ticket, day, facts)| (ticket, Kept { day, facts });
    Ok(rows.into_iter().map(kept).collect())
}
