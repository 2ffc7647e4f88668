//! The shapes of the dialect's bodies.

pub mod attachment;
pub mod comment;
pub mod page;
pub mod stats;
pub mod ticket;
