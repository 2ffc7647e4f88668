//! The log of events. One thread writes, so that events appear in the order of their numbers.

use async_trait::async_trait;
use diesel::prelude::*;
use linedesk_ports::outbox::{EventLog, LogPage, LogReader, Logged};
use linedesk_ports::store::StoreError;

use super::{Conn, Store, position};
use crate::fault::Fault;
use crate::room::Room;
use crate::rows::logged::{ActorNames, LoggedRow};
use crate::schema::{events, tickets, users};

#[async_trait]
impl EventLog for Store {
    async fn events_after(&self, after: i64, limit: u32) -> Result<LogPage, StoreError> {
        let (rows, ends_early) = self
            .read(move |connection| page(connection, after, limit))
            .await?;
        let logged = rows.into_iter().map(|(row, actor)| row.into_logged(actor));
        let events: Vec<Logged> = logged.collect::<Result<_, StoreError>>()?;
        Ok(LogPage {
            next: events.last().map_or(after, |last| last.seq),
            events,
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

type Found = (LoggedRow, Option<ActorNames>);

/// The events for which there is room, and whether some were left out for want of it.
fn page(connection: &mut Conn, after: i64, limit: u32) -> Result<(Vec<Found>, bool), Fault> {
    let mut room = Room::default();
    let mut place = after;
    let rows = room.fill_by_offset(limit as usize, |_, limit| {
        let found = events::table
            .inner_join(tickets::table.on(tickets::place.eq(events::ticket)))
            .left_join(users::table.on(events::actor_id.eq(users::id.nullable())))
            .filter(events::seq.gt(place))
            .order(events::seq)
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select((
                LoggedRow::as_select(),
                (users::name, users::username).nullable(),
            ));
        let rows: Vec<Found> = found.load(connection)?;
        place = rows.last().map_or(place, |(row, _)| row.event.seq);
        Ok(rows)
    })?;
    Ok((rows, room.is_cut()))
}
