//! Merging tickets into one.

use std::collections::HashSet;

use linedesk_domain::access::Operation;
use linedesk_domain::ids::TicketId;
use linedesk_domain::text::Note;
use linedesk_domain::ticket::Act;
use linedesk_ports::changes::Changes;
use linedesk_ports::queries::Stored;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::{Loaded, TicketKey};

use super::TicketView;
use crate::change::{Wanted, load, ticket_writes};
use crate::{App, Caller, Error};

/// The most tickets that one call may merge.
pub const MAX_SOURCES: usize = 100;
const ATTEMPTS: usize = 8;

/// Merges `sources` into the target: all of them or none. Their comments and files then show in the target.
///
/// # Errors
/// [`Error::NotFound`] for any ticket, [`Error::Ticket`] for itself, one already merged, or another customer's.
pub async fn merge_tickets(
    app: &App,
    caller: &Caller,
    target: TicketKey,
    expected: Option<i64>,
    mut sources: Vec<TicketId>,
    reason: Option<Note>,
) -> Result<TicketView, Error> {
    let mut seen = HashSet::new();
    sources.retain(|id| seen.insert(*id));
    if sources.is_empty() || sources.len() > MAX_SOURCES {
        return Err(Error::invalid(
            "ticket_ids",
            "out_of_range",
            format!("must name 1 to {MAX_SOURCES} tickets"),
        ));
    }
    let wanted = Wanted {
        operation: Operation::Merge,
        key: target,
        expected,
    };
    for _ in 0..ATTEMPTS {
        let into = load(app, caller, wanted).await?;
        let found = app.tickets.tickets(caller.scope(), &sources).await?;
        if found.len() != sources.len() {
            return Err(Error::NotFound("ticket"));
        }
        let (changes, view) = decide(app, caller, &into, found, reason.as_ref())?;
        match app.commit.commit(changes).await {
            Ok(_) => return Ok(view),
            Err(StoreError::Stale) if expected.is_some() => return Err(Error::Stale),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Store(StoreError::Unavailable(
        "the tickets are being changed by too many at once",
    )))
}

fn decide(
    app: &App,
    caller: &Caller,
    into: &Loaded,
    sources: Vec<Loaded>,
    reason: Option<&Note>,
) -> Result<(Changes, TicketView), Error> {
    let at = app.clock.now();
    let act = |loaded: &'_ Loaded| (loaded.tier.clone(), loaded.book.clone());
    let mut writes = Vec::new();
    let mut target = into.ticket.clone();
    let mut events = Vec::new();
    let mut changed = None;
    for source in sources {
        let (tier, book) = act(&source);
        let act = Act {
            by: caller.actor(),
            at,
            book: &book,
            tier: tier.as_deref(),
            reopen_window: app.settings.reopen_window,
        };
        let (id, version) = (source.ticket.data().id, source.ticket.data().version);
        writes.extend(ticket_writes(
            source.ticket.merge_into(&act, &target, reason)?,
            version,
        ));
        let received = target.receive_merge(&act, id, reason)?;
        target = received.ticket.clone();
        events.extend(received.events.iter().cloned());
        changed = Some(received);
    }
    if let Some(mut decision) = changed {
        decision.events = events;
        writes.extend(ticket_writes(decision, into.ticket.data().version));
    }
    let ticket = Stored {
        data: target.into_data(),
        numbers: into.numbers.clone(),
    };
    Ok((
        Changes {
            writes,
            mark: caller.mark.clone(),
        },
        TicketView {
            ticket,
            book: into.book.clone(),
        },
    ))
}
