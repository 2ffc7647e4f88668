//! Comments, on their tickets and by themselves.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put};
use linedesk_app::models::{CommentKey, CommentView, Items, NamesWanted, Part, TicketKey};
use linedesk_app::tickets as desk;
use linedesk_app::{App, Caller, Error, directory};
use linedesk_domain::ids::{CommentId, TicketId};

use super::convert::comment::comment;
use super::convert::write::EditComment;
use super::dto::comment::{
    CrmAddCommentBody, CrmCommentBody, CrmCommentDto, CrmEditCommentBody, CrmPartsParams,
};
use super::dto::page::CrmCommentPage;
use super::error::of_ticket;
use super::page::{Shown, Window, links};
use crate::extract::precondition::{AnyOf, etag};
use crate::extract::query::{FromQuery, Loosely, QueryReader};
use crate::extract::{At, Expected, Json, Key, SignedIn, parse};
use crate::failure::Answer;
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(add_comment)
        .service(list_comments)
        .service(create_comment)
        .service(get_comment);
    config
        .service(put_comment)
        .service(patch_comment)
        .service(delete_comment);
}

/// Which comments or files, and which part of them.
#[derive(Debug)]
pub struct PartsQuery {
    /// Those of one ticket.
    pub ticket: Option<TicketId>,
    /// Which part of them.
    pub window: Window,
}

impl FromQuery for PartsQuery {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let ticket = query.several_given("ticket", parse::id).pop();
        Some(Self {
            ticket,
            window: Window::read(query)?,
        })
    }
}

impl Window {
    /// The same as use cases know it.
    pub const fn part(self) -> Part {
        Part::From {
            offset: self.offset,
            limit: self.limit,
        }
    }
}

/// Writes a comment or an internal note on a ticket
///
/// A customer's comment takes up a ticket that waited for it, and reopens one that was resolved or closed.
#[utoipa::path(tag = "crm", operation_id = "crm_add_comment", request_body = CrmAddCommentBody, responses(
    (status = 201, description = "The comment", body = CrmCommentDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/add_comment")]
async fn add_comment(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    Json(new): Json<CrmAddCommentBody>,
) -> Answer {
    let written = desk::add_comment(&app, &caller, key, expected, new).await;
    let (ticket, view) = written.map_err(of_ticket)?;
    let version = ticket.ticket.data.version;
    shown(&app, version, &view, StatusCode::CREATED).await
}

/// Comments
///
/// Those of one ticket, oldest first; without `ticket` those of all tickets, by ticket in order of creation.
#[utoipa::path(tag = "crm", operation_id = "crm_list_comments", params(CrmPartsParams), responses(
    (status = 200, description = "A page of comments", body = CrmCommentPage<'static>),
))]
#[get("/ticket-comments")]
async fn list_comments(
    app: Data<App>,
    settings: Data<WebSettings>,
    request: HttpRequest,
    caller: SignedIn,
    Loosely(asked): Loosely<PartsQuery>,
) -> Answer {
    let PartsQuery { ticket, window } = asked;
    let items = match ticket {
        Some(id) => {
            let key = TicketKey::Id(id);
            let found = desk::list_comments(&app, &caller, key, window.part()).await;
            or_none(found)?
        }
        None => desk::list_all_comments(&app, &caller, window.offset, window.limit).await?,
    };
    let names = directory::names(&app, authors(&items.items)).await?;
    let results: Vec<_> = items
        .items
        .iter()
        .map(|view| comment(view, &names))
        .collect();
    let count = items.total.n;
    let shown = Shown {
        shown: results.len(),
        count,
        ends_early: items.ends_early,
    };
    let links = links(&settings, &request, window, shown);
    Ok(json::ok(&CrmCommentPage {
        count,
        next: links.next,
        previous: links.previous,
        results,
    }))
}

/// A filter that names what is not there, or not for the caller's eyes, finds nothing.
pub(super) fn or_none<T>(found: Result<Items<T>, Error>) -> Result<Items<T>, Error> {
    match found {
        Err(Error::NotFound(_)) => Ok(Items {
            items: Vec::new(),
            total: linedesk_app::models::Count {
                n: 0,
                is_exact: true,
            },
            ends_early: false,
        }),
        found => found,
    }
}

/// Writes a comment or an internal note
#[utoipa::path(tag = "crm", operation_id = "crm_create_comment", request_body = CrmCommentBody, responses(
    (status = 201, description = "The comment", body = CrmCommentDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
    (status = 404, description = "There is no such ticket"),
))]
#[post("/ticket-comments")]
async fn create_comment(
    app: Data<App>,
    caller: SignedIn,
    held: AnyOf,
    Json((ticket, new)): Json<CrmCommentBody>,
) -> Answer {
    let key = TicketKey::Id(ticket);
    let expected = held.of_ticket(&app, &caller, key).await?;
    let written = desk::add_comment(&app, &caller, key, expected, new).await;
    let (ticket, view) = written.map_err(of_ticket)?;
    let version = ticket.ticket.data.version;
    shown(&app, version, &view, StatusCode::CREATED).await
}

/// A comment
#[utoipa::path(tag = "crm", operation_id = "crm_get_comment", responses((status = 200, description = "The comment", body = CrmCommentDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    ))))]
#[get("/ticket-comments/{comment_id}")]
async fn get_comment(app: Data<App>, caller: SignedIn, At(id): At<CommentId>) -> Answer {
    let found = desk::find_comment(&app, &caller, CommentKey::Id(id)).await?;
    shown(&app, found.ticket_version, &found.view, StatusCode::OK).await
}

/// Rewrites a comment
///
/// For its author and for leads. The old text stays in the ticket's history.
#[utoipa::path(tag = "crm", operation_id = "crm_patch_comment", request_body = CrmEditCommentBody, responses(
    (status = 200, description = "The comment afterwards", body = CrmCommentDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[patch("/ticket-comments/{comment_id}")]
async fn patch_comment(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CommentId>,
    held: AnyOf,
    Json(edit): Json<CrmEditCommentBody>,
) -> Answer {
    rewrite(&app, &caller, id, &held, edit).await
}

/// Rewrites a comment
///
/// The same as `PATCH`; the text has to be there.
#[utoipa::path(tag = "crm", operation_id = "crm_put_comment", request_body = CrmEditCommentBody, responses(
    (status = 200, description = "The comment afterwards", body = CrmCommentDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[put("/ticket-comments/{comment_id}")]
async fn put_comment(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CommentId>,
    held: AnyOf,
    Json(edit): Json<CrmEditCommentBody>,
) -> Answer {
    if edit.text.is_none() {
        return Err(Error::invalid("text", "required", "is required").into());
    }
    rewrite(&app, &caller, id, &held, edit).await
}

async fn rewrite(
    app: &App,
    caller: &Caller,
    id: CommentId,
    held: &AnyOf,
    edit: EditComment,
) -> Answer {
    let found = desk::comment_to_change(app, caller, CommentKey::Id(id)).await?;
    let expected = held.of(found.ticket_version);
    if expected.is_some_and(|version| version != found.ticket_version) {
        return Err(Error::Stale.into());
    }
    let present = found.view.comment.is_internal;
    if edit.is_internal.is_some_and(|sent| sent != present) {
        let message = "cannot be changed: who has read a comment has read it";
        return Err(Error::invalid("is_internal", "read_only", message).into());
    }
    let found = match edit.text {
        Some(text) => desk::rewrite_comment(app, caller, found, expected, text)
            .await
            .map_err(of_ticket)?,
        None => found,
    };
    shown(app, found.ticket_version, &found.view, StatusCode::OK).await
}

/// Takes a comment back
///
/// For staff who wrote it, and for leads. Its text stays in the ticket's history.
#[utoipa::path(tag = "crm", operation_id = "crm_delete_comment", responses((status = 204, description = "It is gone")))]
#[delete("/ticket-comments/{comment_id}")]
async fn delete_comment(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CommentId>,
    held: AnyOf,
) -> Answer {
    let found = desk::comment_to_change(&app, &caller, CommentKey::Id(id)).await?;
    let expected = held.of(found.ticket_version);
    let withdrawn = desk::withdraw_comment(&app, &caller, &found, expected).await;
    let version = withdrawn.map_err(of_ticket)?.ticket.data.version;
    let mut gone = HttpResponse::NoContent();
    Ok(gone.insert_header(etag(version)).finish())
}

/// Those who wrote some comments.
fn authors<'a>(views: impl IntoIterator<Item = &'a CommentView>) -> NamesWanted {
    NamesWanted {
        users: views
            .into_iter()
            .filter_map(|view| view.comment.author)
            .collect(),
        ..NamesWanted::default()
    }
}

/// A comment; the entity tag is the ticket's, here as in every API.
async fn shown(app: &App, version: i64, view: &CommentView, status: StatusCode) -> Answer {
    let names = directory::names(app, authors([view])).await?;
    Ok(json::tagged(status, version, &comment(view, &names)))
}
