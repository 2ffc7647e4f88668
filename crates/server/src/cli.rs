//! The command line.

mod analytics;
pub mod backup;
pub mod config;
mod first_admin;
pub mod migrate;
pub mod openapi;
mod password;
pub mod restore;
pub mod seed;
pub mod serve;
pub mod user;

use std::io;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

use crate::config::{Effective, FlagSetting, Inputs, process_environment};
use crate::logging;

/// A ticket desk for service providers.
#[derive(Debug, Parser)]
#[command(
    name = "linedesk",
    version,
    propagate_version = false,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(flatten)]
    sources: SourceArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server
    Serve(serve::ServeArgs),
    /// Bring the database to this version
    Migrate(migrate::MigrateArgs),
    /// Manage the people who sign in
    #[command(subcommand)]
    User(user::UserCommand),
    /// Fill the database with synthetic data
    Seed(seed::SeedArgs),
    /// Print the document that describes the API
    Openapi(openapi::OpenapiArgs),
    /// Check or show the settings
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Look after the desk's figures
    #[command(subcommand)]
    Analytics(analytics::AnalyticsCommand),
    /// Write everything into one archive, while the server runs
    Backup(backup::BackupArgs),
    /// Unpack an archive into an empty data folder
    Restore(restore::RestoreArgs),
}

/// Where settings come from, apart from files and the environment.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
struct SourceArgs {
    /// Folder of default.toml and profiles [default: config]
    #[arg(long, global = true, value_name = "DIR")]
    config_dir: Option<PathBuf>,
    /// Which profile's file to read as well
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        help = "Also read <NAME>.toml from that folder [default: LINEDESK_PROFILE]"
    )]
    profile: Option<String>,
    /// server.host: address to listen on
    #[arg(long, global = true)]
    host: Option<String>,
    /// server.port: port to listen on
    #[arg(long, global = true)]
    port: Option<String>,
    /// Which database
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "database.url: sqlite://PATH or postgres://USER@HOST/NAME"
    )]
    database_url: Option<String>,
    /// storage.dir: folder for everything that is kept
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// Any setting, e.g. --set log.format=json; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

impl Cli {
    /// Where this process takes its settings from.
    pub fn inputs(&self) -> Inputs {
        let args = &self.sources;
        let named = [
            ("--host", "server.host", &args.host),
            ("--port", "server.port", &args.port),
            ("--database-url", "database.url", &args.database_url),
            ("--data-dir", "storage.dir", &args.data_dir),
        ];
        let named = named.into_iter().filter_map(|(flag, key, value)| {
            let value = value.clone()?;
            Some(FlagSetting {
                flag: flag.to_owned(),
                key: key.to_owned(),
                value,
            })
        });
        let set = args.set.iter().map(|(key, value)| FlagSetting {
            flag: "--set".to_owned(),
            key: key.clone(),
            value: value.clone(),
        });
        Inputs {
            config_dir: args.config_dir.clone(),
            profile: args.profile.clone(),
            environment: process_environment(),
            flags: set.chain(named).collect(),
        }
    }
}

/// Does what the command line says.
///
/// # Errors
/// `config::Faults` for settings that cannot be used; whatever the command runs into.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    let inputs = cli.inputs();
    let start = || {
        let settings = Effective::load(&inputs)?.settings;
        logging::start(&settings.log)?;
        anyhow::Ok(settings)
    };
    match cli.command {
        Command::Serve(_) => serve::run(start()?),
        Command::Migrate(_) => migrate::run(&start()?),
        Command::User(command) => user::run(&command, &start()?),
        Command::Seed(args) => seed::run(&args, &start()?),
        Command::Openapi(_) => openapi::run(&start()?),
        Command::Backup(args) => backup::run(&args, &start()?),
        Command::Analytics(command) => analytics::run(&command, &start()?),
        Command::Restore(args) => restore::run(&args, &start()?),
        Command::Config(command) => config::run(command, &inputs),
    }
}

/// What commands wait on: all the work is done by other threads.
fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

fn assignment(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_documented_command_is_understood() {
        for line in [
            "serve",
            "serve --host 0.0.0.0 --port 9000",
            "--profile production serve",
            "migrate --database-url sqlite://x.db",
            "user create --username ann --email ann@example.net --role agent",
            "user create --username bob --email b@example.net --role customer --customer C-1 --password-stdin",
            "user set-role ann lead",
            "user set-password ann --password-stdin",
            "user list",
            "seed --tickets 1000 --seed 7",
            "openapi",
            "config check",
            "config show --data-dir /var/lib/linedesk",
            "backup out.tar",
            "restore out.tar",
        ] {
            let words = std::iter::once("linedesk").chain(line.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{line}");
        }
    }

    #[test]
    fn flags_become_settings_that_name_them() {
        let words = [
            "linedesk",
            "--port",
            "1",
            "config",
            "check",
            "--set",
            "log.level=a=b",
            "--data-dir",
            "d",
        ];
        let inputs = Cli::try_parse_from(words).unwrap().inputs();
        let flags: Vec<_> = inputs
            .flags
            .iter()
            .map(|f| (f.flag.as_str(), f.key.as_str(), f.value.as_str()))
            .collect();
        assert_eq!(
            flags,
            [
                ("--set", "log.level", "a=b"),
                ("--port", "server.port", "1"),
                ("--data-dir", "storage.dir", "d")
            ]
        );
    }

    #[test]
    fn an_assignment_without_value_is_refused() {
        assert!(Cli::try_parse_from(["linedesk", "--set", "log.level", "serve"]).is_err());
    }
}
