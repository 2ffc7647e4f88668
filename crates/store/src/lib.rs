//! The database adapter: every port of [`linedesk_ports`] that needs a database, behind one handle.
//!
//! - [`SqliteStore`]: the handle on SQLite; [`migrate`] makes or updates its schema;
//! - `executor`: bounded queues and the threads behind them, since Diesel blocks;
//! - `types`, `schema`, `codes`, `rows`: what lies in the tables, and how it becomes domain values;
//! - `statement`, `cached`: statements that stay prepared;
//! - `sqlite`: what only SQLite can say, beside `shared`: what reads the same on every database, compiled once
//!   for each with its own `Conn`.

mod cached;
mod codes;
mod executor;
mod fault;
mod rows;
mod schema;
mod sqlite;
mod statement;
mod types;

pub use sqlite::migrate::{migrate, revert};
pub use sqlite::open::{OpenError, SqliteOptions};
pub use sqlite::store::{SqliteStore, Stats};
