//! `Idempotency-Key` on every POST of the dialects: a repeat gets the first answer again.
//!
//! A body is known by the SHA-256 of what it says. A multipart body is too large to wait for and has another boundary each time: its
//! handler reads it first and then goes through [`once`] with what it found inside.

use std::future::Future;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use linedesk_app::accounts::{self, Begun};
use linedesk_app::models::{IdempotencyMark, KeptAnswer};
use linedesk_app::{App, Caller, Error};
use sha2::{Digest, Sha256};

use crate::dialect::routed_path;
use crate::extract::body::{MAX_BODY, read};
use crate::extract::caller::{SignedIn, signed_in};
use crate::extract::{prefer, strict};
use crate::failure::Failure;
use crate::{drawing, problem};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Headers that belong to an answer and are repeated with it.
const KEPT_HEADERS: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    header::LOCATION,
    header::ETAG,
    prefer::APPLIED,
];

/// The middleware.
pub async fn keep(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if !concerns(&request) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    match begin_with_body(&mut request).await {
        Ok(None) => Ok(next.call(request).await?.map_into_boxed_body()),
        Ok(Some(Begun::Replay(kept))) => Ok(request.into_response(replay(kept))),
        Ok(Some(Begun::Fresh(mark))) => {
            request.extensions_mut().insert(mark.clone());
            let (request, response) = next.call(request).await?.into_parts();
            let response = finish(&request, mark, response.map_into_boxed_body()).await;
            Ok(ServiceResponse::new(request, response))
        }
        Err(failure) => {
            let drawn = drawing::drawn(request.request(), &failure);
            Ok(request.into_response(drawn))
        }
    }
}

/// POST with a key and a body that can be read in one go.
fn concerns(request: &ServiceRequest) -> bool {
    request.method() == Method::POST
        && request.headers().contains_key(KEY)
        && !request
            .content_type()
            .eq_ignore_ascii_case("multipart/form-data")
}

/// Reads the body, looks the key up, and puts the body back. `None` for somebody who has not signed in: the handler
/// refuses them.
async fn begin_with_body(request: &mut ServiceRequest) -> Result<Option<Begun>, Failure> {
    let caller = match signed_in(request.request()).await {
        Ok(SignedIn(caller)) => caller,
        Err(Error::Unauthenticated(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let payload = request.take_payload();
    let body = read(request.request(), payload, MAX_BODY).await?;
    let fingerprint = fingerprint(&body);
    request.set_payload(Payload::from(body));
    begin(request.request(), &caller, fingerprint).await
}

/// What a body is known by: JSON by what it says, in whatever order and with whatever spaces; all else by its bytes.
fn fingerprint(body: &[u8]) -> [u8; 32] {
    // Objects keep their fields in order of name.
    let canonical = strict::parse(body).map(|value| value.to_string());
    match canonical {
        Ok(text) => Sha256::digest(text).into(),
        Err(_) => Sha256::digest(body).into(),
    }
}

/// What is known of the request's key; `None` without one.
async fn begin(
    request: &HttpRequest,
    caller: &Caller,
    fingerprint: [u8; 32],
) -> Result<Option<Begun>, Failure> {
    let mut keys = request.headers().get_all(KEY);
    let Some(key) = keys.next() else {
        return Ok(None);
    };
    if keys.next().is_some() {
        let message = "is there twice";
        return Err(Error::invalid("Idempotency-Key", "duplicate", message).into());
    }
    let Some(app) = request.app_data::<web::Data<App>>() else {
        return Ok(None);
    };
    let key = key.to_str().unwrap_or_default();
    let begun = accounts::begin(
        app,
        caller,
        key,
        request.method().as_str(),
        routed_path(request),
        fingerprint,
    )
    .await;
    Ok(Some(begun?))
}

/// Runs a request once, for bodies that were read already: `run` gets the caller with the mark.
///
/// # Errors
/// 409 while the first one still runs, 422 for another body, and what `run` says without a key.
pub async fn once<F: Future<Output = Result<HttpResponse, Failure>>>(
    request: &HttpRequest,
    caller: Caller,
    fingerprint: [u8; 32],
    run: impl FnOnce(Caller) -> F,
) -> Result<HttpResponse, Failure> {
    match begin(request, &caller, fingerprint).await? {
        None => run(caller).await,
        Some(Begun::Replay(kept)) => Ok(replay(kept)),
        Some(Begun::Fresh(mark)) => {
            let caller = Caller {
                mark: Some(mark.clone()),
                ..caller
            };
            let answer = run(caller).await;
            let answer = answer.unwrap_or_else(|failure| drawing::drawn(request, &failure));
            Ok(finish(request, mark, answer).await)
        }
    }
}

/// Keeps an answer, and hands it on.
async fn finish(
    request: &HttpRequest,
    mark: IdempotencyMark,
    answer: HttpResponse<BoxBody>,
) -> HttpResponse<BoxBody> {
    if !is_outcome(&answer) {
        return answer;
    }
    let (answer, body) = answer.into_parts();
    let body = match to_bytes(body).await {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(error, "an answer could not be read back");
            return answer.set_body(BoxBody::new(()));
        }
    };
    if let Some(app) = request.app_data::<web::Data<App>>() {
        // The secret of an API token or a webhook is shown once and kept nowhere, here neither.
        let path = routed_path(request);
        let shows_secrets = ["/tokens", "/webhooks", "/secret"];
        let is_secret =
            shows_secrets.iter().any(|end| path.ends_with(end)) && answer.status().is_success();
        let kept = if is_secret {
            not_kept(path)
        } else {
            KeptAnswer {
                status: answer.status().as_u16(),
                headers: kept_headers(answer.headers()),
                body: body.to_vec(),
            }
        };
        // The effect is there, and so is its mark: a repeat will not do it twice, even if it cannot be answered.
        if let Err(error) = accounts::finish(app, mark, kept).await {
            tracing::error!(%error, "an answer could not be kept for its idempotency key");
        }
    }
    answer.set_body(BoxBody::new(body))
}

/// Whether an answer says what came of the request. One that says when to try again does not: of two equal requests at
/// once it is what the slower one gets, and it must not become what all repeats get.
fn is_outcome(answer: &HttpResponse<BoxBody>) -> bool {
    !answer.headers().contains_key(header::RETRY_AFTER)
}

/// What a repeat is answered instead of a secret.
fn not_kept(path: &str) -> KeptAnswer {
    let failure = Failure::new(
        StatusCode::CONFLICT,
        "answer_not_kept",
        "the first request with this idempotency key took effect; its answer holds a secret and is not kept",
    );
    KeptAnswer {
        status: failure.status.as_u16(),
        headers: vec![(
            header::CONTENT_TYPE.to_string(),
            problem::CONTENT_TYPE.to_owned(),
        )],
        body: problem::text(&failure, path),
    }
}

fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |name: &HeaderName| {
        Some((
            name.as_str().to_owned(),
            headers.get(name)?.to_str().ok()?.to_owned(),
        ))
    };
    KEPT_HEADERS.iter().filter_map(text).collect()
}

fn replay(kept: KeptAnswer) -> HttpResponse {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    for (name, value) in &kept.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::try_from(name.as_str()),
            HeaderValue::try_from(value.as_str()),
        ) {
            answer.insert_header((name, value));
        }
    }
    answer.insert_header((REPLAYED, "true")).body(kept.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn an_answer_that_says_try_again_is_no_outcome() {
        use actix_web::ResponseError as _;

        let busy = Failure::from(Error::InProgress);
        assert!(!is_outcome(&busy.error_response()));
        assert!(!is_outcome(&problem::draw(&busy, "/api/v1/tickets")));
        let missing = Failure::from(Error::NotFound("ticket"));
        assert!(is_outcome(&missing.error_response()));
        assert!(is_outcome(&HttpResponse::Created().finish()));
    }

    #[test]
    fn the_same_words_in_another_order_are_the_same_body() {
        let one = fingerprint(br#"{"a":1,"b":{"c":[1,2],"d":null}}"#);
        assert_eq!(
            one,
            fingerprint(b"{ \"b\": {\"d\":null, \"c\":[1, 2.0]},\n\"a\": 1 }")
        );
        assert_ne!(one, fingerprint(br#"{"a":1,"b":{"c":[2,1],"d":null}}"#));
        assert_ne!(fingerprint(b"{"), fingerprint(b"{ "));
    }
}
