//! What the clock does: warnings, breaches, escalations, the dashboard.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::api::{each, text};
use super::desk::{Desk, at, eventually, next};
use super::program::Program;
use super::sla::instant;

/// A policy for one category alone, around the clock.
async fn policy(desk: &Desk, category: &str, targets: Value, warning_percent: u8) -> String {
    let body = json!({
        "name": format!("Policy {}", next()), "position": 1, "conditions": { "categories": [category] },
        "targets": targets, "pause_statuses": ["pending_customer"], "warning_percent": warning_percent
    });
    desk.admin
        .post("/api/v1/sla/policies", body)
        .await
        .is(201)
        .str("id")
}

/// What the clock wrote into a ticket's history, as `action seconds-after-creation`.
async fn clock_entries(desk: &Desk, ticket: &str) -> Vec<String> {
    let history = desk.history(ticket).await;
    let created = instant(&history[0]["at"]);
    let by_clock = history
        .iter()
        .filter(|entry| entry["actor"]["role"] == "system");
    by_clock
        .map(|entry| {
            let after = instant(&entry["at"]).duration_since(created).as_millis();
            format!("{} {after}", text(&entry["action"]))
        })
        .collect()
}

const CLOCK: [&str; 5] = [
    "sla_warning 750",
    "escalated 750",
    "sla_breach 1000",
    "escalated 1000",
    "escalated 1500",
];

async fn fully_escalated(desk: &Desk, ticket: &str) {
    eventually("the third level", || async {
        (desk.read(ticket).await.json["escalation_level"] == 3).then_some(())
    })
    .await;
}

#[tokio::test]
async fn warnings_breaches_and_escalations_are_recorded_once_at_their_instant() {
    let program = Program::new();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    policy(&desk, "complaint", json!({ "resolution": 1.0 / 60.0 }), 75).await;
    let customer = desk.customer().await;
    let made = desk
        .ticket_with(&customer.id, json!({ "category": "complaint" }))
        .await;
    let ticket = made.str("id");
    fully_escalated(&desk, &ticket).await;
    assert_eq!(clock_entries(&desk, &ticket).await, CLOCK);
    let read = desk.read(&ticket).await;
    let resolution = &read.json["sla"]["targets"]["resolution"];
    assert_eq!(
        instant(&resolution["breached_at"]),
        instant(&made.json["created_at"]) + SignedDuration::from_secs(1)
    );
    assert_eq!(
        read.json["priority"], "medium",
        "escalation changes no priority"
    );
    let missed = desk
        .admin
        .get("/api/v1/tickets?sla_breach=true")
        .await
        .is(200);
    assert_eq!(
        (
            each(&missed.list("tickets"), "id"),
            &missed.json["summary"]["sla_breach"]
        ),
        (vec![ticket.clone()], &json!(1))
    );
    let overdue = desk.admin.get("/api/v1/tickets?overdue=true").await.is(200);
    assert_eq!(each(&overdue.list("tickets"), "id"), [ticket.as_str()]);
    // Judged again by a change, nothing is recorded again.
    desk.admin
        .patch(&at(&ticket, ""), json!({ "priority": "high" }))
        .await
        .is(200);
    assert_eq!(clock_entries(&desk, &ticket).await, CLOCK);
}

#[tokio::test]
async fn what_fell_due_while_the_server_was_down_is_recorded_with_the_same_instants() {
    let program = Program::new();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    policy(&desk, "complaint", json!({ "resolution": 1.0 / 60.0 }), 75).await;
    let customer = desk.customer().await;
    let ticket = desk
        .ticket_with(&customer.id, json!({ "category": "complaint" }))
        .await
        .str("id");
    server.kill();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    fully_escalated(&desk, &ticket).await;
    assert_eq!(clock_entries(&desk, &ticket).await, CLOCK);
}

#[tokio::test]
async fn the_dashboard_counts_every_unresolved_ticket_once() {
    let program = Program::new();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    policy(&desk, "complaint", json!({ "resolution": 1.0 / 60.0 }), 75).await;
    policy(&desk, "repair", json!({ "resolution": 100.0 / 60.0 }), 1).await;
    let (customer, agent, team) = (desk.customer().await, desk.agent().await, desk.team().await);
    let high = json!({ "priority": "high" });
    for _ in 0..3 {
        desk.ticket_with(&customer.id, high.clone()).await;
    }
    let paused = desk.ticket_with(&customer.id, high.clone()).await.str("id");
    desk.admin
        .put(&at(&paused, ""), json!({ "status": "pending_customer" }))
        .await
        .is(200);
    let done = desk.ticket_with(&customer.id, high.clone()).await.str("id");
    desk.admin
        .post(&at(&done, "/close"), json!({}))
        .await
        .is(200);
    let risky = desk
        .ticket_with(
            &customer.id,
            json!({ "category": "repair", "priority": "low" }),
        )
        .await
        .str("id");
    let to_team = json!({ "assigned_to": team, "assignment_type": "team" });
    desk.admin
        .post(&at(&risky, "/assign"), to_team)
        .await
        .is(200);
    let missed = desk
        .ticket_with(
            &customer.id,
            json!({ "category": "complaint", "priority": "urgent" }),
        )
        .await
        .str("id");

    let wanted = json!({ "on_track": 3, "at_risk": 1, "breached": 1, "paused": 1 });
    let path = "/api/v1/tickets/sla-status";
    let status = eventually("the totals", || async {
        let status = agent.get(path).await.is(200);
        (status.json["totals"] == wanted).then_some(status)
    })
    .await;
    let counts = |on_track: u8, at_risk: u8, breached: u8, paused: u8| json!({ "on_track": on_track, "at_risk": at_risk, "breached": breached, "paused": paused });
    assert_eq!(
        status.json["by_priority"]["high"],
        counts(3, 0, 0, 1),
        "{status}"
    );
    assert_eq!(
        status.json["by_priority"]["low"],
        counts(0, 1, 0, 0),
        "{status}"
    );
    assert_eq!(
        status.json["by_priority"]["urgent"],
        counts(0, 0, 1, 0),
        "{status}"
    );
    let row = status
        .list("by_team")
        .into_iter()
        .find(|row| row["team"]["id"] == team)
        .expect("the team");
    assert_eq!((&row["at_risk"], &row["on_track"]), (&json!(1), &json!(0)));
    assert_eq!(
        each(&status.list("tickets"), "id"),
        [missed.clone(), risky.clone()],
        "most urgent first"
    );
    assert_eq!(status.json["total"], 2);
    let second = agent.get(&format!("{path}?limit=1&offset=1")).await.is(200);
    assert_eq!(each(&second.list("tickets"), "id"), [risky]);
    assert!(
        agent
            .get(&format!("{path}?limit=0"))
            .await
            .faulty()
            .contains("limit")
    );
}
