//! How long requests take, by route.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

/// The histogram of request times in seconds, by `method`, `route` (its pattern, never the path: that would make a
/// series of every ticket) and `status`.
pub const DURATION: &str = "http_request_duration_seconds";

/// The middleware.
pub async fn measure(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let method = method(request.method().as_str());
    let response = next.call(request).await?;
    let route = response
        .request()
        .match_pattern()
        .unwrap_or_else(|| "none".to_owned());
    let status = response.status().as_str().to_owned();
    metrics::histogram!(DURATION, "method" => method, "route" => route, "status" => status)
        .record(began.elapsed().as_secs_f64());
    Ok(response)
}

/// Methods that anybody can make up are one.
fn method(name: &str) -> &'static str {
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or("other")
}
