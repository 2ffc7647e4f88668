//! The maintenance dialect: one JSON type for every body.

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route of the dialect, relative to its mount.
pub fn routes(_: &mut ServiceConfig<'_>) {}
