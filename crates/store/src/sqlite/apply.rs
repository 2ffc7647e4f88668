//! Writing one use case's changes.

mod mark;
#[path = "../shared/parts.rs"]
mod parts;
#[path = "../shared/saved.rs"]
mod saved;
mod tickets;
#[path = "../shared/told.rs"]
mod told;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sqlite::Sqlite;
use linedesk_domain::ids::TicketId;
use linedesk_ports::changes::{Changes, Committed, Write};
use linedesk_ports::store::StoreError;

use super::batch::Batch;
use super::directory::Kind;
use super::search::{Entry, IndexKey};
use super::{Conn, accounts, book, items, jobs, knowledge};
use crate::cached::Cached;
use crate::fault::Fault;
use crate::types::Key;

/// All of it. When it fails, the writer takes back what was written, unless the batch knows that nothing was.
pub(crate) fn apply(
    connection: &mut Conn,
    batch: &mut Batch,
    changes: Changes,
) -> Result<Committed, Fault> {
    let mut writing = Writing {
        connection,
        batch,
        known: HashMap::new(),
        committed: Committed::default(),
    };
    writing.batch.reads();
    if let Some(mark) = changes.mark {
        writing.batch.writes();
        mark::mark(writing.connection, mark)?;
    }
    changes
        .writes
        .into_iter()
        .try_for_each(|write| writing.write(write))?;
    Ok(writing.committed)
}

/// A use case that is being written.
struct Writing<'a> {
    connection: &'a mut Conn,
    batch: &'a mut Batch,
    /// Tickets that were met already.
    known: HashMap<TicketId, Known>,
    committed: Committed,
}

/// What is known of a ticket.
#[derive(Debug, Clone, Copy)]
struct Known {
    place: i64,
    /// The sequence of its last event, once it was asked for.
    last_event: Option<i64>,
}

impl Writing<'_> {
    fn write(&mut self, write: Write) -> Result<(), Fault> {
        // A ticket says so itself, once it is known that its version has not moved on.
        if !matches!(write, Write::Ticket { .. }) {
            self.batch.writes();
        }
        match write {
            Write::NewTicket { data, day } => self.new_ticket(&data, day),
            Write::Ticket { data, expected } => self.ticket(&data, expected),
            Write::Event { ticket, event } => self.event(ticket, event),
            Write::NewComment { ticket, comment } => self.new_comment(ticket, &comment),
            part @ (Write::Comment { .. }
            | Write::DeleteComment { .. }
            | Write::NewAttachment(_)
            | Write::Attach { .. }
            | Write::ForgetAttachments(_)
            | Write::ForgetUploads(_)
            | Write::Link { .. }
            | Write::Message(_)
            | Write::Gather(_)
            | Write::Window { .. }
            | Write::Preferences { .. }
            | Write::Webhook(_)
            | Write::DeleteWebhook(_)
            | Write::Advance { .. }) => self.part(part),
            Write::Customer(customer) => self.customer(&customer),
            Write::Contact(contact) => self.contact(&contact),
            Write::Service(service) => self.service(&service),
            Write::Team(team) => self.team(&team),
            Write::NewUser(user) => self.new_user(&user),
            Write::User { user, expected } => self.user(&user, expected),
            Write::Policy(version) => {
                self.batch.book_changed();
                book::add_policy(self.connection, version)
            }
            Write::Calendar(version) => {
                self.batch.book_changed();
                book::add_calendar(self.connection, &version)
            }
            Write::NewRefreshToken(token) => accounts::new_refresh_token(self.connection, token),
            Write::UseRefreshToken { id, at } => {
                accounts::use_refresh_token(self.connection, id, at)
            }
            Write::EndSession { session, at } => {
                accounts::end_session(self.connection, session, at)
            }
            Write::NewApiToken(token) => accounts::new_api_token(self.connection, token),
            Write::RevokeApiToken { id, at } => accounts::revoke_api_token(self.connection, id, at),
            Write::LoginFailure(failure) => accounts::login_failure(self.connection, &failure),
            Write::Knowledge(write) => knowledge::write(self.connection, write),
            Write::NewJob(job) => jobs::add(self.connection, &job),
            Write::JobTickets { job, tickets } => {
                items::add_tickets(self.connection, job, &tickets)
            }
            Write::ItemOutcome(outcome) => items::add(self.connection, &[outcome]),
        }
    }

    /// Makes an entry of the directory findable by `words`.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "on the other database it is written at once"
    )]
    fn index(&mut self, kind: Kind, seq: i64, words: String) -> Result<(), Fault> {
        let facets = kind.token();
        let entry = Entry::Directory { words, facets };
        self.batch
            .index(IndexKey::Directory(kind.rowid(seq)), Some(entry));
        Ok(())
    }

    /// A ticket's place; [`StoreError::Dangling`] where there is no such ticket.
    fn place(&mut self, id: TicketId) -> Result<i64, Fault> {
        Ok(self.known(id)?.place)
    }

    /// What is known of a ticket.
    fn known(&mut self, id: TicketId) -> Result<Known, Fault> {
        use crate::schema::tickets;
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let found = tickets::table
            .filter(tickets::id.eq(Key(id.0)))
            .select(tickets::place);
        let place = found
            .get_result(self.connection)
            .optional()?
            .ok_or(StoreError::Dangling)?;
        let known = Known {
            place,
            last_event: None,
        };
        self.known.insert(id, known);
        Ok(known)
    }
}

/// Runs a statement of fixed shape that must change exactly one row: another count is [`StoreError::Stale`].
fn exactly_one<Q>(connection: &mut Conn, statement: Q) -> Result<(), Fault>
where
    Q: QueryFragment<Sqlite>,
{
    match Cached(statement).change(connection)? {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}
