//! The knowledge base, below `/support`.

mod articles;
mod categories;
mod search;
mod templates;

use crate::mount::Mount;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config.configure(articles::routes);
    config.configure(categories::routes);
    config.configure(search::routes);
    config.configure(templates::routes);
}
