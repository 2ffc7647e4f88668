//! Promises: due times, pauses, explanations.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::api::{each, text};
use super::desk::{Desk, at};

pub(crate) fn instant(value: &Value) -> Timestamp {
    text(value)
        .parse()
        .unwrap_or_else(|_| panic!("not an instant: {value}"))
}

#[tokio::test]
async fn shipped_policies_promise_what_the_contract_says() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for (priority, respond_minutes, resolve_hours) in [
        ("emergency", 15, 4),
        ("critical", 15, 4),
        ("urgent", 30, 8),
        ("high", 60, 24),
    ] {
        let made = desk
            .ticket_with(&customer.id, json!({ "priority": priority }))
            .await;
        let created = instant(&made.json["created_at"]);
        let targets = &made.json["sla"]["targets"];
        let due = |name: &str| instant(&targets[name]["due_at"]);
        assert_eq!(
            due("first_response"),
            created + SignedDuration::from_mins(respond_minutes),
            "{priority}"
        );
        assert_eq!(
            due("resolution"),
            created + SignedDuration::from_hours(resolve_hours),
            "{priority}"
        );
        assert!(
            targets["next_response"]["due_at"].is_null(),
            "nobody waits yet: {made}"
        );
        assert_eq!(targets["resolution"]["paused"], false);
        let left = targets["resolution"]["remaining_seconds"]
            .as_i64()
            .expect("seconds");
        assert!(
            (resolve_hours * 3_600 - 60..=resolve_hours * 3_600).contains(&left),
            "{made}"
        );
        assert!(made.json["sla"]["policy"]["name"].is_string());
    }
}

#[tokio::test]
async fn another_priority_promises_anew_over_the_same_past() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = desk
        .ticket_with(&customer.id, json!({ "priority": "high" }))
        .await;
    let created = instant(&made.json["created_at"]);
    let raised = desk
        .admin
        .patch(&at(&made.str("id"), ""), json!({ "priority": "urgent" }))
        .await
        .is(200);
    assert_eq!(
        instant(&raised.json["sla"]["targets"]["resolution"]["due_at"]),
        created + SignedDuration::from_hours(8)
    );
    assert_ne!(
        raised.json["sla"]["policy"]["id"],
        made.json["sla"]["policy"]["id"]
    );
}

#[tokio::test]
async fn waiting_for_the_customer_stops_the_clock() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk
        .ticket_with(&customer.id, json!({ "priority": "urgent" }))
        .await
        .str("id");
    let waiting = desk
        .admin
        .put(&at(&ticket, ""), json!({ "status": "pending_customer" }))
        .await
        .is(200);
    let resolution = &waiting.json["sla"]["targets"]["resolution"];
    assert_eq!(
        (&resolution["paused"], &resolution["due_at"]),
        (&json!(true), &Value::Null),
        "{waiting}"
    );
    assert!(resolution["remaining_seconds"].is_number());
    let on = desk
        .admin
        .put(&at(&ticket, ""), json!({ "status": "in_progress" }))
        .await
        .is(200);
    let resolution = &on.json["sla"]["targets"]["resolution"];
    assert_eq!(resolution["paused"], false);
    let paused =
        instant(&on.json["updated_at"]).duration_since(instant(&waiting.json["updated_at"]));
    let due = instant(&on.json["created_at"]) + SignedDuration::from_hours(8) + paused;
    assert_eq!(instant(&resolution["due_at"]), due);
}

#[tokio::test]
async fn a_question_starts_the_next_response_and_an_answer_ends_it() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk
        .ticket_with(&customer.id, json!({ "priority": "urgent" }))
        .await
        .str("id");
    let path = at(&ticket, "/comments");
    desk.admin
        .post(&path, json!({ "body": "Hello." }))
        .await
        .is(201);
    let first = customer
        .post(&path, json!({ "body": "And now?" }))
        .await
        .is(201);
    customer
        .post(&path, json!({ "body": "Hello?" }))
        .await
        .is(201);
    let next = desk.read(&ticket).await.json["sla"]["targets"]["next_response"].clone();
    assert_eq!(
        instant(&next["due_at"]),
        instant(&first.json["created_at"]) + SignedDuration::from_mins(30)
    );
    let answer = desk
        .admin
        .post(&path, json!({ "body": "Now it works." }))
        .await
        .is(201);
    let next = desk.read(&ticket).await.json["sla"]["targets"]["next_response"].clone();
    assert_eq!(next["met_at"], answer.json["created_at"], "{next}");
}

#[tokio::test]
async fn an_explanation_tells_every_step_and_why_the_others_were_not_chosen() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk
        .ticket_with(&customer.id, json!({ "priority": "urgent" }))
        .await
        .str("id");
    desk.admin
        .put(&at(&ticket, ""), json!({ "status": "pending_customer" }))
        .await
        .is(200);
    desk.admin
        .put(&at(&ticket, ""), json!({ "status": "in_progress" }))
        .await
        .is(200);
    let read = desk.read(&ticket).await;
    let told = desk.admin.get(&at(&ticket, "/sla/explain")).await.is(200);
    assert_eq!(told.json["policy"], read.json["sla"]["policy"]);
    let candidates = told.list("candidates");
    let chosen: Vec<_> = candidates
        .iter()
        .filter(|candidate| candidate["policy"]["id"] == told.json["policy"]["id"])
        .collect();
    assert_eq!(chosen.len(), 1);
    assert!(
        candidates
            .iter()
            .all(|candidate| !text(&candidate["outcome"]).is_empty())
    );
    let resolution = told
        .list("targets")
        .into_iter()
        .find(|target| target["target"] == "resolution")
        .expect("a target");
    assert_eq!(resolution["limit_seconds"], 8 * 3_600);
    assert_eq!(
        resolution["due_at"],
        read.json["sla"]["targets"]["resolution"]["due_at"]
    );
    let steps = resolution["steps"].as_array().expect("steps").clone();
    assert_eq!(
        steps.first().map(|step| step["from"].clone()),
        Some(read.json["created_at"].clone())
    );
    assert!(
        steps
            .windows(2)
            .all(|pair| pair[0]["to"] == pair[1]["from"]),
        "{resolution}"
    );
    let states: Vec<_> = each(&steps, "state");
    assert_eq!(states.len(), 3, "counted, paused, counted: {resolution}");
    assert_eq!(states[0], states[2]);
    assert_eq!(
        (&steps[1]["status"], &steps[1]["counted_seconds"]),
        (&json!("pending_customer"), &json!(0))
    );
}
