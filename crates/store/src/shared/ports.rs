//! The ports, each a job for a thread that reads or for the one that writes.

mod accounts;
mod directory;
mod queries;
mod tickets;
