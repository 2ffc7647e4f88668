//! How the `isp` dialect draws a failure: RFC 9457, `application/problem+json`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::Failure;

/// The content type of a problem.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// What is left of a limit (draft-ietf-httpapi-ratelimit-headers-03): attempts allowed, attempts left, seconds until there are
/// some again.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATE_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RATE_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Why a request came to nothing (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "/problems/invalid", "title": "Invalid", "status": 400,
    "detail": "one thing that was sent cannot be; see `errors`", "instance": "/api/v1/tickets", "code": "invalid",
    "errors": [{ "field": "title", "code": "length", "message": "must have 5 to 200 characters" }]
}))]
pub struct Problem<'a> {
    /// Names the kind of problem; `/problems/` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem in words; the same for every problem of one type.
    title: String,
    /// Status code.
    status: u16,
    /// What happened this time.
    detail: &'a str,
    /// The path of the request.
    #[serde(skip_serializing_if = "str::is_empty")]
    instance: &'a str,
    /// A stable name for programs.
    code: &'a str,
    /// Everything that is wrong with what was sent, at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem<'a>>,
}

/// One thing that is wrong with what was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem<'a> {
    /// Which field, as a path into the body, or which parameter.
    field: &'a str,
    /// A stable name for programs.
    code: &'a str,
    /// In words.
    message: &'a str,
}

/// The failure of a request to `instance` as this dialect answers it.
pub fn draw(failure: &Failure, instance: &str) -> HttpResponse {
    answer(failure)
        .insert_header((header::CONTENT_TYPE, CONTENT_TYPE))
        .body(text(failure, instance))
}

/// The body of such an answer.
pub fn text(failure: &Failure, instance: &str) -> Vec<u8> {
    let errors = failure.faults.iter();
    let problem = Problem {
        kind: format!("/problems/{}", failure.code),
        title: title(failure.code),
        status: failure.status.as_u16(),
        detail: &failure.detail,
        instance,
        code: failure.code,
        errors: errors
            .map(|f| FieldProblem {
                field: &f.field,
                code: f.code,
                message: &f.message,
            })
            .collect(),
    };
    crate::json::bytes(&problem)
}

/// Status and the headers that every dialect sends with a failure.
pub fn answer(failure: &Failure) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::build(failure.status);
    if let Some(seconds) = failure.retry_after_seconds {
        answer.insert_header((header::RETRY_AFTER, seconds));
        if let Some(limit) = failure.limit {
            answer.insert_header((RATE_LIMIT, limit));
            answer.insert_header((RATE_REMAINING, 0));
            answer.insert_header((RATE_RESET, seconds));
        }
    }
    if let Some(allow) = &failure.allow {
        answer.insert_header((header::ALLOW, allow.as_str()));
    }
    if failure.status == StatusCode::REQUEST_TIMEOUT {
        // What is left of the body may come at any time, or never.
        answer.force_close();
    }
    if failure.status == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    answer
}

/// `invalid_transition` as `Invalid transition`.
fn title(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use linedesk_app::{Error, Fault};
    use serde_json::{Value, json};

    use super::*;

    async fn drawn(error: Error) -> (HttpResponse, Value) {
        let (head, body) = draw(&Failure::from(error), "/api/v1/tickets").into_parts();
        let body = to_bytes(body).await.unwrap();
        (
            head.set_body(actix_web::body::BoxBody::new(())),
            serde_json::from_slice(&body).unwrap(),
        )
    }

    #[actix_web::test]
    async fn every_fault_is_named_with_its_field() {
        let faults = vec![
            Fault::new("title", "too_short", "a"),
            Fault::new("tags[2]", "too_long", "b"),
        ];
        let (head, body) = drawn(Error::Invalid(faults)).await;
        assert_eq!(head.headers().get("content-type").unwrap(), CONTENT_TYPE);
        assert_eq!(
            body,
            json!({
                "type": "/problems/invalid", "title": "Invalid", "status": 400,
                "detail": "2 things that were sent cannot be; see `errors`",
                "instance": "/api/v1/tickets", "code": "invalid",
                "errors": [
                    { "field": "title", "code": "too_short", "message": "a" },
                    { "field": "tags[2]", "code": "too_long", "message": "b" }
                ]
            })
        );
    }

    #[actix_web::test]
    async fn waiting_times_and_sign_in_are_told_by_headers() {
        let (head, body) = drawn(Error::TooMany {
            retry_after_seconds: 40,
            limit: Some(5),
        })
        .await;
        assert_eq!(
            (
                body["status"].as_u64(),
                head.headers().get("retry-after").unwrap().as_bytes()
            ),
            (Some(429), &b"40"[..])
        );
        let limit = ["limit", "remaining", "reset"].map(|name| {
            head.headers()
                .get(format!("ratelimit-{name}"))
                .unwrap()
                .as_bytes()
        });
        assert_eq!(limit, [&b"5"[..], b"0", b"40"]);
        let (head, body) = drawn(Error::Unauthenticated("no token was sent")).await;
        assert_eq!(
            (
                body["code"].as_str(),
                head.headers().get("www-authenticate").unwrap().as_bytes()
            ),
            (Some("unauthenticated"), &b"Bearer"[..])
        );
    }

    #[actix_web::test]
    async fn nothing_of_the_insides_is_told() {
        use linedesk_app::models::StoreError;
        let (_, body) = drawn(Error::Store(StoreError::Refused(
            "no such column: x".to_owned(),
        )))
        .await;
        assert_eq!(
            (body["status"].as_u64(), body["code"].as_str()),
            (Some(500), Some("bug"))
        );
        assert!(!body.to_string().contains("column"));
    }
}
