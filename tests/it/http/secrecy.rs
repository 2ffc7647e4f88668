//! What staff keep to themselves reaches no customer, by whatever way it asks.

use serde_json::{Value, json};

use super::api::{Answer, each, text};
use super::desk::{Customer, Desk, Person, at, next};

/// A ticket full of things that its customer must never read, all of them marked by one word.
struct Kept {
    desk: Desk,
    customer: Customer,
    agent: Person,
    ticket: String,
    canary: String,
    note: String,
    file: String,
}

impl Kept {
    async fn new() -> Self {
        let desk = Desk::shared().await;
        let n = next();
        let canary = format!("canary{n}x");
        let tier = format!("tier-{n}");
        let policy = json!({
            "name": format!("Policy {canary}"), "position": 1, "conditions": { "customer_tiers": [tier] },
            "targets": { "first_response": 60, "resolution": 600 }
        });
        desk.admin
            .post("/api/v1/sla/policies", policy)
            .await
            .is(201);
        let (customer, agent) = (desk.customer().await, desk.agent().await);
        desk.admin
            .patch(
                &format!("/api/v1/customers/{}", customer.id),
                json!({ "tier": tier }),
            )
            .await
            .is(200);
        let ticket = desk.ticket(&customer.id).await;
        let post =
            |rest: &str, body: Value| agent.ask("POST", &at(&ticket, rest)).json(body).send();
        post(
            "/assign",
            json!({ "assigned_to": agent.id, "notes": format!("assigned {canary}") }),
        )
        .await
        .is(200);
        post(
            "/escalate",
            json!({ "reason": format!("escalated {canary}") }),
        )
        .await
        .is(200);
        let name = format!("{canary}.txt");
        let files: [(&str, &[u8]); 1] = [(&name, canary.as_bytes())];
        let file = agent
            .upload("/api/v1/attachments", &files)
            .await
            .is(201)
            .list("attachments");
        let file = each(&file, "id").remove(0);
        let body =
            json!({ "body": format!("note {canary}"), "is_internal": true, "attachments": [file] });
        let note = post("/comments", body).await.is(201).str("id");
        let second = post(
            "/comments",
            json!({ "body": "another note", "is_internal": true }),
        )
        .await
        .is(201)
        .str("id");
        agent
            .patch(
                &at(&ticket, &format!("/comments/{second}")),
                json!({ "body": format!("edited {canary}") }),
            )
            .await
            .is(200);
        agent
            .delete(&at(&ticket, &format!("/comments/{second}")))
            .await
            .is(204);
        let source = desk.ticket(&customer.id).await;
        let body = json!({ "body": format!("merged {canary}"), "is_internal": true });
        agent.post(&at(&source, "/comments"), body).await.is(201);
        post("/merge", json!({ "ticket_ids": [source] }))
            .await
            .is(200);
        agent
            .patch(&at(&ticket, ""), json!({ "priority": "high" }))
            .await
            .is(200);
        let answer = json!({ "body": "A public word." });
        post("/comments", answer).await.is(201);
        Self {
            desk,
            customer,
            agent,
            ticket,
            canary,
            note,
            file,
        }
    }

    fn check(&self, answer: &Answer) {
        let headers = format!("{:?}", answer.headers);
        assert!(
            !answer.text().contains(&self.canary) && !headers.contains(&self.canary),
            "{answer}"
        );
        for field in [
            "escalation_level",
            "warned_at",
            "internal_notes_count",
            "sla_breach_risk",
            "next_escalation",
        ] {
            assert!(!names(&answer.json, field), "{field}: {answer}");
        }
        assert!(!names(&answer.json, "policy"), "{answer}");
    }
}

/// Whether any object in it has a field of that name.
fn names(value: &Value, field: &str) -> bool {
    match value {
        Value::Object(fields) => {
            fields.contains_key(field) || fields.values().any(|inner| names(inner, field))
        }
        Value::Array(items) => items.iter().any(|inner| names(inner, field)),
        _ => false,
    }
}

#[tokio::test]
async fn no_answer_that_a_customer_can_get_holds_a_canary() {
    let kept = Kept::new().await;
    let ticket = &kept.ticket;
    let comment = |id: &str| at(ticket, &format!("/comments/{id}"));
    for path in [
        "/api/v1/tickets".to_owned(),
        "/api/v1/tickets?sort=-updated_at".to_owned(),
        "/api/v1/tickets?limit=1".to_owned(),
        format!("/api/v1/tickets?q={}", kept.canary),
        "/api/v1/tickets?sla_breach=false".to_owned(),
        at(ticket, ""),
        at(ticket, "?include_history=false"),
        at(ticket, "/history?limit=1000"),
        at(ticket, "/comments?limit=1000"),
        at(ticket, "/attachments?limit=1000"),
        at(ticket, "/sla/explain"),
        "/api/v1/tickets/sla-status".to_owned(),
        "/api/v1/workflow".to_owned(),
        "/auth/users/me/".to_owned(),
        "/api/v1/sla/policies".to_owned(),
        format!("/api/v1/attachments/{}", kept.file),
        comment(&kept.note),
        "/api/v1/users".to_owned(),
        "/api/v1/customers".to_owned(),
        "/api/v1/nothing".to_owned(),
    ] {
        kept.check(&kept.customer.get(&path).await);
    }
    let writes = [
        (
            "PUT",
            at(ticket, ""),
            json!({ "title": "A customer's title" }),
        ),
        (
            "PATCH",
            at(ticket, ""),
            json!({ "contact_method": "phone" }),
        ),
        ("PATCH", at(ticket, ""), json!({ "escalation_level": 0 })),
        ("PATCH", at(ticket, ""), json!({ "priority": "low" })),
        (
            "POST",
            at(ticket, "/comments"),
            json!({ "body": "A customer's word." }),
        ),
        ("PATCH", comment(&kept.note), json!({ "body": "mine" })),
        ("DELETE", comment(&kept.note), json!({})),
        (
            "POST",
            at(ticket, "/assign"),
            json!({ "assigned_to": kept.agent.id }),
        ),
        ("POST", at(ticket, "/escalate"), json!({ "reason": "now" })),
        ("POST", at(ticket, "/close"), json!({})),
        ("POST", at(ticket, "/reopen"), json!({ "reason": "again" })),
        ("POST", at(ticket, "/resolve"), json!({})),
        ("DELETE", at(ticket, ""), json!({})),
        (
            "POST",
            "/api/v1/tickets/bulk".to_owned(),
            json!({ "ticket_ids": [ticket], "action": "close" }),
        ),
    ];
    for (method, path, body) in writes {
        kept.check(&kept.customer.ask(method, &path).json(body).send().await);
    }
    let seen = kept.desk.read(ticket).await.text();
    assert!(seen.contains(&kept.canary), "staff reads all of it: {seen}");
}

#[tokio::test]
async fn counts_betray_nothing_that_a_customer_may_not_read() {
    let kept = Kept::new().await;
    let ticket = &kept.ticket;
    for (rest, name, wanted) in [
        ("/comments", "comments", 1),
        ("/attachments", "attachments", 0),
    ] {
        let list = kept.customer.get(&at(ticket, rest)).await.is(200);
        assert_eq!(
            (list.list(name).len(), &list.json["total"]),
            (wanted, &json!(wanted)),
            "{list}"
        );
    }
    let history = kept
        .customer
        .get(&at(ticket, "/history?limit=1000"))
        .await
        .is(200);
    let entries = history.list("history");
    assert_eq!(history.json["total"], entries.len(), "{history}");
    let actions = each(&entries, "action");
    assert!(!actions.contains(&"escalated".to_owned()), "{actions:?}");
    assert_eq!(
        actions
            .iter()
            .filter(|action| *action == "commented")
            .count(),
        1,
        "{actions:?}"
    );
    let fields: Vec<_> = entries
        .iter()
        .flat_map(|entry| each(entry["changes"].as_array().expect("changes"), "field"))
        .collect();
    for hidden in [
        "escalation_level",
        "sla_policy",
        "sla_calendar",
        "sla_target",
    ] {
        assert!(!fields.contains(&hidden.to_owned()), "{fields:?}");
    }
    let sequences: Vec<_> = entries
        .iter()
        .filter_map(|entry| entry["sequence"].as_u64())
        .collect();
    let gapless: Vec<_> = (1..=u64::try_from(entries.len()).expect("a count")).collect();
    assert_eq!(sequences, gapless, "gaps would count what is hidden");
    let first = kept
        .customer
        .get(&at(ticket, "/history?limit=1&offset=1"))
        .await
        .is(200)
        .list("history");
    assert_eq!(
        first,
        entries[1..2],
        "pages are cut from what the customer reads"
    );
    let found = kept
        .customer
        .get(&format!("/api/v1/tickets?q={}", kept.canary))
        .await
        .is(200);
    assert_eq!(
        (&found.json["total"], found.list("tickets").len()),
        (&json!(0), 0)
    );
}

#[tokio::test]
async fn a_customer_reads_due_times_and_whether_they_were_met() {
    let kept = Kept::new().await;
    let read = kept.customer.get(&at(&kept.ticket, "")).await.is(200);
    let first = &read.json["sla"]["targets"]["first_response"];
    assert!(
        first["met_at"].is_string() && first.get("breached_at").is_some(),
        "{read}"
    );
    assert!(
        read.json["sla"]["targets"]["resolution"]["due_at"].is_string(),
        "{read}"
    );
    assert_eq!(text(&read.json["assigned_to"]), kept.agent.id);
}

#[tokio::test]
async fn foreign_tickets_do_not_exist_whatever_is_asked_of_them() {
    let desk = Desk::shared().await;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let ticket = desk.ticket(&customer.id).await;
    let nobody = "0190a5f0-0000-7000-8000-000000000001";
    for (method, rest, body) in [
        ("GET", "", Value::Null),
        ("GET", "/history", Value::Null),
        ("GET", "/sla/explain", Value::Null),
        ("PUT", "", json!({ "title": "Some title" })),
        ("PUT", "", json!({ "title": "x", "colour": "red" })),
        ("DELETE", "", Value::Null),
        ("POST", "/assign", json!({ "assigned_to": null })),
        ("POST", "/merge", json!({ "ticket_ids": [nobody] })),
        (
            "POST",
            "/comments",
            json!({ "body": "hello", "is_internal": true }),
        ),
        ("POST", "/close", json!({})),
    ] {
        let ask = |id: &str| {
            let ask = other.ask(method, &at(id, rest));
            if body.is_null() {
                ask
            } else {
                ask.json(body.clone())
            }
        };
        let (foreign, missing) = (ask(&ticket).send().await, ask(nobody).send().await);
        let without_path = |answer: &Answer| {
            let mut json = answer.json.clone();
            if let Some(problem) = json.as_object_mut() {
                problem.remove("instance");
            }
            json
        };
        assert_eq!(foreign.status, missing.status, "{method} {rest}: {foreign}");
        assert_eq!(
            without_path(&foreign),
            without_path(&missing),
            "{method} {rest}"
        );
        assert!([400, 404].contains(&foreign.status), "{foreign}");
    }
}
