//! Bringing the schema up to date.

use std::path::Path;

use diesel::migration::{Migration, MigrationSource};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use super::open::single;
use crate::open_error::OpenError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// An error of any of the steps, so that one transaction can hold them all.
struct Failed(String);

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self(error.to_string())
    }
}

/// Applies what is missing to the database at `path`, all of it or nothing, while nobody else can use the file.
/// Answers the names of the migrations that it applied. A schema that a newer program made is refused.
pub fn migrate(path: &Path) -> Result<Vec<String>, OpenError> {
    let mut connection = single(path)?;
    let names = |versions: Vec<diesel::migration::MigrationVersion<'_>>| {
        versions.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    connection
        .exclusive_transaction(|connection| {
            if let Some(version) = newer(connection).map_err(|error| Failed(error.to_string()))? {
                return Err(Failed(format!(
                    "it was made by a newer program, whose migration {version} is unknown here"
                )));
            }
            connection
                .run_pending_migrations(MIGRATIONS)
                .map(names)
                .map_err(|error| Failed(error.to_string()))
        })
        .map_err(|Failed(reason)| OpenError::Migration(reason))
}

/// Takes back the last `count` migrations, and with them what their tables hold. Answers their names.
pub fn revert(path: &Path, count: usize) -> Result<Vec<String>, OpenError> {
    let mut connection = single(path)?;
    connection
        .exclusive_transaction(|connection| {
            let revert = |_| {
                connection
                    .revert_last_migration(MIGRATIONS)
                    .map(|version| version.to_string())
            };
            (0..count)
                .map(revert)
                .collect::<Result<_, Failure>>()
                .map_err(|error| Failed(error.to_string()))
        })
        .map_err(|Failed(reason)| OpenError::Migration(reason))
}

/// Whether the schema lacks something that this program needs.
pub(crate) fn lacks(connection: &mut Conn) -> Result<bool, Failure> {
    connection.has_pending_migration(MIGRATIONS)
}

/// A migration that was applied and that this program does not know.
fn newer(connection: &mut Conn) -> Result<Option<String>, Failure> {
    let own: Vec<Box<dyn Migration<Sqlite>>> = MIGRATIONS.migrations()?;
    let own: Vec<_> = own
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    let applied = connection
        .applied_migrations()?
        .into_iter()
        .map(|version| version.to_string());
    Ok(applied.into_iter().find(|version| !own.contains(version)))
}
