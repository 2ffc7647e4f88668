//! `linedesk restore`

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::runtime;
use crate::backup;
use crate::config::Settings;
use crate::places::Places;

/// Where from.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// Archive that `linedesk backup` wrote
    pub file: PathBuf,
}

/// Unpacks an archive to where nothing is yet.
///
/// # Errors
/// When there is something, or the archive cannot be used.
pub fn run(args: &RestoreArgs, settings: &Settings) -> anyhow::Result<()> {
    let places = Places::of(settings);
    let manifest = runtime()?.block_on(backup::restore(&args.file, &places))?;
    writeln!(
        io::stdout(),
        "{} is as it was at {}: the database, attachments: {}",
        places.folder.display(),
        manifest.created_at,
        manifest.attachments()
    )?;
    Ok(())
}
