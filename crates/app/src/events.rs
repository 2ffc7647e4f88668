//! The change feed: everything that happened, as far as the caller may know of it, without gaps and in order.
//!
//! The log is the truth. Whoever follows it live is woken by this process's own commits and by a look at the log every now and
//! then; whoever falls behind reads on from the log, so that nothing is lost on the way.

pub mod body;
pub mod live;
mod place;

use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt as _;
use linedesk_domain::access::Operation;
use linedesk_ports::outbox::Logged;
use linedesk_ports::store::Scope;

pub use body::EventBody;
pub use live::{Follower, Live};

use crate::{App, Caller, Error};

/// The longest page.
pub const LIMIT_MAX: u32 = 1_000;
/// Events looked at for one page of a caller who may know of few of them, and how many at once.
const LOOKED_AT: u32 = 5_000;
const AT_ONCE: u32 = 500;
/// The place of a caller who does not care for what was.
pub const NOW: &str = "now";

/// A part of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// What happened.
    pub events: Vec<EventBody>,
    /// Where to go on. It moves even where there was nothing for the caller.
    pub next: String,
}

/// Up to `limit` events behind `after` (`None`: from the beginning; [`NOW`]: what happens from now on). Where there is none,
/// it waits for some for as long as `wait`, but no longer than until `stopping` ends; `again` says who the caller is by then.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] for an `after` that was never given; [`Error::Store`].
pub async fn feed(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: u32,
    wait: Duration,
    again: impl AsyncFn() -> Result<Caller, Error>,
    stopping: impl Future<Output = ()>,
) -> Result<Feed, Error> {
    caller.may(Operation::ReadTicket)?;
    let mut caller = caller.clone();
    let mut place = match after {
        None => 0,
        Some(NOW) => live::settled_end(app).await?,
        Some(after) => read_place(app, &caller, after, "after")?,
    };
    let mut until = tokio::time::Instant::now() + wait;
    let mut stopping = pin!(stopping.fuse());
    // Before the log is read: what happens in between is not slept through.
    let mut live = app.live.subscribe();
    loop {
        let (events, next) = page(app, &caller, place, limit).await?;
        let moved = next != place;
        place = next;
        if !events.is_empty() || tokio::time::Instant::now() >= until {
            let next = place::write(app, &caller, place);
            return Ok(Feed { events, next });
        }
        if moved {
            if (&mut stopping).now_or_never().is_some() {
                until = tokio::time::Instant::now();
            }
        } else {
            tokio::select! {
                _woken = tokio::time::timeout_at(until, live.changed()) => {}
                // It is looked once more.
                () = &mut stopping => until = tokio::time::Instant::now(),
            }
            caller = again().await?;
            caller.may(Operation::ReadTicket)?;
        }
    }
}

/// The place that a caller names.
pub(crate) fn read_place(
    app: &App,
    caller: &Caller,
    given: &str,
    field: &str,
) -> Result<i64, Error> {
    place::read(app, caller, given)
        .ok_or_else(|| Error::invalid(field, "unknown", "is no place in the feed"))
}

/// Up to `limit` events that the caller may know of, and the place up to which was looked.
async fn page(
    app: &App,
    caller: &Caller,
    after: i64,
    limit: u32,
) -> Result<(Vec<EventBody>, i64), Error> {
    let (mut seen, mut place, mut looked_at) = (Vec::new(), after, 0);
    let at_once = match caller.scope() {
        Scope::Everything => limit,
        Scope::Account(_) | Scope::MadeBy { .. } | Scope::Visitors(_) => limit.max(AT_ONCE),
    };
    while looked_at < LOOKED_AT {
        let read = app.log.events_after(place, at_once).await?;
        if read.next == place {
            break;
        }
        for logged in read.events {
            if seen.len() >= limit as usize {
                return Ok((seen, place));
            }
            place = logged.seq;
            seen.extend(visible(app, caller, logged));
        }
        place = read.next;
        looked_at += at_once;
        if read.ends_early && !seen.is_empty() {
            break;
        }
    }
    Ok((seen, place))
}

/// The event as the caller may know it, if it may.
fn visible(app: &App, caller: &Caller, logged: Logged) -> Option<EventBody> {
    let sees = match caller.scope() {
        Scope::Everything => true,
        Scope::Account(customer) => logged.customer == Some(customer),
        Scope::MadeBy { account, maker } => {
            logged.customer == Some(account) && logged.created_by == Some(maker)
        }
        Scope::Visitors(source) => logged.source == source && logged.created_by.is_none(),
    };
    if !sees {
        return None;
    }
    let place = place::write(app, caller, logged.seq);
    body::of(logged, place, caller.can(Operation::ReadInternal))
}
