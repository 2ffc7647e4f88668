//! `linedesk restore`

use std::path::PathBuf;

use clap::Args;

/// Where from.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// Archive that `linedesk backup` wrote
    pub file: PathBuf,
}
