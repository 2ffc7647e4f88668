//! Making unresolved tickets hear of SLA versions that apply to them.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Rearming;

use super::Conn;
use super::dialect::LOCKED;
use crate::fault::{Fault, corrupt};
use crate::rows::{at, instant};
use crate::schema::{sla_rearming, tickets};
use crate::statement::Statement;
use crate::types::At;

/// The one row.
const STATE: i64 = 1;

/// How far that has come.
pub(crate) fn standing(connection: &mut Conn) -> Result<Rearming, Fault> {
    let row: (i64, Option<i64>, Option<At>) = sla_rearming::table
        .find(STATE)
        .select((
            sla_rearming::versions,
            sla_rearming::reached,
            sla_rearming::again_at,
        ))
        .get_result(connection)?;
    let versions = u32::try_from(row.0).map_err(|error| corrupt("sla_rearming", STATE, error))?;
    Ok(Rearming {
        versions,
        reached: row.1,
        again_at: instant(row.2),
    })
}

/// Makes the next timers due, and keeps how far that came. [`StoreError::Stale`] where it is elsewhere than at `from`.
pub(crate) fn advance(
    connection: &mut Conn,
    from: Rearming,
    to: Rearming,
    limit: u32,
    now: Timestamp,
) -> Result<(), Fault> {
    let after = to.reached.unwrap_or_default();
    let numbers: Vec<i64> = tickets::table
        .filter(tickets::deleted_at.is_null())
        .filter(tickets::resolved_at.is_null())
        .filter(tickets::number.gt(after))
        .order(tickets::number.asc())
        .limit(limit.into())
        .select(tickets::number)
        .load(connection)?;
    let reached = numbers.last().copied();
    keep(connection, from, Rearming { reached, ..to })?;
    if let (Some(first), Some(last)) = (numbers.first(), reached) {
        make_due(connection, *first, last, now)?;
    }
    Ok(())
}

fn keep(connection: &mut Conn, from: Rearming, to: Rearming) -> Result<(), Fault> {
    let here = sla_rearming::table
        .find(STATE)
        .filter(sla_rearming::versions.eq(i64::from(from.versions)));
    let set = (
        sla_rearming::versions.eq(i64::from(to.versions)),
        sla_rearming::reached.eq(to.reached),
        sla_rearming::again_at.eq(at(to.again_at)),
    );
    let kept = match from.reached {
        Some(reached) => diesel::update(here.filter(sla_rearming::reached.eq(reached)))
            .set(set)
            .execute(connection)?,
        None => diesel::update(here.filter(sla_rearming::reached.is_null()))
            .set(set)
            .execute(connection)?,
    };
    match kept {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}

fn make_due(connection: &mut Conn, first: i64, last: i64, now: Timestamp) -> Result<(), Fault> {
    // In the order of their ids, as all who write tickets lock them: nobody waits for another one crosswise.
    let lock = Statement::<BigInt>::new(
        "SELECT number FROM tickets WHERE deleted_at IS NULL AND resolved_at IS NULL AND number BETWEEN ",
    );
    let lock = lock.bind(first).sql(" AND ").bind(last).sql(LOCKED);
    let _locked: Vec<i64> = lock.load(connection)?;
    let touched = tickets::table
        .filter(tickets::number.between(first, last))
        .filter(tickets::deleted_at.is_null())
        .filter(tickets::resolved_at.is_null());
    diesel::update(touched)
        .set(tickets::next_timer_at.eq(At(now)))
        .execute(connection)?;
    Ok(())
}
