//! Files: uploading, listing, reading of them, downloading, deleting.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use linedesk_app::models::{Attachment, NamesWanted, TicketKey};
use linedesk_app::tickets as desk;
use linedesk_app::{App, Caller, Error, directory};
use linedesk_domain::ids::{AttachmentId, TicketId};

use super::comments::{PartsQuery, or_none};
use super::convert::comment::attachment;
use super::dto::attachment::{CrmAttachmentDto, CrmUploadForm};
use super::dto::comment::CrmPartsParams;
use super::dto::page::CrmAttachmentPage;
use super::error::of_ticket;
use super::page::{Shown, links};
use crate::extract::precondition::{AnyOf, etag};
use crate::extract::query::Loosely;
use crate::extract::{At, SignedIn, parse};
use crate::failure::{Answer, Failure};
use crate::mount::Mount;
use crate::upload::{Form, Received, fingerprint, receive};
use crate::{WebSettings, download as files, idempotency, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_attachments)
        .service(upload)
        .service(get_attachment)
        .service(delete_attachment);
}

/// Files on tickets
///
/// Those of one ticket, oldest first; without `ticket` those of all tickets, by ticket in order of creation.
#[utoipa::path(tag = "crm", operation_id = "crm_list_attachments", params(CrmPartsParams), responses(
    (status = 200, description = "A page of files", body = CrmAttachmentPage<'static>),
))]
#[get("/ticket-attachments")]
async fn list_attachments(
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
            or_none(desk::list_attachments(&app, &caller, key, window.part()).await)?
        }
        None => desk::list_all_attachments(&app, &caller, window.offset, window.limit).await?,
    };
    let names = directory::names(&app, uploaders(&items.items)).await?;
    let media = settings.mounts.media();
    let files = items.items.iter();
    let results: Vec<_> = files.map(|file| attachment(file, &names, &media)).collect();
    let count = items.total.n;
    let shown = Shown {
        shown: results.len(),
        count,
        ends_early: items.ends_early,
    };
    let links = links(&settings, &request, window, shown);
    Ok(json::ok(&CrmAttachmentPage {
        count,
        next: links.next,
        previous: links.previous,
        results,
    }))
}

/// Uploads a file to a ticket
#[utoipa::path(tag = "crm", operation_id = "crm_upload",
    request_body(content = CrmUploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The file", body = CrmAttachmentDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
        (status = 404, description = "There is no such ticket"),
    ),
)]
#[post("/ticket-attachments")]
async fn upload(
    app: Data<App>,
    settings: Data<WebSettings>,
    request: HttpRequest,
    caller: SignedIn,
    held: AnyOf,
    payload: Payload,
) -> Answer {
    let received = receive(&app, &caller, &request, payload, Form::ForTicket).await?;
    idempotency::once(
        &request,
        caller.0,
        fingerprint(&received),
        |caller| async move { attach(&app, &settings, &caller, &held, &received).await },
    )
    .await
}

async fn attach(
    app: &App,
    settings: &WebSettings,
    caller: &Caller,
    held: &AnyOf,
    received: &Received,
) -> Answer {
    let ids: Vec<_> = received.files.iter().map(|file| file.id).collect();
    let key = TicketKey::Id(ticket_of(received)?);
    if ids.is_empty() {
        return Err(Error::invalid("file", "required", "is required").into());
    }
    let expected = held.of_ticket(app, caller, key).await?;
    let attached = desk::attach(app, caller, key, expected, ids, false).await;
    let (view, files) = attached.map_err(of_ticket)?;
    let file = files.first().ok_or(Error::NotFound("file"))?;
    let mut answer = shown(app, settings, file, StatusCode::CREATED).await?;
    let (name, tag) = etag(view.ticket.data.version);
    if let Ok(tag) = tag.try_into() {
        answer.headers_mut().insert(name, tag);
    }
    Ok(answer)
}

fn ticket_of(received: &Received) -> Result<TicketId, Failure> {
    let required = || Error::invalid("ticket", "required", "is required");
    let named = received.ticket.as_deref().filter(|text| !text.is_empty());
    let id = parse::id(named.ok_or_else(required)?);
    id.map_err(|(code, message)| Error::invalid("ticket", code, message).into())
}

/// What is known of a file
#[utoipa::path(tag = "crm", operation_id = "crm_get_attachment", responses((status = 200, description = "The file", body = CrmAttachmentDto<'static>)))]
#[get("/ticket-attachments/{attachment_id}")]
async fn get_attachment(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    At(id): At<AttachmentId>,
) -> Answer {
    let file = desk::download(&app, &caller, id).await?;
    shown(&app, &settings, &file, StatusCode::OK).await
}

/// Deletes a file
///
/// For whoever uploaded it, and for leads.
#[utoipa::path(tag = "crm", operation_id = "crm_delete_attachment", responses((status = 204, description = "It is gone")))]
#[delete("/ticket-attachments/{attachment_id}")]
async fn delete_attachment(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<AttachmentId>,
    held: AnyOf,
) -> Answer {
    let file = desk::file_to_change(&app, &caller, id).await?;
    let expected = match file.ticket {
        Some(ticket) => held.of_ticket(&app, &caller, TicketKey::Id(ticket)).await?,
        // It has no ticket whose version one could hold.
        None => held.of(0),
    };
    let deleted = desk::delete_attachment(&app, &caller, file, expected).await;
    let view = deleted.map_err(of_ticket)?;
    let mut gone = HttpResponse::NoContent();
    if let Some(view) = view {
        gone.insert_header(etag(view.ticket.data.version));
    }
    Ok(gone.finish())
}

/// The bytes of a file
///
/// For whoever may read its ticket. Takes one `Range` of bytes.
#[utoipa::path(tag = "crm", operation_id = "crm_download", params(
    ("year" = String, Path, description = "When it was uploaded"),
    ("month" = String, Path, description = "When it was uploaded"),
    ("name" = String, Path, description = "What it is called"),
    ("Range" = Option<String>, Header, description = "One range of bytes, such as `bytes=0-1023`"),
), responses(
    (status = 200, description = "The file", body = Vec<u8>, content_type = "*/*"),
    (status = 206, description = "The part asked for", body = Vec<u8>, content_type = "*/*"),
    (status = 416, description = "The file has no such part"),
))]
#[get("/tickets/attachments/{year}/{month}/{attachment_id}/{name}")]
pub(super) async fn download(
    app: Data<App>,
    request: HttpRequest,
    caller: SignedIn,
    At(id): At<AttachmentId>,
) -> Answer {
    files::send(&app, &caller, &request, id).await
}

fn uploaders<'a>(files: impl IntoIterator<Item = &'a Attachment>) -> NamesWanted {
    NamesWanted {
        users: files
            .into_iter()
            .filter_map(|file| file.uploaded_by)
            .collect(),
        ..NamesWanted::default()
    }
}

async fn shown(app: &App, settings: &WebSettings, file: &Attachment, status: StatusCode) -> Answer {
    let names = directory::names(app, uploaders([file])).await?;
    let media = settings.mounts.media();
    Ok(json::answer(status, &attachment(file, &names, &media)))
}
