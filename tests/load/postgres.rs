//! The comparison on PostgreSQL: the server and `pgbench` take turns on one database, with the same statements.
//!
//! `psql` and `pgbench` come with PostgreSQL. The scripts beside this file are what the store sends for one request;
//! `set-up.sql` keeps rows that the server wrote as models of those that the scripts write.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Failure;
use crate::bench::{machine, memory};
use crate::facts::{Facts, Subject};
use crate::folders::fresh;
use crate::measure::{self, Sample};
use crate::operations::Operation;
use crate::options::{Options, PostgresArgs};
use crate::report::Report;
use crate::server::{Server, program};

/// What is measured, and what `pgbench` does beside it.
const COMPARED: [(Operation, Option<&str>); 12] = [
    (
        Operation::ReadAlone,
        Some(include_str!("postgres/detail.sql")),
    ),
    (Operation::Read, None),
    (Operation::List, Some(include_str!("postgres/list.sql"))),
    (Operation::ListFiltered, None),
    (Operation::Summary, None),
    (Operation::Search("router"), None),
    (Operation::Search("voicemail"), None),
    (Operation::Search("backhoe"), None),
    (Operation::Mixed, None),
    (Operation::Create, Some(include_str!("postgres/create.sql"))),
    (
        Operation::Comment,
        Some(include_str!("postgres/comment.sql")),
    ),
    (Operation::Status, Some(include_str!("postgres/status.sql"))),
];

/// Measures, prints, and writes the file.
pub(crate) async fn run(options: &Options, args: &PostgresArgs) -> Result<(), Failure> {
    let mut report = Report::default();
    report.line("# Measured by linedesk-load on PostgreSQL\n");
    report.line(&machine());
    let version = ask(&args.url, "postgres", "SELECT version()")?;
    report.line(&format!(
        "{version}; {} s per measurement, {} rounds in turns, medians.",
        args.seconds, args.rounds
    ));
    for tickets in &args.tickets {
        of_size(options, args, *tickets, &mut report).await?;
        if let Some(file) = &args.out {
            report.save(file)?;
        }
    }
    report.growth();
    if let Some(file) = &args.out {
        report.save(file)?;
    }
    Ok(())
}

async fn of_size(
    options: &Options,
    args: &PostgresArgs,
    tickets: u64,
    report: &mut Report,
) -> Result<(), Failure> {
    let binary = std::fs::canonicalize(options.binary()?)?;
    let filled = format!("linedesk_load_{tickets}");
    let folder = fresh(options, "postgres")?;
    settings(&folder, &format!("{}/{filled}", args.url))?;
    fill(&binary, &folder, args, &filled, tickets)?;
    // The scripts write what the server's counts know nothing of.
    let database = "linedesk_load_run";
    copy(&args.url, &filled, database)?;
    settings(&folder, &format!("{}/{database}", args.url))?;
    warm(&args.url, database)?;
    let facts: &'static Facts = Box::leak(Box::new(facts(&args.url, database)?));
    report.size(tickets);
    report.line(&format!("Database: {} MiB.", facts.mebibytes));
    let server = Server::start(&binary, &folder).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    report.line(&format!("Memory when idle: {}.", memory(&server)?));
    let wanted = |name: &str| {
        args.only.is_empty() || args.only.iter().any(|text| name.contains(text.as_str()))
    };
    for (operation, script) in COMPARED {
        if wanted(&operation.name()) {
            let scripted = script.map(|script| Scripted {
                url: &args.url,
                database,
                folder: &folder,
                script,
            });
            compare(&server, facts, operation, scripted.as_ref(), args, report).await?;
        }
    }
    report.line(&format!("\nMemory afterwards: {}.", memory(&server)?));
    server.stop()?;
    drop_database(&args.url, database)
}

async fn compare(
    server: &Server,
    facts: &'static Facts,
    operation: Operation,
    scripted: Option<&Scripted<'_>>,
    args: &PostgresArgs,
    report: &mut Report,
) -> Result<(), Failure> {
    let seconds = Duration::from_secs(args.seconds);
    report.head(&operation.name(), scripted.map(|_| "pgbench"));
    for clients in &args.clients {
        let (mut of_server, mut of_pgbench) = (Vec::new(), Vec::new());
        for round in 0..args.rounds {
            of_server
                .push(measure::server(server, facts, operation, *clients, seconds, round).await?);
            if let Some(scripted) = scripted {
                of_pgbench.push(scripted.measure(*clients, args.seconds)?);
            }
        }
        report.row(
            *clients,
            &Sample::median(&of_server),
            scripted.map(|_| Sample::median(&of_pgbench)).as_ref(),
        );
    }
    Ok(())
}

/// A script for `pgbench` and where it runs.
struct Scripted<'a> {
    url: &'a str,
    database: &'a str,
    folder: &'a Path,
    script: &'static str,
}

impl Scripted<'_> {
    /// What `pgbench` reaches with so many clients. It tells no median and no tail: the average stands for the median.
    fn measure(&self, clients: usize, seconds: u64) -> Result<Sample, Failure> {
        let file = self.folder.join("script.sql");
        std::fs::write(&file, self.script)?;
        let ran = Command::new("pgbench")
            .args([
                "-n",
                "-M",
                "prepared",
                "-j",
                "2",
                "-c",
                &clients.to_string(),
            ])
            .args(["-T", &seconds.to_string(), "-f"])
            .arg(&file)
            .arg(format!("{}/{}", self.url, self.database))
            .output()?;
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let figure = |before: &str| {
            let rest = said.split(before).nth(1)?;
            rest.split_whitespace().next()?.parse().ok()
        };
        match (
            ran.status.success(),
            figure("tps = "),
            figure("latency average = "),
        ) {
            (true, Some(rate), Some(average)) => Ok(Sample {
                rate,
                p50: average,
                p99: 0.0,
                errors: 0,
            }),
            _ => Err(String::from_utf8_lossy(&ran.stderr).into()),
        }
    }
}

/// Settings of a server on that database.
fn settings(folder: &Path, url: &str) -> Result<(), Failure> {
    let config = folder.join("config");
    std::fs::create_dir_all(&config)?;
    Ok(std::fs::write(
        config.join("default.toml"),
        format!("[database]\nurl = \"{url}\"\n"),
    )?)
}

/// Makes and fills the database, unless an earlier run did.
fn fill(
    binary: &Path,
    folder: &Path,
    args: &PostgresArgs,
    database: &str,
    tickets: u64,
) -> Result<(), Failure> {
    if ask(&args.url, database, "SELECT count(*) FROM load_ticket").is_ok() {
        return Ok(());
    }
    drop_database(&args.url, database)?;
    ask(
        &args.url,
        "postgres",
        &format!("CREATE DATABASE {database}"),
    )?;
    eprintln!("filling {database} with {tickets} tickets");
    let started = std::time::Instant::now();
    let status = program(binary, folder)?
        .args(["seed", "--seed", "1", "--tickets", &tickets.to_string()])
        .status()?;
    if !status.success() {
        return Err(format!(
            "linedesk seed ended with {status}; see {}",
            folder.display()
        )
        .into());
    }
    eprintln!("filled in {:.0} s", started.elapsed().as_secs_f64());
    ask(&args.url, database, "VACUUM ANALYZE")?;
    ask(&args.url, database, include_str!("postgres/set-up.sql"))?;
    Ok(())
}

/// A fresh copy of a filled database.
fn copy(url: &str, filled: &str, database: &str) -> Result<(), Failure> {
    drop_database(url, database)?;
    let create = format!("CREATE DATABASE {database} TEMPLATE {filled} STRATEGY file_copy");
    ask(url, "postgres", &create)?;
    Ok(())
}

fn drop_database(url: &str, database: &str) -> Result<(), Failure> {
    let drop = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    ask(url, "postgres", &drop)?;
    Ok(())
}

/// Clears away what filling left, and reads tables and indexes into memory: what is measured first is neither vacuum nor
/// disk.
fn warm(url: &str, database: &str) -> Result<(), Failure> {
    ask(url, database, "VACUUM ANALYZE")?;
    ask(url, database, "CHECKPOINT")?;
    ask(url, database, "CREATE EXTENSION IF NOT EXISTS pg_prewarm")?;
    ask(
        url,
        database,
        "SELECT count(pg_prewarm(oid)) FROM pg_class \
         WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace",
    )?;
    Ok(())
}

/// What `psql` answers, one row a line.
fn ask(url: &str, database: &str, statement: &str) -> Result<String, Failure> {
    let ran = Command::new("psql")
        .args([
            "-X",
            "-A",
            "-t",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statement,
        ])
        .arg(format!("{url}/{database}"))
        .output()?;
    if ran.status.success() {
        Ok(String::from_utf8(ran.stdout)?.trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&ran.stderr).trim().into())
    }
}

/// What there is to ask about: not the tickets that the scripts made or changed, of which no history tells.
fn facts(url: &str, database: &str) -> Result<Facts, Failure> {
    let ids = |statement: &str| -> Result<Vec<Subject>, Failure> {
        let answer = ask(url, database, statement)?;
        answer.lines().map(Subject::parse).collect()
    };
    let tickets = ids(
        "SELECT id FROM tickets WHERE deleted_at IS NULL AND number < 1000000000 \
         AND id NOT IN (SELECT id FROM load_open UNION ALL SELECT id FROM load_any) ORDER BY random() LIMIT 2000",
    )?;
    let unresolved = ids(
        "SELECT id FROM tickets WHERE deleted_at IS NULL AND resolved_at IS NULL AND merged_into IS NULL \
         AND number < 1000000000 AND id NOT IN (SELECT id FROM load_open) ORDER BY number DESC LIMIT 5000",
    )?;
    let customers = ids("SELECT id FROM customers LIMIT 500")?;
    if tickets.is_empty() || unresolved.is_empty() || customers.is_empty() {
        return Err(format!("{database} has no tickets: drop it, and it is filled anew").into());
    }
    let size = ask(
        url,
        database,
        "SELECT pg_database_size(current_database()) / 1048576",
    )?;
    Ok(Facts {
        tickets,
        unresolved,
        customers: customers.iter().map(Subject::uuid).collect(),
        mebibytes: size.parse()?,
    })
}
