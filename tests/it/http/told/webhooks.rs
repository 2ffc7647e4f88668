//! Webhooks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Told;
use crate::http::desk::{at, eventually};
use crate::notify::receiver::{Answer, Receiver, Request};

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

fn secret(shown: &str) -> Vec<u8> {
    let base64 = shown.strip_prefix("whsec_").expect("the usual prefix");
    STANDARD.decode(base64).expect("base64")
}

async fn webhook(told: &Told, url: &str, more: Value) -> (String, Vec<u8>) {
    let mut wish = json!({ "url": url });
    for (name, value) in more.as_object().expect("an object") {
        wish[name] = value.clone();
    }
    let made = told.desk.admin.post("/api/v1/webhooks", wish).await.is(201);
    (made.str("id"), secret(&made.str("secret")))
}

#[tokio::test]
async fn a_webhook_gets_the_events_that_it_wants_signed_and_in_order() {
    let told = Told::new().await;
    let receiver = Receiver::start(|_| Answer::Status(204)).await;
    let wish = json!({ "events": ["ticket.created", "commented", "resolved"] });
    let (id, secret) = webhook(&told, &receiver.url("/hooks"), wish).await;
    let ticket = told.ticket().await.str("id");
    let note = json!({ "body": "CANARY-4711", "is_internal": true });
    told.agent
        .post(&at(&ticket, "/comments"), note)
        .await
        .is(201);
    told.agent
        .post(&at(&ticket, "/comments"), json!({ "body": "Hello" }))
        .await
        .is(201);
    told.agent
        .patch(&at(&ticket, ""), json!({ "priority": "high" }))
        .await
        .is(200);
    told.agent
        .post(&at(&ticket, "/resolve"), json!({}))
        .await
        .is(200);
    let requests = receiver.wait_for(3).await;
    let kinds: Vec<_> = requests
        .iter()
        .map(|one| body(one)["type"].clone())
        .collect();
    assert_eq!(
        kinds,
        ["ticket.created", "ticket.commented", "ticket.resolved"]
    );
    for request in &requests {
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", "/hooks")
        );
        assert_eq!(request.signatures_by(&secret), 1);
        assert_eq!(body(request)["data"]["ticket"]["id"], ticket.as_str());
        assert!(!String::from_utf8_lossy(&request.body).contains("CANARY-4711"));
    }
    // What is sent is what the feed shows to whoever may know as much.
    let feed = told
        .customer
        .get("/api/v1/events?limit=1000")
        .await
        .is(200)
        .list("events");
    let shown = |event: &Value| {
        (
            event["type"].clone(),
            event["changes"].clone(),
            event["note"].clone(),
        )
    };
    let sent = body(&requests[2]);
    let same = feed
        .iter()
        .find(|event| event["type"] == "ticket.resolved")
        .expect("it is there");
    assert_eq!(shown(&sent["data"]), shown(same));
    // The secret is shown once.
    let path = format!("/api/v1/webhooks/{id}");
    assert!(
        told.desk
            .admin
            .get(&path)
            .await
            .is(200)
            .json
            .get("secret")
            .is_none()
    );
}

#[tokio::test]
async fn what_staff_alone_may_know_goes_to_webhooks_for_staff_alone() {
    let told = Told::new().await;
    let [public, staff] = [
        Receiver::start(|_| Answer::Status(200)).await,
        Receiver::start(|_| Answer::Status(200)).await,
    ];
    webhook(&told, &public.url("/"), json!({})).await;
    webhook(&told, &staff.url("/"), json!({ "audience": "staff" })).await;
    let ticket = told.ticket().await.str("id");
    let escalate = json!({ "reason": "CANARY-4712 the customer knows the boss" });
    told.agent
        .post(&at(&ticket, "/escalate"), escalate)
        .await
        .is(200);
    told.agent
        .post(
            &at(&ticket, "/comments"),
            json!({ "body": "CANARY-4711", "is_internal": true }),
        )
        .await
        .is(201);
    told.agent
        .post(&at(&ticket, "/close"), json!({}))
        .await
        .is(200);
    let kinds = |requests: &[Request]| -> Vec<String> {
        let kinds = requests
            .iter()
            .map(|one| body(one)["type"].as_str().unwrap_or_default().to_owned());
        kinds.collect()
    };
    assert_eq!(
        kinds(&staff.wait_for(3).await),
        ["ticket.created", "ticket.escalated", "ticket.closed"]
    );
    assert_eq!(
        kinds(&public.wait_for(2).await),
        ["ticket.created", "ticket.closed"]
    );
    for request in public.requests() {
        assert!(!String::from_utf8_lossy(&request.body).contains("CANARY"));
    }
}

#[tokio::test]
async fn a_receiver_that_fails_gets_the_same_message_again_before_the_next_one() {
    let told = Told::new().await;
    let failed = Arc::new(Mutex::new(false));
    let once = Arc::clone(&failed);
    let receiver = Receiver::start(move |_| {
        let mut failed = once.lock().unwrap();
        if *failed {
            return Answer::Status(200);
        }
        *failed = true;
        Answer::Status(500)
    })
    .await;
    webhook(&told, &receiver.url("/"), json!({})).await;
    let ticket = told.ticket().await.str("id");
    told.agent
        .post(&at(&ticket, "/close"), json!({}))
        .await
        .is(200);
    let requests = receiver.wait_for(3).await;
    let seen: Vec<_> = requests
        .iter()
        .map(|one| {
            (
                one.header("webhook-id").map(str::to_owned),
                body(one)["type"].clone(),
            )
        })
        .collect();
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[2].1, "ticket.closed");
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_delays_only_itself() {
    let told = Told::new().await;
    let silent = Receiver::start(|_| Answer::Silence).await;
    let lively = Receiver::start(|_| Answer::Status(200)).await;
    webhook(&told, &silent.url("/"), json!({})).await;
    webhook(&told, &lively.url("/"), json!({})).await;
    for _ in 0..20 {
        told.ticket().await;
    }
    lively.wait_for(20).await;
    // Not even the first attempts at the silent one have come to an end by now.
    assert!(silent.requests().len() <= 16, "{}", silent.requests().len());
    let waiting = told
        .desk
        .admin
        .get("/api/v1/outbox?state=pending")
        .await
        .is(200);
    assert!(waiting.list("items").len() >= 20);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_not_asked_again() {
    let told = Told::new().await;
    let receiver = Receiver::start(|_| Answer::Status(410)).await;
    let (id, _) = webhook(&told, &receiver.url("/"), json!({})).await;
    told.ticket().await;
    let path = format!("/api/v1/webhooks/{id}");
    let off = eventually("it is switched off", async || {
        let webhook = told.desk.admin.get(&path).await.is(200).json;
        (webhook["is_active"] == false).then_some(webhook)
    })
    .await;
    assert!(
        off["disabled_because"]
            .as_str()
            .unwrap_or_default()
            .contains("410")
    );
    let on = told
        .desk
        .admin
        .patch(&path, json!({ "is_active": true }))
        .await
        .is(200);
    assert_eq!(on.json["disabled_because"], Value::Null);
}

#[tokio::test]
async fn what_was_given_up_is_listed_played_again_and_discarded() {
    let told = Told::new().await;
    let admin = &told.desk.admin;
    let gone = Arc::new(Mutex::new(true));
    let is_gone = Arc::clone(&gone);
    let receiver = Receiver::start(move |_| {
        let status = if *is_gone.lock().unwrap() { 410 } else { 200 };
        Answer::Status(status)
    })
    .await;
    let (id, _) = webhook(&told, &receiver.url("/"), json!({})).await;
    let hook = format!("/api/v1/webhooks/{id}");
    let parked = async || {
        let parked = admin.get("/api/v1/outbox?state=parked").await;
        parked.is(200).list("items").into_iter().next()
    };
    for is_played_again in [true, false] {
        admin.post(&format!("{hook}/test"), json!({})).await.is(202);
        let message = eventually("it is given up", parked).await;
        assert_eq!(message["receiver"], id.as_str());
        assert!(message["last_error"].is_string() && message["attempts"] == 1);
        let path = format!("/api/v1/outbox/{}", message["id"]);
        admin
            .patch(&hook, json!({ "is_active": true }))
            .await
            .is(200);
        if is_played_again {
            *gone.lock().unwrap() = false;
            let replayed = admin.post(&format!("{path}/replay"), json!({})).await;
            assert_eq!(replayed.is(200).json["state"], "pending");
            let requests = receiver.wait_for(2).await;
            assert_eq!(
                requests[0].header("webhook-id"),
                requests[1].header("webhook-id")
            );
            eventually("it is delivered", async || {
                (admin.get(&path).await.status == 404).then_some(())
            })
            .await;
            *gone.lock().unwrap() = true;
        } else {
            admin.delete(&path).await.is(204);
            admin.get(&path).await.is(404);
        }
    }
}

#[tokio::test]
async fn no_webhook_leads_into_a_network_that_the_operator_has_not_named() {
    let program = crate::http::program::Program::new();
    let server = program.serve();
    let desk = crate::http::desk::Desk::on(&server).await;
    for url in [
        "http://93.184.215.14/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://169.254.169.254/",
    ] {
        let refused = desk
            .admin
            .post("/api/v1/webhooks", json!({ "url": url }))
            .await
            .is(400);
        assert_eq!(refused.json["errors"][0]["field"], "url", "{url}");
    }
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_old_one_for_a_day() {
    let told = Told::new().await;
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let (id, old) = webhook(&told, &receiver.url("/"), json!({})).await;
    let path = format!("/api/v1/webhooks/{id}/secret");
    let renewed = told.desk.admin.post(&path, json!({})).await.is(200);
    let new = secret(&renewed.str("secret"));
    assert_ne!(old, new);
    told.ticket().await;
    let requests = receiver.wait_for(1).await;
    assert_eq!(requests[0].signatures_by(&old), 1);
    assert_eq!(requests[0].signatures_by(&new), 1);
}

#[tokio::test]
async fn faults_of_a_webhook_are_told_all_at_once() {
    let told = Told::new().await;
    let wish = json!({ "url": "ftp://example.com", "events": ["ticket.created", "ticket.eaten"], "audience": "all", "x": 1 });
    let answer = told.desk.admin.post("/api/v1/webhooks", wish).await.is(400);
    let fields: Vec<_> = answer
        .list("errors")
        .iter()
        .map(|fault| fault["field"].clone())
        .collect();
    assert!(
        fields.contains(&json!("audience")) && fields.contains(&json!("x")),
        "{fields:?}"
    );
    let wish = json!({ "url": "ftp://example.com", "events": ["ticket.created", "ticket.eaten"] });
    let answer = told.desk.admin.post("/api/v1/webhooks", wish).await.is(400);
    let fields: Vec<_> = answer
        .list("errors")
        .iter()
        .map(|fault| fault["field"].clone())
        .collect();
    assert_eq!(fields, ["url", "events[1]"]);
}

mod postgres_only {
    use super::*;
    use crate::http::desk::Desk;
    use crate::notify::smtp::{Script, Sink};

    #[tokio::test]
    async fn several_servers_share_the_work_and_a_dead_ones_is_taken_over() {
        let sink = Sink::start(Script::default()).await;
        let program = super::super::program(&sink);
        let mut servers = vec![program.serve(), program.serve(), program.serve()];
        let desk = Desk::on(&servers[0]).await;
        let receiver = Receiver::start(|_| Answer::Status(200)).await;
        let wish =
            json!({ "url": receiver.url("/"), "events": ["ticket.created", "ticket.updated"] });
        desk.admin.post("/api/v1/webhooks", wish).await.is(201);
        let customer = desk.customer().await;
        let mut tickets = Vec::new();
        for n in 0..30 {
            let server = &servers[n % servers.len()];
            let at_it = Desk::on(server).await;
            let ticket = at_it.ticket(&customer.id).await;
            at_it
                .admin
                .patch(&at(&ticket, ""), json!({ "priority": "high" }))
                .await
                .is(200);
            tickets.push(ticket);
            if n == 15 {
                servers.pop().expect("one of three").kill();
            }
        }
        let heard = eventually("all of it", async || {
            let mut heard: BTreeMap<String, Vec<Value>> = BTreeMap::new();
            for request in receiver.requests() {
                let event = body(&request);
                let ticket = event["data"]["ticket"]["id"].as_str().unwrap_or_default();
                let kinds = heard.entry(ticket.to_owned()).or_default();
                // A message may come twice, the same one.
                if kinds.last() != Some(&event["type"]) {
                    kinds.push(event["type"].clone());
                }
            }
            let is_all = heard.len() == 30 && heard.values().all(|kinds| kinds.len() == 2);
            is_all.then_some(heard)
        })
        .await;
        for ticket in &tickets {
            assert_eq!(heard[ticket], ["ticket.created", "ticket.updated"]);
        }
    }
}
