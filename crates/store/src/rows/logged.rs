//! Events at their place in the log.

use diesel::prelude::*;
use linedesk_domain::ids::{CustomerId, TicketId, UserId};
use linedesk_ports::outbox::Logged;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Numbers;

use super::decoded;
use super::event::EventRow;
use crate::readable;
use crate::schema::tickets;
use crate::types::Key;

/// An event's row beside what its readers need of its ticket.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = crate::schema::events)]
pub(crate) struct LoggedRow {
    #[diesel(embed)]
    pub(crate) event: EventRow,
    #[diesel(select_expression = tickets::id)]
    ticket: Key,
    #[diesel(select_expression = tickets::number)]
    number: i64,
    #[diesel(select_expression = tickets::label)]
    label: String,
    #[diesel(select_expression = tickets::customer_id)]
    customer: Option<Key>,
    #[diesel(select_expression = tickets::source)]
    source: i16,
    #[diesel(select_expression = tickets::created_by)]
    created_by: Option<Key>,
}

/// The name that its actor gave, and the user name.
pub(crate) type ActorNames = (Option<String>, String);

/// An event's row, and who did it.
pub(crate) type Found = (LoggedRow, Option<ActorNames>);

/// A place in the log, and what is there, if that can be read.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) seq: i64,
    pub(crate) found: Option<Found>,
}

impl Place {
    /// The event; where it cannot be read, the operator is told.
    pub(crate) fn into_logged(self) -> Option<Logged> {
        let read = self
            .found
            .and_then(|(row, actor)| row.into_logged(actor).ok());
        if read.is_none() {
            readable::passed_over("events", &self.seq);
        }
        read
    }
}

impl LoggedRow {
    /// The event at its place.
    fn into_logged(self, actor: Option<ActorNames>) -> Result<Logged, StoreError> {
        let Self {
            event,
            ticket,
            number,
            label,
            customer,
            source,
            created_by,
        } = self;
        let seq = event.seq;
        Ok(Logged {
            seq,
            ticket: TicketId(ticket.0),
            numbers: Numbers { number, label },
            customer: customer.map(|key| CustomerId(key.0)),
            source: decoded(source, "tickets", "source", &number)?,
            created_by: created_by.map(|key| UserId(key.0)),
            sequence: event.sequence,
            event: event.into_event()?,
            actor_name: actor.map(|(name, username)| name.unwrap_or(username)),
        })
    }
}
