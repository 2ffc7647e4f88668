//! The knowledge base, below `/support`.

mod articles;
mod categories;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.configure(articles::routes);
    config.configure(categories::routes);
}
