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
    /// PostgreSQL is not in it: use `pg_dump`, before this. Attachments in a bucket are not in it either
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
    let what = match manifest.database {
        Database::Inside => "the database, ",
        Database::Elsewhere => "",
    };
    let mut out = io::stdout();
    writeln!(
        out,
        "{file}: {what}attachments: {attachments}, bytes: {bytes}"
    )?;
    if manifest.database == Database::Elsewhere {
        writeln!(
            out,
            "The database is not in it. Copy it with PostgreSQL's own tools, before the files:\n    \
             pg_dump --format=custom --file=linedesk.dump '{}'",
            settings.database.url
        )?;
    }
    if let Some(s3) = &settings.storage.s3 {
        writeln!(
            out,
            "The attachments are not in it. They are in the bucket {}: let that keep versions of what is deleted",
            s3.bucket
        )?;
    }
    Ok(())
}
