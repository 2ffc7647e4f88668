//! The maintenance dialect: one JSON type for every body, with a staff message and a chain of messages.

pub mod convert;
pub mod dto;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpResponse, get, post, put};
use linedesk_app::models::Thread;
use linedesk_app::tickets::{self as desk, TicketView};
use linedesk_app::{App, Caller};

use crate::extract::precondition::etag;
use crate::extract::query::AskedLoosely;
use crate::extract::{Expected, Json, Number, SignedIn};
use crate::failure::{Answer, Failure};
use crate::mount::Mount;
use crate::{WebSettings, json};
use convert::{
    ListQuery, MessagesQuery, NewMessage, NewStaffMessage, NewStatus, NewTicket, OwnersEdit,
    messages, staff, ticket, tickets,
};
use dto::{
    MaintenanceBody, MaintenanceListParams, MaintenanceMessages, MaintenancePageParams,
    MaintenanceStaffMessage, MaintenanceTicket,
};

/// How many there are in all, beside a list of some.
const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// Every route of the dialect, relative to its mount.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(create_ticket)
        .service(list_tickets)
        .service(get_ticket)
        .service(edit_ticket);
    config
        .service(get_staff_message)
        .service(set_staff_message)
        .service(set_status)
        .service(list_messages)
        .service(add_message);
}

/// Makes a ticket
///
/// Of the body counts `title`, `description` and `priority`.
#[utoipa::path(tag = "maintenance", operation_id = "maintenance_create_ticket", request_body = MaintenanceBody, responses(
    (status = 201, description = "The ticket", body = MaintenanceTicket<'static>, headers(
        ("Location" = String, description = "Where the ticket is"),
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("")]
async fn create_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    Json(new): Json<NewTicket>,
) -> Answer {
    let view = desk::create_ticket(&app, &caller, new).await?;
    let mount = &settings.mounts.maintenance.path;
    let place = format!("{mount}/{}", view.ticket.numbers.number);
    let mut answer = whole(StatusCode::CREATED, &app, &caller, &view).await?;
    if let Ok(place) = HeaderValue::try_from(place) {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    Ok(answer)
}

/// Tickets that the caller may see, newest first
#[utoipa::path(tag = "maintenance", operation_id = "maintenance_list_tickets", params(MaintenanceListParams), responses(
    (status = 200, description = "A page of tickets", body = Vec<MaintenanceTicket<'static>>, headers(
        ("X-Total-Count" = u64, description = "How many match in all"),
    )),
))]
#[get("")]
async fn list_tickets(
    app: Data<App>,
    caller: SignedIn,
    AskedLoosely(ListQuery(asked)): AskedLoosely<ListQuery>,
) -> Answer {
    let (page, threads) = desk::list_threads(&app, &caller, asked).await?;
    let total = page.total.map_or(0, |total| total.n);
    Ok(counted(total, json::bytes(&tickets(&page, &threads))))
}

/// A ticket
#[utoipa::path(tag = "maintenance", operation_id = "maintenance_get_ticket",
    params(("ticket_id" = i64, Path, description = "Its id")),
    responses((status = 200, description = "The ticket", body = MaintenanceTicket<'static>)))]
#[get("/{ticket_id}")]
async fn get_ticket(app: Data<App>, caller: SignedIn, Number(key): Number) -> Answer {
    let (view, thread) = desk::ticket_thread(&app, &caller, key).await?;
    Ok(shown(StatusCode::OK, &view, &thread))
}

/// Changes a ticket, for its owner
///
/// Of the body count `title`, `description` and `priority`; what is left out stays.
#[utoipa::path(tag = "maintenance", operation_id = "maintenance_edit_ticket",
    params(("ticket_id" = i64, Path, description = "Its id")), request_body = MaintenanceBody,
    responses((status = 200, description = "The ticket afterwards", body = MaintenanceTicket<'static>)))]
#[put("/{ticket_id}")]
async fn edit_ticket(
    app: Data<App>,
    caller: SignedIn,
    Number(key): Number,
    Expected(expected): Expected,
    Json(edit): Json<OwnersEdit>,
) -> Answer {
    let view = desk::edit_own_ticket(&app, &caller, key, expected, edit).await?;
    whole(StatusCode::OK, &app, &caller, &view).await
}

/// The staff's message
#[utoipa::path(tag = "maintenance", operation_id = "maintenance_get_staff_message",
    params(("ticket_id" = i64, Path, description = "The ticket's id")),
    responses((status = 200, description = "The message", body = MaintenanceStaffMessage<'static>)))]
#[get("/{ticket_id}/staff")]
async fn get_staff_message(app: Data<App>, caller: SignedIn, Number(key): Number) -> Answer {
    let view = desk::ticket(&app, &caller, key).await?;
    Ok(json::ok(&staff(&view.ticket)))
}

/// Writes the staff's message, for staff
///
/// Of the body counts `staff_message`; `null` takes it back.
#[utoipa::path(tag = "maintenance", operation_id = "maintenance_set_staff_message",
    params(("ticket_id" = i64, Path, description = "The ticket's id")), request_body = MaintenanceBody,
    responses((status = 200, description = "The ticket afterwards", body = MaintenanceTicket<'static>)))]
#[put("/{ticket_id}/staff")]
async fn set_staff_message(
    app: Data<App>,
    caller: SignedIn,
    Number(key): Number,
    Expected(expected): Expected,
    Json(message): Json<NewStaffMessage>,
) -> Answer {
    let view = desk::set_staff_message(&app, &caller, key, expected, message).await?;
    whole(StatusCode::OK, &app, &caller, &view).await
}

/// Moves a ticket through the workflow
///
/// Of the body counts `status`. The owner may close and reopen.
#[utoipa::path(tag = "maintenance", operation_id = "maintenance_set_status",
    params(("ticket_id" = i64, Path, description = "The ticket's id")), request_body = MaintenanceBody,
    responses((status = 200, description = "The ticket afterwards", body = MaintenanceTicket<'static>)))]
#[post("/{ticket_id}/status")]
async fn set_status(
    app: Data<App>,
    caller: SignedIn,
    Number(key): Number,
    Expected(expected): Expected,
    Json(status): Json<NewStatus>,
) -> Answer {
    let view = desk::set_status(&app, &caller, key, expected, |_| vec![status]).await?;
    whole(StatusCode::OK, &app, &caller, &view).await
}

/// The chain of messages, oldest first
#[utoipa::path(tag = "maintenance", operation_id = "maintenance_list_messages",
    params(("ticket_id" = i64, Path, description = "The ticket's id"), MaintenancePageParams),
    responses((status = 200, description = "The messages", body = MaintenanceMessages<'static>, headers(
        ("X-Total-Count" = u64, description = "How many there are in all"),
    ))))]
#[get("/{ticket_id}/messages")]
async fn list_messages(
    app: Data<App>,
    caller: SignedIn,
    Number(key): Number,
    AskedLoosely(MessagesQuery(part)): AskedLoosely<MessagesQuery>,
) -> Answer {
    let found = desk::list_messages(&app, &caller, key, part).await?;
    let number = desk::ticket(&app, &caller, key)
        .await?
        .ticket
        .numbers
        .number;
    let body = json::bytes(&messages(number, &found.items));
    Ok(counted(found.total.n, body))
}

/// Writes a message
///
/// Of the body counts `message`.
#[utoipa::path(tag = "maintenance", operation_id = "maintenance_add_message",
    params(("ticket_id" = i64, Path, description = "The ticket's id")), request_body = MaintenanceBody,
    responses((status = 201, description = "The ticket with the message", body = MaintenanceTicket<'static>)))]
#[post("/{ticket_id}/messages")]
async fn add_message(
    app: Data<App>,
    caller: SignedIn,
    Number(key): Number,
    Expected(expected): Expected,
    Json(message): Json<NewMessage>,
) -> Answer {
    let (view, _) = desk::add_comment(&app, &caller, key, expected, message).await?;
    whole(StatusCode::CREATED, &app, &caller, &view).await
}

/// The whole object after a change.
async fn whole(
    status: StatusCode,
    app: &App,
    caller: &Caller,
    view: &TicketView,
) -> Result<HttpResponse, Failure> {
    let thread = desk::thread_of(app, caller, view).await?;
    Ok(shown(status, view, &thread))
}

fn shown(status: StatusCode, view: &TicketView, thread: &Thread) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(etag(view.ticket.data.version))
        .content_type("application/json")
        .body(json::bytes(&ticket(&view.ticket, thread)))
}

fn counted(total: u64, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((X_TOTAL_COUNT, total))
        .content_type("application/json")
        .body(body)
}
