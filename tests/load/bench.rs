//! The comparison: server and baseline take turns on equal copies of one database.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::Failure;
use crate::baseline::Baseline;
use crate::facts::{self, Facts};
use crate::folders;
use crate::http::{Connection, Request};
use crate::measure::{self, Sample, asked};
use crate::operations::Operation;
use crate::options::{BenchArgs, Options};
use crate::random::Random;
use crate::report::Report;
use crate::server::{Memory, Server, database};

/// Clients that read while others sign in.
const READERS: usize = 16;
/// Clients that do nothing but sign in.
const FLOOD: usize = 64;
const STARTS: usize = 5;

/// Measures, prints, and writes the file.
pub(crate) async fn run(options: &Options, args: &BenchArgs) -> Result<(), Failure> {
    let mut report = Report::default();
    report.line("# Measured by linedesk-load\n");
    report.line(&machine());
    let (seconds, rounds) = (args.seconds().as_secs(), args.rounds);
    report.line(&format!(
        "{seconds} s per measurement, {rounds} rounds in turns, medians."
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
    args: &BenchArgs,
    tickets: u64,
    report: &mut Report,
) -> Result<(), Failure> {
    let filled = folders::filled(options, tickets).await?;
    let theirs = folders::copied(&filled, "server")?;
    let ours = folders::copied(&filled, "baseline")?;
    // They are few, and needed as long as the program runs.
    let facts: &'static Facts = Box::leak(Box::new(facts::sample(&database(&ours))?));
    let baseline = Baseline::open(&database(&ours))?;
    report.size(tickets);
    report.line(&format!(
        "Database: {} MiB, filled in {} s.",
        facts.mebibytes,
        folders::filled_in(&filled)?
    ));
    let binary = std::fs::canonicalize(options.binary()?)?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(&binary, &theirs).await?;
        starts.push(server.started_in);
        server.stop()?;
    }
    starts.sort();
    let server = Server::start(&binary, &theirs).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = memory(&server)?;
    let started = starts[STARTS / 2].as_secs_f64() * 1_000.0;
    report.line(&format!(
        "Start to first answer: {started:.0} ms. Memory when idle: {idle}."
    ));

    let wanted = |name: &str| {
        args.only.is_empty() || args.only.iter().any(|text| name.contains(text.as_str()))
    };
    for operation in Operation::ALL
        .into_iter()
        .filter(|operation| wanted(&operation.name()))
    {
        compare(&server, &baseline, facts, operation, args, report).await?;
    }
    if wanted("sign-in flood") {
        flood(&server, facts, args, report).await?;
    }
    report.line(&format!("\nMemory afterwards: {}.", memory(&server)?));
    server.stop()
}

/// One operation, by server and baseline in turns; of a mixture its reads alone too, by the server.
async fn compare(
    server: &Server,
    baseline: &Baseline,
    facts: &'static Facts,
    operation: Operation,
    args: &BenchArgs,
    report: &mut Report,
) -> Result<(), Failure> {
    report.head(&operation.name(), Some("SQLite pool"));
    let seconds = args.seconds();
    let mut alone = Vec::new();
    for clients in &args.clients {
        let (mut of_server, mut of_baseline) = (Vec::new(), Vec::new());
        let mut of_reads = Vec::new();
        for round in 0..args.rounds {
            if operation == Operation::Mixed {
                let reads = Operation::MixedReads;
                of_reads
                    .push(measure::server(server, facts, reads, *clients, seconds, round).await?);
            }
            of_server
                .push(measure::server(server, facts, operation, *clients, seconds, round).await?);
            of_baseline.push(baseline.measure(facts, operation, *clients, seconds));
        }
        report.row(
            *clients,
            &Sample::median(&of_server),
            Some(&Sample::median(&of_baseline)),
        );
        if !of_reads.is_empty() {
            let ratio = measure::ratio(&of_server, &of_reads, |sample| sample.rate);
            alone.push((*clients, Sample::median(&of_reads), ratio));
        }
    }
    if !alone.is_empty() {
        report.line("\n| clients | reads alone req/s | p50 ms | p99 ms | mixed / reads alone |");
        report.line("| ---: | ---: | ---: | ---: | ---: |");
    }
    for (clients, Sample { rate, p50, p99, .. }, ratio) in alone {
        report.line(&format!(
            "| {clients} | {rate:.0} | {p50:.2} | {p99:.2} | {ratio:.2} |"
        ));
    }
    Ok(())
}

/// Reading while a crowd signs in, and without it.
async fn flood(
    server: &Server,
    facts: &'static Facts,
    args: &BenchArgs,
    report: &mut Report,
) -> Result<(), Failure> {
    let (mut calm, mut flooded, mut sign_ins) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..args.rounds {
        calm.push(
            measure::server(
                server,
                facts,
                Operation::Read,
                READERS,
                args.seconds(),
                round,
            )
            .await?,
        );
        let token = server.sign_in().await?;
        let started = std::time::Instant::now();
        let until = started + args.seconds();
        let (mut readers, mut crowd) = (JoinSet::new(), JoinSet::new());
        for place in 0..READERS {
            let (mut connection, token) = (Connection::to(server.address), token.clone());
            let mut random = Random::new((round * 1_000 + place) as u64);
            readers.spawn(async move {
                let next = || {
                    Request::get(
                        format!("/api/v1/tickets/{}", random.pick(&facts.tickets).uuid()),
                        &token,
                    )
                };
                asked(&mut connection, until, next).await
            });
        }
        let sign_in = Request {
            method: "POST",
            path: "/auth/jwt/create/".to_owned(),
            token: None,
            body: Server::credentials(),
        };
        for _ in 0..FLOOD {
            let (mut connection, sign_in) = (Connection::to(server.address), sign_in.clone());
            crowd.spawn(async move { asked(&mut connection, until, || sign_in.clone()).await });
        }
        flooded.push(Sample::of(readers.join_all().await, started.elapsed()));
        sign_ins.push(Sample::of(crowd.join_all().await, started.elapsed()));
    }
    report.line(&format!(
        "\n### Sign-in flood: {FLOOD} clients sign in, {READERS} read\n"
    ));
    report.line("| | req/s | p50 ms | p99 ms | refused or failed |");
    report.line("| --- | ---: | ---: | ---: | ---: |");
    let rows = [
        ("detail, calm", &calm),
        ("detail, flooded", &flooded),
        ("sign-in", &sign_ins),
    ];
    for (name, samples) in rows {
        let Sample {
            rate,
            p50,
            p99,
            errors,
        } = Sample::median(samples);
        report.line(&format!(
            "| {name} | {rate:.0} | {p50:.2} | {p99:.2} | {errors} |"
        ));
    }
    let ratio = measure::ratio(&flooded, &calm, |sample| sample.p99);
    report.line(&format!("\np99 flooded / calm: {ratio:.1}."));
    Ok(())
}

pub(crate) fn memory(server: &Server) -> Result<String, Failure> {
    let Memory { own, resident } = server.memory()?;
    let (own, mapped) = (own / 1_024.0, (resident - own) / 1_024.0);
    Ok(format!("{own:.1} MiB, and {mapped:.1} MiB of mapped files"))
}

/// What it was measured on, as far as /proc tells.
pub(crate) fn machine() -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or_default();
    let model = model.trim_matches(|c: char| c == ':' || c.is_whitespace());
    let load = read("/proc/loadavg");
    let load: Vec<_> = load.split(' ').take(3).collect();
    format!(
        "{processors} processors ({model}); load average {} before it began.",
        load.join(" ")
    )
}
