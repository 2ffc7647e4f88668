//! One span for each request, for the log.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing::field::Empty;
use tracing_actix_web::RootSpanBuilder;

use crate::headers::RequestId;

/// Opens and closes the spans. Neither query nor headers are in them: they hold what people wrote, and tokens.
#[derive(Debug)]
pub struct Spans;

impl RootSpanBuilder for Spans {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let extensions = request.extensions();
        let id = extensions
            .get::<RequestId>()
            .and_then(|id| id.0.to_str().ok())
            .unwrap_or_default();
        tracing::info_span!(
            "request",
            request.id = id,
            http.method = request.method().as_str(),
            http.route = Empty,
            http.status = Empty
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        if let Ok(response) = outcome {
            span.record(
                "http.route",
                response.request().match_pattern().unwrap_or_default(),
            );
            span.record("http.status", response.status().as_u16());
        }
    }
}
