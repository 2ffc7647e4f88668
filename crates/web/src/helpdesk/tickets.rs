//! Tickets, their answers and their status.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{get, post};
use linedesk_app::models::{NamesWanted, TicketKey};
use linedesk_app::tickets as desk;
use linedesk_app::{App, Error, directory};
use linedesk_domain::ticket::TicketData;

use super::asker::Asker;
use super::convert::{Places, comment, named, number, ticket};
use super::dto::{
    HelpdeskAnswerBody, HelpdeskCommentDto, HelpdeskListParams, HelpdeskStatusBody,
    HelpdeskStatusDto, HelpdeskTicketBody, HelpdeskTicketDto, HelpdeskWrittenDto,
};
use super::error::{of_answer, of_status};
use super::listing::{self, ListQuery};
use super::words::HelpdeskStatus;
use crate::extract::path::Number;
use crate::extract::query::Loosely;
use crate::extract::{Expected, Json};
use crate::failure::Answer;
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_tickets)
        .service(create_ticket)
        .service(get_ticket);
    config
        .service(answer_ticket)
        .service(set_status)
        .service(get_comment);
}

/// Where the dialect's things are.
pub fn places(settings: &WebSettings) -> Places {
    Places {
        base: format!("{}{}", settings.public_url, settings.mounts.helpdesk.path),
    }
}

/// Tickets, newest first
///
/// Support sees all of them, anybody else those that it made itself. One array, however long.
#[utoipa::path(tag = "helpdesk", operation_id = "helpdesk_list_tickets", params(HelpdeskListParams), responses(
    (status = 200, description = "The tickets", body = Vec<HelpdeskTicketDto<'static>>),
))]
#[get("/ticket")]
async fn list_tickets(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: Asker,
    Loosely(asked): Loosely<ListQuery>,
) -> Answer {
    listing::list(&app, &caller, places(&settings), asked).await
}

/// Asks something
#[utoipa::path(tag = "helpdesk", operation_id = "helpdesk_create_ticket", request_body = HelpdeskTicketBody, responses(
    (status = 201, description = "The ticket", body = HelpdeskTicketDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
    (status = 404, description = "There is no such customer"),
))]
#[post("/ticket")]
async fn create_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: Asker,
    Json(new): Json<HelpdeskTicketBody>,
) -> Answer {
    let made = desk::create_ticket(&app, &caller, new).await?;
    let names = directory::names(&app, named([&made.ticket])).await?;
    let shown = ticket(&made.ticket, &[], &names, &places(&settings));
    let version = made.ticket.data.version;
    Ok(json::tagged(StatusCode::CREATED, version, &shown))
}

/// A ticket
#[utoipa::path(tag = "helpdesk", operation_id = "helpdesk_get_ticket",
    params(("ticket_id" = i64, Path, description = "Its integer")),
    responses((status = 200, description = "The ticket", body = HelpdeskTicketDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    ))),
)]
#[get("/ticket/{ticket_id}")]
async fn get_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: Asker,
    Number(key): Number,
) -> Answer {
    let stored = desk::ticket(&app, &caller, key).await?.ticket;
    let id = stored.data.id;
    let answers = desk::list_answers(&app, &caller, &[id]).await?;
    let names = directory::names(&app, named([&stored])).await?;
    let answers = answers.get(&id).map(Vec::as_slice).unwrap_or_default();
    let shown = ticket(&stored, answers, &names, &places(&settings));
    Ok(json::tagged(StatusCode::OK, stored.data.version, &shown))
}

/// Answers a ticket
///
/// The same for support and for whoever asked. When support answers, whoever asked is told by mail.
#[utoipa::path(tag = "helpdesk", operation_id = "helpdesk_answer_ticket", request_body = HelpdeskAnswerBody,
    params(("ticket_id" = i64, Path, description = "Its integer")),
    responses((status = 201, description = "The answer", body = HelpdeskWrittenDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    ))),
)]
#[post("/ticket/{ticket_id}/answer")]
async fn answer_ticket(
    app: Data<App>,
    caller: Asker,
    Number(key): Number,
    Expected(expected): Expected,
    Json(new): Json<HelpdeskAnswerBody>,
) -> Answer {
    let written = desk::add_comment(&app, &caller, key, expected, new).await;
    let (ticket, view) = written.map_err(of_answer)?;
    let shown = HelpdeskWrittenDto {
        id: view.number,
        message: view.comment.body.as_str(),
    };
    let version = ticket.ticket.data.version;
    Ok(json::tagged(StatusCode::CREATED, version, &shown))
}

/// Sets a ticket's status
///
/// For support. A status that the ticket has already changes nothing; one that is over is reopened on the way.
#[utoipa::path(tag = "helpdesk", operation_id = "helpdesk_set_status", request_body = HelpdeskStatusBody,
    params(("ticket_id" = i64, Path, description = "Its integer")),
    responses((status = 200, description = "The status", body = HelpdeskStatusDto, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    ))),
)]
#[post("/ticket/{ticket_id}/set_status")]
async fn set_status(
    app: Data<App>,
    caller: Asker,
    Number(key): Number,
    Expected(expected): Expected,
    Json(status): Json<HelpdeskStatusBody>,
) -> Answer {
    let data = moved(&app, &caller, key, expected, status).await?;
    let names = NamesWanted {
        users: data.status_set_by.into_iter().collect(),
        ..NamesWanted::default()
    };
    let names = directory::names(&app, names).await?;
    let shown = HelpdeskStatusDto {
        status: HelpdeskStatus::of(data.status).name(),
        changed_status: number(data.status_set_by, &names),
    };
    Ok(json::tagged(StatusCode::OK, data.version, &shown))
}

async fn moved(
    app: &App,
    caller: &Asker,
    key: TicketKey,
    expected: Option<i64>,
    status: HelpdeskStatus,
) -> Result<TicketData, crate::failure::Failure> {
    let steps = |data: &TicketData| status.steps(data.status);
    let moved = desk::move_ticket(app, caller, key, expected, steps).await;
    Ok(moved.map_err(of_status)?.ticket.data)
}

/// An answer
///
/// For support, and for whoever made its ticket.
#[utoipa::path(tag = "helpdesk", operation_id = "helpdesk_get_comment",
    params(("comment_id" = i64, Path, description = "Its integer")),
    responses((status = 200, description = "The answer", body = HelpdeskCommentDto<'static>)),
)]
#[get("/comment/{comment_id}")]
async fn get_comment(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: Asker,
    id: Path<String>,
) -> Answer {
    let id = id.parse().ok().filter(|id: &i64| *id > 0);
    let id = id.ok_or(Error::NotFound("comment"))?;
    let found = desk::find_answer(&app, &caller, id).await?;
    let names = NamesWanted {
        users: found.view.comment.author.into_iter().collect(),
        ..NamesWanted::default()
    };
    let names = directory::names(&app, names).await?;
    Ok(json::ok(&comment(&found, &names, &places(&settings))))
}
