//! The ports, each a job for a thread that reads or for the one that writes.

#[path = "ports/accounts.rs"]
mod accounts;
#[path = "ports/analytics.rs"]
mod analytics;
#[path = "ports/directory.rs"]
mod directory;
#[path = "ports/jobs.rs"]
mod jobs;
#[path = "ports/knowledge.rs"]
mod knowledge;
#[path = "ports/leases.rs"]
mod leases;
#[path = "ports/notifications.rs"]
mod notifications;
#[path = "ports/outbox.rs"]
mod outbox;
#[path = "ports/periods.rs"]
mod periods;
#[path = "ports/purge.rs"]
mod purge;
#[path = "ports/queries.rs"]
mod queries;
#[path = "ports/threads.rs"]
mod threads;
#[path = "ports/tickets.rs"]
mod tickets;
