//! The log of events. One thread writes, so that events appear in the order of their numbers.

use async_trait::async_trait;
use diesel::prelude::*;
use linedesk_ports::outbox::{EventLog, LogPage, LogReader};
use linedesk_ports::store::StoreError;

use super::{Conn, Store, position};
use crate::fault::Fault;
use crate::readable;
use crate::room::Room;
use crate::rows::logged::{Found, LoggedRow, Place};
use crate::schema::{events, tickets, users};

#[async_trait]
impl EventLog for Store {
    async fn events_after(&self, after: i64, limit: u32) -> Result<LogPage, StoreError> {
        let (places, ends_early) = self
            .read(move |connection| page(connection, after, limit))
            .await?;
        Ok(LogPage {
            next: places.last().map_or(after, |last| last.seq),
            events: places.into_iter().filter_map(Place::into_logged).collect(),
            ends_early,
        })
    }

    async fn end(&self) -> Result<i64, StoreError> {
        self.read(position::end).await
    }

    async fn position(&self, reader: LogReader) -> Result<i64, StoreError> {
        self.read(move |connection| position::position(connection, reader))
            .await
    }
}

/// The places for whose events there is room, and whether some were left out for want of it.
fn page(connection: &mut Conn, after: i64, limit: u32) -> Result<(Vec<Place>, bool), Fault> {
    let mut room = Room::default();
    let mut place = after;
    let rows = room.fill_by_offset(limit as usize, |_, limit| {
        let places = places(connection, place, limit)?;
        place = places.last().map_or(place, |last| last.seq);
        Ok(places)
    })?;
    Ok((rows, room.is_cut()))
}

fn places(connection: &mut Conn, after: i64, limit: usize) -> QueryResult<Vec<Place>> {
    let joined = || {
        events::table
            .inner_join(tickets::table.on(tickets::place.eq(events::ticket)))
            .left_join(users::table.on(events::actor_id.eq(users::id.nullable())))
    };
    let columns = || {
        (
            LoggedRow::as_select(),
            (users::name, users::username).nullable(),
        )
    };
    let next = || {
        joined()
            .filter(events::seq.gt(after))
            .order(events::seq)
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
    };
    let found = readable::each(
        connection,
        |connection| {
            let rows: Vec<Found> = next().select(columns()).load(connection)?;
            Ok(rows.into_iter().map(|row| (row.0.event.seq, row)).collect())
        },
        |connection| next().select(events::seq).load(connection),
        |connection, seq| {
            let one = joined().filter(events::seq.eq(seq)).select(columns());
            one.get_result(connection).optional()
        },
    )?;
    let places = found.into_iter().map(|(seq, found)| Place { seq, found });
    Ok(places.collect())
}
