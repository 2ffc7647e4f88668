//! The simple dialect: plain tickets with integer ids.

pub mod error;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route of the dialect, relative to its mount.
pub fn routes(_: &mut ServiceConfig<'_>) {}
