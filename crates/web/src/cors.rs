//! Pages at other origins: which may read answers, and what they may send and see.
//!
//! Nothing here lets anybody in. A page sends its token itself, in `Authorization`; cookies and the like are never asked for, so
//! that a browser adds nothing of its own to what a page sends.

use actix_cors::Cors;
use actix_web::http::header::{self, HeaderName};

/// How long a browser need not ask again, in seconds.
const REMEMBERED_SECONDS: usize = 3_600;

/// Headers beyond the usual ones that clients send.
const SENT: [HeaderName; 10] = [
    header::ACCEPT,
    header::AUTHORIZATION,
    header::CACHE_CONTROL,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::RANGE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("prefer"),
    HeaderName::from_static("x-request-id"),
];

/// Headers beyond the usual ones that answers have.
const SEEN: [HeaderName; 18] = [
    header::ACCEPT_RANGES,
    header::ALLOW,
    header::CONTENT_DISPOSITION,
    header::CONTENT_RANGE,
    header::ETAG,
    header::LINK,
    header::LOCATION,
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("idempotency-replayed"),
    HeaderName::from_static("linedesk-breakdown-total"),
    HeaderName::from_static("linedesk-is-complete"),
    HeaderName::from_static("preference-applied"),
    HeaderName::from_static("ratelimit-limit"),
    HeaderName::from_static("ratelimit-remaining"),
    HeaderName::from_static("ratelimit-reset"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-total-count"),
];

/// The middleware for pages at those origins.
pub fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(SENT)
        .expose_headers(SEEN)
        .max_age(REMEMBERED_SECONDS);
    origins
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}
