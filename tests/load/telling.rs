//! How fast people and machines are told: messages a second to a mail server and a webhook receiver, how long after the
//! answer each arrives, and what telling costs those who make tickets.

mod receivers;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Failure;
use crate::folders;
use crate::http::{Connection, Request};
use crate::operations::new_ticket;
use crate::options::{Options, TellingArgs};
use crate::report::Report;
use crate::server::Server;
use receivers::Receivers;

/// Tickets made one by one, to see how long an idle server takes.
const ONE_BY_ONE: usize = 200;
/// The pause between them.
const PAUSE: Duration = Duration::from_millis(25);
/// How long what is left may take to arrive.
const DRAIN_WITHIN: Duration = Duration::from_mins(5);

/// When each ticket's answer came, by its label.
type Answers = Arc<Mutex<HashMap<String, Instant>>>;

/// Measures both, and prints them.
pub(crate) async fn run(options: &Options, args: &TellingArgs) -> Result<(), Failure> {
    let binary = std::fs::canonicalize(options.binary()?)?;
    let mut report = Report::default();
    let (mut on, mut off) = (Vec::new(), Vec::new());
    for round in 0..args.rounds {
        // In turns, so that whatever else the machine does strikes both.
        let is_last = round + 1 == args.rounds;
        off.push(quiet(options, args, &binary).await?);
        let told = told(options, args, &binary, is_last.then_some(&mut report));
        on.push(told.await?);
    }
    let median = |rates: &mut Vec<f64>| {
        rates.sort_by(f64::total_cmp);
        rates.get(rates.len() / 2).copied().unwrap_or_default()
    };
    let (on, off) = (median(&mut on), median(&mut off));
    report.line(&format!(
        "tickets a second with {} clients: {on:.0} told, {off:.0} untold, ratio {:.2}",
        args.clients,
        on / off
    ));
    Ok(())
}

/// Tickets a second where nobody is told.
async fn quiet(options: &Options, args: &TellingArgs, binary: &Path) -> Result<f64, Failure> {
    let folder = folders::fresh(options, "telling-off")?;
    let settings = [("NOTIFICATIONS__ENABLED", "false".to_owned())];
    let server = Server::start_with(binary, &folder, &settings).await?;
    let (rate, _) = create(&server, args).await?;
    server.stop()?;
    Ok(rate)
}

/// The same where the customer and a webhook are told.
async fn told(
    options: &Options,
    args: &TellingArgs,
    binary: &Path,
    report: Option<&mut Report>,
) -> Result<f64, Failure> {
    let folder = folders::fresh(options, "telling-on")?;
    let receivers = Receivers::start()?;
    let settings = [
        ("SMTP__HOST", "127.0.0.1".to_owned()),
        ("SMTP__PORT", receivers.mail.port().to_string()),
        ("SMTP__TLS", "none".to_owned()),
        ("SMTP__FROM", "desk@example.net".to_owned()),
        ("WEBHOOKS__ALLOW_HTTP", "true".to_owned()),
        ("WEBHOOKS__ALLOWED_NETWORKS", "127.0.0.0/8".to_owned()),
    ];
    let server = Server::start_with(binary, &folder, &settings).await?;
    let token = server.sign_in().await?;
    let hook = serde_json::json!({"url": format!("http://{}/", receivers.hooks), "events": ["ticket.created"]});
    let hook = Request::send("POST", "/api/v1/webhooks", &token, hook.to_string());
    let answer = Connection::to(server.address).ask(&hook).await?.status;
    if answer != 201 {
        return Err(format!("making a webhook was answered with {answer}").into());
    }
    let idle = one_by_one(&server, &receivers).await?;
    let before = receivers.counts();
    let began = Instant::now();
    let (rate, busy) = create(&server, args).await?;
    let made = busy.lock().map_err(|_poisoned| "a client died")?.len();
    let drained = receivers
        .wait_for([before[0] + made, before[1] + made], DRAIN_WITHIN)
        .await?;
    if let Some(report) = report {
        report.line(
            "| | messages/s | delay idle, p50 ms | p99 ms | delay under load, p50 ms | p99 ms |",
        );
        report.line("| --- | ---: | ---: | ---: | ---: | ---: |");
        for (place, name) in ["e-mail", "webhook"].into_iter().enumerate() {
            let took = drained[place].duration_since(began).as_secs_f64();
            let [i50, i99] = receivers.delays(place, &idle)?;
            let [b50, b99] = receivers.delays(place, &busy)?;
            #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
            let rate = made as f64 / took;
            report.line(&format!(
                "| {name} | {rate:.0} | {i50:.1} | {i99:.1} | {b50:.0} | {b99:.0} |"
            ));
        }
    }
    server.stop()?;
    Ok(rate)
}

/// A customer who can be written to.
async fn customer(server: &Server, token: &str) -> Result<String, Failure> {
    let body = serde_json::json!({"name": "Telling", "email": "customer@example.net"});
    let request = Request::send("POST", "/api/v1/customers", token, body.to_string());
    let mut connection = Connection::to(server.address);
    let answer = connection.ask(&request).await?;
    let made: serde_json::Value = serde_json::from_slice(answer.body).unwrap_or_default();
    let id = made["id"].as_str().map(str::to_owned);
    id.ok_or_else(|| format!("making a customer was answered with {}", answer.status).into())
}

/// Makes a ticket and notes when its answer came.
async fn made(
    connection: &mut Connection,
    request: &Request,
    answers: &Answers,
) -> Result<(), Failure> {
    let answer = connection.ask(request).await?;
    if answer.status != 201 {
        return Err(format!("making a ticket was answered with {}", answer.status).into());
    }
    let ticket: serde_json::Value = serde_json::from_slice(answer.body).unwrap_or_default();
    let label = ticket["ticket_number"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let mut answers = answers.lock().map_err(|_poisoned| "a client died")?;
    answers.insert(label, Instant::now());
    Ok(())
}

async fn one_by_one(server: &Server, receivers: &Receivers) -> Result<Answers, Failure> {
    let token = server.sign_in().await?;
    let customer = customer(server, &token).await?;
    let request = Request::send("POST", "/api/v1/tickets", &token, new_ticket(&customer));
    let (answers, mut connection) = (Answers::default(), Connection::to(server.address));
    for _ in 0..ONE_BY_ONE {
        made(&mut connection, &request, &answers).await?;
        tokio::time::sleep(PAUSE).await;
    }
    receivers
        .wait_for([ONE_BY_ONE, ONE_BY_ONE], DRAIN_WITHIN)
        .await?;
    Ok(answers)
}

/// Tickets a second, and when each was answered.
async fn create(server: &Server, args: &TellingArgs) -> Result<(f64, Answers), Failure> {
    let token = server.sign_in().await?;
    let customer = customer(server, &token).await?;
    let answers = Answers::default();
    let began = Instant::now();
    let until = began + Duration::from_secs(args.seconds);
    let mut clients = JoinSet::new();
    for _ in 0..args.clients {
        let request = Request::send("POST", "/api/v1/tickets", &token, new_ticket(&customer));
        let (answers, mut connection) = (Arc::clone(&answers), Connection::to(server.address));
        clients.spawn(async move {
            while Instant::now() < until {
                made(&mut connection, &request, &answers).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    let count = answers.lock().map_err(|_poisoned| "a client died")?.len();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let rate = count as f64 / began.elapsed().as_secs_f64();
    Ok((rate, answers))
}
