//! The store on PostgreSQL: any number of servers on one database, each with a few connections that write and a few
//! that read.
//!
//! - `open`: connections and their settings; `migrate`: the schema; `store`: the handle;
//! - `writer`: takes what waits and commits it together; `apply`: many use cases' changes, kind by kind;
//! - `numbers`: ticket numbers, unique among all servers;
//! - `fold`: adds up the changes of counts that writers append;
//! - `replica`: what reports are read from, where it is not the database itself;
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
#[path = "shared/book.rs"]
mod book;
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
mod fold;
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
mod numbers;
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
#[path = "shared/related.rs"]
mod related;
pub(crate) mod replica;
mod search;
#[path = "shared/sequences.rs"]
mod sequences;
mod settled;
#[path = "shared/stats.rs"]
mod stats;
pub(crate) mod store;
#[path = "shared/threads.rs"]
mod threads;
mod waiting;
mod writer;
#[path = "shared/written.rs"]
mod written;

/// The connection that shared files work on.
pub(crate) type Conn = diesel::PgConnection;

/// Whether rows are best looked up many at once: here each statement is a round trip away.
pub(crate) const FINDS_MANY_AT_ONCE: bool = true;

pub(crate) use store::PostgresStore as Store;
