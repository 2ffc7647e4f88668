//! `Prefer` (RFC 7240): what a client would rather have. What is not known here is ignored.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};

use crate::failure::Failure;

/// The header.
pub const PREFER: HeaderName = HeaderName::from_static("prefer");
/// The header of an answer that says what was heeded.
pub const APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// Rather an answer at once than the result.
pub const RESPOND_ASYNC: &str = "respond-async";

/// Whether the client would rather be told where to ask than wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RespondAsync(pub bool);

impl FromRequest for RespondAsync {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(is_preferred(request.headers(), RESPOND_ASYNC))))
    }
}

fn is_preferred(headers: &HeaderMap, wanted: &str) -> bool {
    let values = headers.get_all(PREFER);
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|preference| {
        // Its parameters say nothing more of the preferences that are known here.
        let name = preference.split(';').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case(wanted)
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn it_is_found_among_others() {
        let prefers = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(PREFER, HeaderValue::from_static(value));
            }
            is_preferred(&headers, RESPOND_ASYNC)
        };
        assert!(prefers(&["respond-async"]));
        assert!(prefers(&["return=minimal, Respond-Async ; x=1"]));
        assert!(prefers(&["wait=10", "respond-async"]));
        assert!(!prefers(&[]));
        assert!(!prefers(&[
            "return=\"respond-async\"",
            "respond-asynchronously"
        ]));
    }
}
