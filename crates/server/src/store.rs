//! The database that the settings name, whichever kind it is.

use std::sync::Arc;

use anyhow::Context as _;
use linedesk_ports::analytics::Facts;
use linedesk_ports::system::Ids as _;
use linedesk_store::{
    PostgresOptions, PostgresReplica, PostgresStore, SqliteOptions, SqliteStore, Stats,
};

use crate::config::{Database, DatabaseUrl, PostgresUrl, Settings};
use crate::places::{Places, create_database};
use crate::system::SystemIds;

/// Under which name PostgreSQL keeps the key that signs tokens.
const SIGNING_KEY: &str = "signing_key";

/// An open database. Cheap to clone; its threads end when the last clone goes.
#[derive(Debug, Clone)]
pub enum Store {
    /// A file.
    Sqlite(SqliteStore),
    /// A database of a PostgreSQL server.
    Postgres(PostgresStore),
}

impl Store {
    /// Opens the database that `settings` name. Its schema must be there.
    ///
    /// # Errors
    /// When it cannot be opened. No error tells a password.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        let database = &settings.database;
        let opened = match &database.url {
            DatabaseUrl::Sqlite(path) => {
                let options = SqliteOptions {
                    readers: database.pool_size,
                    ..SqliteOptions::new(path)
                };
                SqliteStore::open(&options).map(Self::Sqlite)
            }
            DatabaseUrl::Postgres(url) => {
                PostgresStore::open(&postgres(url, database)).map(Self::Postgres)
            }
        };
        opened.with_context(|| format!("cannot open the database {}", database.url))
    }

    /// How it stands.
    pub fn stats(&self) -> Stats {
        match self {
            Self::Sqlite(store) => store.stats(),
            Self::Postgres(store) => store.stats(),
        }
    }

    /// To be called after very many tickets were written, so that they are found as fast as they will be later.
    ///
    /// # Errors
    /// When the database does not do it.
    pub async fn settle(&self) -> anyhow::Result<()> {
        match self {
            // Its plans are fixed.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(store) => Ok(store.analyze().await?),
        }
    }

    /// The key that signs tokens: that of the file, where the settings have one, else that of the database. Made where there
    /// is none; servers that start at once end with the same one.
    ///
    /// # Errors
    /// When it can be neither read nor made.
    pub async fn signing_key(&self, places: &Places) -> anyhow::Result<Vec<u8>> {
        match (self, &places.signing_key) {
            (_, Some(file)) => Ok(linedesk_auth::load_or_create(file)?),
            (Self::Postgres(store), None) => {
                let ids = SystemIds::new();
                let fresh = [ids.random(), ids.random()].concat();
                let key = store.secret(SIGNING_KEY, fresh).await;
                key.context("cannot get the signing key from the database")
            }
            (Self::Sqlite(_), None) => anyhow::bail!("auth.signing_key_file is not set"),
        }
    }
}

/// Brings the schema of the database to this program's version. Answers the names of the migrations that it took.
///
/// # Errors
/// When the database cannot be opened or changed, or its schema is a newer one.
pub fn migrate(settings: &Settings) -> anyhow::Result<Vec<String>> {
    let url = &settings.database.url;
    let applied = match url {
        DatabaseUrl::Sqlite(path) => {
            create_database(path)?;
            linedesk_store::migrate(path)
        }
        DatabaseUrl::Postgres(given) => {
            linedesk_store::migrate_postgres(&bounded(given, &settings.database))
        }
    };
    let applied = applied.with_context(|| format!("cannot migrate the database {url}"))?;
    for migration in &applied {
        tracing::info!(migration, "migration applied");
    }
    Ok(applied)
}

/// The replica that reports are read from, where the settings name one. It may be away at the moment.
///
/// # Errors
/// When its threads cannot be started.
pub fn replica(settings: &Settings) -> anyhow::Result<Option<Arc<dyn Facts>>> {
    let database = &settings.database;
    let Some(url) = &database.read_url else {
        return Ok(None);
    };
    let replica = PostgresReplica::open(&postgres(url, database));
    let replica = replica.with_context(|| format!("cannot use the replica {url}"))?;
    Ok(Some(Arc::new(replica)))
}

fn postgres(url: &PostgresUrl, settings: &Database) -> PostgresOptions {
    PostgresOptions {
        readers: settings.pool_size,
        writers: settings.writers,
        connect_timeout: settings.connect_timeout,
        statement_timeout: settings.statement_timeout,
        lock_timeout: settings.lock_timeout,
        queue_wait: settings.queue_wait,
        ..PostgresOptions::new(bounded(url, settings))
    }
}

/// The URL with the bound of the settings on connecting, unless it has one of its own.
fn bounded(url: &PostgresUrl, settings: &Database) -> String {
    let url = url.expose();
    if url.contains("connect_timeout=") {
        return url.to_owned();
    }
    let mark = if url.contains('?') { '&' } else { '?' };
    let seconds = settings.connect_timeout.as_secs();
    format!("{url}{mark}connect_timeout={seconds}")
}
