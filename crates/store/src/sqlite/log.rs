//! The log of events. One thread writes, so that events appear in the order of their numbers.

use async_trait::async_trait;
use diesel::prelude::*;
use linedesk_ports::outbox::{EventLog, LogPage, LogReader, Logged};
use linedesk_ports::store::StoreError;

use super::{Store, position};
use crate::rows::logged::{ActorNames, LoggedRow};
use crate::schema::{events, tickets, users};

#[async_trait]
impl EventLog for Store {
    async fn events_after(&self, after: i64, limit: u32) -> Result<LogPage, StoreError> {
        let found = events::table
            .inner_join(tickets::table.on(tickets::place.eq(events::ticket)))
            .left_join(users::table.on(events::actor_id.eq(users::id.nullable())))
            .filter(events::seq.gt(after))
            .order(events::seq)
            .limit(i64::from(limit))
            .select((
                LoggedRow::as_select(),
                (users::name, users::username).nullable(),
            ));
        let rows: Vec<(LoggedRow, Option<ActorNames>)> = self
            .read(move |connection| Ok(found.load(connection)?))
            .await?;
        let logged = rows.into_iter().map(|(row, actor)| row.into_logged(actor));
        let events: Vec<Logged> = logged.collect::<Result<_, StoreError>>()?;
        let next = events.last().map_or(after, |last| last.seq);
        Ok(LogPage { events, next })
    }

    async fn end(&self) -> Result<i64, StoreError> {
        self.read(position::end).await
    }

    async fn position(&self, reader: LogReader) -> Result<i64, StoreError> {
        self.read(move |connection| position::position(connection, reader))
            .await
    }
}
