//! Files: uploading them, attaching them, listing and downloading them.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use linedesk_app::App;
use linedesk_app::tickets as desk;
use linedesk_domain::ids::AttachmentId;

use super::Answer;
use super::audience::Reader;
use super::convert::attachment;
use super::dto::attachment::{AttachmentListDto, TicketUploadForm, UploadForm, UploadedDto};
use crate::extract::precondition::etag;
use crate::extract::query::{Nothing, Page};
use crate::extract::{Asked, At, Expected, Key, SignedIn};
use crate::mount::Mount;
use crate::upload::{Form, fingerprint, receive};
use crate::{download as files, idempotency, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(upload)
        .service(download)
        .service(list_attachments)
        .service(attach);
}

/// Uploads files for a ticket or comment that is still to be written
///
/// They belong to nobody but the uploader until they are attached; unused ones are gone after 24 hours. Each may have
/// 25 MiB unless the operator says otherwise.
#[utoipa::path(tag = "attachments",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "What was uploaded", body = UploadedDto<'static>)),
)]
#[post("/attachments")]
async fn upload(
    app: Data<App>,
    request: HttpRequest,
    caller: SignedIn,
    _: Asked<Nothing>,
    payload: Payload,
) -> Answer {
    let received = receive(&app, &caller, &request, payload, Form::Files).await?;
    idempotency::once(
        &request,
        caller.0,
        fingerprint(&received),
        |caller| async move {
            let reader = Reader::of(&app, &caller);
            Ok(json::answer(
                StatusCode::CREATED,
                &attachment::uploaded(&received.files, reader),
            ))
        },
    )
    .await
}

/// Uploads files to a ticket
#[utoipa::path(tag = "attachments",
    request_body(content = TicketUploadForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "What was uploaded", body = UploadedDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    ))),
)]
#[post("/tickets/{ticket_id}/attachments")]
async fn attach(
    app: Data<App>,
    request: HttpRequest,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    _: Asked<Nothing>,
    payload: Payload,
) -> Answer {
    // Before anything is written: nobody fills the disk by way of a ticket that is not there for them.
    desk::ticket(&app, &caller, key).await?;
    let received = receive(&app, &caller, &request, payload, Form::OfTicket).await?;
    idempotency::once(
        &request,
        caller.0,
        fingerprint(&received),
        |caller| async move {
            let ids = received.files.iter().map(|file| file.id).collect();
            let (view, _) =
                desk::attach(&app, &caller, key, expected, ids, received.is_internal).await?;
            let body = json::bytes(&attachment::uploaded(
                &received.files,
                Reader::of(&app, &caller),
            ));
            let mut answer = HttpResponse::Created();
            Ok(answer
                .insert_header(etag(view.ticket.data.version))
                .content_type("application/json")
                .body(body))
        },
    )
    .await
}

/// A ticket's files, oldest first
///
/// Those of tickets that were merged into it too.
#[utoipa::path(tag = "attachments", params(crate::openapi::PageParams), responses(
    (status = 200, description = "A page of files", body = AttachmentListDto<'static>),
))]
#[get("/tickets/{ticket_id}/attachments")]
async fn list_attachments(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Asked(page): Asked<Page>,
) -> Answer {
    let items = desk::list_attachments(&app, &caller, key, page.part()).await?;
    Ok(json::ok(&attachment::attachments(
        &items,
        page,
        Reader::of(&app, &caller),
    )))
}

/// The bytes of a file
///
/// For whoever may read its ticket. Takes one `Range` of bytes.
#[utoipa::path(tag = "attachments", params(
    ("Range" = Option<String>, Header, description = "One range of bytes, such as `bytes=0-1023`"),
), responses(
    (status = 200, description = "The file", body = Vec<u8>, content_type = "*/*"),
    (status = 206, description = "The part asked for", body = Vec<u8>, content_type = "*/*"),
    (status = 416, description = "The file has no such part"),
))]
#[get("/attachments/{attachment_id}")]
async fn download(
    app: Data<App>,
    request: HttpRequest,
    caller: SignedIn,
    At(id): At<AttachmentId>,
    _: Asked<Nothing>,
) -> Answer {
    files::send(&app, &caller, &request, id).await
}
