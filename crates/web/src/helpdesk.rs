//! The helpdesk dialect: tickets, answers and their comments, with integer ids.

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route of the dialect, relative to its mount.
pub fn routes(_: &mut ServiceConfig<'_>) {}
