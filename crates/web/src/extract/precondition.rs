//! `If-Match` and `ETag`: a ticket's entity tag is its version in quotes.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest};

use crate::failure::Failure;

/// A version that no ticket has, for tags that no ticket ever had.
const NEVER: i64 = -1;

/// The version that the client holds; `None` where it does not say, or takes any (`*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected(pub Option<i64>);

impl FromRequest for Expected {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut sent = request.headers().get_all(header::IF_MATCH);
        let value = match (sent.next(), sent.next()) {
            (None, _) => return ready(Ok(Self(None))),
            (Some(value), None) => value.to_str().ok().and_then(read),
            (Some(_), Some(_)) => None,
        };
        let detail = "`If-Match` has to be `*` or one entity tag such as \"3\"";
        ready(
            value
                .ok_or_else(|| Failure::new(StatusCode::BAD_REQUEST, "malformed_if_match", detail)),
        )
    }
}

/// The entity tag of a ticket of that version.
pub fn etag(version: i64) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{version}\""))
}

/// `*`, a strong tag, or a weak one, which never matches (RFC 9110, 13.1.1: the comparison is the strong one).
fn read(value: &str) -> Option<Expected> {
    let value = value.trim();
    if value == "*" {
        return Some(Expected(None));
    }
    let (weak, tag) = value
        .strip_prefix("W/")
        .map_or((false, value), |tag| (true, tag));
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('"') {
        return None;
    }
    let version = inner
        .parse()
        .ok()
        .filter(|version: &i64| !weak && version.to_string() == inner);
    Some(Expected(Some(version.unwrap_or(NEVER))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_and_compared_strongly() {
        assert_eq!(read("\"3\""), Some(Expected(Some(3))));
        assert_eq!(read("*"), Some(Expected(None)));
        for never in ["W/\"3\"", "\"03\"", "\"x\"", "\"\""] {
            assert_eq!(read(never), Some(Expected(Some(NEVER))), "{never}");
        }
        for malformed in ["3", "\"3", "\"3\", \"4\"", ""] {
            assert_eq!(read(malformed), None, "{malformed}");
        }
    }
}
