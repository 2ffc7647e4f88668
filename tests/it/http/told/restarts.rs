//! A server that comes back after a power cut takes what its dead self held before it delivers anything.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use super::{header, program};
use crate::http::desk::{Desk, eventually, new_ticket, with};
use crate::notify::smtp::{Reply, Script, Sink, Step};

/// More than are held at once, so that others are free when the server comes back.
const MAILS: usize = 200;

mod sqlite_only {
    use super::*;

    #[tokio::test]
    async fn after_a_power_cut_nothing_is_sent_twice_that_was_not_under_way() {
        let stalls = Arc::new(AtomicBool::new(true));
        let stalling = Arc::clone(&stalls);
        let sink = Sink::start(Script::replying(move |step| match step {
            // Whoever is held up here has been sent nothing yet.
            Step::Greeting if stalling.load(Ordering::SeqCst) => Reply::Silence,
            // Long enough that what comes twice is under way at the same time.
            Step::Content(_) => Reply::After(Duration::from_millis(40)),
            _ => Reply::Usual,
        }))
        .await;
        let program = program(&sink);
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let mail = json!({ "name": "Account", "email": "customer@example.net" });
        let account = desk.admin.post("/api/v1/customers", mail).await.is(201);
        let wish = new_ticket(&account.str("id"));
        let making = (0..MAILS).map(|n| {
            let title = json!({ "title": format!("No signal on line {n}") });
            desk.admin
                .post("/api/v1/tickets", with(wish.clone(), title))
        });
        for made in futures_util::future::join_all(making).await {
            made.is(201);
        }
        // The server holds as many as it can, and waits for the mail server.
        eventually("messages under way", || async {
            let path = "/api/v1/outbox?state=pending&limit=100";
            let waiting = desk.admin.get(path).await.is(200).list("items");
            let tried = waiting.iter().filter(|one| one["attempts"] == 1).count();
            (waiting.len() == 100 && tried >= 16).then_some(())
        })
        .await;
        server.kill();
        stalls.store(false, Ordering::SeqCst);
        let again = program.serve();
        sink.wait_for(MAILS).await;
        // Whatever is sent twice is sent by the time all is done.
        let desk = Desk::on(&again).await;
        eventually("an empty outbox", || async {
            let waiting = desk.admin.get("/api/v1/outbox?state=pending").await;
            waiting.is(200).list("items").is_empty().then_some(())
        })
        .await;
        let mut times = BTreeMap::new();
        for mail in sink.mails() {
            *times.entry(header(&mail, "Message-ID")).or_insert(0) += 1;
        }
        assert_eq!(times.len(), MAILS);
        let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
