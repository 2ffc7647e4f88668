//! `linedesk migrate`

use clap::Args;

/// Takes nothing but settings.
#[derive(Debug, Args)]
pub struct MigrateArgs {}
