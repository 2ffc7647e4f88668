//! The same action on many tickets.

use actix_web::post;
use actix_web::web::Data;
use linedesk_app::App;
use linedesk_app::tickets as desk;

use super::Answer;
use super::convert::bulk;
use super::dto::bulk::{BulkBody, BulkDto};
use crate::extract::query::Nothing;
use crate::extract::{Asked, Json, SignedIn};
use crate::json;
use crate::mount::Mount;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config.service(bulk_tickets);
}

/// Does one thing to many tickets
///
/// For leads and admins. Each ticket has an outcome of its own, and one bad ticket spoils none.
#[utoipa::path(tag = "actions", request_body = BulkBody, responses(
    (status = 200, description = "What became of each ticket", body = BulkDto),
))]
#[post("/tickets/bulk")]
async fn bulk_tickets(
    app: Data<App>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(command): Json<BulkBody>,
) -> Answer {
    let outcomes = desk::bulk(&app, &caller, command).await?;
    Ok(json::ok(&bulk::outcomes(outcomes)))
}
