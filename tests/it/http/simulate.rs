//! SLA simulations as clients see them.

use serde_json::{Value, json};

use super::api::{Answer, Api, each, text};
use super::desk::{Desk, eventually, next, with};

const SIMULATE: &str = "/api/v1/sla/simulate";

/// A policy that promises a customer's tickets an answer within a second, around the clock.
fn wanted(tier: &str, customer: &str) -> Value {
    json!({
        "from": "2026-01-01", "to": "2035-12-31", "timezone": "UTC",
        "policy": { "name": "At once", "position": -5, "conditions": { "customer_tiers": [tier] },
                    "targets": { "first_response": 0.0167 } },
        "filters": { "customer_id": customer },
    })
}

async fn ended(api: &Api, place: &str) -> Answer {
    eventually("the end of the simulation", || async {
        let answer = api.get(place).await.is(200);
        let status = answer.str("status");
        (!["queued", "running"].contains(&status.as_str())).then_some(answer)
    })
    .await
}

#[tokio::test]
async fn a_simulation_is_asked_for_watched_and_read() {
    let desk = Desk::shared().await;
    let lead = desk.lead().await;
    let tier = format!("tier-{}", next());
    let customer = desk
        .account(json!({ "tier": tier, "name": "=Hotel, \"See\"" }))
        .await;
    let ticket = desk.ticket(&customer).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let asked = lead.post(SIMULATE, wanted(&tier, &customer)).await.is(202);
    assert_eq!(
        (asked.str("status").as_str(), &asked.json["result"]),
        ("queued", &Value::Null)
    );
    let place = asked.header("location");
    assert_eq!(place, format!("{SIMULATE}/{}", asked.str("id")));
    let done = ended(&lead, &place).await;
    assert_eq!(done.str("status"), "done");
    assert_eq!(
        done.json["progress"],
        json!({ "tickets_done": 1, "tickets_total": 1 })
    );
    let result = &done.json["result"];
    assert_eq!(
        (
            &result["tickets"],
            &result["changed"],
            &result["newly_breached"]
        ),
        (&json!(1), &json!(1), &json!(1))
    );
    let first = &result["targets"]["first_response"];
    assert_eq!(
        first["before"],
        json!({ "met": 0, "breached": 0, "pending": 1 })
    );
    assert_eq!(
        first["after"],
        json!({ "met": 0, "breached": 1, "pending": 0 })
    );
    assert_eq!(
        result["by_customer"][0]["customer"]["id"],
        customer.as_str()
    );
    assert_eq!(result["by_priority"]["medium"]["tickets"], 1);
    assert_eq!(result["by_team"][0]["team"], Value::Null);
    let listed = lead.get(&format!("{place}/tickets")).await.is(200);
    assert_eq!(listed.json["total"], 1);
    let changed = &listed.json["items"][0];
    assert_eq!(changed["ticket_id"], ticket.as_str());
    assert_eq!(changed["policy_after"], "At once");
    assert_eq!(
        changed["targets"]["first_response"],
        json!({ "before": "pending", "after": "breached" })
    );
    assert_eq!(changed["targets"]["resolution"]["after"], "not_promised");
    let csv = lead.get(&format!("{place}/tickets.csv")).await.is(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let file = csv.text();
    let lines: Vec<_> = file.split("\r\n").collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].starts_with("ticket_id,ticket_number,created_at,"));
    assert!(lines[1].starts_with(&ticket) && lines[1].contains("\"'=Hotel, \"\"See\"\"\""));
    let all = lead
        .get(&format!("{SIMULATE}?limit=1000"))
        .await
        .is(200)
        .list("items");
    let own = all.iter().find(|one| one["id"] == asked.json["id"]);
    let own = own.expect("it is in the list");
    assert_eq!(
        (text(&own["status"]).as_str(), &own["result"]),
        ("done", &Value::Null)
    );
    lead.delete(&place).await.is(204);
    assert_eq!(lead.get(&place).await.is(200).str("status"), "done");
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let desk = Desk::shared().await;
    let nowhere = "0190a5f0-0000-7000-8000-000000000001";
    let body = json!({
        "from": "2026-02-01", "to": "2026-01-01", "timezone": "Mars/Base", "replaces": nowhere, "replaces_calendar": nowhere,
        "policy": { "name": "x", "position": 1, "targets": {}, "calendar_id": nowhere },
        "filters": { "customer_id": nowhere, "team_id": nowhere },
    });
    let refused = desk.admin.post(SIMULATE, body).await.is(400);
    let mut fields: Vec<_> = refused
        .list("errors")
        .iter()
        .map(|fault| text(&fault["field"]))
        .collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            "filters.customer_id",
            "filters.team_id",
            "policy.calendar_id",
            "replaces",
            "replaces_calendar",
            "timezone",
            "to"
        ]
    );
    let body = json!({ "from": "x", "to": null, "timezone": "q", "policy": { "name": "x" } });
    let refused = desk.admin.post(SIMULATE, body).await.is(400);
    let fields = each(&refused.list("errors"), "field");
    for field in ["from", "to", "timezone", "policy.position"] {
        assert!(fields.iter().any(|of| of == field), "{field}: {refused}");
    }
    let alone = json!({ "from": "2026-02-01", "to": "2026-02-01" });
    let refused = desk.admin.post(SIMULATE, alone.clone()).await.is(400);
    assert_eq!(refused.json["errors"][0]["field"], "policy");
    let calendar = json!({ "calendar": { "name": "x", "timezone": "UTC", "always_open": true } });
    let refused = desk
        .admin
        .post(SIMULATE, with(alone, calendar))
        .await
        .is(400);
    assert_eq!(refused.json["errors"][0]["field"], "replaces_calendar");
}
