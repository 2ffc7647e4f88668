//! Events, as the feed, the live stream and webhooks have them.

use linedesk_app::events::{EventBody, Feed};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::history::ValueDto;
use crate::instant::Instant;

/// A part of the feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventFeed)]
pub struct FeedDto<'a> {
    /// What happened, in order.
    #[schema(value_type = Vec<EventDto<'static>>)]
    pub events: &'a [EventBody],
    /// The `after` of the next request. It moves even where there was nothing for the caller.
    pub next: &'a str,
}

impl<'a> From<&'a Feed> for FeedDto<'a> {
    fn from(feed: &'a Feed) -> Self {
        Self {
            events: &feed.events,
            next: &feed.next,
        }
    }
}

/// Something that happened to a ticket.
#[derive(Debug, ToSchema)]
#[schema(as = Event)]
#[expect(
    dead_code,
    reason = "describes what the use case draws, for webhooks as well"
)]
pub struct EventDto<'a> {
    /// Its place in the caller's feed.
    id: &'a str,
    /// What happened: `ticket.created`, `ticket.commented`, …
    #[schema(rename = "type")]
    kind: &'a str,
    /// When.
    occurred_at: Instant,
    /// To which ticket.
    ticket: EventTicketDto<'a>,
    /// Who did it.
    actor: super::history::ActorDto<'a>,
    /// The comment, file or other ticket that it was about.
    subject_id: Option<Uuid>,
    /// What changed on the ticket.
    changes: Vec<EventChangeDto<'a>>,
    /// What was said with it.
    note: Option<&'a str>,
}

/// The ticket of an event.
#[derive(Debug, ToSchema)]
#[schema(as = EventTicket)]
#[expect(dead_code, reason = "describes what the use case draws")]
pub struct EventTicketDto<'a> {
    /// Identity.
    id: Uuid,
    /// The integer that older clients know it by.
    number: i64,
    /// `T-YYYYMMDD-NNNN`
    ticket_number: &'a str,
    /// Whose it is.
    customer_id: Option<Uuid>,
}

/// A field that changed.
#[derive(Debug, ToSchema)]
#[schema(as = EventChange)]
#[expect(dead_code, reason = "describes what the use case draws")]
pub struct EventChangeDto<'a> {
    /// Which.
    field: &'a str,
    /// Its value before: a text, a number, a list or `null`.
    #[schema(value_type = Value)]
    from: ValueDto<'a>,
    /// Its value after.
    #[schema(value_type = Value)]
    to: ValueDto<'a>,
}

/// Which part of the feed.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedParams {
    /// Behind this place, which an answer gave as `next`; `now` for what happens from now on; from the beginning if left out.
    pub after: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<u32>,
    /// For how many seconds to wait where there is nothing new.
    #[param(minimum = 0, maximum = 60, default = 0)]
    pub wait: Option<u32>,
}
