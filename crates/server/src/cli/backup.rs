//! `linedesk backup`

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use linedesk_ports::system::Clock as _;

use super::runtime;
use crate::backup;
use crate::config::Settings;
use crate::places::Places;
use crate::system::SystemClock;

/// Where to.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Archive to write; must not exist yet. It holds the signing key: keep it as safe as the data folder
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
    writeln!(
        io::stdout(),
        "{}: the database, attachments: {}, bytes: {}",
        args.file.display(),
        manifest.attachments(),
        manifest.size()
    )?;
    Ok(())
}
