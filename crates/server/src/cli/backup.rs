//! `linedesk backup`

use std::path::PathBuf;

use clap::Args;

/// Where to.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Archive to write; must not exist yet
    pub file: PathBuf,
}
