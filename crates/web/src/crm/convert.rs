//! The pure conversions between the dialect's shapes and the domain's.

pub mod comment;
pub mod list;
mod moment;
pub mod ticket;
pub mod write;
