//! Customers, contacts, services, teams and users.

pub mod contacts;
pub mod customers;
pub mod services;
pub mod teams;
pub mod users;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .configure(customers::routes)
        .configure(contacts::routes)
        .configure(services::routes);
    config.configure(teams::routes).configure(users::routes);
}
