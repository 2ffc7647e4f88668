//! What became of each of the things that a job has to do, and which things those are.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, SmallInt, Text};
use linedesk_domain::ids::{JobId, TicketId};
use linedesk_ports::jobs::{ItemOutcome, JobClaim, JobState, Outcomes};
use linedesk_ports::store::Unique;
use uuid::Uuid;

use super::Conn;
use super::jobs::later;
use crate::codes::Coded as _;
use crate::fault::{Fault, explain_duplicate};
use crate::schema::job_tickets;
use crate::statement::Statement;
use crate::types::Key;

/// Tickets that are kept together.
const TOGETHER: usize = 1_000;
/// Bytes of a ticket's id.
const ID_BYTES: usize = 16;
/// Outcomes that one statement writes.
const WRITTEN: usize = 64;

/// Keeps the tickets that a job is about.
pub(crate) fn add_tickets(
    connection: &mut Conn,
    job: JobId,
    tickets: &[TicketId],
) -> Result<(), Fault> {
    let mut first = 0;
    for some in tickets.chunks(TOGETHER) {
        let ids: Vec<u8> = some.iter().flat_map(|id| *id.0.as_bytes()).collect();
        let row = (
            job_tickets::job.eq(Key(job.0)),
            job_tickets::first.eq(first),
            job_tickets::ids.eq(ids),
        );
        diesel::insert_into(job_tickets::table)
            .values(row)
            .execute(connection)?;
        first += i64::try_from(some.len()).unwrap_or(i64::MAX);
    }
    let total = Statement::<BigInt>::new("UPDATE jobs SET total = ").bind(first);
    let total = total
        .sql(" WHERE id = ")
        .bind(job.0)
        .sql(" RETURNING total");
    let _total: i64 = total.get_result(connection)?;
    Ok(())
}

/// The tickets from that place on.
pub(crate) fn tickets(
    connection: &mut Conn,
    job: JobId,
    from: i64,
) -> Result<Vec<TicketId>, Fault> {
    let rows =
        Statement::<(BigInt, Binary)>::new("SELECT first, ids FROM job_tickets WHERE job = ")
            .bind(job.0)
            .sql(" AND first <= ")
            .bind(from)
            .sql(" ORDER BY first DESC LIMIT 1");
    let found: Option<(i64, Vec<u8>)> = rows.get_result(connection).optional()?;
    let (first, ids) = found.unwrap_or_default();
    let before = usize::try_from(from - first).unwrap_or(usize::MAX);
    let (ids, _) = ids.as_chunks::<ID_BYTES>();
    let ids = ids.iter().skip(before);
    Ok(ids.map(|id| TicketId(Uuid::from_bytes(*id))).collect())
}

/// Adds outcomes. One that is there already is a [`Unique::ItemOutcome`] twice.
pub(crate) fn add(connection: &mut Conn, outcomes: &[ItemOutcome]) -> Result<(), Fault> {
    insert(connection, outcomes, "")
}

/// Adds those outcomes that are not there yet.
fn add_missing(connection: &mut Conn, outcomes: &[ItemOutcome]) -> Result<(), Fault> {
    insert(connection, outcomes, " ON CONFLICT DO NOTHING")
}

/// In the order of their places, so that no two transactions wait for each other crosswise.
fn insert(
    connection: &mut Conn,
    outcomes: &[ItemOutcome],
    on_conflict: &'static str,
) -> Result<(), Fault> {
    let mut ordered: Vec<_> = outcomes.iter().collect();
    ordered.sort_unstable_by_key(|outcome| (outcome.job.0, outcome.nth));
    for some in ordered.chunks(WRITTEN) {
        let mut add =
            Statement::<BigInt>::new("INSERT INTO job_rows (job, nth, body, is_failure) VALUES ");
        for (n, outcome) in some.iter().enumerate() {
            add = add
                .sql(if n == 0 { "(" } else { ", (" })
                .bind(outcome.job.0)
                .sql(", ")
                .bind(outcome.nth)
                .sql(", ")
                .bind(outcome.body.as_str())
                .sql(", ")
                .bind(i64::from(outcome.is_failure))
                .sql(" <> 0)");
        }
        let added = add
            .sql(on_conflict)
            .sql(" RETURNING nth")
            .load::<i64>(connection);
        explain_duplicate(added, |_| Unique::ItemOutcome)?;
    }
    Ok(())
}

/// Says that so many things are done.
pub(crate) fn settle(
    connection: &mut Conn,
    claim: JobClaim,
    done: i64,
    outcomes: &[ItemOutcome],
    lease: Duration,
) -> Result<bool, Fault> {
    let hold = Statement::<(BigInt, SmallInt)>::new("UPDATE jobs SET due_at = ");
    let hold = later(hold, lease)
        .sql(" WHERE id = ")
        .bind(claim.id.0)
        .sql(" AND state IN (2, 4) AND holder = ")
        .bind(claim.holder)
        .sql(" AND attempts = ")
        .bind(claim.attempt)
        .sql(" RETURNING done, state");
    let found: Option<(i64, i16)> = hold.get_result(connection).optional()?;
    let Some((before, state)) = found else {
        return Ok(false);
    };
    if done > before {
        add_missing(connection, outcomes)?;
        // What was written with a change counts, whatever is told now.
        let count = Statement::<BigInt>::new("UPDATE jobs SET done = ")
            .bind(done)
            .sql(", row_count = ")
            .bind(done)
            .sql(", failed = failed + (SELECT count(*) FROM job_rows WHERE job = ")
            .bind(claim.id.0)
            .sql(" AND is_failure AND nth > ")
            .bind(before)
            .sql(" AND nth <= ")
            .bind(done)
            .sql(") WHERE id = ")
            .bind(claim.id.0)
            .sql(" RETURNING failed");
        let _failed: i64 = count.get_result(connection)?;
    }
    Ok(state == JobState::Running.code())
}

/// Outcomes in order.
pub(crate) fn outcomes(
    connection: &mut Conn,
    job: JobId,
    which: Outcomes,
    limit: u32,
    offset: u64,
) -> Result<Vec<ItemOutcome>, Fault> {
    let rows = Statement::<(BigInt, Bool, Text)>::new("SELECT nth, is_failure, body")
        .append::<BigInt>(those(job, which))
        .sql(" ORDER BY nth")
        .limit(i64::from(limit))
        .offset(i64::try_from(offset).unwrap_or(i64::MAX));
    let rows: Vec<(i64, bool, String)> = rows.load(connection)?;
    let outcome = |(nth, is_failure, body)| ItemOutcome {
        job,
        nth,
        is_failure,
        body,
    };
    Ok(rows.into_iter().map(outcome).collect())
}

/// How many there are.
pub(crate) fn count(connection: &mut Conn, job: JobId, which: Outcomes) -> Result<u64, Fault> {
    let count = Statement::<BigInt>::new("SELECT count(*)").append::<BigInt>(those(job, which));
    let count: i64 = count.get_result(connection)?;
    Ok(count.unsigned_abs())
}

fn those(job: JobId, which: Outcomes) -> Statement<BigInt> {
    let those = Statement::new(" FROM job_rows WHERE job = ").bind(job.0);
    let those = those.sql(if which.failures {
        " AND is_failure"
    } else {
        ""
    });
    those
        .sql(" AND nth > ")
        .bind(which.after)
        .sql(" AND nth <= ")
        .bind(which.until)
}
