//! Everything that happens, as it happens: a change feed and a live stream.

use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use bytes::Bytes;
use futures_util::stream;
use linedesk_app::events::{EventBody, Feed, Follower, LIMIT_MAX};
use linedesk_app::{App, Caller, accounts, events};

use super::Answer;
use super::dto::event::{FeedDto, FeedParams};
use crate::extract::query::{FromQuery, QueryReader};
use crate::extract::{Asked, SignedIn, bearer};
use crate::failure::Failure;
use crate::mount::Mount;
use crate::{WebSettings, json};

/// How often a stream says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The longest that a request waits for events.
const WAIT_MAX: u64 = 60;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config.service(get_events);
}

/// What is asked of the feed.
#[derive(Debug)]
struct Wanted {
    after: Option<String>,
    limit: u32,
    wait: Duration,
}

impl FromQuery for Wanted {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let limit = query.number("limit", 1, u64::from(LIMIT_MAX));
        Some(Self {
            after: query.text("after"),
            limit: limit.map_or(100, |limit| u32::try_from(limit).unwrap_or(LIMIT_MAX)),
            wait: Duration::from_secs(query.number("wait", 0, WAIT_MAX).unwrap_or(0)),
        })
    }
}

/// What happened, in order and without gaps
///
/// A page of everything that happened behind `after`, as far as the caller may know of it; where there is nothing new, the
/// answer waits for up to `wait` seconds, or until the server stops. `next` is the `after` of the next request: whoever goes on from there each time
/// meets every event once.
///
/// With `Accept: text/event-stream` the answer is a stream of server-sent events instead, which begins now, or behind
/// `Last-Event-ID` (or `after`), and goes on until the token expires.
#[utoipa::path(tag = "events", params(FeedParams), responses(
    (status = 200, description = "A page, or a stream", content((FeedDto<'static> = "application/json"), (String = "text/event-stream"))),
))]
#[get("/events")]
async fn get_events(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    request: HttpRequest,
    Asked(wanted): Asked<Wanted>,
) -> Answer {
    if wants_stream(&request) {
        return stream_of(&app, &settings, &caller, &request, wanted.after).await;
    }
    let Wanted { after, limit, wait } = wanted;
    let token = bearer(&request).map_err(Failure::from)?;
    // Whoever lost an account or the right while waiting hears nothing.
    let again = async || accounts::authenticate(&app, token).await;
    let stopping = settings.stopping.cancelled();
    let after = after.as_deref();
    let feed = events::feed(&app, &caller, after, limit, wait, again, stopping).await?;
    Ok(json::ok(&FeedDto::from(&feed)))
}

fn wants_stream(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    accept
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/event-stream"))
}

/// A stream under way.
struct Streaming {
    app: Data<App>,
    settings: Data<WebSettings>,
    bearer: String,
    caller: Caller,
    follower: Follower,
    is_new: bool,
}

async fn stream_of(
    app: &Data<App>,
    settings: &Data<WebSettings>,
    caller: &Caller,
    request: &HttpRequest,
    after: Option<String>,
) -> Answer {
    let last = request.headers().get("Last-Event-ID");
    let last = last
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let follower = Follower::new(app, caller, last.or(after).as_deref()).await?;
    let streaming = Streaming {
        app: app.clone(),
        settings: settings.clone(),
        bearer: bearer(request).map_err(Failure::from)?.to_owned(),
        caller: caller.clone(),
        follower,
        is_new: true,
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream::unfold(streaming, |streaming| async {
            let (bytes, streaming) = streaming.next().await?;
            Some((Ok::<_, actix_web::Error>(bytes), streaming))
        })))
}

impl Streaming {
    /// What is sent next; nothing any more once the server stops, the caller may not know any more, or the log cannot be
    /// read: the client comes again with the last id that it got.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        if self.is_new {
            self.is_new = false;
            return Some((Bytes::from_static(b"retry: 3000\n\n"), self));
        }
        let feed = tokio::select! {
            feed = self.follower.next(self.caller.clone(), HEARTBEAT) => feed.ok()?,
            () = self.settings.stopping.cancelled() => return None,
        };
        // Whoever signed out, lost an account or let the token expire hears nothing more.
        let now = accounts::authenticate(&self.app, &self.bearer).await.ok()?;
        if now.scope() != self.caller.scope() || now.actor() != self.caller.actor() {
            // What was gathered was for somebody who might know more. It comes again, for who it is now.
            return None;
        }
        self.caller = now;
        Some((bytes_of(&feed), self))
    }
}

fn bytes_of(feed: &Feed) -> Bytes {
    let mut text = String::new();
    for event in &feed.events {
        write_event(&mut text, event);
    }
    if feed.events.is_empty() {
        // A comment keeps the connection; the id alone moves the place from where the client would go on.
        text = format!(": \nid: {}\n\n", feed.next);
    }
    text.into()
}

fn write_event(text: &mut String, event: &EventBody) {
    for (field, value) in [("id", &event.id), ("event", &event.kind)] {
        text.push_str(field);
        text.push_str(": ");
        text.push_str(value);
        text.push('\n');
    }
    text.push_str("data: ");
    // One line: JSON has no bare line breaks.
    text.push_str(&String::from_utf8_lossy(&json::bytes(event)));
    text.push_str("\n\n");
}
