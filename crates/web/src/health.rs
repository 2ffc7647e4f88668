//! For the machines that watch this one: `/healthz`, `/readyz`, `/metrics`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use linedesk_app::App;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{WebSettings, json};

/// How the program is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`, `unavailable` or `stopping`.
    status: &'static str,
}

/// Whether the process is up.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "The process is up", body = Health)))]
#[get("/healthz")]
pub(crate) async fn healthz() -> HttpResponse {
    json::ok(&Health { status: "ok" })
}

/// Whether requests can be served: the database answers, its schema is the one this program needs, and the server is not
/// about to stop.
#[utoipa::path(tag = "operations", security(()), responses(
    (status = 200, description = "Requests can be served", body = Health),
    (status = 503, description = "The database does not answer, its schema is another one, or the server stops", body = Health),
))]
#[get("/readyz")]
pub(crate) async fn readyz(app: web::Data<App>, settings: web::Data<WebSettings>) -> HttpResponse {
    if settings.stopping.is_cancelled() {
        return json::answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &Health { status: "stopping" },
        );
    }
    match app.queries.ready().await {
        Ok(()) => json::ok(&Health { status: "ok" }),
        Err(error) => {
            tracing::error!(%error, "not ready");
            json::answer(
                StatusCode::SERVICE_UNAVAILABLE,
                &Health {
                    status: "unavailable",
                },
            )
        }
    }
}

/// Measurements in Prometheus' text format.
#[utoipa::path(tag = "operations", security(()), responses(
    (status = 200, description = "Measurements", body = String, content_type = "text/plain"),
))]
#[get("/metrics")]
pub(crate) async fn metrics(settings: web::Data<WebSettings>) -> HttpResponse {
    let text = settings
        .metrics
        .as_ref()
        .map(|metrics| metrics())
        .unwrap_or_default();
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text)
}
