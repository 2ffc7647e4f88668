//! The SLA sweeper: records what the clocks did while nobody touched the tickets.
//!
//! The recorded instants are those that the clock computed, so it does not matter how late or how often it runs, or
//! how many servers run it: whoever loses the race for a ticket finds its version moved on and leaves it. One server at a
//! time holds the work all the same, so that the others do not judge every ticket in vain.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use futures_util::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use linedesk_domain::people::Actor;
use linedesk_domain::ticket::Act;
use linedesk_ports::changes::Changes;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Loaded;

use crate::change::ticket_writes;
use crate::work::Shift;
use crate::{App, Error};

/// Tickets loaded at once.
const BATCH: u32 = 256;
/// Tickets committed at once, so that the store can write them together.
const AT_ONCE: usize = 64;

/// When a ticket that cannot be judged is looked at again: it would be among the first for ever otherwise, and once there
/// are enough of them, no other ticket would be.
const PUT_OFF: SignedDuration = SignedDuration::from_hours(1);

/// What one sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SweepReport {
    /// Tickets whose time had come.
    pub tickets: usize,
    /// Warnings, breaches and escalations recorded.
    pub events: usize,
    /// Tickets that somebody else changed in the meantime; they come up again if they have to.
    pub outrun: usize,
    /// Tickets that could not be judged; their clocks stand still until somebody mends them.
    pub put_off: usize,
    /// How late it was for the ticket that had waited longest.
    pub lag: SignedDuration,
}

/// Judges every ticket whose time has come, until there is none.
///
/// # Errors
/// [`Error::Store`]. What was recorded until then stays.
pub async fn sweep(app: &App) -> Result<SweepReport, Error> {
    sweep_while(app, async || Ok(true)).await
}

/// The same for as long as this server holds the work, which it does anew before each batch. `None` where another one
/// holds it.
///
/// # Errors
/// [`Error::Store`]. What was recorded until then stays.
pub async fn sweep_in_turn(shift: &Shift) -> Result<Option<SweepReport>, Error> {
    if !shift.hold().await? {
        return Ok(None);
    }
    sweep_while(shift.app(), || shift.hold()).await.map(Some)
}

async fn sweep_while(
    app: &App,
    may_go_on: impl AsyncFn() -> Result<bool, Error>,
) -> Result<SweepReport, Error> {
    let mut report = SweepReport::default();
    loop {
        let now = app.clock.now();
        let due = app.tickets.due(now, BATCH).await?;
        let first = due.tickets.first();
        if let Some(at) = first.and_then(|first| first.ticket.data().next_timer_at()) {
            report.lag = report.lag.max(now.duration_since(at));
        }
        let before = report.outrun;
        let swept = due.tickets.len();
        let mut stuck = due.unreadable;
        let mut results = stream::iter(due.tickets)
            .map(|loaded| judged(app, loaded))
            .buffer_unordered(AT_ONCE);
        while let Some((number, result)) = results.next().await {
            report.tickets += 1;
            match result {
                Ok(events) => report.events += events,
                Err(StoreError::Stale) => report.outrun += 1,
                Err(error @ (StoreError::Unavailable(_) | StoreError::Unknown)) => {
                    return Err(error.into());
                }
                Err(error) => {
                    tracing::error!(ticket.number = number, %error, "a ticket cannot be judged");
                    stuck.push(number);
                }
            }
        }
        let put_off = put_off(app, &stuck, now).await?;
        report.put_off += put_off;
        if report.outrun - before == swept && put_off == 0 {
            // There are none, or all of them are somebody else's at the moment.
            return Ok(report);
        }
        if !may_go_on().await? {
            return Ok(report);
        }
    }
}

/// Has tickets that cannot be judged come up later, so that they keep no others.
async fn put_off(app: &App, numbers: &[i64], now: Timestamp) -> Result<usize, StoreError> {
    if numbers.is_empty() {
        return Ok(0);
    }
    metrics::counter!("linedesk_sla_put_off_total").increment(numbers.len() as u64);
    app.tickets.put_off(numbers, now, now + PUT_OFF).await
}

/// Judges one ticket, whatever happens. Answers which, and how many events that made.
async fn judged(app: &App, loaded: Loaded) -> (i64, Result<usize, StoreError>) {
    let number = loaded.numbers.number;
    let panicked = |_| Err(StoreError::Refused("its clock panicked".to_owned()));
    let ticking = AssertUnwindSafe(tick(app, loaded)).catch_unwind();
    (number, ticking.await.unwrap_or_else(panicked))
}

/// Judges one ticket. Answers how many events that made.
async fn tick(app: &App, loaded: Loaded) -> Result<usize, StoreError> {
    let act = Act {
        by: Actor::System,
        at: app.clock.now(),
        book: &loaded.book,
        tier: loaded.tier.as_deref(),
        reopen_window: app.settings.reopen_window,
    };
    let version = loaded.ticket.data().version;
    let decision = loaded.ticket.tick(&act);
    let events = decision.events.len();
    if !decision.changed {
        tracing::warn!(ticket.id = %decision.ticket.data().id, "a ticket came up whose clock did nothing");
        return Ok(0);
    }
    app.commit
        .commit(Changes {
            writes: ticket_writes(decision, version),
            mark: None,
        })
        .await?;
    Ok(events)
}
