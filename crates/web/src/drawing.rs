//! Draws failures in the shape of the dialect whose path was asked for, whoever found them: a use case, an extractor,
//! the router or the framework.

use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::failure::Failure;
use crate::{WebSettings, drf, problem};

/// The middleware.
pub async fn draw(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let settings = request.app_data::<web::Data<WebSettings>>().cloned();
    let path: Rc<str> = request.path().into();
    let response = next.call(request).await?;
    let Some(failure) = undrawn(&response) else {
        return Ok(response.map_into_boxed_body());
    };
    let isp = settings
        .is_none_or(|settings| !is_under(&path, "/auth") || is_under(&path, &settings.isp_mount));
    let drawn = if isp {
        problem::draw(&failure, &path)
    } else {
        drf::draw(&failure)
    };
    Ok(response.into_response(drawn))
}

/// Whether `path` lies below `mount` or is it.
fn is_under(path: &str, mount: &str) -> bool {
    path.strip_prefix(mount)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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

/// What a dialect has drawn is JSON; a failure's own answer, which nobody has drawn, names no path yet.
fn is_drawn(headers: &HeaderMap) -> bool {
    let json = |value: &header::HeaderValue| value.as_bytes().ends_with(b"json");
    headers.get(header::CONTENT_TYPE).is_some_and(json) && !headers.contains_key(UNDRAWN)
}

/// Marks a failure's own answer.
pub const UNDRAWN: &str = "x-undrawn";

#[cfg(test)]
mod tests {
    use super::is_under;

    #[test]
    fn a_mount_ends_at_a_slash() {
        assert!(is_under("/auth", "/auth") && is_under("/auth/users", "/auth"));
        assert!(!is_under("/authors", "/auth"));
    }
}
