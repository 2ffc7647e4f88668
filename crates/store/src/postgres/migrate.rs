//! Bringing the schema up to date.

use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use super::open::single;
use crate::open_error::OpenError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The advisory lock under which the schema is changed, so that servers that start together do it one after another.
const LOCK: &str = "SELECT pg_advisory_lock(5499063870283411312)";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Applies what is missing to the database at `url`. Answers the names of the migrations that it applied. A schema that
/// a newer program made is refused.
pub fn migrate(url: &str) -> Result<Vec<String>, OpenError> {
    let mut connection = locked(url)?;
    let newer = newer(&mut connection).map_err(failed)?;
    if let Some(version) = newer {
        return Err(OpenError::Migration(format!(
            "it was made by a newer program, whose migration {version} is unknown here"
        )));
    }
    let applied = connection
        .run_pending_migrations(MIGRATIONS)
        .map_err(failed)?;
    Ok(applied.iter().map(ToString::to_string).collect())
}

/// Takes back the last `count` migrations, and with them what their tables hold. Answers their names.
pub fn revert(url: &str, count: usize) -> Result<Vec<String>, OpenError> {
    let mut connection = locked(url)?;
    let revert = |_| {
        connection
            .revert_last_migration(MIGRATIONS)
            .map(|version| version.to_string())
    };
    (0..count)
        .map(revert)
        .collect::<Result<_, _>>()
        .map_err(failed)
}

/// Whether the schema lacks something that this program needs. What a newer program has added does not count: its
/// migrations leave the release before it working, so that servers can be replaced one after the other.
///
/// Asked of a connection that only reads: Diesel's own question would first make the table that it asks.
pub(crate) fn lacks(connection: &mut Conn) -> Result<bool, Failure> {
    let applied = sql_query("SELECT version FROM __diesel_schema_migrations").load(connection);
    let applied: Vec<String> = match applied {
        Ok(rows) => rows.into_iter().map(|row: Applied| row.version).collect(),
        Err(error) if error.to_string().contains("does not exist") => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    Ok(own()?.iter().any(|version| !applied.contains(version)))
}

/// A connection that holds the lock until it is closed.
fn locked(url: &str) -> Result<Conn, OpenError> {
    let mut connection = single(url)?;
    sql_query(LOCK)
        .execute(&mut connection)
        .map_err(|error| OpenError::Migration(error.to_string()))?;
    Ok(connection)
}

#[expect(clippy::needless_pass_by_value, reason = "to be passed to map_err")]
fn failed(error: Failure) -> OpenError {
    OpenError::Migration(error.to_string())
}

/// A migration that was applied and that this program does not know.
fn newer(connection: &mut Conn) -> Result<Option<String>, Failure> {
    let own = own()?;
    let applied = connection
        .applied_migrations()?
        .into_iter()
        .map(|version| version.to_string());
    Ok(applied.into_iter().find(|version| !own.contains(version)))
}

/// The versions of this program's migrations.
fn own() -> Result<Vec<String>, Failure> {
    let own: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations()?;
    let versions = own.iter().map(|one| one.name().version().to_string());
    Ok(versions.collect())
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}
