//! Who does which work at the moment.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use linedesk_ports::leases::Work;
use uuid::Uuid;

use super::Conn;
use super::dialect::{MICROSECONDS, NOW};
use crate::fault::Fault;
use crate::statement::Statement;

/// How a lease stands for somebody who would like to have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Held by the one who asks, for long enough.
    Own,
    /// Held by somebody else.
    Others,
    /// To be had, or to be renewed.
    ToBeTaken,
}

/// How it stands. Most questions end here, without a write.
pub(crate) fn standing(
    connection: &mut Conn,
    work: Work,
    holder: Uuid,
    lease: Duration,
) -> Result<Standing, Fault> {
    let look = Statement::<(Bool, Bool)>::new("SELECT holder = ")
        .bind(holder)
        .sql(", held_until > ")
        .sql(NOW)
        .sql(" + ")
        .bind(micros(lease / 2))
        .sql(MICROSECONDS)
        .sql(" FROM leases WHERE held_until > ")
        .sql(NOW)
        .sql(" AND work = ")
        .bind(work.name());
    let found: Option<(bool, bool)> = look.get_result(connection).optional()?;
    Ok(match found {
        Some((false, _)) => Standing::Others,
        Some((true, true)) => Standing::Own,
        Some((true, false)) | None => Standing::ToBeTaken,
    })
}

/// Takes or renews it, unless somebody else holds it by now.
pub(crate) fn take(
    connection: &mut Conn,
    work: Work,
    holder: Uuid,
    lease: Duration,
) -> Result<bool, Fault> {
    let take = Statement::<Text>::new("INSERT INTO leases (work, holder, held_until) VALUES (")
        .bind(work.name())
        .sql(", ")
        .bind(holder)
        .sql(", ")
        .sql(NOW)
        .sql(" + ")
        .bind(micros(lease))
        .sql(MICROSECONDS)
        .sql(
            ") ON CONFLICT (work) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until \
             WHERE leases.holder = excluded.holder OR leases.held_until <= ",
        )
        .sql(NOW)
        .sql(" RETURNING work");
    let taken: Vec<String> = take.load(connection)?;
    Ok(!taken.is_empty())
}

/// Lets go of it, if it is the holder's.
pub(crate) fn release(connection: &mut Conn, work: Work, holder: Uuid) -> Result<(), Fault> {
    let release = Statement::<Text>::new("DELETE FROM leases WHERE work = ")
        .bind(work.name())
        .sql(" AND holder = ")
        .bind(holder)
        .sql(" RETURNING work");
    let _released: Vec<String> = release.load(connection)?;
    Ok(())
}

/// A time as statements take it.
pub(crate) fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
