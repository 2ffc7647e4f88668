//! Reading an upload as it arrives: each file goes to its place bit by bit and is never whole in memory.

use actix_multipart::{Field, Multipart};
use actix_web::http::StatusCode;
use actix_web::http::header::ContentDisposition;
use actix_web::web::Payload;
use actix_web::{HttpMessage, HttpRequest};
use futures_util::StreamExt;
use linedesk_app::models::{Attachment, BlobError};
use linedesk_app::tickets as desk;
use linedesk_app::{App, Caller, Fault};
use sha2::{Digest, Sha256};

use crate::extract::body::refuse_encodings;
use crate::extract::pace::{Lateness, paced};
use crate::failure::Failure;

/// Files in one upload.
const MAX_FILES: usize = 50;
/// Bytes of a field that is not a file.
const MAX_FIELD: usize = 64;

/// Which parts a form may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Files alone.
    Files,
    /// Files, and whether they are for staff alone.
    OfTicket,
    /// One file, and the ticket that it is for; other parts are ignored.
    ForTicket,
}

impl Form {
    /// Files in one upload.
    const fn most_files(self) -> usize {
        match self {
            Self::Files | Self::OfTicket => MAX_FILES,
            Self::ForTicket => 1,
        }
    }
}

/// What was uploaded.
#[derive(Debug, Default)]
pub struct Received {
    /// The files, unattached yet.
    pub files: Vec<Attachment>,
    /// Whether they are for staff alone (`is_internal`).
    pub is_internal: bool,
    /// The ticket they are for (`ticket`).
    pub ticket: Option<String>,
}

/// Reads the form to its end.
///
/// # Errors
/// 400 for a form that is broken, empty or has other parts; 408 for one that comes too slowly; 413 for a file that is too
/// large; 415 for another body.
/// Files that were complete by then are forgotten after a day.
pub async fn receive(
    app: &App,
    caller: &Caller,
    request: &HttpRequest,
    body: Payload,
    kind: Form,
) -> Result<Received, Failure> {
    if !request
        .content_type()
        .eq_ignore_ascii_case("multipart/form-data")
    {
        return Err(Failure::unsupported_type("multipart/form-data"));
    }
    refuse_encodings(request)?;
    let lateness = Lateness::default();
    let form = Multipart::new(request.headers(), paced(body, lateness.clone()));
    let received = parts(app, caller, form, kind).await;
    received.map_err(|failure| {
        if lateness.is_late() {
            Failure::too_slow()
        } else {
            failure
        }
    })
}

async fn parts(
    app: &App,
    caller: &Caller,
    mut form: Multipart,
    kind: Form,
) -> Result<Received, Failure> {
    let mut received = Received::default();
    while let Some(field) = form.next().await {
        let field = field.map_err(|error| broken(&error))?;
        match field.name() {
            Some("file") if received.files.len() == kind.most_files() => {
                let message = format!("at most {} at once", kind.most_files());
                return Err(fault("file", "too_many", message));
            }
            Some("file") => received.files.push(keep(app, caller, field).await?),
            Some("is_internal") if kind == Form::OfTicket => {
                received.is_internal = flag(field).await?;
            }
            Some("ticket") if kind == Form::ForTicket => {
                received.ticket = Some(text(field).await?);
            }
            _ if kind == Form::ForTicket => {}
            name => {
                return Err(fault(
                    name.unwrap_or_default(),
                    "unknown_field",
                    "there is no such part".to_owned(),
                ));
            }
        }
    }
    if received.files.is_empty() {
        return Err(fault(
            "file",
            "required",
            "there is no file in the form".to_owned(),
        ));
    }
    Ok(received)
}

async fn keep(app: &App, caller: &Caller, field: Field) -> Result<Attachment, Failure> {
    let name = field.content_disposition().and_then(named);
    let name = name.unwrap_or_else(|| "file".to_owned());
    let bytes = field.map(|chunk| {
        chunk.map_err(|error| {
            tracing::debug!(%error, "an upload broke off");
            BlobError::BrokenOff
        })
    });
    Ok(desk::upload(app, caller, &name, Box::pin(bytes)).await?)
}

/// The file's name. RFC 7578 wants it in `filename`, but some clients send one that is not ASCII as RFC 5987 has it, and nothing
/// else.
fn named(disposition: &ContentDisposition) -> Option<String> {
    let extended = || {
        let name = disposition.get_filename_ext()?;
        String::from_utf8(name.value.clone()).ok()
    };
    let plain = disposition.get_filename().map(str::to_owned);
    plain.or_else(extended)
}

async fn flag(mut field: Field) -> Result<bool, Failure> {
    let text = field.bytes(MAX_FIELD).await;
    match text.ok().and_then(Result::ok).as_deref() {
        Some(b"true") => Ok(true),
        Some(b"false") => Ok(false),
        _ => Err(fault(
            "is_internal",
            "not_a_boolean",
            "must be true or false".to_owned(),
        )),
    }
}

/// The text of a short part.
async fn text(mut field: Field) -> Result<String, Failure> {
    let name = field.name().unwrap_or_default().to_owned();
    let bytes = field.bytes(MAX_FIELD).await.ok().and_then(Result::ok);
    let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    text.map(|text| text.trim().to_owned())
        .ok_or_else(|| fault(&name, "too_long", "cannot be read".to_owned()))
}

/// What was uploaded, whatever the form looked like around it.
pub fn fingerprint(received: &Received) -> [u8; 32] {
    let mut all = Sha256::new();
    all.update([u8::from(received.is_internal)]);
    all.update(received.ticket.as_deref().unwrap_or_default());
    for file in &received.files {
        all.update((file.name.len() as u64).to_be_bytes());
        all.update(&file.name);
        all.update(file.sha256);
    }
    all.finalize().into()
}

fn fault(field: &str, code: &'static str, message: String) -> Failure {
    Failure::invalid(vec![Fault::new(field, code, message)])
}

fn broken(error: &actix_multipart::MultipartError) -> Failure {
    tracing::debug!(%error, "a form could not be read");
    Failure::new(
        StatusCode::BAD_REQUEST,
        "malformed_form",
        "the form cannot be read to its end",
    )
}
