//! Promises: due times, warnings, breaches, escalations, the dashboard.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::api::{each, text};
use super::desk::{Desk, at, eventually, next};
use super::program::Program;

fn instant(value: &Value) -> Timestamp {
    text(value).parse().unwrap_or_else(|_| panic!("not an instant: {value}"))
}

/// A policy for one category alone, around the clock.
async fn policy(desk: &Desk, category: &str, targets: Value, warning_percent: u8) -> String {
    let body = json!({
        "name": format!("Policy {}", next()), "position": 1, "conditions": { "categories": [category] },
        "targets": targets, "pause_statuses": ["pending_customer"], "warning_percent": warning_percent
    });
    desk.admin.post("/api/v1/sla/policies", body).await.is(201).str("id")
}

#[tokio::test]
async fn shipped_policies_promise_what_the_contract_says() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for (priority, respond_minutes, resolve_hours) in
        [("emergency", 15, 4), ("critical", 15, 4), ("urgent", 30, 8), ("high", 60, 24)]
    {
        let made = desk.ticket_with(&customer.id, json!({ "priority": priority })).await;
        let created = instant(&made.json["created_at"]);
        let targets = &made.json["sla"]["targets"];
        let due = |name: &str| instant(&targets[name]["due_at"]);
        assert_eq!(due("first_response"), created + SignedDuration::from_mins(respond_minutes), "{priority}");
        assert_eq!(due("resolution"), created + SignedDuration::from_hours(resolve_hours), "{priority}");
        assert!(targets["next_response"]["due_at"].is_null(), "nobody waits yet: {made}");
        assert_eq!(targets["resolution"]["paused"], false);
        let left = targets["resolution"]["remaining_seconds"].as_i64().expect("seconds");
        assert!((resolve_hours * 3_600 - 60..=resolve_hours * 3_600).contains(&left), "{made}");
        assert!(made.json["sla"]["policy"]["name"].is_string());
    }
}

#[tokio::test]
async fn another_priority_promises_anew_over_the_same_past() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = desk.ticket_with(&customer.id, json!({ "priority": "high" })).await;
    let created = instant(&made.json["created_at"]);
    let raised = desk.admin.patch(&at(&made.str("id"), ""), json!({ "priority": "urgent" })).await.is(200);
    assert_eq!(instant(&raised.json["sla"]["targets"]["resolution"]["due_at"]), created + SignedDuration::from_hours(8));
    assert_ne!(raised.json["sla"]["policy"]["id"], made.json["sla"]["policy"]["id"]);
}

#[tokio::test]
async fn waiting_for_the_customer_stops_the_clock() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket_with(&customer.id, json!({ "priority": "urgent" })).await.str("id");
    let waiting = desk.admin.put(&at(&ticket, ""), json!({ "status": "pending_customer" })).await.is(200);
    let resolution = &waiting.json["sla"]["targets"]["resolution"];
    assert_eq!((&resolution["paused"], &resolution["due_at"]), (&json!(true), &Value::Null), "{waiting}");
    assert!(resolution["remaining_seconds"].is_number());
    let on = desk.admin.put(&at(&ticket, ""), json!({ "status": "in_progress" })).await.is(200);
    let resolution = &on.json["sla"]["targets"]["resolution"];
    assert_eq!(resolution["paused"], false);
    let paused = instant(&on.json["updated_at"]).duration_since(instant(&waiting.json["updated_at"]));
    let due = instant(&on.json["created_at"]) + SignedDuration::from_hours(8) + paused;
    assert_eq!(instant(&resolution["due_at"]), due);
}

#[tokio::test]
async fn a_question_starts_the_next_response_and_an_answer_ends_it() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket_with(&customer.id, json!({ "priority": "urgent" })).await.str("id");
    let path = at(&ticket, "/comments");
    desk.admin.post(&path, json!({ "body": "Hello." })).await.is(201);
    let first = customer.post(&path, json!({ "body": "And now?" })).await.is(201);
    customer.post(&path, json!({ "body": "Hello?" })).await.is(201);
    let next = desk.read(&ticket).await.json["sla"]["targets"]["next_response"].clone();
    assert_eq!(instant(&next["due_at"]), instant(&first.json["created_at"]) + SignedDuration::from_mins(30));
    let answer = desk.admin.post(&path, json!({ "body": "Now it works." })).await.is(201);
    let next = desk.read(&ticket).await.json["sla"]["targets"]["next_response"].clone();
    assert_eq!(next["met_at"], answer.json["created_at"], "{next}");
}

/// What the clock wrote into a ticket's history, as `action seconds-after-creation`.
async fn clock_entries(desk: &Desk, ticket: &str) -> Vec<String> {
    let history = desk.history(ticket).await;
    let created = instant(&history[0]["at"]);
    let by_clock = history.iter().filter(|entry| entry["actor"]["role"] == "system");
    by_clock
        .map(|entry| {
            let after = instant(&entry["at"]).duration_since(created).as_millis();
            format!("{} {after}", text(&entry["action"]))
        })
        .collect()
}

const CLOCK: [&str; 5] = ["sla_warning 750", "escalated 750", "sla_breach 1000", "escalated 1000", "escalated 1500"];

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
    let made = desk.ticket_with(&customer.id, json!({ "category": "complaint" })).await;
    let ticket = made.str("id");
    fully_escalated(&desk, &ticket).await;
    assert_eq!(clock_entries(&desk, &ticket).await, CLOCK);
    let read = desk.read(&ticket).await;
    let resolution = &read.json["sla"]["targets"]["resolution"];
    assert_eq!(instant(&resolution["breached_at"]), instant(&made.json["created_at"]) + SignedDuration::from_secs(1));
    assert_eq!(read.json["priority"], "medium", "escalation changes no priority");
    let missed = desk.admin.get("/api/v1/tickets?sla_breach=true").await.is(200);
    assert_eq!((each(&missed.list("tickets"), "id"), &missed.json["summary"]["sla_breach"]), (vec![ticket.clone()], &json!(1)));
    let overdue = desk.admin.get("/api/v1/tickets?overdue=true").await.is(200);
    assert_eq!(each(&overdue.list("tickets"), "id"), [ticket.clone()]);
    // Judged again by a change, nothing is recorded again.
    desk.admin.patch(&at(&ticket, ""), json!({ "priority": "high" })).await.is(200);
    assert_eq!(clock_entries(&desk, &ticket).await, CLOCK);
}

#[tokio::test]
async fn what_fell_due_while_the_server_was_down_is_recorded_with_the_same_instants() {
    let program = Program::new();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    policy(&desk, "complaint", json!({ "resolution": 1.0 / 60.0 }), 75).await;
    let customer = desk.customer().await;
    let ticket = desk.ticket_with(&customer.id, json!({ "category": "complaint" })).await.str("id");
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
    desk.admin.put(&at(&paused, ""), json!({ "status": "pending_customer" })).await.is(200);
    let done = desk.ticket_with(&customer.id, high.clone()).await.str("id");
    desk.admin.post(&at(&done, "/close"), json!({})).await.is(200);
    let risky = desk.ticket_with(&customer.id, json!({ "category": "repair", "priority": "low" })).await.str("id");
    let to_team = json!({ "assigned_to": team, "assignment_type": "team" });
    desk.admin.post(&at(&risky, "/assign"), to_team).await.is(200);
    let missed = desk.ticket_with(&customer.id, json!({ "category": "complaint", "priority": "urgent" })).await.str("id");

    let wanted = json!({ "on_track": 3, "at_risk": 1, "breached": 1, "paused": 1 });
    let path = "/api/v1/tickets/sla-status";
    let status = eventually("the totals", || async {
        let status = agent.get(path).await.is(200);
        (status.json["totals"] == wanted).then_some(status)
    })
    .await;
    let counts = |on_track: u8, at_risk: u8, breached: u8, paused: u8| {
        json!({ "on_track": on_track, "at_risk": at_risk, "breached": breached, "paused": paused })
    };
    assert_eq!(status.json["by_priority"]["high"], counts(3, 0, 0, 1), "{status}");
    assert_eq!(status.json["by_priority"]["low"], counts(0, 1, 0, 0), "{status}");
    assert_eq!(status.json["by_priority"]["urgent"], counts(0, 0, 1, 0), "{status}");
    let row = status.list("by_team").into_iter().find(|row| row["team"]["id"] == team).expect("the team");
    assert_eq!((&row["at_risk"], &row["on_track"]), (&json!(1), &json!(0)));
    assert_eq!(each(&status.list("tickets"), "id"), [missed.clone(), risky.clone()], "most urgent first");
    assert_eq!(status.json["total"], 2);
    let second = agent.get(&format!("{path}?limit=1&offset=1")).await.is(200);
    assert_eq!(each(&second.list("tickets"), "id"), [risky]);
    assert!(agent.get(&format!("{path}?limit=0")).await.faulty().contains("limit"));
}

#[tokio::test]
async fn an_explanation_tells_every_step_and_why_the_others_were_not_chosen() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket_with(&customer.id, json!({ "priority": "urgent" })).await.str("id");
    desk.admin.put(&at(&ticket, ""), json!({ "status": "pending_customer" })).await.is(200);
    desk.admin.put(&at(&ticket, ""), json!({ "status": "in_progress" })).await.is(200);
    let read = desk.read(&ticket).await;
    let told = desk.admin.get(&at(&ticket, "/sla/explain")).await.is(200);
    assert_eq!(told.json["policy"], read.json["sla"]["policy"]);
    let candidates = told.list("candidates");
    let chosen: Vec<_> = candidates.iter().filter(|candidate| candidate["policy"]["id"] == told.json["policy"]["id"]).collect();
    assert_eq!(chosen.len(), 1);
    assert!(candidates.iter().all(|candidate| !text(&candidate["outcome"]).is_empty()));
    let resolution = told.list("targets").into_iter().find(|target| target["target"] == "resolution").expect("a target");
    assert_eq!(resolution["limit_seconds"], 8 * 3_600);
    assert_eq!(resolution["due_at"], read.json["sla"]["targets"]["resolution"]["due_at"]);
    let steps = resolution["steps"].as_array().expect("steps").clone();
    assert_eq!(steps.first().map(|step| step["from"].clone()), Some(read.json["created_at"].clone()));
    assert!(steps.windows(2).all(|pair| pair[0]["to"] == pair[1]["from"]), "{resolution}");
    let states: Vec<_> = each(&steps, "state");
    assert_eq!(states.len(), 3, "counted, paused, counted: {resolution}");
    assert_eq!(states[0], states[2]);
    assert_eq!((&steps[1]["status"], &steps[1]["counted_seconds"]), (&json!("pending_customer"), &json!(0)));
}
