//! Long work.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};
use linedesk_domain::ids::{JobId, UserId};
use linedesk_ports::jobs::{Job, NewJob, Progress};
use linedesk_ports::store::StoreError;

use super::{decoded, instant};
use crate::types::{At, DbTime, DbUuid, Key};

const TABLE: &str = "jobs";

/// The SQL types of a job's row.
pub(crate) type JobSql = (
    DbUuid,
    SmallInt,
    SmallInt,
    Text,
    DbUuid,
    DbTime,
    Nullable<DbTime>,
    Nullable<DbTime>,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    Nullable<Text>,
    Nullable<Text>,
);

/// Its columns, in that order.
pub(crate) const COLUMNS: &str = "id, kind, state, input, created_by, created_at, started_at, finished_at, \
    attempts, done, total, row_count, failed, result, error";
/// The same without the result, which lists leave out.
pub(crate) const LISTED: &str = "id, kind, state, input, created_by, created_at, started_at, finished_at, \
    attempts, done, total, row_count, failed, NULL, error";

/// A job's row.
#[derive(Debug, Queryable)]
pub(crate) struct JobRow {
    id: Key,
    kind: i16,
    state: i16,
    input: String,
    created_by: Key,
    created_at: At,
    started_at: Option<At>,
    finished_at: Option<At>,
    attempts: i64,
    done: i64,
    total: i64,
    row_count: i64,
    failed: i64,
    result: Option<String>,
    error: Option<String>,
}

impl JobRow {
    /// The job.
    pub(crate) fn into_job(self) -> Result<Job, StoreError> {
        let row = self.id.0;
        Ok(Job {
            new: NewJob {
                id: JobId(row),
                kind: decoded(self.kind, TABLE, "kind", &row)?,
                input: self.input,
                created_by: UserId(self.created_by.0),
                created_at: self.created_at.0,
            },
            state: decoded(self.state, TABLE, "state", &row)?,
            progress: Progress {
                done: self.done,
                total: self.total,
            },
            rows: self.row_count,
            failed: self.failed,
            attempts: self.attempts,
            started_at: instant(self.started_at),
            finished_at: instant(self.finished_at),
            result: self.result,
            error: self.error,
        })
    }
}
