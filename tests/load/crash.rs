//! Killing the server in the middle of writing, and looking for everything that it had acknowledged.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, sql_query};
use tokio::task::JoinSet;

use crate::Failure;
use crate::folders;
use crate::http::{Connection, Request};
use crate::operations::new_ticket;
use crate::options::{CrashArgs, Options};
use crate::random::Random;
use crate::report::Report;
use crate::server::{Server, database};

/// A ticket as the server acknowledged it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Acknowledged {
    id: String,
    number: i64,
}

/// Rounds of crashes; ends with an error at the first thing lost.
pub(crate) async fn run(options: &Options, args: &CrashArgs) -> Result<(), Failure> {
    let mut report = Report::default();
    report.line("| clients | round | acknowledged | lost | ready again after ms | tickets in the file | integrity |");
    report.line("| ---: | ---: | ---: | ---: | ---: | ---: | --- |");
    let binary = std::fs::canonicalize(options.binary()?)?;
    for clients in &args.clients {
        // One folder for all rounds: later crashes hit a database that has been through earlier ones.
        let folder = folders::fresh(options, "crash")?;
        let mut known: Vec<Acknowledged> = Vec::new();
        for round in 1..=args.rounds {
            let mut server = Server::start(&binary, &folder).await?;
            let token = server.sign_in().await?;
            let customer = customer(&server, &token).await?;
            // Not always at the same point.
            let until = args.writes / 2
                + usize::try_from(Random::new(round as u64).below(args.writes as u64))?;
            let written =
                write_until_killed(&mut server, &token, &customer, *clients, until, &folder)
                    .await?;
            known.extend(written);

            let server = Server::start(&binary, &folder).await?;
            let ready = server.started_in.as_millis();
            let lost = missing(&server, &known).await?;
            server.stop()?;
            let (tickets, faults) = examine(&database(&folder))?;
            let integrity = if faults.is_empty() {
                "ok".to_owned()
            } else {
                faults.join("; ")
            };
            let (known, lost) = (known.len(), lost.len());
            report.line(&format!(
                "| {clients} | {round} | {known} | {lost} | {ready} | {tickets} | {integrity} |"
            ));
            if lost > 0 || integrity != "ok" {
                return Err("the server lost what it had acknowledged".into());
            }
        }
    }
    Ok(())
}

async fn customer(server: &Server, token: &str) -> Result<String, Failure> {
    let body = serde_json::json!({"name": "Crash test"}).to_string();
    let mut connection = Connection::to(server.address);
    let answer = connection
        .ask(&Request::send("POST", "/api/v1/customers", token, body))
        .await?;
    let made: serde_json::Value = serde_json::from_slice(answer.body).unwrap_or_default();
    let id = made["id"].as_str().map(str::to_owned);
    id.ok_or_else(|| format!("making a customer was answered with {}", answer.status).into())
}

/// Writes with so many clients, and kills the server once `until` writes were acknowledged and entered in the ledger,
/// while others are under way.
async fn write_until_killed(
    server: &mut Server,
    token: &str,
    customer: &str,
    clients: usize,
    until: usize,
    folder: &Path,
) -> Result<Vec<Acknowledged>, Failure> {
    let ledger = File::options()
        .create(true)
        .append(true)
        .open(folder.join("ledger"))?;
    let (sender, receiver) = mpsc::channel();
    let entered = Arc::new(AtomicUsize::new(0));
    let keeper = std::thread::spawn({
        let entered = Arc::clone(&entered);
        move || keep(&ledger, &receiver, &entered)
    });
    let stopped = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (mut connection, sender) = (Connection::to(server.address), sender.clone());
        let request = Request::send("POST", "/api/v1/tickets", token, new_ticket(customer));
        let stopped = Arc::clone(&stopped);
        tasks.spawn(async move {
            while !stopped.load(Ordering::Relaxed) {
                match connection.ask(&request).await {
                    Ok(answer) if answer.status == 201 => {
                        let made: serde_json::Value =
                            serde_json::from_slice(answer.body).unwrap_or_default();
                        let id = made["id"].as_str().unwrap_or_default().to_owned();
                        let number = made["number"].as_i64().unwrap_or_default();
                        if sender.send(Acknowledged { id, number }).is_err() {
                            return;
                        }
                    }
                    // Refused: not acknowledged, so it need not be there.
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        });
    }
    drop(sender);
    while entered.load(Ordering::Acquire) < until && !tasks.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        while tasks.try_join_next().is_some() {}
    }
    server.kill()?;
    stopped.store(true, Ordering::Relaxed);
    tasks.join_all().await;
    let kept = keeper
        .join()
        .map_err(|_panic| "the ledger's keeper died")??;
    if kept.len() < until {
        return Err(format!("only {} writes were acknowledged", kept.len()).into());
    }
    Ok(kept)
}

/// Enters what comes in into the ledger, durably, until nothing comes any more.
fn keep(
    mut ledger: &File,
    receiver: &mpsc::Receiver<Acknowledged>,
    entered: &AtomicUsize,
) -> std::io::Result<Vec<Acknowledged>> {
    let mut kept = Vec::new();
    while let Ok(first) = receiver.recv() {
        let new: Vec<_> = std::iter::once(first).chain(receiver.try_iter()).collect();
        let mut lines = Vec::new();
        for Acknowledged { id, number } in &new {
            writeln!(lines, "{number} {id}")?;
        }
        ledger.write_all(&lines)?;
        ledger.sync_data()?;
        kept.extend(new);
        entered.store(kept.len(), Ordering::Release);
    }
    Ok(kept)
}

/// Those that the server no longer knows, or knows by another number.
async fn missing(server: &Server, known: &[Acknowledged]) -> Result<Vec<Acknowledged>, Failure> {
    let token = server.sign_in().await?;
    let mut connection = Connection::to(server.address);
    let mut missing = Vec::new();
    for one in known {
        let path = format!(
            "/api/v1/tickets/{}?include_history=false&include_comments=false",
            one.id
        );
        let answer = connection.ask(&Request::get(path, &token)).await?;
        let found: serde_json::Value = serde_json::from_slice(answer.body).unwrap_or_default();
        // The detail may hold the ticket's fields in itself or in a part of it.
        let number = found["number"]
            .as_i64()
            .or_else(|| found["ticket"]["number"].as_i64());
        if answer.status != 200 || number != Some(one.number) {
            missing.push(one.clone());
        }
    }
    Ok(missing)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Verdict {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// What must be 0 in every database.
const MUST_BE_NONE: [(&str, &str); 7] = [
    (
        "dangling references",
        "SELECT count(*) AS number FROM pragma_foreign_key_check",
    ),
    (
        "tickets with gaps in their history",
        "SELECT count(*) AS number FROM (SELECT 1 FROM events GROUP BY ticket HAVING max(sequence) <> count(*))",
    ),
    (
        "tickets without history",
        "SELECT count(*) AS number FROM tickets WHERE place NOT IN (SELECT ticket FROM events)",
    ),
    (
        "tickets that the counters do not know",
        "SELECT abs((SELECT count(*) FROM tickets WHERE deleted_at IS NULL) \
         - (SELECT coalesce(sum(n), 0) FROM ticket_counts WHERE scope_kind = 0 AND category <> 0)) AS number",
    ),
    (
        "tickets that the counters of all categories do not know",
        "SELECT abs((SELECT count(*) FROM tickets WHERE deleted_at IS NULL) \
         - (SELECT coalesce(sum(n), 0) FROM ticket_counts WHERE scope_kind = 0 AND category = 0)) AS number",
    ),
    (
        "tickets whose due times are not counted",
        "SELECT abs((SELECT count(*) FROM tickets WHERE deleted_at IS NULL AND resolved_at IS NULL AND due_at IS NOT NULL) \
         - (SELECT coalesce(sum(low + medium + high + urgent + critical + emergency), 0) FROM due_counts \
         WHERE scope_kind = 0 AND category = 0 AND bits = 33)) AS number",
    ),
    (
        "numbers given out and not used",
        "SELECT abs((SELECT value FROM sequences WHERE name = 'ticket') - (SELECT count(*) FROM tickets)) AS number",
    ),
];

/// How many tickets there are, and what is wrong with the file.
fn examine(database: &Path) -> Result<(i64, Vec<String>), Failure> {
    let mut connection = SqliteConnection::establish(&database.to_string_lossy())?;
    let verdicts: Vec<Verdict> = sql_query("PRAGMA integrity_check").load(&mut connection)?;
    let verdicts = verdicts.into_iter().map(|verdict| verdict.integrity_check);
    let mut faults: Vec<String> = verdicts.filter(|verdict| verdict != "ok").collect();
    for (what, query) in MUST_BE_NONE {
        let Number { number } = sql_query(query).get_result(&mut connection)?;
        if number != 0 {
            faults.push(format!("{number} {what}"));
        }
    }
    let Number { number } =
        sql_query("SELECT count(*) AS number FROM tickets").get_result(&mut connection)?;
    Ok((number, faults))
}
