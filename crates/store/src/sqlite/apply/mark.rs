//! The idempotency key of a use case.

use diesel::prelude::*;
use linedesk_ports::accounts::IdempotencyMark;
use linedesk_ports::store::Unique;

use crate::cached::Cached;
use crate::fault::{Fault, explain_duplicate};
use crate::rows::accounts::KeptRow;
use crate::schema::idempotency;
use crate::sqlite::Conn;
use crate::sqlite::accounts::KEPT_FOR;
use crate::types::At;

/// Marks a request as done. A mark that no longer speaks for anything gives way.
pub(super) fn mark(connection: &mut Conn, mark: IdempotencyMark) -> Result<(), Fault> {
    let expired = idempotency::table
        .filter(idempotency::scope.eq(mark.key.scope.clone()))
        .filter(idempotency::key.eq(mark.key.key.clone()))
        .filter(idempotency::at.lt(At(mark.at - KEPT_FOR)));
    Cached(diesel::delete(expired)).run(connection)?;
    let inserted = diesel::insert_into(idempotency::table)
        .values(KeptRow::new(mark, None))
        .execute(connection);
    explain_duplicate(inserted, |_| Unique::IdempotencyKey)?;
    Ok(())
}
