//! `linedesk config`

use std::io::{self, Write as _};
use std::net::ToSocketAddrs as _;

use clap::Subcommand;

use crate::config::{Effective, Fault, Faults, Inputs, Origin};
use crate::couriers;

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
        ConfigCommand::Check => {
            find_host(&effective)?;
            try_couriers(&effective)?;
            writeln!(io::stdout(), "the settings are fine")?;
        }
        ConfigCommand::Show => write!(io::stdout(), "{effective}")?,
    }
    Ok(())
}

/// Whether notifications can be set up: also the templates and certificates that the settings name are tried.
fn try_couriers(effective: &Effective) -> Result<(), Faults> {
    let Err(error) = couriers::open(&effective.settings) else {
        return Ok(());
    };
    Err(Faults(vec![Fault {
        key: Some("notifications".to_owned()),
        origin: Origin::Derived("smtp, sms, webhooks and the templates"),
        message: format!("{error:#}"),
    }]))
}

/// Whether the address to listen on can be found. No part of reading the settings, since only a server needs it.
fn find_host(effective: &Effective) -> Result<(), Faults> {
    const KEY: &str = "server.host";
    let server = &effective.settings.server;
    let Err(error) = (server.host.as_str(), server.port).to_socket_addrs() else {
        return Ok(());
    };
    let shown = effective.shown.iter().find(|shown| shown.key == KEY);
    Err(Faults(vec![Fault {
        key: Some(KEY.to_owned()),
        origin: shown.map_or(Origin::Nowhere, |shown| shown.origin.clone()),
        message: format!("cannot find the address of {}: {error}", server.host),
    }]))
}
