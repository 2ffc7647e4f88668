//! The SLA sweeper: records what the clocks did while nobody touched the tickets.
//!
//! The recorded instants are those that the clock computed, so it does not matter how late or how often it runs, or
//! how many servers run it: whoever loses the race for a ticket finds its version moved on and leaves it. One server at a
//! time holds the work all the same, so that the others do not judge every ticket in vain.

use futures_util::stream::{self, StreamExt};
use jiff::SignedDuration;
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

/// What one sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SweepReport {
    /// Tickets whose time had come.
    pub tickets: usize,
    /// Warnings, breaches and escalations recorded.
    pub events: usize,
    /// Tickets that somebody else changed in the meantime; they come up again if they have to.
    pub outrun: usize,
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
        let Some(first) = due.first() else {
            return Ok(report);
        };
        if let Some(at) = first.ticket.data().next_timer_at() {
            report.lag = report.lag.max(now.duration_since(at));
        }
        let before = report.outrun;
        let swept = due.len();
        let mut results = stream::iter(due)
            .map(|loaded| tick(app, loaded))
            .buffer_unordered(AT_ONCE);
        while let Some(result) = results.next().await {
            report.tickets += 1;
            match result {
                Ok(events) => report.events += events,
                Err(StoreError::Stale) => report.outrun += 1,
                Err(error) => return Err(error.into()),
            }
        }
        if report.outrun - before == swept {
            // All of them are somebody else's at the moment.
            return Ok(report);
        }
        if !may_go_on().await? {
            return Ok(report);
        }
    }
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
