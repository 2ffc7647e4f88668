//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

/// Measures `linedesk serve` on this machine, against SQLite itself.
#[derive(Debug, Parser)]
#[command(name = "linedesk-load")]
pub(crate) struct Options {
    /// The program to measure [default: linedesk beside this program]
    #[arg(long, global = true, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Scratch folder; filled databases are kept there from run to run
    #[arg(long, global = true, value_name = "DIR", default_value = "target/load")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) bench: BenchArgs,
    #[command(subcommand)]
    pub(crate) mode: Option<Mode>,
}

/// Something else than measuring.
#[derive(Debug, Subcommand)]
pub(crate) enum Mode {
    /// Kill the server in the middle of writing, and look for what it had acknowledged
    Crash(CrashArgs),
    /// Measure the server on PostgreSQL, against pgbench with the same statements
    Postgres(PostgresArgs),
    /// Measure how fast people and machines are told, and what that costs those who make tickets
    Telling(TellingArgs),
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// How many tickets the database holds
    #[arg(long, value_delimiter = ',', default_value = "20000")]
    pub(crate) tickets: Vec<u64>,
    /// How many clients ask at once
    #[arg(long, value_delimiter = ',', default_value = "1,16,64")]
    pub(crate) clients: Vec<usize>,
    /// How long each measurement takes
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// How often each is taken; the median counts
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// Only what has one of these texts in its name
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Also write the tables into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PostgresArgs {
    /// The PostgreSQL server, without a database: postgres://user:password@host:port of somebody who may make some
    #[arg(long, value_name = "URL")]
    pub(crate) url: String,
    /// How many tickets the database holds; it is kept, as `linedesk_load_N`
    #[arg(long, value_delimiter = ',', default_value = "20000")]
    pub(crate) tickets: Vec<u64>,
    /// How many clients ask at once
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256")]
    pub(crate) clients: Vec<usize>,
    /// How long each measurement takes
    #[arg(long, default_value_t = 3)]
    pub(crate) seconds: u64,
    /// How often each is taken; the median counts
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// Only what has one of these texts in its name
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Also write the tables into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TellingArgs {
    /// How many clients make tickets at once
    #[arg(long, default_value_t = 64)]
    pub(crate) clients: usize,
    /// How long each measurement takes
    #[arg(long, default_value_t = 5)]
    pub(crate) seconds: u64,
    /// How often each is taken; the median counts
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
}

#[derive(Debug, Args)]
pub(crate) struct CrashArgs {
    /// How many clients write at once, one series after the other
    #[arg(long, value_delimiter = ',', default_value = "8,64")]
    pub(crate) clients: Vec<usize>,
    /// How often the server is killed, per number of clients
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// Acknowledged writes after which it is killed
    #[arg(long, default_value_t = 1_000)]
    pub(crate) writes: usize,
}

impl BenchArgs {
    pub(crate) const fn seconds(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

impl Options {
    /// The program to measure.
    pub(crate) fn binary(&self) -> std::io::Result<PathBuf> {
        match &self.binary {
            Some(binary) => Ok(binary.clone()),
            None => Ok(std::env::current_exe()?.with_file_name("linedesk")),
        }
    }
}
