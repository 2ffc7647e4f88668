//! The knowledge base, below `/support`.

mod articles;
mod categories;
mod search;
mod templates;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.configure(articles::routes);
    config.configure(categories::routes);
    config.configure(search::routes);
    config.configure(templates::routes);
}
