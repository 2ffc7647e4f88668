//! Idempotency keys: each use case of a batch marks its own, and is refused where the key was marked before.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Binary, Text};
use linedesk_ports::changes::Changes;
use linedesk_ports::store::{StoreError, Unique};

use crate::cached::Cached;
use crate::fault::Fault;
use crate::postgres::Conn;
use crate::postgres::accounts::KEPT_FOR;
use crate::types::{At, DbTime};

/// Marks the keys of those that are not refused yet. A mark that no longer speaks for anything gives way.
pub(super) fn take(
    connection: &mut Conn,
    batch: &mut [Changes],
    refused: &mut [Option<StoreError>],
) -> Result<(), Fault> {
    let mut marks = Vec::new();
    let mut seen = HashSet::new();
    for (n, changes) in batch.iter_mut().enumerate() {
        if refused[n].is_some() {
            continue;
        }
        if let Some(mark) = changes.mark.take() {
            // Of two in one batch the second one comes too late.
            if seen.insert((mark.key.scope.clone(), mark.key.key.clone())) {
                marks.push((n, mark));
            } else {
                refused[n] = Some(StoreError::Duplicate(Unique::IdempotencyKey));
            }
        }
    }
    if marks.is_empty() {
        return Ok(());
    }
    // In one order everywhere, so that no two transactions wait for each other crosswise.
    marks.sort_by(|(_, a), (_, b)| (&a.key.scope, &a.key.key).cmp(&(&b.key.scope, &b.key.key)));
    let insert = sql_query(
        "INSERT INTO idempotency AS old (scope, key, fingerprint, at) SELECT * FROM unnest($1, $2, $3, $4) \
         ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, at = excluded.at, \
         status = NULL, headers = NULL, body = NULL \
         WHERE old.at < excluded.at - $5 * interval '1 microsecond' RETURNING old.scope, old.key",
    );
    let column = |of: fn(&linedesk_ports::accounts::IdempotencyMark) -> &str| {
        marks.iter().map(|(_, mark)| of(mark)).collect::<Vec<_>>()
    };
    let insert = insert
        .bind::<Array<Text>, _>(column(|mark| &mark.key.scope))
        .bind::<Array<Text>, _>(column(|mark| &mark.key.key))
        .bind::<Array<Binary>, _>(
            marks
                .iter()
                .map(|(_, mark)| mark.fingerprint.as_slice())
                .collect::<Vec<_>>(),
        )
        .bind::<Array<DbTime>, _>(
            marks
                .iter()
                .map(|(_, mark)| At(mark.at))
                .collect::<Vec<_>>(),
        )
        .bind::<BigInt, _>(i64::try_from(KEPT_FOR.as_micros()).unwrap_or(i64::MAX));
    let taken: Vec<Taken> = Cached(insert).load(connection)?;
    let taken: HashSet<_> = taken
        .iter()
        .map(|row| (row.scope.as_str(), row.key.as_str()))
        .collect();
    for (n, mark) in &marks {
        if !taken.contains(&(mark.key.scope.as_str(), mark.key.key.as_str())) {
            refused[*n] = Some(StoreError::Duplicate(Unique::IdempotencyKey));
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Text)]
    scope: String,
    #[diesel(sql_type = Text)]
    key: String,
}
