//! The simple dialect: plain tickets with integer ids.

pub mod convert;
pub mod dto;
pub mod error;
mod stream;

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post, put};
use linedesk_app::App;
use linedesk_app::tickets::{self as desk, TicketView};

use crate::extract::precondition::etag;
use crate::extract::{Expected, Json, Number, SignedIn};
use crate::failure::Answer;
use crate::mount::Mount;
use crate::{WebSettings, json};
use convert::{NewSimpleTicket, steps, ticket};
use dto::{SimpleCreateBody, SimpleTicketDto, SimpleUpdateBody};

/// Tickets of the list that are held in memory at once.
const PAGE: u32 = 500;

/// Every route of the dialect, relative to its mount.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_tickets)
        .service(create_ticket)
        .service(get_ticket)
        .service(update_ticket)
        .service(delete_ticket);
}

/// All tickets that the caller may see, in order of their ids
#[utoipa::path(tag = "simple", operation_id = "simple_list_tickets", responses(
    (status = 200, description = "The tickets", body = Vec<SimpleTicketDto<'static>>),
))]
#[get("")]
async fn list_tickets(app: Data<App>, SignedIn(caller): SignedIn) -> Answer {
    // Read before the answer begins, so that what goes wrong can still be said.
    let first = desk::tickets_by_number(&app, &caller, 0, PAGE).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .streaming(stream::array(App::clone(&app), caller, first)))
}

/// Makes a ticket
///
/// `status` is `pending` unless it says otherwise.
#[utoipa::path(tag = "simple", operation_id = "simple_create_ticket", request_body = SimpleCreateBody, responses(
    (status = 201, description = "The ticket", body = SimpleTicketDto<'static>, headers(
        ("Location" = String, description = "Where the ticket is"),
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("")]
async fn create_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    Json(new): Json<SimpleCreateBody>,
) -> Answer {
    let NewSimpleTicket { ticket, steps } = new;
    let view = desk::create_moved_ticket(&app, &caller, ticket, &steps).await?;
    let number = view.ticket.numbers.number;
    let place = format!("{}/{number}", settings.mounts.simple.path);
    let mut answer = shown(StatusCode::CREATED, &view);
    if let Ok(place) = place.try_into() {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    Ok(answer)
}

/// A ticket
#[utoipa::path(tag = "simple", operation_id = "simple_get_ticket", params(("ticket_id" = i64, Path, description = "Its id")),
    responses((status = 200, description = "The ticket", body = SimpleTicketDto<'static>)))]
#[get("/{ticket_id}")]
async fn get_ticket(app: Data<App>, caller: SignedIn, Number(key): Number) -> Answer {
    let view = desk::ticket(&app, &caller, key).await?;
    Ok(shown(StatusCode::OK, &view))
}

/// Changes a ticket's status
///
/// `pending`, `in_progress`, `resolved` and `closed` can be set from anywhere; the other names of statuses only where
/// the workflow leads there.
#[utoipa::path(tag = "simple", operation_id = "simple_update_ticket", params(("ticket_id" = i64, Path, description = "Its id")),
    request_body = SimpleUpdateBody, responses((status = 200, description = "The ticket afterwards", body = SimpleTicketDto<'static>)))]
#[put("/{ticket_id}")]
async fn update_ticket(
    app: Data<App>,
    caller: SignedIn,
    Number(key): Number,
    Expected(expected): Expected,
    Json(wanted): Json<SimpleUpdateBody>,
) -> Answer {
    let choose = |present| steps(wanted, present);
    let view = desk::set_status(&app, &caller, key, expected, choose).await?;
    Ok(shown(StatusCode::OK, &view))
}

/// Deletes a ticket
///
/// For leads and admins, and for whoever did not sign in.
#[utoipa::path(tag = "simple", operation_id = "simple_delete_ticket", params(("ticket_id" = i64, Path, description = "Its id")),
    responses((status = 200, description = "The ticket as it was", body = SimpleTicketDto<'static>)))]
#[delete("/{ticket_id}")]
async fn delete_ticket(
    app: Data<App>,
    caller: SignedIn,
    Number(key): Number,
    Expected(expected): Expected,
) -> Answer {
    let view = desk::delete_ticket(&app, &caller, key, expected).await?;
    Ok(shown(StatusCode::OK, &view))
}

fn shown(status: StatusCode, view: &TicketView) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(etag(view.ticket.data.version))
        .content_type("application/json")
        .body(json::bytes(&ticket(&view.ticket)))
}
