//! A process that claims messages of the outbox and handles them, until it is killed.
//!
//! It writes down what it does, each in one line at the end of a file that all such processes share:
//! `what message attempt process claimed-until`, with the database's instants in microseconds.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use linedesk_ports::outbox::{Channel, Message, Outbox as _, Reach};
use linedesk_store::{PostgresOptions, PostgresStore};
use uuid::Uuid;

/// Long enough for what is claimed at once, short enough for a test to wait for its end.
const LEASE: Duration = Duration::from_secs(3);
const AT_ONCE: u32 = 4;

/// Works on the outbox at `url`.
pub(crate) fn run(url: &str, file: &str) -> ExitCode {
    let options = PostgresOptions {
        readers: 1,
        writers: 1,
        ..PostgresOptions::new(url)
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let opened = OpenOptions::new().append(true).create(true).open(file);
    match (runtime, PostgresStore::open(&options), opened) {
        (Ok(runtime), Ok(store), Ok(file)) => runtime.block_on(work(&store, &file)),
        _ => ExitCode::FAILURE,
    }
}

async fn work(store: &PostgresStore, file: &File) -> ExitCode {
    let me = Uuid::from_u128(u128::from(std::process::id()));
    let note = |what: &str, message: &Message| {
        let line = format!(
            "{what} {} {} {} {}\n",
            message.id,
            message.attempts,
            std::process::id(),
            message.next_attempt_at.as_microsecond(),
        );
        // One write is one line, whoever else writes.
        let mut file = file;
        file.write_all(line.as_bytes())
    };
    loop {
        let Ok(claimed) = store
            .claim(me, Channel::Webhook.into(), AT_ONCE, LEASE)
            .await
        else {
            return ExitCode::FAILURE;
        };
        if claimed.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for message in &claimed {
            if note("claimed", message).is_err() {
                return ExitCode::FAILURE;
            }
        }
        for message in &claimed {
            tokio::time::sleep(Duration::from_millis(2)).await;
            let claim = message.claim(me);
            let is_to_fail = message.id % 7 == 0 && message.attempts == 1;
            let (noted, outcome) = if is_to_fail {
                let wait = Duration::from_millis(30);
                let noted = note("failed", message);
                (noted, store.retry(claim, wait, "busy", Reach::Ticket).await)
            } else {
                (note("handled", message), store.done(claim).await)
            };
            if noted.is_err() || outcome.is_err() {
                return ExitCode::FAILURE;
            }
        }
    }
}
