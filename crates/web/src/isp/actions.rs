//! What is done to tickets beside editing them: each answers the ticket.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use linedesk_app::App;
use linedesk_app::tickets as desk;

use super::Answer;
use super::convert::actions::{Link, Merge};
use super::convert::detail::satisfaction;
use super::dto::actions::{
    AssignBody, EscalateBody, LinkBody, MergeBody, ReopenBody, ResolutionBody, SatisfactionBody,
};
use super::dto::detail::SatisfactionDto;
use super::dto::ticket::TicketDto;
use super::tickets::ok;
use crate::extract::precondition::etag;
use crate::extract::query::Nothing;
use crate::extract::{Asked, Expected, Json, Key, SignedIn};
use crate::json;
use crate::mount::Mount;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(assign_ticket)
        .service(escalate_ticket)
        .service(merge_tickets)
        .service(resolve_ticket);
    config
        .service(close_ticket)
        .service(reopen_ticket)
        .service(link_tickets)
        .service(rate_ticket);
}

/// Gives a ticket to an agent or a team, or takes it back
///
/// 409 when it is assigned so already, or is resolved, closed or merged.
#[utoipa::path(tag = "actions", request_body = AssignBody, responses(
    (status = 200, description = "The ticket afterwards", body = TicketDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/assign")]
async fn assign_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(assign): Json<AssignBody>,
) -> Answer {
    let view = desk::assign_ticket(&app, &caller, key, expected, assign).await?;
    Ok(ok(&app, &caller, &view))
}

/// Raises a ticket's escalation level
///
/// 409 at that level or above it, or when it is resolved or closed.
#[utoipa::path(tag = "actions", request_body = EscalateBody, responses(
    (status = 200, description = "The ticket afterwards", body = TicketDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/escalate")]
async fn escalate_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(escalate): Json<EscalateBody>,
) -> Answer {
    let view = desk::escalate_ticket(&app, &caller, key, expected, escalate).await?;
    Ok(ok(&app, &caller, &view))
}

/// Merges other tickets into this one
///
/// Their comments and files show in this one; they close for good. All or nothing: 404 if one of them is not there,
/// 409 for the ticket itself, one that is merged already, or another customer's.
#[utoipa::path(tag = "actions", request_body = MergeBody, responses(
    (status = 200, description = "The ticket afterwards", body = TicketDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/merge")]
async fn merge_tickets(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(Merge { sources, reason }): Json<MergeBody>,
) -> Answer {
    let view = desk::merge_tickets(&app, &caller, key, expected, sources, reason).await?;
    Ok(ok(&app, &caller, &view))
}

/// Declares the work on a ticket done
///
/// The customer may still object.
#[utoipa::path(tag = "actions", request_body = ResolutionBody, responses(
    (status = 200, description = "The ticket afterwards", body = TicketDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/resolve")]
async fn resolve_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(how): Json<ResolutionBody>,
) -> Answer {
    let view = desk::resolve_ticket(&app, &caller, key, expected, how).await?;
    Ok(ok(&app, &caller, &view))
}

/// Closes a ticket
///
/// Closing a closed one does nothing.
#[utoipa::path(tag = "actions", request_body = ResolutionBody, responses(
    (status = 200, description = "The ticket afterwards", body = TicketDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/close")]
async fn close_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(how): Json<ResolutionBody>,
) -> Answer {
    let view = desk::close_ticket(&app, &caller, key, expected, how).await?;
    Ok(ok(&app, &caller, &view))
}

/// Takes up a resolved or closed ticket again
///
/// Reopening a reopened one does nothing; 409 when it was closed too long ago or merged.
#[utoipa::path(tag = "actions", request_body = ReopenBody, responses(
    (status = 200, description = "The ticket afterwards", body = TicketDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/reopen")]
async fn reopen_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(reason): Json<ReopenBody>,
) -> Answer {
    let view = desk::reopen_ticket(&app, &caller, key, expected, reason).await?;
    Ok(ok(&app, &caller, &view))
}

/// Links a ticket to another
///
/// 409 when they are linked so already.
#[utoipa::path(tag = "actions", request_body = LinkBody, responses(
    (status = 200, description = "The ticket afterwards", body = TicketDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/links")]
async fn link_tickets(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(Link { to, relation }): Json<LinkBody>,
) -> Answer {
    let view = desk::link_tickets(&app, &caller, key, expected, to, relation).await?;
    Ok(ok(&app, &caller, &view))
}

/// Says how content the customer was with the resolution
///
/// For the ticket's customer, once for each resolution: 409 before it is resolved, and the second time. A reopened ticket
/// can be rated again when it is resolved again.
#[utoipa::path(tag = "actions", request_body = SatisfactionBody, responses(
    (status = 201, description = "What was kept", body = SatisfactionDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/satisfaction")]
async fn rate_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(rating): Json<SatisfactionBody>,
) -> Answer {
    let view = desk::rate_ticket(&app, &caller, key, expected, rating).await?;
    let data = &view.ticket.data;
    let kept = data.satisfaction.as_ref().map(satisfaction);
    Ok(HttpResponse::Created()
        .insert_header(etag(data.version))
        .content_type("application/json")
        .body(json::bytes(&kept)))
}
