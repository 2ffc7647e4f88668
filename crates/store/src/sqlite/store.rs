//! The handle that the rest of the program holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use linedesk_ports::changes::{Changes, Commit, Committed};
use linedesk_ports::store::StoreError;

use super::book::Books;
use super::checkpoint::Checkpointer;
use super::knowledge::Indexed;
use super::migrate::lacks;
use super::open::{SqliteOptions, Use, assert_durable, pool, single};
use super::writer::Writer;
use super::{Conn, apply};
use crate::executor::readers::{Readers, Snapshots};
use crate::fault::Fault;
use crate::open_error::OpenError;
use crate::statement::Statement;
use crate::stats::Stats;

/// How long a reading job may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// The store on SQLite. Cheap to clone; all clones share its threads, which end, with everything written that was
/// taken on, when the last clone goes.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    // Dropped in this order: what waits to be written is written before the readers go, and what the log holds is copied
    // when the last connection is closed, the checkpointer's.
    writer: Writer,
    readers: Readers<Conn>,
    _checkpointer: Checkpointer,
    books: Arc<Books>,
    indexed: Arc<Indexed>,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.inner.path)
            .finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the database and starts its threads. The schema must be there: see [`crate::migrate`].
    ///
    /// # Errors
    /// [`OpenError`], also where the file does not take the settings that durability needs.
    pub fn open(options: &SqliteOptions) -> Result<Self, OpenError> {
        let writing = pool(options, Use::Write, 1)?;
        let failed = |error: &dyn std::error::Error| OpenError::Connect {
            path: options.path.display().to_string(),
            reason: error.to_string(),
        };
        assert_durable(&mut *writing.get().map_err(|error| failed(&error))?)?;
        let readers = options.readers.max(1);
        let reading = pool(options, Use::Read, readers)?;
        let checkpointer = Checkpointer::start(options)?;
        let signals = checkpointer.signals();
        let readers = Readers::start(
            &reading,
            readers,
            options.read_queue,
            PATIENCE,
            Snapshots::Shared,
        )?;
        let are_reads_waiting = readers.are_waiting();
        let inner = Inner {
            path: options.path.clone(),
            writer: Writer::start(writing, options.write_queue, signals, are_reads_waiting)?,
            readers,
            _checkpointer: checkpointer,
            books: Arc::new(Books::default()),
            indexed: Arc::new(Indexed::default()),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Copies the database, as it is now, into a file that must not exist yet. Reading and writing go on meanwhile.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let Some(target) = to.to_str().map(str::to_owned) else {
            return Err(StoreError::Refused(
                "the path of a backup must be text".to_owned(),
            ));
        };
        if to.exists() {
            return Err(StoreError::Refused(format!("{target} exists already")));
        }
        let from = self.inner.path.clone();
        // On a connection of its own: no transaction may be open, and those who read go on.
        let copying = tokio::task::spawn_blocking(move || copy(&from, &target));
        copying
            .await
            .unwrap_or_else(|_| Err(StoreError::Refused("copying panicked".to_owned())))
    }

    /// How the store stands.
    pub fn stats(&self) -> Stats {
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        let mut log = self.inner.path.clone().into_os_string();
        log.push("-wal");
        Stats {
            writes_waiting: self.inner.writer.waiting(),
            reads_waiting: self.inner.readers.waiting(),
            database_bytes: Some(size(&self.inner.path)),
            log_bytes: Some(size(Path::new(&log))),
        }
    }

    /// What SQLite's own check finds wrong, line by line; nothing in a sound database. Reads all of it.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let found: Vec<String> = self
            .read(|connection| {
                Ok(Statement::<Text>::new("PRAGMA integrity_check").load(connection)?)
            })
            .await?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }

    pub(crate) async fn check_ready(&self) -> Result<(), StoreError> {
        let lacks = self.read(|connection| {
            lacks(connection).map_err(|error| StoreError::Refused(error.to_string()).into())
        });
        if lacks.await? {
            return Err(StoreError::Unavailable(
                "its schema is older than this program",
            ));
        }
        Ok(())
    }

    pub(crate) fn indexed(&self) -> Arc<Indexed> {
        Arc::clone(&self.inner.indexed)
    }

    pub(crate) fn books(&self) -> Arc<Books> {
        Arc::clone(&self.inner.books)
    }

    /// Runs one statement, or some that need not see the same state. Here they do.
    pub(crate) async fn read<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        self.inner.readers.run(job).await
    }

    /// Runs statements that all see the same state.
    pub(crate) async fn snapshot<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        // Every reading job runs in a transaction.
        self.inner.readers.run(job).await
    }

    /// Runs statements of which all or none are carried out, and answers once they are durable.
    pub(crate) async fn write<T, F>(&self, mut job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        self.inner
            .writer
            .run(move |connection, _| job(connection))
            .await
    }
}

/// Copies a database into a file that does not exist.
fn copy(from: &Path, to: &str) -> Result<(), StoreError> {
    let mut connection = single(from).map_err(|error| StoreError::Refused(error.to_string()))?;
    sql_query("VACUUM INTO ?")
        .bind::<Text, _>(to)
        .execute(&mut connection)
        .map_err(Fault::from)?;
    Ok(())
}

#[async_trait]
impl Commit for SqliteStore {
    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        self.inner
            .writer
            .run(move |connection, batch| apply::apply(connection, batch, changes.clone()))
            .await
    }
}
