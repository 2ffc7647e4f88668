//! One ticket with everything around it.

use serde_json::json;

use super::api::each;
use super::desk::{Desk, at};

#[tokio::test]
async fn a_detail_holds_all_that_goes_with_a_ticket() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let service = desk.service(&customer.id).await;
    let ticket = desk
        .ticket_with(&customer.id, json!({ "service_id": service }))
        .await
        .str("id");
    let beside = desk
        .ticket_with(&customer.id, json!({ "service_id": service }))
        .await
        .str("id");
    desk.admin
        .post(
            &at(&ticket, "/comments"),
            json!({ "body": "We are looking into it." }),
        )
        .await
        .is(201);

    let detail = desk.read(&ticket).await;
    assert_eq!(detail.json["customer_details"]["id"], customer.id);
    assert_eq!(detail.json["service_details"]["id"], service);
    let metrics = &detail.json["sla_metrics"];
    for field in [
        "response_time_hours",
        "resolution_time_hours",
        "sla_breach_risk",
        "next_escalation",
    ] {
        assert!(metrics.get(field).is_some(), "{field}: {detail}");
    }
    assert!(
        metrics["response_time_hours"].is_number(),
        "it was answered: {detail}"
    );
    assert!(
        metrics["resolution_time_hours"].is_null(),
        "it is not resolved: {detail}"
    );
    assert_eq!(metrics["sla_breach_risk"], false);
    assert_eq!(
        each(&detail.list("comments"), "body"),
        ["We are looking into it."]
    );
    assert_eq!(
        each(&detail.list("history"), "action"),
        ["created", "commented"]
    );
    assert!(detail.list("attachments").is_empty());
    let related = detail.list("related_tickets");
    assert_eq!(each(&related, "id"), [beside]);
    assert_eq!(each(&related, "relation"), ["same_service"]);
}

#[tokio::test]
async fn history_and_comments_can_be_left_out() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let has = |answer: &super::api::Answer, name: &str| answer.json[name].is_array();
    let all = desk
        .admin
        .get(&at(&ticket, "?include_history=true&include_comments=true"))
        .await
        .is(200);
    assert!(has(&all, "history") && has(&all, "comments"));
    let less = desk
        .admin
        .get(&at(&ticket, "?include_history=false"))
        .await
        .is(200);
    assert!(!has(&less, "history") && has(&less, "comments"), "{less}");
    let least = desk
        .admin
        .get(&at(
            &ticket,
            "?include_history=false&include_comments=false",
        ))
        .await
        .is(200);
    assert!(
        !has(&least, "history") && !has(&least, "comments"),
        "{least}"
    );
    let faulty = desk
        .admin
        .get(&at(&ticket, "?include_history=perhaps&colour=red"))
        .await
        .faulty();
    assert_eq!(faulty.len(), 2, "{faulty:?}");
}

#[tokio::test]
async fn what_is_no_ticket_is_not_found() {
    let desk = Desk::shared().await;
    for id in [
        "0190a5f0-0000-7000-8000-000000000001",
        "1",
        "x",
        "%00",
        "..%2f..",
        "' OR 1=1 --",
    ] {
        let path = at(&id.replace(' ', "%20"), "");
        desk.admin.get(&path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn every_action_is_one_entry_of_the_history() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let agent = desk.agent().await;
    let ticket = desk.ticket(&customer.id).await;
    agent
        .post(
            &at(&ticket, "/assign"),
            json!({ "assigned_to": agent.id, "notes": "mine" }),
        )
        .await
        .is(200);
    agent
        .put(
            &at(&ticket, ""),
            json!({ "status": "in_progress", "priority": "high" }),
        )
        .await
        .is(200);
    agent
        .post(&at(&ticket, "/comments"), json!({ "body": "Looking." }))
        .await
        .is(201);
    agent
        .post(
            &at(&ticket, "/resolve"),
            json!({ "resolution": "Replaced the card" }),
        )
        .await
        .is(200);
    agent.post(&at(&ticket, "/close"), json!({})).await.is(200);
    customer
        .post(&at(&ticket, "/reopen"), json!({ "reason": "Still broken" }))
        .await
        .is(200);

    let history = desk.history(&ticket).await;
    let actions = each(&history, "action");
    assert_eq!(
        actions,
        [
            "created",
            "assigned",
            "status_changed",
            "commented",
            "resolved",
            "closed",
            "reopened"
        ]
    );
    let sequences: Vec<_> = history
        .iter()
        .map(|entry| entry["sequence"].as_i64())
        .collect();
    assert_eq!(sequences, (1..=7).map(Some).collect::<Vec<_>>());
    let assigned = &history[1];
    assert_eq!(
        assigned["actor"],
        json!({ "id": agent.id, "name": agent.username, "role": "agent" })
    );
    assert_eq!(assigned["note"], "mine");
    let changes = assigned["changes"].as_array().expect("changes");
    assert!(
        changes.contains(&json!({ "field": "status", "from": "open", "to": "assigned" })),
        "{assigned}"
    );
    assert!(
        changes.contains(&json!({ "field": "assigned_to", "from": null, "to": agent.id })),
        "{assigned}"
    );
    let mut fields = each(history[2]["changes"].as_array().expect("changes"), "field");
    fields.retain(|field| !field.starts_with("sla_"));
    assert_eq!(fields, ["priority", "status"], "{}", history[2]);
    assert_eq!(history[6]["actor"]["role"], "customer");
    let mut instants = each(&history, "at");
    let seen = instants.clone();
    instants.sort();
    assert_eq!(seen, instants);
    assert!(history.iter().all(|entry| !entry["id"].is_null()));
}

#[tokio::test]
async fn a_long_history_is_read_in_pages() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    for n in 0..6 {
        desk.admin
            .put(
                &at(&ticket, ""),
                json!({ "title": format!("Title number {n}") }),
            )
            .await
            .is(200);
    }
    let whole = desk.history(&ticket).await;
    assert_eq!(whole.len(), 7);
    let mut pages = Vec::new();
    for offset in [0, 3, 6] {
        let page = desk
            .admin
            .get(&at(&ticket, &format!("/history?limit=3&offset={offset}")))
            .await
            .is(200);
        assert_eq!(page.json["total"], 7, "{page}");
        pages.extend(page.list("history"));
    }
    assert_eq!(pages, whole);
    let faulty = desk
        .admin
        .get(&at(&ticket, "/history?limit=0&offset=-1"))
        .await
        .faulty();
    assert_eq!(faulty.len(), 2);
}
