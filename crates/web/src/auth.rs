//! Signing up, in and out, as djoser's clients know it; the failures are Django REST's.

pub mod dto;
pub mod jwt;
pub mod users;

use crate::mount::Mount;

/// Every route, relative to `/auth`.
pub fn routes(config: &mut Mount<'_>) {
    config.configure(jwt::routes).configure(users::routes);
}
