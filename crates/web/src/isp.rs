//! The ISP portal's dialect: problem+json, entity tags, idempotency keys, UUIDs.

pub mod actions;
pub mod analytics;
pub mod attachments;
pub mod audience;
pub mod bulk;
pub mod comments;
pub mod convert;
pub mod directory;
pub mod dto;
pub mod events;
pub mod kb;
pub mod notifications;
pub mod simulation;
pub mod sla;
pub mod survey;
pub mod tickets;
pub mod tokens;
pub mod workflow;

use actix_web::web;

use crate::mount::Mount;
use crate::openapi;
use crate::routes::nothing_here;

pub use crate::failure::Answer;
pub use crate::schema;

/// Every route of the dialect, relative to its mount. Fixed paths come before those with a `{ticket_id}` in their place.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(openapi::openapi_json)
        .service(workflow::workflow);
    config.configure(sla::routes);
    config.configure(simulation::routes);
    config.configure(bulk::routes);
    // Other methods on these would be taken for a ticket called so.
    config
        .route("/tickets/sla-status", web::to(nothing_here))
        .route("/tickets/bulk", web::to(nothing_here));
    config.configure(tickets::routes);
    config.configure(actions::routes);
    config.configure(comments::routes);
    config.configure(attachments::routes);
    config.configure(directory::routes);
    config.configure(analytics::routes);
    config.configure(tokens::routes);
    config.configure(kb::routes);
    config.configure(notifications::routes);
    config.configure(events::routes);
    config.configure(survey::routes);
}
