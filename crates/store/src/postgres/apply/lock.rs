//! The tickets that a batch changes or refers to, as they are stored, locked until the batch is committed.

use std::collections::{HashMap, HashSet};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use linedesk_domain::ids::TicketId;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::store::StoreError;

use super::ByTicket;
use crate::cached::Cached;
use crate::fault::Fault;
use crate::postgres::Conn;
use crate::rows::ticket::TicketRow;
use crate::schema::tickets;
use crate::types::Key;

/// Tickets that were met.
#[derive(Debug, Default)]
pub(super) struct Locked {
    known: ByTicket<Known>,
}

/// What is known of a ticket.
#[derive(Debug)]
pub(super) struct Known {
    /// As it was before the batch; `None`: the batch makes it.
    pub(super) before: Option<TicketRow>,
    pub(super) place: i64,
    /// The sequence of its last event.
    pub(super) last_event: i64,
    /// Its version, once what was admitted is written.
    version: i64,
}

impl Locked {
    /// Reads and locks them, in the order of their ids.
    pub(super) fn of(connection: &mut Conn, batch: &[Changes]) -> Result<Self, Fault> {
        let writes = || batch.iter().flat_map(|changes| &changes.writes);
        let made: HashSet<TicketId> = writes().filter_map(made).collect();
        let mut ids: Vec<Key> = writes()
            .flat_map(named)
            .filter(|id| !made.contains(id))
            .map(|id| Key(id.0))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let last_event = sql::<Nullable<BigInt>>(
            "(SELECT max(sequence) FROM events WHERE events.ticket = tickets.place)",
        );
        let found = tickets::table
            .filter(tickets::id.eq_any(ids))
            .order(tickets::id)
            .select((TicketRow::as_select(), last_event))
            .for_no_key_update();
        let rows: Vec<(TicketRow, Option<i64>)> = Cached(found).load(connection)?;
        let known = |(row, last_event): (TicketRow, Option<i64>)| {
            let id = TicketId(row.id.0);
            let known = Known {
                place: row.place,
                last_event: last_event.unwrap_or(0),
                version: row.version,
                before: Some(row),
            };
            (id, known)
        };
        Ok(Self {
            known: rows.into_iter().map(known).collect(),
        })
    }

    /// Whether one use case's changes can be written: everything that they expect and refer to is as it should be. What
    /// is admitted counts for those that come after it.
    pub(super) fn admit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        let mut versions: HashMap<TicketId, i64> = HashMap::new();
        for write in writes {
            match write {
                Write::NewTicket { data, .. } => {
                    versions.insert(data.id, data.version);
                }
                Write::Ticket { data, expected } => {
                    let stored = versions.get(&data.id).copied();
                    let stored =
                        stored.or_else(|| self.known.get(&data.id).map(|known| known.version));
                    if stored != Some(*expected) {
                        return Err(StoreError::Stale);
                    }
                    versions.insert(data.id, data.version);
                }
                other => {
                    let is_known =
                        |id: &TicketId| versions.contains_key(id) || self.known.contains_key(id);
                    if !named(other).all(|id| is_known(&id)) {
                        return Err(StoreError::Dangling);
                    }
                }
            }
        }
        for (id, version) in versions {
            if let Some(known) = self.known.get_mut(&id) {
                known.version = version;
            }
        }
        Ok(())
    }

    /// Notes a ticket that the batch makes.
    pub(super) fn add(&mut self, id: TicketId, place: i64, version: i64) {
        let known = Known {
            before: None,
            place,
            last_event: 0,
            version,
        };
        self.known.insert(id, known);
    }

    pub(super) fn get_mut(&mut self, id: TicketId) -> Result<&mut Known, StoreError> {
        self.known.get_mut(&id).ok_or(StoreError::Dangling)
    }

    pub(super) fn place(&self, id: TicketId) -> Option<i64> {
        self.known.get(&id).map(|known| known.place)
    }
}

/// The ticket that a write makes.
fn made(write: &Write) -> Option<TicketId> {
    match write {
        Write::NewTicket { data, .. } => Some(data.id),
        _ => None,
    }
}

/// The stored tickets that a write changes or refers to.
fn named(write: &Write) -> impl Iterator<Item = TicketId> + use<> {
    let ids = match write {
        Write::Ticket { data, .. } => [Some(data.id), None],
        Write::Event { ticket, .. }
        | Write::NewComment { ticket, .. }
        | Write::Attach { ticket, .. } => [Some(*ticket), None],
        Write::NewAttachment(file) => [file.ticket, None],
        Write::Message(message) => [message.ticket, None],
        Write::Link { from, to, .. } => [Some(*from), Some(*to)],
        Write::NewTicket { .. }
        | Write::Comment { .. }
        | Write::DeleteComment { .. }
        | Write::ForgetAttachments(_)
        | Write::ForgetUploads(_)
        | Write::Customer(_)
        | Write::Contact(_)
        | Write::Service(_)
        | Write::Team(_)
        | Write::NewUser(_)
        | Write::User { .. }
        | Write::Policy(_)
        | Write::Calendar(_)
        | Write::NewRefreshToken(_)
        | Write::UseRefreshToken { .. }
        | Write::EndSession { .. }
        | Write::NewApiToken(_)
        | Write::RevokeApiToken { .. }
        | Write::LoginFailure(_)
        | Write::Knowledge(_)
        | Write::NewJob(_)
        | Write::Gather(_)
        | Write::Window { .. }
        | Write::JobTickets { .. }
        | Write::ItemOutcome(_)
        | Write::Preferences { .. }
        | Write::Webhook(_)
        | Write::DeleteWebhook(_)
        | Write::Advance { .. } => [None, None],
    };
    ids.into_iter().flatten()
}
