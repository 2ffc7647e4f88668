//! The database adapter: every port of [`linedesk_ports`] that needs a database, behind one handle.
//!
//! - [`SqliteStore`]: the handle on SQLite; [`migrate`] makes or updates its schema;
//! - [`PostgresStore`]: the handle on PostgreSQL, [`PostgresReplica`]: one for reports; [`migrate_postgres`] makes or updates its schema;
//! - `slots`, `facets`: what a ticket counts in, and what it is found by;
//! - `executor`: bounded queues and the threads behind them, since Diesel blocks;
//! - `types`, `schema`, `codes`, `rows`: what lies in the tables, and how it becomes domain values;
//! - `room`: how much of a list is read;
//! - `statement`, `cached`: statements that stay prepared;
//! - `sqlite`, `postgres`: what only one of them can say, beside `shared`: what reads the same on every database, compiled once
//!   for each with its own `Conn`.

#![expect(
    clippy::duplicate_mod,
    reason = "what reads the same on both databases is compiled once for each, with its own connection"
)]

// Both are linked for their C libraries alone, PostgreSQL's client and the TLS beneath it.
use openssl_sys as _;
use pq_sys as _;

mod cached;
mod codes;
mod executor;
mod facets;
mod fault;
mod labels;
mod open_error;
mod places;
mod postgres;
mod readable;
mod room;
mod rows;
mod schema;
mod scope;
mod slots;
mod sqlite;
mod statement;
mod stats;
mod types;

pub use open_error::OpenError;
pub use postgres::migrate::{migrate as migrate_postgres, revert as revert_postgres};
pub use postgres::open::PostgresOptions;
pub use postgres::replica::PostgresReplica;
pub use postgres::store::PostgresStore;
pub use sqlite::checkpoint::LogLimits;
pub use sqlite::migrate::{migrate, revert};
pub use sqlite::open::SqliteOptions;
pub use sqlite::store::SqliteStore;
pub use stats::Stats;
