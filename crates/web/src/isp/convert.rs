//! From this dialect's shapes to commands, and from what use cases answer to its shapes. Pure.

pub mod actions;
pub mod attachment;
pub mod bulk;
pub mod bulk_job;
pub mod calendar;
pub mod comment;
pub mod csv;
pub mod detail;
pub mod directory;
pub mod edit;
pub mod explain;
pub mod history;
pub mod kb;
pub mod list;
pub mod notification;
pub mod policy;
pub mod simulation;
pub mod sla;
pub mod sla_status;
pub mod ticket;
pub mod token;
