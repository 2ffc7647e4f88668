//! Customers, contacts, services, teams and users.

pub mod contacts;
pub mod customers;
pub mod services;
pub mod teams;
pub mod users;

use crate::mount::Mount;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .configure(customers::routes)
        .configure(contacts::routes)
        .configure(services::routes);
    config.configure(teams::routes).configure(users::routes);
}
