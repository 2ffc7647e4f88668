//! `linedesk-load`: measures the server against SQLite itself or against `pgbench`, and kills it to see what it keeps.
//!
//! It starts the server itself, on 127.0.0.1 and in a scratch folder, and bounds everything in time.
//! `docs/benchmarks/README.md` says how to run it and how to read what it prints.

mod baseline;
mod bench;
mod crash;
mod facts;
mod folders;
mod http;
mod measure;
mod operations;
mod options;
mod postgres;
mod random;
mod report;
mod server;
mod telling;

use std::process::ExitCode;

use clap::Parser as _;

use options::{Mode, Options};

/// Whatever went wrong: this program just ends then.
type Failure = Box<dyn std::error::Error + Send + Sync>;

// One thread: the server needs the processors more.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let ran = match &options.mode {
        None => bench::run(&options, &options.bench).await,
        Some(Mode::Crash(args)) => crash::run(&options, args).await,
        Some(Mode::Postgres(args)) => postgres::run(&options, args).await,
        Some(Mode::Telling(args)) => telling::run(&options, args).await,
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("linedesk-load: {error}");
            ExitCode::FAILURE
        }
    }
}
