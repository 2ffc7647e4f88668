//! The log of events. One thread writes, so that events appear in the order of their numbers.

use async_trait::async_trait;
use diesel::prelude::*;
use linedesk_domain::ids::TicketId;
use linedesk_ports::outbox::{EventLog, LogPage, Logged};
use linedesk_ports::store::StoreError;

use super::Store;
use crate::rows::event::EventRow;
use crate::schema::{events, tickets};
use crate::types::Key;

#[async_trait]
impl EventLog for Store {
    async fn events_after(&self, after: i64, limit: u32) -> Result<LogPage, StoreError> {
        let found = events::table
            .inner_join(tickets::table.on(tickets::place.eq(events::ticket)))
            .filter(events::seq.gt(after))
            .order(events::seq)
            .limit(i64::from(limit))
            .select((EventRow::as_select(), tickets::id));
        let rows: Vec<(EventRow, Key)> = self
            .read(move |connection| Ok(found.load(connection)?))
            .await?;
        let logged = rows.into_iter().map(|(row, ticket)| {
            Ok(Logged {
                seq: row.seq,
                ticket: TicketId(ticket.0),
                sequence: row.sequence,
                event: row.into_event()?,
            })
        });
        let events: Vec<Logged> = logged.collect::<Result<_, StoreError>>()?;
        let next = events.last().map_or(after, |last| last.seq);
        Ok(LogPage { events, next })
    }
}
