//! The helpdesk dialect: tickets, answers and their comments, with integer ids.
//!
//! Sign-in is every dialect's and stands in [`crate::auth`]. A customer sees the tickets that it made itself. Internal notes
//! have no place here, for staff neither. `docs/dialects/helpdesk.md` says what the document leaves open and how that is
//! settled.

pub mod asker;
pub mod convert;
pub mod dto;
pub mod error;
pub mod listing;
pub mod tickets;
pub mod words;

use crate::mount::Mount;

/// Every route of the dialect, relative to its mount.
pub fn routes(config: &mut Mount<'_>) {
    config.configure(tickets::routes);
}
