//! The ports, each a job for a thread that reads or for the one that writes.

#[path = "ports/accounts.rs"]
mod accounts;
#[path = "ports/directory.rs"]
mod directory;
#[path = "ports/queries.rs"]
mod queries;
#[path = "ports/tickets.rs"]
mod tickets;
