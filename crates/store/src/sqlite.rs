//! The store on SQLite: one thread writes and commits what waits together, a few threads read.
//!
//! - `open`: connections and their settings; `migrate`: the schema;
//! - `writer`: the group commit; `batch`: what it keeps in mind between two commits (numbers, counts);
//! - `checkpoint`: copies the log into the database file, beside the writer;
//! - `apply`: a use case's changes, write by write;
//! - `log`: events in order; `dialect`: words that are other ones on other databases;
//! - `search`, `counts`, `lists`: how tickets are found and counted;
//! - files of `shared/`, which read the same on every database: loading, details, directory, accounts,
//!   leases, the outbox, the ports.

#[path = "shared/accounts.rs"]
mod accounts;
#[path = "shared/analytics.rs"]
mod analytics;
mod apply;
#[path = "shared/around.rs"]
mod around;
mod batch;
#[path = "shared/book.rs"]
mod book;
pub(crate) mod checkpoint;
mod counts;
#[path = "shared/creation.rs"]
mod creation;
#[path = "shared/dashboard.rs"]
mod dashboard;
mod dialect;
#[path = "shared/digests.rs"]
mod digests;
#[path = "shared/directory.rs"]
mod directory;
#[cfg(test)]
#[path = "shared/exercised.rs"]
mod exercised;
#[path = "shared/items.rs"]
mod items;
#[path = "shared/jobs.rs"]
mod jobs;
#[path = "shared/knowledge.rs"]
mod knowledge;
#[path = "shared/leases.rs"]
mod leases;
mod lists;
#[path = "shared/load.rs"]
mod load;
mod log;
#[path = "shared/loose.rs"]
mod loose;
pub(crate) mod migrate;
#[path = "shared/names.rs"]
mod names;
#[path = "shared/notifications.rs"]
mod notifications;
pub(crate) mod open;
#[path = "shared/ordered.rs"]
mod ordered;
#[path = "shared/outbox.rs"]
mod outbox;
#[path = "shared/periods.rs"]
mod periods;
#[cfg(test)]
mod plans;
#[path = "shared/ports.rs"]
mod ports;
#[path = "shared/position.rs"]
mod position;
#[path = "shared/purge.rs"]
mod purge;
#[path = "shared/rearm.rs"]
mod rearm;
#[path = "shared/related.rs"]
mod related;
mod search;
#[path = "shared/sequences.rs"]
mod sequences;
mod settled;
#[path = "shared/stats.rs"]
mod stats;
pub(crate) mod store;
#[path = "shared/threads.rs"]
mod threads;
mod writer;
#[path = "shared/written.rs"]
mod written;

/// The connection that shared files work on.
pub(crate) type Conn = diesel::SqliteConnection;

/// Whether rows are best looked up many at once: here each is a function call away.
pub(crate) const FINDS_MANY_AT_ONCE: bool = false;

pub(crate) use store::SqliteStore as Store;
