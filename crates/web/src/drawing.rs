//! Draws failures in the shape of the dialect whose path was asked for, whoever found them: a use case, an extractor,
//! the router or the framework.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use crate::dialect::{Dialect, is_under, routed_path};
use crate::failure::Failure;
use crate::{WebSettings, detail, drf, problem, simple};

/// The middleware.
pub async fn draw(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?;
    let Some(failure) = undrawn(&response) else {
        return Ok(response.map_into_boxed_body());
    };
    let drawn = drawn(response.request(), &failure);
    Ok(response.into_response(drawn))
}

/// The failure of a request, in the words of the dialect that it was sent to.
pub fn drawn(request: &HttpRequest, failure: &Failure) -> HttpResponse {
    let path = routed_path(request);
    let settings = request.app_data::<web::Data<WebSettings>>();
    match settings.and_then(|settings| settings.mounts.dialect_of(path)) {
        Some(Dialect::Crm | Dialect::Helpdesk) => drf::draw(failure),
        Some(Dialect::Simple) => simple::error::draw(failure, request.method()),
        Some(Dialect::Maintenance) => detail::draw(failure),
        // Sign-in's clients are the helpdesk's.
        None if is_under(path, "/auth") => drf::draw(failure),
        Some(Dialect::Isp) | None => problem::draw(failure, request.path()),
    }
}

/// The failure in an answer that nobody has drawn yet.
fn undrawn<B: MessageBody>(response: &ServiceResponse<B>) -> Option<Failure> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() || is_drawn(response.headers()) {
        return None;
    }
    let error = response.response().error();
    let known = error.and_then(|error| error.as_error::<Failure>());
    Some(known.cloned().unwrap_or_else(|| {
        if let (true, Some(error)) = (status.is_server_error(), error) {
            tracing::error!(%error, "request failed");
        }
        Failure::of_status(status)
    }))
}

/// What a dialect has drawn is JSON, and what people read is HTML; a failure's own answer, which nobody has drawn, names no
/// path yet.
fn is_drawn(headers: &HeaderMap) -> bool {
    let drawn = |value: &header::HeaderValue| {
        let kind = value.as_bytes();
        kind.ends_with(b"json") || kind.starts_with(b"text/html")
    };
    headers.get(header::CONTENT_TYPE).is_some_and(drawn) && !headers.contains_key(UNDRAWN)
}

/// Marks a failure's own answer.
pub const UNDRAWN: &str = "x-undrawn";
