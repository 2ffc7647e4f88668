//! `linedesk config`

use std::io::{self, Write as _};

use clap::Subcommand;

use crate::config::{Effective, Inputs};

/// What to do with the settings.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigCommand {
    /// Say what is wrong with them; exit code 2 if anything is
    Check,
    /// Print them all, secrets masked, each with where it came from
    Show,
}

/// Checks or prints the settings that `inputs` make.
///
/// # Errors
/// The faults of the settings (`config::Faults`), or that nothing can be printed.
pub fn run(command: ConfigCommand, inputs: &Inputs) -> anyhow::Result<()> {
    let effective = Effective::load(inputs)?;
    match command {
        ConfigCommand::Check => writeln!(io::stdout(), "the settings are fine")?,
        ConfigCommand::Show => write!(io::stdout(), "{effective}")?,
    }
    Ok(())
}
