//! The list of tickets: one JSON array, however long. It is sent page by page, so that no more than a page is in memory.

use actix_web::HttpResponse;
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::stream::{self, StreamExt};
use linedesk_app::models::{Cursor, Sort, SortKey, Start, TicketFilter};
use linedesk_app::tickets::{self as desk, ListTickets, MAX_LIMIT, MAX_OFFSET};
use linedesk_app::{App, Caller, Error, directory};

use super::convert::{Places, named, ticket};
use super::words::HelpdeskStatus;
use crate::extract::parse;
use crate::extract::query::{FromQuery, QueryReader};
use crate::failure::Failure;
use crate::json;

/// Tickets that are read at once.
const PAGE: u32 = 200;

/// A list as a client asks for it.
#[derive(Debug)]
pub struct ListQuery {
    status: Option<HelpdeskStatus>,
    limit: Option<u32>,
    offset: u64,
}

impl FromQuery for ListQuery {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let status = query.several_given("status", parse::word).pop();
        let limit = query.number("limit", 1, u64::from(MAX_LIMIT));
        let offset = query.number("offset", 0, MAX_OFFSET);
        Some(Self {
            status,
            limit: limit.and_then(|limit| u32::try_from(limit).ok()),
            offset: offset.unwrap_or(0),
        })
    }
}

/// Where a list has got to.
struct Walk {
    app: App,
    caller: Caller,
    places: Places,
    filter: TicketFilter,
    /// Where the next page begins; `None` at the end.
    next: Option<Start>,
    /// How many may still come; `None`: all.
    left: Option<u32>,
    is_first: bool,
}

/// The whole list, newest first.
///
/// # Errors
/// What the first page says; one that fails later on breaks the answer off.
pub async fn list(
    app: &App,
    caller: &Caller,
    places: Places,
    asked: ListQuery,
) -> Result<HttpResponse, Failure> {
    let filter = TicketFilter {
        status: asked
            .status
            .into_iter()
            .flat_map(HelpdeskStatus::read_so)
            .collect(),
        ..TicketFilter::default()
    };
    let mut walk = Walk {
        app: app.clone(),
        caller: caller.clone(),
        places,
        filter,
        next: Some(Start::Offset(asked.offset)),
        left: asked.limit,
        is_first: true,
    };
    let first = walk.page().await?;
    let rest = stream::unfold(Some(walk), |walk| async move {
        let mut walk = walk?;
        if walk.next.is_none() {
            return Some((Ok(Bytes::from_static(b"]")), None));
        }
        match walk.page().await {
            Ok(page) => Some((Ok(page), Some(walk))),
            Err(error) => {
                tracing::error!(%error, "a list broke off");
                Some((Err(error), None))
            }
        }
    });
    let all = stream::once(async { Ok::<_, Error>(first) }).chain(rest);
    let all = all.map(|part| part.map_err(|error| Box::new(error) as Box<dyn std::error::Error>));
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .streaming(all))
}

impl Walk {
    /// The next page's part of the array.
    async fn page(&mut self) -> Result<Bytes, Error> {
        let Some(start) = self.next.take() else {
            return Ok(Bytes::new());
        };
        let limit = self.left.unwrap_or(PAGE).min(PAGE);
        let asked = ListTickets {
            filter: self.filter.clone(),
            team_names: Vec::new(),
            sort: Sort {
                key: SortKey::CreatedAt,
                descending: true,
            },
            start,
            limit,
            counts: false,
        };
        let page = desk::list_tickets(&self.app, &self.caller, asked).await?;
        let ids: Vec<_> = page.items.iter().map(|stored| stored.data.id).collect();
        let answers = desk::list_answers(&self.app, &self.caller, &ids).await?;
        let names = directory::names(&self.app, named(&page.items)).await?;
        let mut text = BytesMut::new();
        for stored in &page.items {
            text.put_u8(if self.is_first { b'[' } else { b',' });
            self.is_first = false;
            let answers = answers.get(&stored.data.id).map(Vec::as_slice);
            let shown = ticket(stored, answers.unwrap_or_default(), &names, &self.places);
            text.extend_from_slice(&json::bytes(&shown));
        }
        if self.is_first {
            text.put_u8(b'[');
            self.is_first = false;
        }
        let shown = u32::try_from(page.items.len()).unwrap_or(u32::MAX);
        self.left = self.left.map(|left| left.saturating_sub(shown));
        let next = page.next.filter(|_| self.left != Some(0));
        self.next = next.map(|cursor: Cursor| Start::After(cursor));
        Ok(text.freeze())
    }
}
