//! Sending a file to whoever may read its ticket.

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
    HeaderValue,
};
use actix_web::{HttpRequest, HttpResponse};
use linedesk_app::models::Attachment;
use linedesk_app::{App, Caller, tickets as desk};
use linedesk_domain::ids::AttachmentId;

use crate::drawing;
use crate::failure::{Answer, Failure};
use crate::range::{self, Wanted};

/// The bytes of a file, or the part of them that `Range` asks for; to be saved, never shown.
///
/// # Errors
/// 404 for a file that is not for the caller's eyes.
pub async fn send(app: &App, caller: &Caller, request: &HttpRequest, id: AttachmentId) -> Answer {
    let file = desk::download(app, caller, id).await?;
    let sent = request
        .headers()
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    let (status, part) = match range::read(sent, file.size) {
        Wanted::All => (StatusCode::OK, None),
        Wanted::Part(first, end) => (StatusCode::PARTIAL_CONTENT, Some((first, end))),
        Wanted::Impossible => return Ok(no_such_part(&file, request)),
    };
    let bytes = desk::open_file(app, &file, part).await?;
    let (first, end) = part.unwrap_or((0, file.size));
    let mut answer = HttpResponse::build(status);
    if part.is_some() {
        answer.insert_header((
            header::CONTENT_RANGE,
            format!("bytes {first}-{}/{}", end - 1, file.size),
        ));
    }
    answer
        .insert_header((header::CONTENT_TYPE, file.content_type.as_str()))
        .insert_header(disposition(&file.name))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"));
    Ok(answer.body(SizedStream::new(end - first, bytes)))
}

/// Tells how much there is (RFC 9110, 15.5.17), which no other failure has to.
fn no_such_part(file: &Attachment, request: &HttpRequest) -> HttpResponse {
    let detail = format!("the file has {} bytes", file.size);
    let failure = Failure::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "range_not_satisfiable",
        detail,
    );
    let mut answer = drawing::drawn(request, &failure);
    let all = HeaderValue::try_from(format!("bytes */{}", file.size)).expect("digits are ASCII");
    answer.headers_mut().insert(header::CONTENT_RANGE, all);
    answer
}

/// To be saved, never shown: by its name in ASCII for old clients, in UTF-8 for all others (RFC 6266).
fn disposition(name: &str) -> ContentDisposition {
    let plain = |c: char| {
        if (c.is_ascii_graphic() || c == ' ') && !"\"\\".contains(c) {
            c
        } else {
            '_'
        }
    };
    let extended = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.as_bytes().to_vec(),
    };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![
            DispositionParam::Filename(name.chars().map(plain).collect()),
            DispositionParam::FilenameExt(extended),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_cannot_break_out_of_the_header() {
        let header = disposition("a\"b\r\nX: ü.png").to_string();
        assert!(
            header.starts_with(
                "attachment; filename=\"a_b__X: _.png\"; filename*=UTF-8''a%22b%0D%0AX"
            ),
            "{header}"
        );
    }
}
