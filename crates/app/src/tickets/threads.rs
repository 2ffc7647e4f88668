//! Reading tickets with what was written on them, for clients that read everything at once.

use std::collections::HashMap;

use linedesk_domain::access::Operation;
use linedesk_domain::ids::TicketId;
use linedesk_ports::queries::{Items, Part, TicketPage};
use linedesk_ports::threads::{Message, Numbered, Thread};
use linedesk_ports::tickets::TicketKey;

use super::read::{DETAIL_ITEMS, ListTickets, list_tickets, ticket};
use super::{MAX_LIMIT, TicketView};
use crate::{App, Caller, Error};

/// The tickets with a number above `after` that the caller may see, in order of numbers: at most `limit`, 1 to
/// [`MAX_LIMIT`].
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn tickets_by_number(
    app: &App,
    caller: &Caller,
    after: i64,
    limit: u32,
) -> Result<Numbered, Error> {
    caller.may(Operation::ReadTicket)?;
    let limit = limit.clamp(1, MAX_LIMIT);
    Ok(app.threads.by_number(caller.scope(), after, limit).await?)
}

/// A list of the tickets that the caller may see, and the newest messages of each.
///
/// # Errors
/// As [`list_tickets`].
pub async fn list_threads(
    app: &App,
    caller: &Caller,
    list: ListTickets,
) -> Result<(TicketPage, HashMap<TicketId, Thread>), Error> {
    let page = list_tickets(app, caller, list).await?;
    let tickets = page.items.iter().map(|stored| stored.data.id).collect();
    let threads = app
        .threads
        .threads(caller.scope(), tickets, DETAIL_ITEMS)
        .await?;
    Ok((page, threads))
}

/// One ticket and its newest messages.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn ticket_thread(
    app: &App,
    caller: &Caller,
    key: TicketKey,
) -> Result<(TicketView, Thread), Error> {
    let view = ticket(app, caller, key).await?;
    let thread = thread_of(app, caller, &view).await?;
    Ok((view, thread))
}

/// The newest messages of a ticket that the caller was shown.
///
/// # Errors
/// [`Error::Store`].
pub async fn thread_of(app: &App, caller: &Caller, view: &TicketView) -> Result<Thread, Error> {
    let id = view.ticket.data.id;
    let mut threads = app
        .threads
        .threads(caller.scope(), vec![id], DETAIL_ITEMS)
        .await?;
    Ok(threads.remove(&id).unwrap_or_default())
}

/// A ticket's messages, oldest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn list_messages(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    part: Part,
) -> Result<Items<Message>, Error> {
    caller.may(Operation::ReadTicket)?;
    let found = app.threads.messages(caller.scope(), key, part).await?;
    found.ok_or(Error::NotFound("ticket"))
}
