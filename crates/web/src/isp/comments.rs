//! Comments on tickets.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, HttpResponseBuilder, delete, get, patch, post};
use linedesk_app::models::CommentView;
use linedesk_app::tickets::{self as desk, TicketView};
use linedesk_app::{App, Caller};
use linedesk_domain::ids::CommentId;

use super::Answer;
use super::audience::Reader;
use super::convert::comment;
use super::dto::comment::{CommentDto, CommentListDto, EditCommentBody, NewCommentBody};
use crate::extract::precondition::etag;
use crate::extract::query::{Nothing, Page};
use crate::extract::{Asked, At, Expected, Json, Key, SignedIn};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_comments)
        .service(add_comment)
        .service(edit_comment)
        .service(delete_comment);
}

/// A ticket's comments, oldest first
///
/// Those of tickets that were merged into it too. Customers never see internal notes.
#[utoipa::path(tag = "comments", params(crate::openapi::PageParams), responses(
    (status = 200, description = "A page of comments", body = CommentListDto<'static>),
))]
#[get("/tickets/{ticket_id}/comments")]
async fn list_comments(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Asked(page): Asked<Page>,
) -> Answer {
    let items = desk::list_comments(&app, &caller, key, page.part()).await?;
    Ok(json::ok(&comment::comments(
        &items,
        page,
        Reader::of(&app, &caller),
    )))
}

/// Writes a comment or an internal note
///
/// A customer's comment takes up a ticket that waited for it, and reopens one that was resolved or closed. The first
/// public comment of staff is the first response.
#[utoipa::path(tag = "comments", request_body = NewCommentBody, responses(
    (status = 201, description = "The comment; the entity tag is the ticket's", body = CommentDto<'static>, headers(
        ("Location" = String, description = "Where the comment is"),
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/comments")]
async fn add_comment(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(new): Json<NewCommentBody>,
) -> Answer {
    let (view, written) = desk::add_comment(&app, &caller, key, expected, new).await?;
    let (ticket, id) = (view.ticket.data.id, written.comment.id);
    let place = format!(
        "{}/tickets/{ticket}/comments/{id}",
        settings.mounts.isp.path
    );
    let mut answer = HttpResponse::Created();
    Ok(shown(
        answer.insert_header((header::LOCATION, place)),
        &app,
        &caller,
        &view,
        &written,
    ))
}

/// Rewrites a comment
///
/// For its author and for leads. The old text stays in the history.
#[utoipa::path(tag = "comments", request_body = EditCommentBody, responses(
    (status = 200, description = "The comment; the entity tag is the ticket's", body = CommentDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[patch("/tickets/{ticket_id}/comments/{comment_id}")]
async fn edit_comment(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    At(id): At<CommentId>,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    Json(body): Json<EditCommentBody>,
) -> Answer {
    let (view, written) = desk::edit_comment(&app, &caller, key, expected, id, body).await?;
    Ok(shown(
        &mut HttpResponse::Ok(),
        &app,
        &caller,
        &view,
        &written,
    ))
}

/// Takes a comment back
///
/// For its author and for leads. Its text stays in the history.
#[utoipa::path(tag = "comments", responses((status = 204, description = "It is gone", headers(
    ("ETag" = String, description = "The ticket's version, for `If-Match`"),
))))]
#[delete("/tickets/{ticket_id}/comments/{comment_id}")]
async fn delete_comment(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    At(id): At<CommentId>,
    Expected(expected): Expected,
    _: Asked<Nothing>,
) -> Answer {
    let view = desk::delete_comment(&app, &caller, key, expected, id).await?;
    Ok(HttpResponse::NoContent()
        .insert_header(etag(view.ticket.data.version))
        .finish())
}

fn shown(
    answer: &mut HttpResponseBuilder,
    app: &App,
    caller: &Caller,
    view: &TicketView,
    written: &CommentView,
) -> HttpResponse {
    let body = json::bytes(&comment::comment(written, Reader::of(app, caller)));
    answer
        .insert_header(etag(view.ticket.data.version))
        .content_type("application/json")
        .body(body)
}
