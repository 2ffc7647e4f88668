//! Connections and their settings.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Error as PoolError, Pool};
use diesel::sql_types::{BigInt, Text};

use super::Conn;
use super::checkpoint::LogLimits;
use crate::open_error::OpenError;

/// How long a connection waits for another process that writes, in milliseconds.
pub(crate) const BUSY_TIMEOUT_MS: u32 = 5_000;
/// What a page of 4 KiB takes in the log.
const LOG_PAGE_BYTES: u64 = 4_096 + 24;

/// Where the database is, and how much of the machine it may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteOptions {
    /// The database file; made when it is missing, its folder is not.
    pub path: PathBuf,
    /// Threads that read.
    pub readers: usize,
    /// Reading jobs that may wait.
    pub read_queue: usize,
    /// Writing jobs that may wait.
    pub write_queue: usize,
    /// Page cache of each connection, in KiB.
    pub cache_kib: u32,
    /// How much of the file readers map into memory, in MiB; 0: none of it.
    pub mmap_mib: u32,
    /// How long the log may grow.
    pub log: LogLimits,
}

impl SqliteOptions {
    /// The usual settings for a database file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers: 4,
            read_queue: 1024,
            write_queue: 4096,
            cache_kib: 32 * 1024,
            mmap_mib: 64 * 1024,
            log: LogLimits::default(),
        }
    }
}

/// Settings of every new connection of a pool.
#[derive(Debug, Clone)]
struct Settings {
    lines: Vec<String>,
}

impl CustomizeConnection<Conn, PoolError> for Settings {
    fn on_acquire(&self, connection: &mut Conn) -> Result<(), PoolError> {
        // Each its own statement, in order: the busy timeout has to be there before the journal mode is set.
        self.lines
            .iter()
            .try_for_each(|line| connection.batch_execute(line))
            .map_err(PoolError::QueryError)
    }
}

/// What a pool's connections are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Write,
    Read,
}

/// A pool of `size` connections.
pub(crate) fn pool(
    options: &SqliteOptions,
    purpose: Use,
    size: usize,
) -> Result<Pool<ConnectionManager<Conn>>, OpenError> {
    let path = file_name(&options.path)?;
    let mut lines = settings();
    lines.push(format!("PRAGMA cache_size = -{}", options.cache_kib));
    lines.push("PRAGMA temp_store = MEMORY".to_owned());
    // The log has a thread of its own: see `checkpoint`. A file that had to grow beyond the limit is cut back to it.
    lines.push("PRAGMA wal_autocheckpoint = 0".to_owned());
    lines.push(format!(
        "PRAGMA journal_size_limit = {}",
        u64::from(options.log.restarted_from) * LOG_PAGE_BYTES
    ));
    if purpose == Use::Read {
        lines.push(format!(
            "PRAGMA mmap_size = {}",
            u64::from(options.mmap_mib) << 20
        ));
        lines.push("PRAGMA query_only = ON".to_owned());
    }
    Pool::builder()
        .max_size(u32::try_from(size).unwrap_or(u32::MAX))
        .test_on_check_out(false)
        .connection_customizer(Box::new(Settings { lines }))
        .build(ConnectionManager::new(path))
        .map_err(|error| OpenError::Connect {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}

/// One connection outside any pool, for the schema.
pub(crate) fn single(path: &Path) -> Result<Conn, OpenError> {
    let path = file_name(path)?;
    let failed = |reason: String| OpenError::Connect {
        path: path.to_owned(),
        reason,
    };
    let mut connection = Conn::establish(path).map_err(|error| failed(error.to_string()))?;
    settings()
        .iter()
        .try_for_each(|line| connection.batch_execute(line))
        .map_err(|error| failed(error.to_string()))?;
    assert_durable(&mut connection)?;
    Ok(connection)
}

/// Makes sure that an acknowledged write survives a power cut: without both of these it does not.
pub(crate) fn assert_durable(connection: &mut Conn) -> Result<(), OpenError> {
    let broken = |error: diesel::result::Error| OpenError::Connect {
        path: String::new(),
        reason: error.to_string(),
    };
    let mode: Journal = diesel::sql_query("PRAGMA journal_mode")
        .get_result(connection)
        .map_err(broken)?;
    if mode.journal_mode != "wal" {
        return Err(OpenError::Setting {
            setting: "journal_mode",
            wanted: "wal",
            got: mode.journal_mode,
        });
    }
    let level: Synchronous = diesel::sql_query("PRAGMA synchronous")
        .get_result(connection)
        .map_err(broken)?;
    if level.synchronous != 2 {
        return Err(OpenError::Setting {
            setting: "synchronous",
            wanted: "2 (full)",
            got: level.synchronous.to_string(),
        });
    }
    let keys: ForeignKeys = diesel::sql_query("PRAGMA foreign_keys")
        .get_result(connection)
        .map_err(broken)?;
    if keys.foreign_keys != 1 {
        return Err(OpenError::Setting {
            setting: "foreign_keys",
            wanted: "1",
            got: keys.foreign_keys.to_string(),
        });
    }
    Ok(())
}

fn settings() -> Vec<String> {
    let mut lines = vec![format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")];
    lines.extend(
        [
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ]
        .map(|setting| format!("PRAGMA {setting}")),
    );
    lines
}

/// The path as SQLite takes it: never a database in memory, which would be another one for each connection.
fn file_name(path: &Path) -> Result<&str, OpenError> {
    match path.to_str() {
        Some(name) if !name.is_empty() && !name.starts_with(':') && !name.starts_with("file:") => {
            Ok(name)
        }
        _ => Err(OpenError::NotAFile),
    }
}

#[derive(QueryableByName)]
struct Journal {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

#[derive(QueryableByName)]
struct Synchronous {
    #[diesel(sql_type = BigInt)]
    synchronous: i64,
}

#[derive(QueryableByName)]
struct ForeignKeys {
    #[diesel(sql_type = BigInt)]
    foreign_keys: i64,
}
