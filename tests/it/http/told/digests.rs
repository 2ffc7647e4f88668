//! An outage makes more letters than anybody reads: what is beyond a few comes in one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{header, plain, program};
use crate::http::api::text;
use crate::http::desk::{Desk, Person, eventually, next};
use crate::http::program::Server;
use crate::notify::smtp::{Script, Sink, Taken};

const TICKETS: usize = 8;
/// A breach and three levels of escalation of each.
const NOTICES: usize = TICKETS * 4;

/// Tickets that are late within a second, and the lead who hears of all.
async fn outage(server: &Server) -> (Desk, Person) {
    let desk = Desk::on(server).await;
    let lead = desk.lead().await;
    let policy = json!({
        "name": format!("Policy {}", next()), "position": 1, "conditions": { "categories": ["complaint"] },
        "targets": { "resolution": 1.0 / 60.0 }, "warning_percent": 75
    });
    desk.admin
        .post("/api/v1/sla/policies", policy)
        .await
        .is(201);
    let account = desk.account(json!({})).await;
    for _ in 0..TICKETS {
        desk.ticket_with(&account, json!({ "category": "complaint" }))
            .await;
    }
    (desk, lead)
}

/// Mails to somebody, each once, however often it came.
fn own(sink: &Sink, person: &Person) -> Vec<Taken> {
    let address = format!("<{}@example.net>", person.username);
    let mails = sink.mails().into_iter();
    let own = mails.filter(|mail| mail.to == [address.as_str()]);
    let by_id: BTreeMap<_, _> = own
        .map(|mail| (header(&mail, "Message-ID"), mail))
        .collect();
    by_id.into_values().collect()
}

fn is_digest(mail: &Taken) -> bool {
    header(mail, "Subject").contains("SLA notice")
}

/// How many notices mails bring.
fn notices(mails: &[Taken]) -> usize {
    let of = |mail: &Taken| {
        if is_digest(mail) {
            plain(mail).matches("\n  - ").count()
        } else {
            1
        }
    };
    mails.iter().map(of).sum()
}

async fn all_told(sink: &Sink, lead: &Person) -> Vec<Taken> {
    eventually("all that happened", || async {
        let mails = own(sink, lead);
        (notices(&mails) >= NOTICES).then_some(mails)
    })
    .await
}

/// Digests that wait, as an admin sees them.
async fn waiting(desk: &Desk) -> Vec<Value> {
    let path = "/api/v1/outbox?state=pending&limit=100";
    let all = desk.admin.get(path).await.is(200).list("items");
    let digests = all.into_iter().filter(|one| one["event_id"].is_null());
    digests.collect()
}

#[tokio::test]
async fn each_notice_is_told_once_by_itself_or_in_a_digest() {
    let sink = Sink::start(Script::default()).await;
    let program = program(&sink)
        .set("notifications.digest_after", "2")
        .set("notifications.digest_window", "1s");
    let server = program.serve();
    let (desk, lead) = outage(&server).await;
    let mails = all_told(&sink, &lead).await;
    eventually("an empty outbox", || async {
        waiting(&desk).await.is_empty().then_some(())
    })
    .await;
    assert_eq!(notices(&own(&sink, &lead)), NOTICES, "nothing came twice");
    let digests: Vec<_> = mails.iter().filter(|mail| is_digest(mail)).collect();
    assert!(!digests.is_empty() && mails.len() < NOTICES);
    let tickets = desk.admin.get("/api/v1/tickets").await.is(200);
    let told: String = digests.iter().map(|mail| plain(mail)).collect();
    let link = "https://desk.example.org/api/ticket/";
    assert!(
        told.contains(link) && told.contains("escalated to level"),
        "{told}"
    );
    let labels = tickets.list("tickets");
    let named = labels
        .iter()
        .filter(|one| told.contains(&text(&one["ticket_number"])));
    assert!(named.count() > 0, "{told}");
}

#[tokio::test]
async fn a_digest_that_waits_outlives_a_power_cut() {
    let sink = Sink::start(Script::default()).await;
    let program = program(&sink)
        .set("notifications.digest_after", "0")
        .set("notifications.digest_window", "4s");
    let server = program.serve();
    let (desk, lead) = outage(&server).await;
    eventually("a digest", || async {
        (!waiting(&desk).await.is_empty()).then_some(())
    })
    .await;
    server.kill();
    let server = program.serve();
    let mails = all_told(&sink, &lead).await;
    assert!(mails.iter().all(is_digest));
    let desk = Desk::on(&server).await;
    eventually("an empty outbox", || async {
        waiting(&desk).await.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn without_a_window_each_goes_by_itself() {
    let sink = Sink::start(Script::default()).await;
    let program = program(&sink)
        .set("notifications.digest_after", "0")
        .set("notifications.digest_window", "0s");
    let server = program.serve();
    let (_desk, lead) = outage(&server).await;
    let mails = all_told(&sink, &lead).await;
    assert_eq!(mails.len(), NOTICES);
    assert!(!mails.iter().any(is_digest));
}
