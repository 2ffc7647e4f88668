//! Writing the changes of many use cases at once, kind by kind, in one transaction.
//!
//! First the tickets that they change are read and locked, in the order of their ids, so that no two transactions wait
//! for each other crosswise. What is stale or refers to nothing is left out; the rest becomes rows, and the rows of one
//! table are written by one statement. What is rare is written as it comes: before the tickets what they may refer to,
//! after them what refers to them.

mod bulk;
mod counted;
mod lock;
mod marks;
#[path = "../shared/parts.rs"]
mod parts;
#[path = "../shared/saved.rs"]
mod saved;
mod tickets;
#[path = "../shared/told.rs"]
mod told;

use std::collections::HashMap;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use jiff::civil::Date;
use linedesk_domain::ids::TicketId;
use linedesk_ports::changes::{Changes, Committed, Write};
use linedesk_ports::jobs::ItemOutcome;
use linedesk_ports::knowledge::KnowledgeWrite;
use linedesk_ports::store::StoreError;

use super::directory::Kind;
use super::numbers::Counter;
use super::{Conn, accounts, book, items, jobs, knowledge, search};
use crate::cached::Cached;
use crate::fault::Fault;
use crate::types::Key;
use bulk::Bulk;
use lock::Locked;

/// What became of each use case.
pub(crate) type Outcomes = Vec<Result<Committed, StoreError>>;

/// Writes several use cases' changes. An outcome that is an error wrote nothing; an error of the whole wrote nothing of
/// any.
pub(crate) fn together(
    connection: &mut Conn,
    counter: &Counter,
    mut batch: Vec<Changes>,
) -> Result<Outcomes, Fault> {
    let mut locked = Locked::of(connection, &batch)?;
    let mut refused: Vec<Option<StoreError>> = batch
        .iter()
        .map(|changes| locked.admit(&changes.writes).err())
        .collect();
    marks::take(connection, &mut batch, &mut refused)?;
    let is_refused = refused.iter().map(Option::is_some);
    let days: Vec<Date> = batch
        .iter()
        .zip(is_refused)
        .filter(|(_, is_refused)| !is_refused)
        .flat_map(|(changes, _)| changes.writes.iter().filter_map(day))
        .collect();
    let numbers = if days.is_empty() {
        Vec::new()
    } else {
        counter.take(&days)?
    };
    let mut writing = Writing {
        connection,
        locked,
        numbers: numbers.into_iter(),
        bulk: Bulk::default(),
        later: Vec::new(),
        views: Vec::new(),
        items: Vec::new(),
        committed: Committed::default(),
        outcome: 0,
        numbered: Vec::new(),
    };
    let mut outcomes = Vec::with_capacity(batch.len());
    for (changes, refused) in batch.into_iter().zip(refused) {
        outcomes.push(match refused {
            Some(error) => Err(error),
            None => Ok(writing.changes(changes)?),
        });
        writing.outcome += 1;
    }
    for (outcome, number) in writing.finish()? {
        if let Some(Ok(committed)) = outcomes.get_mut(outcome) {
            committed.comments.push(number);
        }
    }
    Ok(outcomes)
}

/// The day that a write's new ticket is counted in.
fn day(write: &Write) -> Option<Date> {
    match write {
        Write::NewTicket { day, .. } => Some(*day),
        _ => None,
    }
}

/// A batch that is being written.
struct Writing<'a> {
    connection: &'a mut Conn,
    locked: Locked,
    numbers: std::vec::IntoIter<linedesk_ports::tickets::Numbers>,
    bulk: Bulk,
    /// What refers to rows that are not there before the bulk is written.
    later: Vec<Write>,
    /// Readings of articles, each of which changes a row that others change too.
    views: Vec<KnowledgeWrite>,
    /// What became of things that jobs have to do.
    items: Vec<ItemOutcome>,
    committed: Committed,
    /// Which outcome is being written.
    outcome: usize,
    /// New comments, with the outcomes that tell their numbers.
    numbered: Vec<(usize, Key)>,
}

impl Writing<'_> {
    fn changes(&mut self, changes: Changes) -> Result<Committed, Fault> {
        self.committed = Committed::default();
        changes
            .writes
            .into_iter()
            .try_for_each(|write| self.write(write))?;
        Ok(std::mem::take(&mut self.committed))
    }

    fn write(&mut self, write: Write) -> Result<(), Fault> {
        match write {
            Write::NewTicket { data, .. } => self.new_ticket(&data),
            Write::Ticket { data, .. } => self.ticket(&data),
            Write::Event { ticket, event } => self.event(ticket, event),
            Write::NewComment { ticket, comment } => self.new_comment(ticket, &comment),
            Write::Customer(customer) => self.customer(&customer),
            Write::Contact(contact) => self.contact(&contact),
            Write::Service(service) => self.service(&service),
            Write::Team(team) => self.team(&team),
            Write::NewUser(user) => self.new_user(&user),
            Write::User { user, expected } => self.user(&user, expected),
            Write::Policy(version) => {
                self.book_changed()?;
                book::add_policy(self.connection, version)
            }
            Write::Calendar(version) => {
                self.book_changed()?;
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
            Write::Knowledge(view @ KnowledgeWrite::View { .. }) => {
                self.views.push(view);
                Ok(())
            }
            Write::Knowledge(write) => knowledge::write(self.connection, write),
            Write::NewJob(job) => jobs::add(self.connection, &job),
            Write::JobTickets { job, tickets } => {
                items::add_tickets(self.connection, job, &tickets)
            }
            Write::ItemOutcome(outcome) => {
                self.items.push(outcome);
                Ok(())
            }
            later @ (Write::Comment { .. }
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
            | Write::Advance { .. }) => {
                self.later.push(later);
                Ok(())
            }
        }
    }

    /// Writes what was gathered. Answers the numbers of new comments, with the outcomes that they belong to.
    fn finish(mut self) -> Result<Vec<(usize, i64)>, Fault> {
        let numbers = std::mem::take(&mut self.bulk).write(self.connection)?;
        for write in std::mem::take(&mut self.later) {
            self.part(write)?;
        }
        items::add(self.connection, &self.items)?;
        // In one order everywhere, so that no two transactions wait for each other crosswise.
        let mut views = std::mem::take(&mut self.views);
        views.sort_by_key(|view| match view {
            KnowledgeWrite::View { article, .. } => Some(*article),
            _ => None,
        });
        for view in views {
            knowledge::write(self.connection, view)?;
        }
        let number = |(outcome, id): (usize, Key)| {
            let number = numbers.get(&id).copied();
            let number = number
                .ok_or_else(|| StoreError::Refused("a comment without a number".to_owned()))?;
            Ok((outcome, number))
        };
        self.numbered.into_iter().map(number).collect()
    }

    fn book_changed(&mut self) -> Result<(), Fault> {
        use crate::schema::sequences;
        let row = diesel::update(sequences::table.find("book"));
        Ok(Cached(row.set(sequences::value.eq(sequences::value + 1))).run(self.connection)?)
    }

    /// Makes an entry of the directory findable by `words`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "as on the other database, where it is kept"
    )]
    fn index(&mut self, kind: Kind, seq: i64, words: String) -> Result<(), Fault> {
        let words = search::words_of_directory(&words, kind.token());
        Ok(bulk::index_directory(
            self.connection,
            kind.rowid(seq),
            &words,
        )?)
    }

    /// A ticket's place; [`StoreError::Dangling`] where there is no such ticket.
    fn place(&self, id: TicketId) -> Result<i64, Fault> {
        Ok(self.locked.place(id).ok_or(StoreError::Dangling)?)
    }
}

/// Runs a statement of fixed shape that must change exactly one row: another count is [`StoreError::Stale`].
fn exactly_one<Q>(connection: &mut Conn, statement: Q) -> Result<(), Fault>
where
    Q: QueryFragment<Pg>,
{
    match Cached(statement).change(connection)? {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}

/// Things by the ticket they belong to.
type ByTicket<T> = HashMap<TicketId, T>;
