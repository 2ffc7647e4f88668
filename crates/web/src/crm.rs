//! The CRM's dialect: Django REST conventions.
//!
//! [`words`] is its vocabulary; [`dto`] its shapes, [`convert`] the way between them and the domain, [`page`] its pages.
//! `docs/dialects/crm.md` says what its document leaves open and how that is settled.

pub mod attachments;
pub mod comments;
pub mod convert;
pub mod dto;
pub mod error;
pub mod page;
pub mod tickets;
pub mod words;

use crate::mount::Mount;

/// Every route of the dialect, relative to its mount.
pub fn routes(config: &mut Mount<'_>) {
    config.configure(tickets::routes);
    config.configure(comments::routes);
    config.configure(attachments::routes);
}

/// The files themselves, which this dialect's clients look for beside its mount.
pub fn media(config: &mut Mount<'_>) {
    config.service(attachments::download);
}
