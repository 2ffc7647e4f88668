//! Long work that a person asked for.
//!
//! While somebody holds a job, the end of the hold is when it is due next: so one index tells what can be taken, and a
//! holder that died needs no looking after.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;
use linedesk_domain::ids::{JobId, UserId};
use linedesk_ports::directory::DirectoryPage;
use linedesk_ports::jobs::{
    Forgotten, Job, JobClaim, JobKind, JobOutcome, JobState, NewJob, Progress,
};
use uuid::Uuid;

use super::Conn;
use super::dialect::{ID_AMONG, MICROSECONDS, NOW, SKIP_LOCKED};
use super::leases::micros;
use crate::codes::Coded as _;
use crate::fault::Fault;
use crate::rows::job::{COLUMNS, JobRow, JobSql, LISTED};
use crate::schema::{job_rows, job_tickets, jobs};
use crate::statement::Statement;
use crate::types::{At, DbUuid, Key};

/// How many jobs are forgotten in one transaction, and how many rows: others wait for it.
const FORGOTTEN: i64 = 100;
const ROWS_FORGOTTEN: i64 = 5_000;

/// Adds a job.
pub(crate) fn add(connection: &mut Conn, job: &NewJob) -> Result<(), Fault> {
    let add = Statement::<DbUuid>::new(
        "INSERT INTO jobs (id, kind, input, created_by, created_at, due_at) VALUES (",
    );
    let add = add
        .bind(job.id.0)
        .sql(", ")
        .bind(job.kind.code())
        .sql(", ")
        .bind(job.input.as_str())
        .sql(", ")
        .bind(job.created_by.0)
        .sql(", ")
        .bind(job.created_at)
        .sql(", ")
        .sql(NOW)
        .sql(") RETURNING id");
    let _added: Vec<Key> = add.load(connection)?;
    Ok(())
}

/// Whether there is a job to be taken. Most questions end here, without a write.
pub(crate) fn is_due(connection: &mut Conn, kind: JobKind) -> Result<bool, Fault> {
    let look = Statement::<DbUuid>::new("SELECT id FROM jobs WHERE state IN (1, 2) AND due_at <= ");
    let look = look.sql(NOW).sql(" AND kind = ").bind(kind.code());
    let found: Option<Key> = look.sql(" LIMIT 1").get_result(connection).optional()?;
    Ok(found.is_some())
}

/// Takes the one that has waited longest. What makes it due is asked again of the row that was locked.
pub(crate) fn take(
    connection: &mut Conn,
    kind: JobKind,
    holder: Uuid,
    lease: Duration,
    now: Timestamp,
) -> Result<Option<Job>, Fault> {
    let take = Statement::<JobSql>::new("UPDATE jobs SET state = 2, holder = ")
        .bind(holder)
        .sql(", attempts = attempts + 1, started_at = COALESCE(started_at, ")
        .bind(now)
        .sql("), due_at = ");
    let take = later(take, lease)
        .sql(" WHERE ")
        .sql(ID_AMONG.0)
        .sql("SELECT due.id FROM jobs AS due WHERE due.state IN (1, 2) AND due.kind = ")
        .bind(kind.code())
        .sql(" AND due.due_at <= ")
        .sql(NOW)
        .sql(" ORDER BY due.due_at, due.id")
        .limit(1)
        .sql(SKIP_LOCKED)
        .sql(ID_AMONG.1)
        .sql(" AND state IN (1, 2) AND due_at <= ")
        .sql(NOW)
        .sql(" RETURNING ")
        .sql(COLUMNS);
    let taken: Option<JobRow> = take.get_result(connection).optional()?;
    Ok(taken.map(JobRow::into_job).transpose()?)
}

/// Makes due what a dead holder of that name held.
pub(crate) fn inherit(connection: &mut Conn, holder: Uuid) -> Result<(), Fault> {
    let free = Statement::<DbUuid>::new("UPDATE jobs SET due_at = ").sql(NOW);
    let free = free
        .sql(" WHERE state IN (1, 2) AND holder = ")
        .bind(holder)
        .sql(" RETURNING id");
    let _freed: Vec<Key> = free.load(connection)?;
    Ok(())
}

/// Says how far a job has come, with more rows.
pub(crate) fn report(
    connection: &mut Conn,
    claim: JobClaim,
    progress: Progress,
    rows: &[String],
    lease: Duration,
) -> Result<bool, Fault> {
    let added = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let report = Statement::<BigInt>::new("UPDATE jobs SET done = ")
        .bind(progress.done)
        .sql(", total = ")
        .bind(progress.total)
        .sql(", row_count = row_count + ")
        .bind(added)
        .sql(", due_at = ");
    let report = held(later(report, lease), claim).sql(" RETURNING row_count");
    let Some(count) = report.get_result::<i64>(connection).optional()? else {
        return Ok(false);
    };
    let places = count - added + 1..;
    let values: Vec<_> = places
        .zip(rows)
        .map(|(nth, body)| {
            (
                job_rows::job.eq(Key(claim.id.0)),
                job_rows::nth.eq(nth),
                job_rows::body.eq(body),
            )
        })
        .collect();
    if !values.is_empty() {
        diesel::insert_into(job_rows::table)
            .values(&values)
            .execute(connection)?;
    }
    Ok(true)
}

/// Takes a job's rows back.
pub(crate) fn clear(connection: &mut Conn, claim: JobClaim) -> Result<bool, Fault> {
    let clear = Statement::new("UPDATE jobs SET done = 0, row_count = 0");
    if !changed(connection, held(clear, claim))? {
        return Ok(false);
    }
    diesel::delete(job_rows::table.filter(job_rows::job.eq(Key(claim.id.0))))
        .execute(connection)?;
    Ok(true)
}

/// Ends a job.
pub(crate) fn finish(
    connection: &mut Conn,
    claim: JobClaim,
    outcome: &JobOutcome,
    at: Timestamp,
) -> Result<bool, Fault> {
    let finish = match outcome {
        JobOutcome::Done(result) => {
            Statement::new("UPDATE jobs SET state = 3, result = ").bind(result.as_str())
        }
        JobOutcome::Failed(error) => {
            Statement::new("UPDATE jobs SET state = 5, error = ").bind(error.as_str())
        }
    };
    let finish = finish.sql(", holder = NULL, finished_at = ").bind(at);
    changed(connection, held(finish, claim))
}

/// Puts a job back as if it had not been taken.
pub(crate) fn give_back(connection: &mut Conn, claim: JobClaim) -> Result<bool, Fault> {
    let back = Statement::new(
        "UPDATE jobs SET state = 1, holder = NULL, attempts = attempts - 1, due_at = ",
    );
    changed(connection, held(back.sql(NOW), claim))
}

/// Cancels a job that has not ended. Whoever holds it stays known, so that what it is doing at this moment can still be told.
pub(crate) fn cancel(connection: &mut Conn, id: JobId, at: Timestamp) -> Result<bool, Fault> {
    let cancel = Statement::new("UPDATE jobs SET state = 4, finished_at = ").bind(at);
    let cancel = cancel.sql(" WHERE state IN (1, 2) AND id = ").bind(id.0);
    changed(connection, cancel)
}

pub(crate) fn job(connection: &mut Conn, kind: JobKind, id: JobId) -> Result<Option<Job>, Fault> {
    let one = Statement::<JobSql>::new("SELECT ")
        .sql(COLUMNS)
        .sql(" FROM jobs WHERE id = ")
        .bind(id.0)
        .sql(" AND kind = ")
        .bind(kind.code());
    let found: Option<JobRow> = one.get_result(connection).optional()?;
    Ok(found.map(JobRow::into_job).transpose()?)
}

pub(crate) fn list(
    connection: &mut Conn,
    kind: JobKind,
    by: Option<UserId>,
    limit: u32,
    offset: u64,
) -> Result<DirectoryPage<Job>, Fault> {
    let narrowed = || {
        let of_kind = Statement::new(" FROM jobs WHERE kind = ").bind(kind.code());
        match by {
            Some(UserId(by)) => of_kind.sql(" AND created_by = ").bind(by),
            None => of_kind,
        }
    };
    let count = Statement::<BigInt>::new("SELECT count(*)").append::<BigInt>(narrowed());
    let total: i64 = count.get_result(connection)?;
    let page = Statement::<JobSql>::new("SELECT ")
        .sql(LISTED)
        .append::<BigInt>(narrowed())
        .sql(" ORDER BY created_at DESC, id DESC")
        .limit(i64::from(limit))
        .offset(i64::try_from(offset).unwrap_or(i64::MAX));
    let rows: Vec<JobRow> = page.load(connection)?;
    let items = rows.into_iter().map(JobRow::into_job);
    Ok(DirectoryPage {
        items: items.collect::<Result<_, _>>()?,
        total: total.unsigned_abs(),
    })
}

pub(crate) fn rows(
    connection: &mut Conn,
    id: JobId,
    limit: u32,
    offset: u64,
) -> Result<Vec<String>, Fault> {
    // Rows are numbered without gaps.
    let after = i64::try_from(offset).unwrap_or(i64::MAX);
    Ok(job_rows::table
        .filter(job_rows::job.eq(Key(id.0)))
        .filter(job_rows::nth.gt(after))
        .order(job_rows::nth.asc())
        .limit(limit.into())
        .select(job_rows::body)
        .load(connection)?)
}

pub(crate) fn unfinished(connection: &mut Conn, kind: JobKind) -> Result<u64, Fault> {
    let open = [JobState::Queued, JobState::Running].map(crate::codes::Coded::code);
    let count: i64 = jobs::table
        .filter(jobs::kind.eq(kind.code()))
        .filter(jobs::state.eq_any(open))
        .count()
        .get_result(connection)?;
    Ok(count.unsigned_abs())
}

/// Forgets jobs that ended before then.
pub(crate) fn forget(connection: &mut Conn, before: Timestamp) -> Result<Forgotten, Fault> {
    let old: Vec<Key> = jobs::table
        .filter(jobs::finished_at.lt(At(before)))
        .order(jobs::finished_at.asc())
        .limit(FORGOTTEN)
        .select(jobs::id)
        .load(connection)?;
    let (mut rows_left, mut forgotten) = (ROWS_FORGOTTEN, Forgotten::default());
    for job in &old {
        rows_left -= forget_rows(connection, *job, rows_left)?;
        if rows_left <= 0 {
            return Ok(forgotten);
        }
        diesel::delete(job_tickets::table.filter(job_tickets::job.eq(*job))).execute(connection)?;
        diesel::delete(jobs::table.filter(jobs::id.eq(*job))).execute(connection)?;
        forgotten.jobs += 1;
    }
    forgotten.is_all = i64::try_from(old.len()).unwrap_or(i64::MAX) < FORGOTTEN;
    Ok(forgotten)
}

/// Forgets that many rows of a job, if there are so many.
fn forget_rows(connection: &mut Conn, job: Key, limit: i64) -> Result<i64, Fault> {
    let some = Statement::<DbUuid>::new("DELETE FROM job_rows WHERE job = ")
        .bind(job.0)
        .sql(" AND nth IN (SELECT nth FROM job_rows WHERE job = ")
        .bind(job.0)
        .sql(" ORDER BY nth")
        .limit(limit)
        .sql(") RETURNING job");
    let gone: Vec<Key> = some.load(connection)?;
    Ok(i64::try_from(gone.len()).unwrap_or(i64::MAX))
}

/// Adds the instant that comes so much later than now.
pub(super) fn later<S>(statement: Statement<S>, wait: Duration) -> Statement<S> {
    statement
        .sql(NOW)
        .sql(" + ")
        .bind(micros(wait))
        .sql(MICROSECONDS)
}

/// Adds the condition that a claim still holds: nobody has taken the job since, nobody has cancelled it.
fn held<S>(statement: Statement<S>, claim: JobClaim) -> Statement<S> {
    statement
        .sql(" WHERE id = ")
        .bind(claim.id.0)
        .sql(" AND state = 2 AND holder = ")
        .bind(claim.holder)
        .sql(" AND attempts = ")
        .bind(claim.attempt)
}

fn changed(connection: &mut Conn, statement: Statement<DbUuid>) -> Result<bool, Fault> {
    let changed: Vec<Key> = statement.sql(" RETURNING id").load(connection)?;
    Ok(!changed.is_empty())
}
