//! Following the feed as it grows.

use std::sync::Arc;
use std::time::Duration;

use linedesk_domain::access::Operation;
use linedesk_ports::outbox::Logged;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use super::{EventBody, Feed, NOW, page, place, read_place, visible};
use crate::{App, Caller, Error};

/// Parts of the log that wait for a slow follower before it has to read the log itself.
const KEPT: usize = 64;
/// Events read at once.
const PAGE: u32 = 500;
/// How often the log is looked at while somebody follows it: another server's events are found that late.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A part of the log as it grew.
#[derive(Debug)]
struct Part {
    from: i64,
    next: i64,
    events: Vec<Logged>,
}

/// What all followers in this process share: one look at the log for all of them.
#[derive(Debug)]
pub struct Live {
    parts: broadcast::Sender<Arc<Part>>,
    grown: watch::Sender<()>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            parts: broadcast::Sender::new(KEPT),
            grown: watch::Sender::new(()),
        }
    }
}

impl Live {
    /// Changes whenever the log has grown.
    pub(super) fn subscribe(&self) -> watch::Receiver<()> {
        self.grown.subscribe()
    }

    fn is_followed(&self) -> bool {
        self.parts.receiver_count() > 0 || self.grown.receiver_count() > 0
    }
}

/// Reads the log as it grows, for all who follow it, for ever.
///
/// # Errors
/// [`Error::Store`]; then it is to be called again.
pub async fn read_for_all(app: &App) -> Result<(), Error> {
    let mut pulse = app.pulse.events();
    let mut place = None;
    loop {
        if !app.live.is_followed() {
            place = None;
        } else if let Some(from) = place {
            let page = app.log.events_after(from, PAGE).await?;
            if page.next != from {
                place = Some(page.next);
                let part = Part {
                    from,
                    next: page.next,
                    events: page.events,
                };
                // Nobody may be left.
                let _ = app.live.parts.send(Arc::new(part));
                app.live.grown.send_replace(());
                continue;
            }
        } else {
            let end = settled_end(app).await?;
            place = Some(end);
            // Those who came before this place was known read the log up to it.
            let part = Part {
                from: end,
                next: end,
                events: Vec::new(),
            };
            let _ = app.live.parts.send(Arc::new(part));
            app.live.grown.send_replace(());
        }
        let _woken = tokio::time::timeout(LOOK_EVERY, pulse.changed()).await;
    }
}

/// The end of the log, behind which nothing appears any more: on PostgreSQL the newest events may have older ones behind
/// them that are not committed yet.
pub(super) async fn settled_end(app: &App) -> Result<i64, Error> {
    let mut place = (app.log.end().await? - i64::from(PAGE)).max(0);
    loop {
        let page = app.log.events_after(place, PAGE).await?;
        if page.next == place {
            return Ok(place);
        }
        place = page.next;
    }
}

/// One caller's way along the feed.
pub struct Follower {
    app: App,
    caller: Caller,
    place: i64,
    is_behind: bool,
    parts: broadcast::Receiver<Arc<Part>>,
}

impl Follower {
    /// From behind `after` on; from now on without it.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Invalid`] for an `after` that was never given; [`Error::Store`].
    pub async fn new(app: &App, caller: &Caller, after: Option<&str>) -> Result<Self, Error> {
        caller.may(Operation::ReadTicket)?;
        let parts = app.live.parts.subscribe();
        let place = match after {
            None | Some(NOW) => settled_end(app).await?,
            Some(after) => read_place(app, caller, after, "Last-Event-ID")?,
        };
        Ok(Self {
            app: app.clone(),
            caller: caller.clone(),
            place,
            is_behind: true,
            parts,
        })
    }

    /// What comes next, as `caller` may know it by now; nothing if that takes longer than `patience`.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn next(&mut self, caller: Caller, patience: Duration) -> Result<Feed, Error> {
        self.caller = caller;
        let until = tokio::time::Instant::now() + patience;
        loop {
            let events = if self.is_behind {
                self.read_on().await?
            } else {
                match tokio::time::timeout_at(until, self.parts.recv()).await {
                    Ok(Ok(part)) => self.take(&part),
                    Ok(Err(RecvError::Lagged(_))) => {
                        self.is_behind = true;
                        Vec::new()
                    }
                    Ok(Err(RecvError::Closed)) | Err(_) => return Ok(self.feed(Vec::new())),
                }
            };
            if !events.is_empty() {
                return Ok(self.feed(events));
            }
        }
    }

    async fn read_on(&mut self) -> Result<Vec<EventBody>, Error> {
        let (events, next) = page(&self.app, &self.caller, self.place, PAGE).await?;
        self.is_behind = next != self.place;
        self.place = next;
        Ok(events)
    }

    fn take(&mut self, part: &Part) -> Vec<EventBody> {
        if part.from > self.place {
            // Something is in between.
            self.is_behind = true;
            return Vec::new();
        }
        let news = part.events.iter().filter(|logged| logged.seq > self.place);
        let events = news
            .filter_map(|logged| visible(&self.app, &self.caller, logged.clone()))
            .collect();
        self.place = self.place.max(part.next);
        events
    }

    fn feed(&self, events: Vec<EventBody>) -> Feed {
        Feed {
            events,
            next: place::write(&self.app, &self.caller, self.place),
        }
    }
}
