//! Raising tickets.

use serde_json::json;

use super::desk::{Desk, at};

#[tokio::test]
async fn a_ticket_rises_level_by_level_up_to_three() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/escalate");
    for level in 1..=3 {
        let raised = desk
            .admin
            .post(&path, json!({ "reason": format!("Reason {level}") }))
            .await
            .is(200);
        assert_eq!(raised.json["escalation_level"], level);
        assert_eq!(
            raised.json["priority"], "medium",
            "nobody asked for another priority"
        );
    }
    desk.admin
        .post(&path, json!({ "reason": "Higher!" }))
        .await
        .problem(409, "already_escalated");
    let notes: Vec<_> = desk
        .history(&ticket)
        .await
        .iter()
        .skip(1)
        .map(|entry| entry["note"].clone())
        .collect();
    assert_eq!(notes, ["Reason 1", "Reason 2", "Reason 3"]);
}

#[tokio::test]
async fn a_level_can_be_named_but_never_falls() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/escalate");
    let body = json!({ "reason": "Ministry", "level": 2, "assigned_to": agent.id, "priority_change": "critical" });
    let raised = desk.admin.post(&path, body).await.is(200);
    assert_eq!(raised.json["escalation_level"], 2);
    assert_eq!(
        (raised.str("assigned_to"), raised.str("priority")),
        (agent.id.clone(), "critical".to_owned())
    );
    for level in [1, 2] {
        let refused = desk
            .admin
            .post(&path, json!({ "reason": "Down", "level": level }))
            .await;
        refused.problem(409, "already_escalated");
    }
    for level in [json!(0), json!(4), json!(-1), json!("2"), json!(1.5)] {
        assert!(
            desk.admin
                .post(&path, json!({ "reason": "x", "level": level }))
                .await
                .faulty()
                .contains("level")
        );
    }
    assert!(
        desk.admin
            .post(&path, json!({}))
            .await
            .faulty()
            .contains("reason")
    );
}

#[tokio::test]
async fn what_is_done_is_not_raised() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let reason = json!({ "reason": "Too slow" });
    desk.admin
        .post(&at(&ticket, "/resolve"), json!({}))
        .await
        .is(200);
    desk.admin
        .post(&at(&ticket, "/escalate"), reason.clone())
        .await
        .problem(409, "ticket_done");
    desk.admin
        .post(&at(&ticket, "/close"), json!({}))
        .await
        .is(200);
    desk.admin
        .post(&at(&ticket, "/escalate"), reason)
        .await
        .problem(409, "ticket_done");
}
