//! `linedesk migrate`

use std::io::{self, Write as _};

use clap::Args;

use crate::config::Settings;
use crate::desk;
use crate::places::Places;

/// Takes nothing but settings.
#[derive(Debug, Args)]
pub struct MigrateArgs {}

/// Brings the database to this version; no server may be running on a file of SQLite.
///
/// # Errors
/// When it is in use, or cannot be migrated.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let places = Places::of(settings);
    places.create()?;
    let _held = places.hold()?;
    let applied = desk::migrate(settings)?;
    let mut out = io::stdout();
    match applied.len() {
        0 => writeln!(out, "{} is up to date", settings.database.url)?,
        1 => writeln!(out, "applied 1 migration to {}", settings.database.url)?,
        n => writeln!(out, "applied {n} migrations to {}", settings.database.url)?,
    }
    Ok(())
}
