//! Copies the log into the database file, on a thread of its own: writers would wait for the disk otherwise.
//!
//! The thread copies whenever enough was written, and has the file synced. That never makes the log shorter while
//! others write, for SQLite begins it anew only when all of it was copied and nobody reads from it. So, when the log has
//! grown long, the thread asks the writer for it, who finds little left to copy and nearly nothing to sync.

mod file;
mod signals;

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{QueryResult, RunQueryDsl};

pub(crate) use signals::Signals;

use self::file::DataFile;
use super::Conn;
use super::open::{BUSY_TIMEOUT_MS, SqliteOptions, single};
use crate::open_error::OpenError;
use crate::statement::Statement;

/// How long the thread rests between two looks at the log.
const REST: Duration = Duration::from_millis(50);
/// After a failure it rests for longer, so that a full disk does not fill up with messages about it.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// How long the writer waits for those who read from the log, in milliseconds. Requests read for less than that; a backup
/// reads for much longer, and the log grows until it is done.
const READERS_MS: u32 = 50;

/// How long the log may grow, in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLimits {
    /// So many that were not copied yet are copied: the more, the more often a page that changes often is copied once.
    pub copied_from: u32,
    /// From so many on the log is begun anew, when nearly all was copied.
    pub restarted_from: u32,
    /// From so many on it is begun anew in any case, though the writer has to wait for copying.
    pub most: u32,
}

impl Default for LogLimits {
    /// 8, 64 and 256 MiB.
    fn default() -> Self {
        Self {
            copied_from: 2_048,
            restarted_from: 16_384,
            most: 65_536,
        }
    }
}

/// The thread that copies. It ends when this goes; what is left of the log is copied by SQLite when the last connection
/// is closed.
pub(crate) struct Checkpointer {
    signals: Arc<Signals>,
    thread: Option<JoinHandle<()>>,
    // After the thread and its connection are gone.
    _file: Arc<DataFile>,
}

impl Checkpointer {
    /// Starts the thread.
    pub(crate) fn start(options: &SqliteOptions) -> Result<Self, OpenError> {
        let signals = Arc::new(Signals::default());
        let file = DataFile::open(&options.path)?;
        let log = Log {
            connection: single(&options.path)?,
            file: Arc::clone(&file),
            limits: options.log,
        };
        let told = Arc::clone(&signals);
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || run(log, &told))?;
        Ok(Self {
            signals,
            thread: Some(thread),
            _file: file,
        })
    }

    /// What the writer and the thread tell each other.
    pub(crate) fn signals(&self) -> Arc<Signals> {
        Arc::clone(&self.signals)
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.signals.close();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(mut log: Log, signals: &Signals) {
    while signals.wait_for_commit() {
        let tended = log.tend(signals);
        let rest = match tended {
            Ok(()) => REST,
            Err(error) => {
                tracing::error!(%error, "the log was not copied into the database; it is tried again");
                REST_AFTER_FAILURE
            }
        };
        if !signals.rest(rest) {
            return;
        }
    }
}

/// The log and the thread's connection.
struct Log {
    connection: Conn,
    file: Arc<DataFile>,
    limits: LogLimits,
}

/// How much of the log there is, in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Extent {
    pages: u32,
    copied: u32,
}

impl Extent {
    const fn left(self) -> u32 {
        self.pages.saturating_sub(self.copied)
    }
}

/// Why the log was not copied.
#[derive(Debug, thiserror::Error)]
enum CheckpointError {
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
    #[error("the database file was not synced: {0}")]
    Sync(#[from] io::Error),
}

impl Log {
    /// Copies as long as there is enough to copy, and asks the writer to begin the log anew once that is due.
    fn tend(&mut self, signals: &Signals) -> Result<(), CheckpointError> {
        loop {
            let before = checkpoint(&mut self.connection, "NOOP")?;
            measure(before);
            if before.left() < self.limits.copied_from {
                if before.pages >= self.limits.restarted_from {
                    signals.ask_for_restart();
                }
                return Ok(());
            }
            let began = Instant::now();
            let after = checkpoint(&mut self.connection, "PASSIVE")?;
            // Where nothing was copied, somebody reads what the log held long ago: there is nothing to do but to wait.
            if after.copied == before.copied {
                return Ok(());
            }
            self.file.sync()?;
            metrics::histogram!("linedesk_store_checkpoint_seconds", "step" => "copy")
                .record(began.elapsed());
            if after.pages >= self.limits.most {
                signals.ask_for_restart();
                return Ok(());
            }
        }
    }
}

/// Has the writer begin the log anew; on the writer's connection, between two transactions.
pub(crate) fn restart(connection: &mut Conn) {
    let began = Instant::now();
    let mut restart = || -> QueryResult<Extent> {
        connection.batch_execute(&format!("PRAGMA busy_timeout = {READERS_MS}"))?;
        let restarted = checkpoint(connection, "RESTART");
        connection.batch_execute(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}"))?;
        restarted
    };
    match restart() {
        Ok(extent) => tracing::debug!(?extent, "the log begins anew"),
        Err(error) => tracing::warn!(%error, "the log was not begun anew; it is tried again"),
    }
    metrics::histogram!("linedesk_store_checkpoint_seconds", "step" => "restart")
        .record(began.elapsed());
}

fn checkpoint(connection: &mut Conn, mode: &'static str) -> QueryResult<Extent> {
    let statement = format!("PRAGMA wal_checkpoint({mode})");
    let (_busy, pages, copied): (i64, i64, i64) =
        Statement::<(BigInt, BigInt, BigInt)>::new(statement).get_result(connection)?;
    // Both are -1 where there is no log.
    let pages_of = |n: i64| u32::try_from(n).unwrap_or(0);
    Ok(Extent {
        pages: pages_of(pages),
        copied: pages_of(copied),
    })
}

fn measure(extent: Extent) {
    metrics::gauge!("linedesk_database_log_pages").set(extent.pages);
    metrics::gauge!("linedesk_database_log_pages_left").set(extent.left());
}
