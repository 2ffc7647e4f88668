//! Making, reading, changing and deleting tickets.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpResponse, HttpResponseBuilder, delete, get, patch, post, put};
use linedesk_app::models::TicketKey;
use linedesk_app::tickets::{self as desk, TicketView};
use linedesk_app::{App, Caller, Error};

use super::Answer;
use super::audience::Reader;
use super::convert::detail::Include;
use super::convert::edit::{EditTicket, check_read_only};
use super::convert::list::ListQuery;
use super::convert::{detail, history, list, ticket};
use super::dto::actions::CreateTicketBody;
use super::dto::detail::{DetailParams, TicketDetailDto};
use super::dto::edit::EditTicketBody;
use super::dto::history::HistoryDto;
use super::dto::list::{FilterParams, PageParams, TicketListDto};
use super::dto::ticket::TicketDto;
use crate::extract::precondition::etag;
use crate::extract::query::{Nothing, Page};
use crate::extract::{Asked, Expected, Json, Key, SignedIn};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_tickets)
        .service(create_ticket)
        .service(get_ticket);
    config
        .service(put_ticket)
        .service(patch_ticket)
        .service(delete_ticket)
        .service(list_history);
}

/// Tickets that the caller may see, with filters, order and pages
///
/// `total` is exact up to 10,000 matches. `summary` counts the tickets that match every filter but `status` and
/// `sla_breach`. Beyond 10,000 read on with `cursor`.
#[utoipa::path(tag = "tickets", params(FilterParams, PageParams), responses(
    (status = 200, description = "A page of tickets", body = TicketListDto<'static>),
))]
#[get("/tickets")]
async fn list_tickets(
    app: Data<App>,
    caller: SignedIn,
    Asked(ListQuery(asked)): Asked<ListQuery>,
) -> Answer {
    let (sort, start, limit) = (asked.sort, asked.start, asked.limit);
    let page = desk::list_tickets(&app, &caller, asked).await?;
    Ok(json::ok(&list::list(
        &page,
        Reader::of(&app, &caller),
        sort,
        start,
        limit,
    )))
}

/// Makes a ticket
///
/// Staff names the customer; a customer's ticket is for its own account. The SLA policy is chosen and, where agents
/// have skills, the ticket is given to one.
#[utoipa::path(tag = "tickets", request_body = CreateTicketBody, responses(
    (status = 201, description = "The ticket", body = TicketDto<'static>, headers(
        ("Location" = String, description = "Where the ticket is"),
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("/tickets")]
async fn create_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<CreateTicketBody>,
) -> Answer {
    let view = desk::create_ticket(&app, &caller, new).await?;
    let place = format!(
        "{}/tickets/{}",
        settings.mounts.isp.path, view.ticket.data.id
    );
    let mut answer = HttpResponse::Created();
    Ok(shown(
        answer.insert_header((header::LOCATION, place)),
        &app,
        &caller,
        &view,
    ))
}

/// A ticket with everything around it
#[utoipa::path(tag = "tickets", params(DetailParams), responses(
    (status = 200, description = "The ticket", body = TicketDetailDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[get("/tickets/{ticket_id}")]
async fn get_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Asked(include): Asked<Include>,
) -> Answer {
    let found = desk::ticket_detail(&app, &caller, key, include.history, include.comments).await?;
    let body = json::bytes(&detail::detail(&found, Reader::of(&app, &caller)));
    let tag = etag(found.ticket.data.version);
    Ok(HttpResponse::Ok()
        .insert_header(tag)
        .content_type("application/json")
        .body(body))
}

/// Changes a ticket
///
/// The fields that are given change, the others stay; `null` clears a field that may be empty. The whole object that
/// was read may be sent back.
#[utoipa::path(tag = "tickets", request_body = EditTicketBody, responses(
    (status = 200, description = "The ticket afterwards", body = TicketDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[put("/tickets/{ticket_id}")]
async fn put_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(sent): Json<EditTicketBody>,
) -> Answer {
    edit(&app, &caller, key, expected, sent).await
}

/// Changes a ticket
///
/// The same as `PUT`.
#[utoipa::path(tag = "tickets", request_body = EditTicketBody, responses(
    (status = 200, description = "The ticket afterwards", body = TicketDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[patch("/tickets/{ticket_id}")]
async fn patch_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(sent): Json<EditTicketBody>,
) -> Answer {
    edit(&app, &caller, key, expected, sent).await
}

async fn edit(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    sent: EditTicket,
) -> Answer {
    let expected = confirmed(app, caller, key, expected, &sent).await?;
    let view = desk::edit_ticket(app, caller, key, expected, sent.edit).await?;
    Ok(ok(app, caller, &view))
}

/// Holds what was sent beside the edit against the stored ticket. Answers the version at which that was true.
async fn confirmed(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    sent: &EditTicket,
) -> Result<Option<i64>, Error> {
    if !sent.has_to_be_compared() {
        return Ok(expected);
    }
    let view = desk::ticket(app, caller, key).await?;
    let version = view.ticket.data.version;
    if expected.is_some_and(|expected| expected != version) {
        return Err(Error::Stale);
    }
    check_read_only(
        sent,
        &view.ticket.data,
        &ticket::ticket(&view.ticket, &view.book, Reader::of(app, caller)),
    )?;
    Ok(expected.or(sent.version))
}

/// Deletes a ticket
///
/// For leads and admins. The ticket is hidden everywhere and kept for audit.
#[utoipa::path(tag = "tickets", responses((status = 204, description = "It is gone")))]
#[delete("/tickets/{ticket_id}")]
async fn delete_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
) -> Answer {
    desk::delete_ticket(&app, &caller, key, expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What happened to a ticket, oldest first
#[utoipa::path(tag = "tickets", params(crate::openapi::PageParams), responses(
    (status = 200, description = "A page of its history", body = HistoryDto<'static>),
))]
#[get("/tickets/{ticket_id}/history")]
async fn list_history(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Asked(page): Asked<Page>,
) -> Answer {
    let items = desk::list_history(&app, &caller, key, page.part()).await?;
    let audience = Reader::of(&app, &caller).audience;
    Ok(json::ok(&history::history(&items, page, audience)))
}

/// A ticket as an answer, with its entity tag.
pub fn shown(
    answer: &mut HttpResponseBuilder,
    app: &App,
    caller: &Caller,
    view: &TicketView,
) -> HttpResponse {
    let body = json::bytes(&ticket::ticket(
        &view.ticket,
        &view.book,
        Reader::of(app, caller),
    ));
    answer
        .insert_header(etag(view.ticket.data.version))
        .content_type("application/json")
        .body(body)
}

/// 200 with the ticket.
pub fn ok(app: &App, caller: &Caller, view: &TicketView) -> HttpResponse {
    shown(&mut HttpResponse::build(StatusCode::OK), app, caller, view)
}
