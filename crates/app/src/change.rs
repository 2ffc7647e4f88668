//! The one way in which a use case changes a ticket: load, authorise, decide, commit; and again when somebody else
//! was faster.

use std::sync::Arc;

use linedesk_domain::access::Operation;
use linedesk_domain::sla::SlaBook;
use linedesk_domain::ticket::{Act, Decision, Ticket, TicketError};
use linedesk_ports::changes::{Changes, Committed, Write};
use linedesk_ports::queries::Stored;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::{Loaded, TicketKey};
use tokio::sync::{Mutex, MutexGuard};

use crate::caller::Caller;
use crate::error::Error;
use crate::tickets::TicketView;
use crate::{App, Settings};

/// How often a change is decided anew when the ticket moved on in the meantime.
const ATTEMPTS: usize = 16;

/// One lock for each of 256 groups of tickets, and one for the knowledge base. Only callers who were outrun take one, so
/// that many who want the same ticket go one after the other instead of outrunning each other for ever.
#[derive(Debug)]
pub struct Turns {
    tickets: Vec<Mutex<()>>,
    knowledge: Mutex<()>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            tickets: std::iter::repeat_with(Mutex::default).take(256).collect(),
            knowledge: Mutex::default(),
        }
    }
}

impl Turns {
    async fn wait(&self, key: TicketKey) -> MutexGuard<'_, ()> {
        let last_byte = match key {
            TicketKey::Id(id) => id.0.as_bytes()[15],
            TicketKey::Number(number) => number.to_le_bytes()[0],
        };
        self.tickets[usize::from(last_byte)].lock().await
    }

    /// A turn at what few change: articles, categories, canned answers.
    pub(crate) async fn wait_for_knowledge(&self) -> MutexGuard<'_, ()> {
        self.knowledge.lock().await
    }
}

/// What is wanted of a ticket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) operation: Operation,
    pub(crate) key: TicketKey,
    /// The version that the caller holds (`If-Match`); `None` takes the ticket as it comes.
    pub(crate) expected: Option<i64>,
}

/// A decision with the writes that go with it beside the ticket and its events.
pub(crate) struct Decided<T> {
    pub(crate) decision: Decision,
    pub(crate) writes: Vec<Write>,
    pub(crate) extra: T,
}

/// What came of a change.
pub(crate) struct Changed<T> {
    pub(crate) view: TicketView,
    pub(crate) extra: T,
    /// What only the store could know; nothing where nothing was written.
    pub(crate) committed: Committed,
}

impl From<Decision> for Decided<()> {
    fn from(decision: Decision) -> Self {
        Self {
            decision,
            writes: Vec::new(),
            extra: (),
        }
    }
}

/// For use cases that look at other things before the ticket: passes where the caller may do that to some ticket;
/// where not, refuses as the ticket itself would, so that a foreign one is not found rather than forbidden.
pub(crate) async fn may_at_all(app: &App, caller: &Caller, wanted: Wanted) -> Result<(), Error> {
    let Err(refusal) = caller.may(wanted.operation) else {
        return Ok(());
    };
    load(
        app,
        caller,
        Wanted {
            expected: None,
            ..wanted
        },
    )
    .await?;
    Err(refusal)
}

/// One decision and then the next one about the same ticket, as one.
pub(crate) fn in_turn(
    first: Decision,
    next: impl FnOnce(Ticket) -> Result<Decision, TicketError>,
) -> Result<Decision, TicketError> {
    let Decision {
        ticket,
        mut events,
        changed,
    } = first;
    let next = next(ticket)?;
    events.extend(next.events);
    Ok(Decision {
        ticket: next.ticket,
        events,
        changed: changed || next.changed,
    })
}

/// The circumstances of an action by `caller`, now.
pub(crate) fn act<'a>(app: &App, caller: &Caller, loaded: &'a Loaded) -> Act<'a> {
    Act {
        by: caller.actor(),
        at: app.clock.now(),
        book: &loaded.book,
        tier: loaded.tier.as_deref(),
        reopen_window: app.settings.reopen_window,
    }
}

/// Changes one ticket.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Stale`] under `expected`, what `decide` refuses, and what the
/// store says.
pub(crate) async fn change_ticket<T>(
    app: &App,
    caller: &Caller,
    wanted: Wanted,
    decide: impl Fn(Ticket, &Act<'_>) -> Result<Decided<T>, TicketError>,
) -> Result<(TicketView, T), Error> {
    let decide = |ticket: Ticket, act: &Act<'_>, (): &()| decide(ticket, act);
    let changed = change_ticket_with(app, caller, wanted, async |_| Ok(()), decide).await?;
    Ok((changed.view, changed.extra))
}

/// As [`change_ticket`], with what `prepare` finds beside the ticket. It looks anew for each attempt, so that nothing
/// is decided on what was true before somebody else was faster.
///
/// # Errors
/// As [`change_ticket`], and what `prepare` says.
pub(crate) async fn change_ticket_with<P, T>(
    app: &App,
    caller: &Caller,
    wanted: Wanted,
    prepare: impl AsyncFn(&Loaded) -> Result<P, Error>,
    decide: impl Fn(Ticket, &Act<'_>, &P) -> Result<Decided<T>, TicketError>,
) -> Result<Changed<T>, Error> {
    let mut turn = None;
    for _ in 0..ATTEMPTS {
        let loaded = load(app, caller, wanted).await?;
        let prepared = prepare(&loaded).await?;
        let act = act(app, caller, &loaded);
        let Decided {
            decision,
            writes,
            extra,
        } = decide(loaded.ticket.clone(), &act, &prepared)?;
        let Some(changes) = changes(
            decision.clone(),
            loaded.ticket.data().version,
            writes,
            caller,
        ) else {
            return Ok(Changed {
                view: view(decision.ticket, &loaded),
                extra,
                committed: Committed::default(),
            });
        };
        match app.commit.commit(changes).await {
            Ok(committed) => {
                return Ok(Changed {
                    view: view(decision.ticket, &loaded),
                    extra,
                    committed,
                });
            }
            Err(StoreError::Stale) if wanted.expected.is_some() => return Err(Error::Stale),
            // One who has its turn already was outrun by another server, or by a bulk call: it just tries again.
            Err(StoreError::Stale) if turn.is_some() => {}
            Err(StoreError::Stale) => turn = Some(app.turns.wait(wanted.key).await),
            Err(error) => return Err(error.into()),
        }
    }
    drop(turn);
    Err(Error::Store(StoreError::Unavailable(
        "the ticket is being changed by too many at once",
    )))
}

/// The ticket, if the caller may do what it wants to it.
pub(crate) async fn load(app: &App, caller: &Caller, wanted: Wanted) -> Result<Loaded, Error> {
    let found = app.tickets.ticket(caller.scope(), wanted.key).await?;
    let loaded = found.ok_or(Error::NotFound("ticket"))?;
    caller.may_on(
        wanted.operation,
        caller.relation(loaded.ticket.data().customer),
    )?;
    match wanted.expected {
        Some(expected) if expected != loaded.ticket.data().version => Err(Error::Stale),
        _ => Ok(loaded),
    }
}

/// A decision as writes; `None` where there is nothing to write.
fn changes(
    decision: Decision,
    expected: i64,
    writes: Vec<Write>,
    caller: &Caller,
) -> Option<Changes> {
    if !decision.changed && writes.is_empty() {
        return None;
    }
    let mut all = ticket_writes(decision, expected);
    all.extend(writes);
    all.extend(caller.outcome.clone().map(Write::ItemOutcome));
    Some(Changes {
        writes: all,
        mark: caller.mark.clone(),
    })
}

/// A decision about a stored ticket as writes.
pub(crate) fn ticket_writes(decision: Decision, expected: i64) -> Vec<Write> {
    let ticket = decision.ticket.data().id;
    let events = decision
        .events
        .into_iter()
        .map(|event| Write::Event { ticket, event });
    let data = Box::new(decision.ticket.into_data());
    let row = decision.changed.then_some(Write::Ticket { data, expected });
    row.into_iter().chain(events).collect()
}

fn view(ticket: Ticket, loaded: &Loaded) -> TicketView {
    let stored = Stored {
        data: ticket.into_data(),
        numbers: loaded.numbers.clone(),
    };
    TicketView {
        ticket: stored,
        book: Arc::<SlaBook>::clone(&loaded.book),
    }
}

/// The day that a new ticket's label counts in.
pub(crate) fn label_day(settings: &Settings, at: jiff::Timestamp) -> jiff::civil::Date {
    at.to_zoned(settings.timezone.clone()).date()
}

#[cfg(test)]
mod tests;
