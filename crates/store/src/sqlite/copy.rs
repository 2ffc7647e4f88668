//! Copies of the whole database, and whether one can be used.

use std::path::Path;

use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_migrations::MigrationHarness;

use super::Conn;
use super::migrate::MIGRATIONS;
use super::open::{OpenError, single};

/// Copies the database at `from` into the file at `to`, which must be empty or not be there: all of it as it is at one
/// instant, while others go on reading and writing it. Nothing of the copy is sure to be on the disk yet.
pub fn copy_database(from: &Path, to: &Path) -> Result<(), OpenError> {
    let mut connection = single(from)?;
    let to = to.to_str().ok_or(OpenError::NotAFile)?;
    diesel::sql_query("VACUUM INTO ?")
        .bind::<Text, _>(to)
        .execute(&mut connection)
        .map_err(|error| unusable(Path::new(to), error))?;
    Ok(())
}

/// Passes if the database at `path` is whole and this program knows its schema, be it an older one.
pub fn check_database(path: &Path) -> Result<(), OpenError> {
    let mut connection = single(path)?;
    let found: Vec<Integrity> = diesel::sql_query("PRAGMA integrity_check(1)")
        .load(&mut connection)
        .map_err(|error| unusable(path, error))?;
    if let Some(wrong) = found.into_iter().find(|found| found.integrity_check != "ok") {
        return Err(unusable(path, wrong.integrity_check));
    }
    let dangling: Vec<Dangling> = diesel::sql_query("PRAGMA foreign_key_check")
        .load(&mut connection)
        .map_err(|error| unusable(path, error))?;
    if let Some(row) = dangling.first() {
        return Err(unusable(path, format!("a row of {} refers to one that is not there", row.table)));
    }
    is_known(&mut connection)
}

/// Passes if every migration that was applied is one of this program's.
pub(crate) fn is_known(connection: &mut Conn) -> Result<(), OpenError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| OpenError::Migration(error.to_string());
    let own: Vec<Box<dyn Migration<Sqlite>>> = MIGRATIONS.migrations().map_err(failed)?;
    let own: Vec<String> = own.iter().map(|migration| migration.name().version().to_string()).collect();
    let applied = connection.applied_migrations().map_err(failed)?;
    let mut applied = applied.into_iter().map(|version| version.to_string());
    match applied.find(|version| !own.contains(version)) {
        Some(version) => Err(OpenError::Newer { version }),
        None => Ok(()),
    }
}

fn unusable(path: &Path, reason: impl ToString) -> OpenError {
    OpenError::Connect { path: path.display().to_string(), reason: reason.to_string() }
}

#[derive(QueryableByName)]
struct Integrity {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

#[derive(QueryableByName)]
struct Dangling {
    #[diesel(sql_type = Text)]
    table: String,
}
