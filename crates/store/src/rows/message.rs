//! Messages of the outbox.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};
use linedesk_domain::ids::TicketId;
use linedesk_ports::outbox::{Message, NewMessage};
use linedesk_ports::store::StoreError;

use super::decoded;
use crate::types::{At, DbTime, DbUuid, Key};

const TABLE: &str = "outbox";

/// The SQL types of a message's row.
pub(crate) type MessageSql = (
    BigInt,
    Nullable<BigInt>,
    Nullable<DbUuid>,
    SmallInt,
    Text,
    Text,
    DbTime,
    BigInt,
    DbTime,
    SmallInt,
    Nullable<Text>,
);

/// Its columns, in that order.
pub(crate) const COLUMNS: &str = "id, event, (SELECT tickets.id FROM tickets WHERE tickets.place = outbox.ticket), \
    channel, receiver, payload, created_at, attempts, next_attempt_at, state, last_error";

/// A message's row.
#[derive(Debug, Queryable)]
pub(crate) struct MessageRow {
    id: i64,
    event: Option<i64>,
    ticket: Option<Key>,
    channel: i16,
    receiver: String,
    payload: String,
    created_at: At,
    attempts: i64,
    next_attempt_at: At,
    state: i16,
    last_error: Option<String>,
}

impl MessageRow {
    /// The message.
    pub(crate) fn into_message(self) -> Result<Message, StoreError> {
        let row = self.id;
        Ok(Message {
            id: row,
            new: NewMessage {
                event: self.event,
                ticket: self.ticket.map(|key| TicketId(key.0)),
                channel: decoded(self.channel, TABLE, "channel", &row)?,
                receiver: self.receiver,
                payload: self.payload,
            },
            created_at: self.created_at.0,
            attempts: self.attempts,
            next_attempt_at: self.next_attempt_at.0,
            state: decoded(self.state, TABLE, "state", &row)?,
            last_error: self.last_error,
        })
    }
}
