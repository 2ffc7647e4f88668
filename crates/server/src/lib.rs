//! The program: settings, command line, and the parts put together. [`hosted`] is for programs that want the desk inside
//! of them.

pub mod backup;
pub mod cli;
pub mod config;
pub mod couriers;
pub mod desk;
pub mod files;
pub mod hosted;
mod listening;
pub mod logging;
pub mod measurements;
pub mod places;
pub mod serve;
pub mod store;
pub mod synthetic;
pub mod system;
pub mod workers;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use cli::Cli;

/// Settings that cannot be used, as for a command line that cannot be used.
const UNUSABLE_SETTINGS: u8 = 2;

/// The program `linedesk`, from its command line to its exit code: 0, 2 for settings or a command line that cannot be
/// used, 1 for everything else that goes wrong.
pub fn main() -> ExitCode {
    match cli::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read what was printed has read enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is gone, too, the exit code has to do.
            let _ = writeln!(io::stderr(), "linedesk: {error:#}");
            if error.is::<config::Faults>() {
                ExitCode::from(UNUSABLE_SETTINGS)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
