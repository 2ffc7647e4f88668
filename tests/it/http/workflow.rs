//! The workflow, from every status to every other.

use std::collections::BTreeMap;

use serde_json::json;

use super::api::text;
use super::desk::{Desk, at};

/// Source: the API contract, "The ticket".
const TABLE: [(&str, &str); 8] = [
    (
        "open",
        "assigned in_progress pending_customer pending_vendor resolved closed",
    ),
    (
        "assigned",
        "open in_progress pending_customer pending_vendor resolved closed",
    ),
    (
        "in_progress",
        "open assigned pending_customer pending_vendor resolved closed",
    ),
    (
        "pending_customer",
        "assigned in_progress pending_vendor resolved closed",
    ),
    (
        "pending_vendor",
        "assigned in_progress pending_customer resolved closed",
    ),
    ("resolved", "closed reopened"),
    ("closed", "reopened"),
    (
        "reopened",
        "assigned in_progress pending_customer pending_vendor resolved closed",
    ),
];

fn allowed(from: &str) -> Vec<&'static str> {
    let row = TABLE
        .iter()
        .find(|(status, _)| *status == from)
        .expect("a status");
    row.1.split(' ').collect()
}

/// A new ticket with an assignee wherever the status allows one.
async fn ticket_in(desk: &Desk, customer: &str, agent: &str, status: &str) -> String {
    let ticket = desk.ticket(customer).await;
    if status == "open" {
        return ticket;
    }
    desk.admin
        .post(&at(&ticket, "/assign"), json!({ "assigned_to": agent }))
        .await
        .is(200);
    let steps: &[&str] = match status {
        "assigned" => &[],
        "reopened" => &["resolved", "reopened"],
        other => &[other],
    };
    for step in steps {
        desk.admin
            .put(&at(&ticket, ""), json!({ "status": step }))
            .await
            .is(200);
    }
    assert_eq!(desk.read(&ticket).await.str("status"), status);
    ticket
}

#[tokio::test]
async fn every_step_of_the_table_is_taken_and_every_other_is_refused() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let agent = desk.agent().await;
    for (from, _) in TABLE {
        for (to, _) in TABLE {
            let ticket = ticket_in(&desk, &customer.id, &agent.id, from).await;
            let before = desk.read(&ticket).await;
            let answer = desk
                .admin
                .put(&at(&ticket, ""), json!({ "status": to }))
                .await;
            let after = desk.read(&ticket).await;
            if from == "open" && to == "assigned" {
                // Nobody has it, and PUT does not assign.
                answer.problem(409, "needs_assignee");
            } else if from == to {
                answer.is(200);
                assert_eq!(
                    after.json["version"], before.json["version"],
                    "{from} to itself is nothing"
                );
            } else if allowed(from).contains(&to) {
                assert_eq!(answer.is(200).str("status"), to);
                assert_eq!(after.str("status"), to);
                assert_eq!(
                    after.json["version"].as_i64(),
                    before.json["version"].as_i64().map(|n| n + 1)
                );
                let assignee = if to == "open" {
                    json!(null)
                } else {
                    before.json["assigned_to"].clone()
                };
                assert_eq!(after.json["assigned_to"], assignee, "{from} to {to}");
                assert_eq!(
                    after.json["closed_at"].is_string(),
                    to == "closed",
                    "{from} to {to}"
                );
                assert_eq!(
                    after.json["resolved_at"].is_string(),
                    ["resolved", "closed"].contains(&to),
                    "{from} to {to}"
                );
            } else {
                let refused = answer.problem(409, "invalid_transition");
                let detail = refused.str("detail");
                for name in [from, to].into_iter().chain(allowed(from)) {
                    assert!(
                        detail.contains(name),
                        "{from} to {to}: {name} is missing in {detail}"
                    );
                }
                assert_eq!(after.json["version"], before.json["version"]);
            }
        }
    }
}

#[tokio::test]
async fn the_table_can_be_read() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let answer = customer.get("/api/v1/workflow").await.is(200);
    let mut read: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for transition in answer.list("transitions") {
        read.entry(text(&transition["from"]))
            .or_default()
            .push(text(&transition["to"]));
    }
    for (from, _) in TABLE {
        let mut wanted: Vec<_> = allowed(from).into_iter().map(str::to_owned).collect();
        wanted.sort();
        let mut found = read.remove(from).unwrap_or_default();
        found.sort();
        assert_eq!(found, wanted, "{from}");
    }
    assert!(read.is_empty(), "{read:?}");
    let kinds: BTreeMap<_, _> = answer
        .list("statuses")
        .iter()
        .map(|status| (text(&status["name"]), text(&status["kind"])))
        .collect();
    let kind = |name: &str| kinds[name].as_str();
    assert_eq!(kinds.len(), 8);
    for name in ["open", "assigned", "in_progress", "reopened"] {
        assert_eq!(kind(name), "active", "{name}");
    }
    for name in ["pending_customer", "pending_vendor"] {
        assert_eq!(kind(name), "waiting", "{name}");
    }
    for name in ["resolved", "closed"] {
        assert_eq!(kind(name), "done", "{name}");
    }
    let pauses: Vec<_> = answer
        .list("statuses")
        .into_iter()
        .filter(|status| status["pauses_sla"] == true)
        .map(|status| text(&status["name"]))
        .collect();
    assert!(
        pauses.contains(&"pending_customer".to_owned()),
        "{pauses:?}"
    );
    let staff = desk.admin.get("/api/v1/workflow").await.is(200);
    assert_eq!(staff.json, answer.json);
}

#[tokio::test]
async fn other_fields_of_a_refused_edit_stay_as_they_were() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    desk.admin
        .post(&at(&ticket, "/close"), json!({}))
        .await
        .is(200);
    let edit = json!({ "title": "A new title", "status": "in_progress" });
    desk.admin
        .put(&at(&ticket, ""), edit)
        .await
        .problem(409, "invalid_transition");
    assert_eq!(
        desk.read(&ticket).await.str("title"),
        "No signal on the line"
    );
}

#[tokio::test]
async fn a_closed_ticket_cannot_be_reopened_when_its_window_has_passed() {
    let program = super::program::Program::new().set("tickets.reopen_window", "0s");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    desk.admin
        .post(&at(&ticket, "/close"), json!({}))
        .await
        .is(200);
    let reason = json!({ "reason": "Still broken" });
    customer
        .post(&at(&ticket, "/reopen"), reason.clone())
        .await
        .problem(409, "reopen_window_over");
    desk.admin
        .post(&at(&ticket, "/reopen"), reason)
        .await
        .problem(409, "reopen_window_over");
    desk.admin
        .put(&at(&ticket, ""), json!({ "status": "reopened" }))
        .await
        .problem(409, "reopen_window_over");
    let word = json!({ "body": "It is broken again." });
    customer
        .post(&at(&ticket, "/comments"), word.clone())
        .await
        .problem(409, "reopen_window_over");
    desk.admin
        .post(&at(&ticket, "/comments"), word)
        .await
        .is(201);
    assert_eq!(desk.read(&ticket).await.str("status"), "closed");
}
