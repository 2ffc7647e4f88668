//! The same action on many tickets.

use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::api::each;
use super::desk::{Desk, at, next, with};

const BULK: &str = "/api/v1/tickets/bulk";

async fn tickets(desk: &Desk, customer: &str, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(desk.ticket(customer).await);
    }
    ids
}

async fn run(desk: &Desk, ids: &[String], action: Value) -> super::api::Answer {
    desk.admin
        .post(BULK, with(json!({ "ticket_ids": ids }), action))
        .await
        .is(200)
}

#[tokio::test]
async fn every_action_reaches_every_ticket() {
    let desk = Desk::shared().await;
    let (customer, agent, team) = (desk.customer().await, desk.agent().await, desk.team().await);
    let ids = tickets(&desk, &customer.id, 3).await;
    for (action, field, wanted) in [
        (
            json!({ "action": "assign", "assigned_to": agent.id }),
            "assigned_to",
            json!(agent.id),
        ),
        (
            json!({ "action": "assign", "assigned_to": team, "assignment_type": "team" }),
            "assigned_team",
            json!(team),
        ),
        (
            json!({ "action": "status", "status": "in_progress" }),
            "status",
            json!("in_progress"),
        ),
        (
            json!({ "action": "priority", "priority": "urgent" }),
            "priority",
            json!("urgent"),
        ),
        (
            json!({ "action": "tag", "add": ["storm"], "remove": ["calm"] }),
            "tags",
            json!(["storm"]),
        ),
        (
            json!({ "action": "close", "resolution": "Storm is over", "resolution_code": "weather" }),
            "status",
            json!("closed"),
        ),
    ] {
        let answer = run(&desk, &ids, action.clone()).await;
        assert_eq!(
            (&answer.json["succeeded"], &answer.json["failed"]),
            (&json!(3), &json!(0)),
            "{answer}"
        );
        assert_eq!(each(&answer.list("results"), "ticket_id"), ids);
        assert!(
            answer
                .list("results")
                .iter()
                .all(|result| result["status"] == 200),
            "{answer}"
        );
        for id in &ids {
            assert_eq!(desk.read(id).await.json[field], wanted, "{action}");
        }
    }
    let said = run(
        &desk,
        &ids,
        json!({ "action": "comment", "body": "All clear.", "is_internal": true }),
    )
    .await;
    assert_eq!(said.json["succeeded"], 3, "{said}");
    assert_eq!(
        each(&desk.read(&ids[2]).await.list("comments"), "body"),
        ["All clear."]
    );
    assert_eq!(desk.history(&ids[0]).await.len(), 8);
}

#[tokio::test]
async fn one_bad_ticket_spoils_none() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let mut ids = tickets(&desk, &customer.id, 3).await;
    desk.admin
        .post(&at(&ids[1], "/close"), json!({}))
        .await
        .is(200);
    ids.push("0190a5f0-0000-7000-8000-000000000001".to_owned());
    let answer = run(
        &desk,
        &ids,
        json!({ "action": "status", "status": "in_progress" }),
    )
    .await;
    assert_eq!(
        (&answer.json["succeeded"], &answer.json["failed"]),
        (&json!(2), &json!(2)),
        "{answer}"
    );
    let results = answer.list("results");
    let statuses: Vec<_> = results
        .iter()
        .map(|result| result["status"].as_i64())
        .collect();
    assert_eq!(statuses, [Some(200), Some(409), Some(200), Some(404)]);
    assert_eq!(results[1]["error"]["code"], "invalid_transition");
    assert!(results[0].get("error").is_none());
    assert_eq!(desk.read(&ids[0]).await.str("status"), "in_progress");
    assert_eq!(desk.read(&ids[2]).await.str("status"), "in_progress");
}

#[tokio::test]
async fn a_thousand_tickets_in_one_call_have_an_outcome_each() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = stream::iter(0..999).map(|_| desk.ticket(&customer.id));
    let mut ids: Vec<String> = made.buffer_unordered(16).collect().await;
    ids.insert(500, "0190a5f0-0000-7000-8000-000000000002".to_owned());
    let tag = json!({ "action": "tag", "add": ["outage"] });
    let answer = run(&desk, &ids, tag.clone()).await;
    let results = answer.list("results");
    assert_eq!(each(&results, "ticket_id"), ids);
    let refused: Vec<_> = results
        .iter()
        .enumerate()
        .filter(|(_, result)| result["status"] != 200)
        .map(|(place, result)| (place, result["error"]["code"].clone()))
        .collect();
    assert_eq!(refused, [(500, json!("not_found"))]);
    let counts = (&answer.json["succeeded"], &answer.json["failed"]);
    assert_eq!(counts, (&json!(999), &json!(1)));

    let filter = json!({ "customer_id": customer.id, "tag": "outage" });
    let body = with(json!({ "filter": filter }), json!({ "action": "close" }));
    let closed = desk.admin.post(BULK, body).await.is(200);
    assert_eq!(closed.json["succeeded"], 999);
    let path = format!("/api/v1/tickets?customer_id={}&limit=1", customer.id);
    let open = desk.admin.get(&format!("{path}&status=open")).await;
    assert_eq!(open.is(200).json["total"], 0);
    ids[500] = desk.ticket(&customer.id).await;
    ids.push(desk.ticket(&customer.id).await);
    let body = with(json!({ "ticket_ids": ids }), tag);
    let refused = desk.admin.post(BULK, body).await;
    let faults = refused.faults();
    assert!(faults.iter().eq(["ticket_ids too_long"]), "{faults:?}");
    assert!(
        refused.text().contains("Prefer: respond-async"),
        "{refused}"
    );
}

#[tokio::test]
async fn tickets_can_be_named_by_a_filter() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ids = tickets(&desk, &customer.id, 2).await;
    let urgent = desk
        .ticket_with(&customer.id, json!({ "priority": "urgent" }))
        .await
        .str("id");
    let filter = json!({ "customer_id": customer.id, "priority": "medium" });
    let answer = desk
        .admin
        .post(BULK, json!({ "filter": filter, "action": "close" }))
        .await
        .is(200);
    let mut reached = each(&answer.list("results"), "ticket_id");
    reached.sort();
    assert_eq!(reached, ids);
    assert_eq!(desk.read(&urgent).await.str("status"), "open");
}

#[tokio::test]
async fn too_many_none_and_nonsense_are_refused() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let id = desk.ticket(&customer.id).await;
    let many = vec![id.clone(); 1_001];
    for body in [
        json!({ "ticket_ids": many, "action": "close" }),
        json!({ "ticket_ids": [], "action": "close" }),
        json!({ "action": "close" }),
        json!({ "ticket_ids": [id], "filter": {}, "action": "close" }),
        json!({ "ticket_ids": [id] }),
        json!({ "ticket_ids": [id], "action": "explode" }),
        json!({ "ticket_ids": [id], "action": "status" }),
        json!({ "ticket_ids": [id], "action": "status", "status": "lost" }),
        json!({ "ticket_ids": [id], "action": "priority" }),
        json!({ "ticket_ids": [id], "action": "comment" }),
        json!({ "ticket_ids": [id], "action": "assign" }),
        json!({ "ticket_ids": ["x"], "action": "close" }),
        json!({ "ticket_ids": [id], "action": "close", "colour": "red" }),
        json!({ "filter": { "colour": "red" }, "action": "close" }),
        json!({ "filter": {}, "action": "close" }),
    ] {
        let text = body.to_string().chars().take(120).collect::<String>();
        let answer = desk.admin.post(BULK, body).await;
        assert!(
            answer.status == 400 && !answer.faulty().is_empty(),
            "{text}: {answer}"
        );
    }
    assert_eq!(desk.read(&id).await.json["version"], 1);
}

#[tokio::test]
async fn acting_in_bulk_is_for_leads() {
    let desk = Desk::shared().await;
    let (customer, agent, lead) = (desk.customer().await, desk.agent().await, desk.lead().await);
    let id = desk.ticket(&customer.id).await;
    let body = json!({ "ticket_ids": [id], "action": "priority", "priority": "high" });
    customer
        .post(BULK, body.clone())
        .await
        .problem(403, "forbidden");
    agent
        .post(BULK, body.clone())
        .await
        .problem(403, "forbidden");
    lead.post(BULK, body).await.is(200);
}

/// Asks for the same with the same key.
async fn keyed(desk: &Desk, key: &str, ids: &[String], action: &Value) -> super::api::Answer {
    desk.admin
        .ask("POST", BULK)
        .header("Idempotency-Key", key)
        .json(with(json!({ "ticket_ids": ids }), action.clone()))
        .send()
        .await
}

/// How many comments each ticket has.
async fn comments(desk: &Desk, ids: &[String]) -> Vec<usize> {
    let mut counts = Vec::new();
    for id in ids {
        let path = format!("/api/v1/tickets/{id}/comments");
        counts.push(desk.admin.get(&path).await.is(200).list("comments").len());
    }
    counts
}

#[tokio::test]
async fn a_call_that_comes_again_while_it_runs_acts_on_each_ticket_once() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ids = tickets(&desk, &customer.id, 40).await;
    for action in [
        json!({ "action": "comment", "body": "The cable is being mended.", "is_internal": false }),
        json!({ "action": "close", "resolution": "Mended", "resolution_code": "cable" }),
    ] {
        let key = format!("bulk-at-once-{}", next());
        let calls = (0..4).map(|_| keyed(&desk, &key, &ids, &action));
        for answer in join_all(calls).await {
            let answer = answer.is(200);
            assert_eq!(answer.json["succeeded"], 40, "{answer}");
        }
        let replayed = keyed(&desk, &key, &ids, &action).await.is(200);
        assert_eq!(replayed.header("idempotency-replayed"), "true");
    }
    assert_eq!(comments(&desk, &ids).await, [1; 40]);
}

#[tokio::test]
async fn a_call_that_was_cut_off_is_completed_by_its_repeat() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ids = tickets(&desk, &customer.id, 60).await;
    let action = json!({ "action": "comment", "body": "Back at noon.", "is_internal": false });
    let key = format!("bulk-cut-off-{}", next());
    // Wherever each of these is cut off: none acts on a ticket on which one before it acted.
    for millis in [2, 5, 10, 20] {
        let call = keyed(&desk, &key, &ids, &action);
        let _ = tokio::time::timeout(Duration::from_millis(millis), call).await;
    }
    let answer = keyed(&desk, &key, &ids, &action).await.is(200);
    assert_eq!(answer.json["succeeded"], 60, "{answer}");
    assert_eq!(comments(&desk, &ids).await, [1; 60]);
}
