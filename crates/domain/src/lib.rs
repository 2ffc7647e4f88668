//! The rules of Linedesk, as values and functions: no I/O, no clock, no randomness, no async.
//!
//! Start with [`ticket`] (what a ticket is and what may be done to it), [`workflow`] (its status table)
//! and [`sla`] (how its clocks run). Time and identities always come in as arguments, and a decision comes
//! out as a value: the changed ticket and the events that say what happened.

pub mod access;
pub mod class;
pub mod delivery;
pub mod event;
pub mod ids;
pub mod knowledge;
pub mod metrics;
mod named;
pub mod notice;
pub mod people;
pub mod routing;
pub mod sla;
pub mod text;
pub mod ticket;
pub mod workflow;
