//! `linedesk backup`

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use linedesk_ports::system::Clock as _;

use super::runtime;
use crate::backup::{self, Database};
use crate::config::Settings;
use crate::places::Places;
use crate::system::SystemClock;

/// Where to.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Archive to write; must not exist yet. It holds the signing key: keep it as safe as the data folder. A database of
    /// PostgreSQL is not in it: use `pg_dump`, before this
    pub file: PathBuf,
}

/// Writes everything into one archive.
///
/// # Errors
/// When something cannot be read, or the archive not be written.
pub fn run(args: &BackupArgs, settings: &Settings) -> anyhow::Result<()> {
    let manifest = runtime()?.block_on(backup::write(
        &Places::of(settings),
        &args.file,
        SystemClock.now(),
    ))?;
    let (file, attachments) = (args.file.display(), manifest.attachments());
    let bytes = manifest.size();
    let mut out = io::stdout();
    match manifest.database {
        Database::Inside => writeln!(
            out,
            "{file}: the database, attachments: {attachments}, bytes: {bytes}"
        )?,
        Database::Elsewhere => writeln!(
            out,
            "{file}: attachments: {attachments}, bytes: {bytes}\n\
             The database is not in it. Copy it with PostgreSQL's own tools, before the files:\n    \
             pg_dump --format=custom --file=linedesk.dump '{}'",
            settings.database.url
        )?,
    }
    Ok(())
}
