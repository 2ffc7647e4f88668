//! The handle that the rest of the program holds.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};
use linedesk_ports::changes::{Changes, Commit, Committed};
use linedesk_ports::store::StoreError;

use super::Conn;
use super::book::Books;
use super::fold::Folder;
use super::knowledge::Indexed;
use super::log::Gaps;
use super::migrate::lacks;
use super::numbers::Counter;
use super::open::{PostgresOptions, Use, pool, single};
use super::writer::Writers;
use crate::executor::readers::{Readers, Snapshots};
use crate::fault::Fault;
use crate::open_error::OpenError;
use crate::stats::Stats;

/// The store on PostgreSQL. Cheap to clone; all clones share its threads, which end, with everything written that was
/// taken on, when the last clone goes.
#[derive(Clone)]
pub struct PostgresStore {
    inner: Arc<Inner>,
}

struct Inner {
    _folder: Folder,
    // Dropped in this order: what waits to be written is written before the readers go.
    writers: Writers,
    readers: Readers<Conn>,
    books: Arc<Books>,
    indexed: Arc<Indexed>,
    gaps: Arc<Gaps>,
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Connects to the database and starts the threads. The schema must be there: see [`crate::migrate_postgres`].
    ///
    /// # Errors
    /// [`OpenError`], also where the database does not answer.
    pub fn open(options: &PostgresOptions) -> Result<Self, OpenError> {
        let (readers, writers) = (options.readers.max(1), options.writers.max(1));
        let reading = pool(options, Use::Read, readers)?;
        let writing = pool(options, Use::Write, writers)?;
        // A wrong URL is told at once, not by the first request.
        drop(single(&options.url)?);
        let aside = pool(options, Use::Aside, 2)?;
        let counter = Counter::new(aside.clone());
        let inner = Inner {
            _folder: Folder::start(aside)?,
            writers: Writers::start(&writing, &counter, options)?,
            readers: Readers::start(
                &reading,
                readers,
                options.read_queue,
                options.queue_wait,
                Snapshots::Apart,
            )?,
            books: Arc::new(Books::default()),
            indexed: Arc::new(Indexed::default()),
            gaps: Arc::new(Gaps::default()),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// How the store stands.
    pub fn stats(&self) -> Stats {
        Stats {
            writes_waiting: self.inner.writers.waiting(),
            reads_waiting: self.inner.readers.waiting(),
            database_bytes: None,
            log_bytes: None,
        }
    }

    /// The secret of that name; where there is none yet, `fresh` becomes it.
    pub async fn secret(&self, name: &str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let name = name.to_owned();
        self.write(move |connection| {
            let keep = diesel::sql_query(
                "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            );
            keep.bind::<Text, _>(&name)
                .bind::<Binary, _>(&fresh)
                .execute(connection)?;
            let kept = diesel::sql_query("SELECT value FROM secrets WHERE name = $1");
            let kept: SecretRow = kept.bind::<Text, _>(&name).get_result(connection)?;
            Ok(kept.value)
        })
        .await
    }

    /// Takes the statistics that plans and the counts of common words go by anew, at once rather than when the database
    /// gets round to it: for after very many tickets were written.
    pub async fn analyze(&self) -> Result<(), StoreError> {
        let analyze = |connection: &mut Conn| {
            connection.batch_execute("SET LOCAL statement_timeout = 0; ANALYZE")?;
            Ok(())
        };
        self.inner.writers.run_unbounded(analyze).await
    }

    pub(crate) async fn check_ready(&self) -> Result<(), StoreError> {
        if self.inner.writers.is_stuck() {
            return Err(StoreError::Unavailable("commits do not come to their end"));
        }
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

    pub(crate) fn gaps(&self) -> Arc<Gaps> {
        Arc::clone(&self.inner.gaps)
    }

    /// Runs one statement, or some that need not see the same state.
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
        self.inner
            .readers
            .run(|connection| {
                connection
                    .build_transaction()
                    .read_only()
                    .repeatable_read()
                    .run(job)
            })
            .await
    }

    /// Runs statements in a transaction of their own, and answers once they are durable, or after the longest that they may
    /// take.
    pub(crate) async fn write<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        self.inner.writers.run(job).await
    }
}

#[async_trait]
impl Commit for PostgresStore {
    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        self.inner.writers.commit(changes).await
    }
}

#[derive(QueryableByName)]
struct SecretRow {
    #[diesel(sql_type = Binary)]
    value: Vec<u8>,
}
