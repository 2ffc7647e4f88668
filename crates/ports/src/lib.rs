//! What the core needs from outside, as small traits. Adapters implement them; use cases call them.
//!
//! - [`store`]: errors and scopes that every database port shares;
//! - [`tickets`]: loading what a decision needs; [`changes`]: writing what it led to, in one transaction;
//! - [`queries`]: reading for people: lists, counts, details; [`threads`]: many tickets with what was written on them;
//!   [`periods`]: the tickets of a period, for looking back;
//!   [`parts`], [`names`]: what belongs to tickets by itself, and what it is called;
//! - [`directory`]: customers, contacts, services, teams, users; [`accounts`]: sign-in, tokens, idempotency;
//! - [`elsewhere`]: people whom a larger backend keeps itself;
//! - [`knowledge`]: articles, categories, canned answers;
//! - [`purge`]: what is gone for good;
//! - [`jobs`]: long work that a person asked for;
//! - [`leases`], [`outbox`]: work and messages that servers share out among themselves, and the log of events;
//! - [`notifications`], [`couriers`]: what telling people and machines needs to know, and bringing messages to them;
//! - [`blobs`], [`secrets`], [`system`]: files, passwords and signatures, time and ids.
//!
//! With the feature `mock` every trait has a `Mock…` beside it.

pub mod accounts;
pub mod analytics;
pub mod blobs;
pub mod changes;
pub mod couriers;
pub mod dashboard;
pub mod directory;
pub mod elsewhere;
pub mod jobs;
pub mod knowledge;
pub mod leases;
pub mod names;
pub mod notifications;
pub mod outbox;
pub mod parts;
pub mod periods;
pub mod purge;
pub mod queries;
pub mod secrets;
pub mod store;
pub mod system;
pub mod threads;
pub mod tickets;
