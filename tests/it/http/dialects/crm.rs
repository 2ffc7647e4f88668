//! The CRM's API, exchange by exchange as its document prints it, and its words for ours.

use serde_json::{Value, json};

use super::printed::Printed;
use crate::http::desk::{Desk, at, next, with};

pub(super) const TICKETS: &str = "/crm/api/v1/tickets/";

pub(super) fn place(ticket: &str, rest: &str) -> String {
    format!("{TICKETS}{ticket}/{rest}")
}

/// The ticket that the document makes, for that company.
pub(super) fn zone_offline(company: &str) -> Value {
    json!({
        "subject": "Zone offline", "description": "Zone has been offline for 2 hours", "priority": "high",
        "category": "technical", "company": company
    })
}

/// A ticket as the document prints it.
fn printed_ticket() -> Value {
    json!({
        "id": "<ticket>", "ticket_number": "<number>", "subject": "Zone offline",
        "description": "Zone has been offline for 2 hours", "status": "new", "priority": "high",
        "category": "technical", "company": "<company>", "company_name": "<company name>", "contact": "<contact>",
        "contact_name": "John Smith", "assigned_to": null, "assigned_to_name": null, "assigned_team": null,
        "created_by": "<maker>", "created_by_name": "Norbert Platzer", "first_response_at": null,
        "resolved_at": null, "closed_at": null, "due_date": "2030-11-20T17:00:00Z",
        "first_response_time_hours": null, "resolution_time_hours": null, "is_overdue": false, "tags": "",
        "comments": [], "attachments": [], "comments_count": 0, "internal_notes_count": 0,
        "created_at": "2025-11-19T10:30:00Z", "updated_at": "2025-11-19T10:30:00Z"
    })
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "a document, from its beginning to its end"
)]
async fn the_document_line_by_line() {
    let desk = Desk::shared().await;
    let mut printed = Printed::default();
    let customer = desk.customer().await;
    let contact = json!({ "customer_id": customer.id, "name": "John Smith" });
    let contact = desk
        .admin
        .post("/api/v1/contacts", contact)
        .await
        .is(201)
        .str("id");
    let maker = desk
        .person(json!({ "role": "lead", "name": "Norbert Platzer" }))
        .await;
    let teams = desk
        .admin
        .get("/api/v1/teams?q=Tech")
        .await
        .is(200)
        .list("items");
    let tech = teams
        .iter()
        .find(|team| team["name"] == "Tech")
        .expect("a team")["id"]
        .clone();
    let keith = json!({ "role": "agent", "name": "Keith Thompson", "team_ids": [tech] });
    let keith = desk.person(keith).await;

    let body = with(
        zone_offline(&customer.id),
        json!({ "contact": contact, "due_date": "2030-11-20T17:00:00Z" }),
    );
    let made = maker.post(TICKETS, body).await.is(201);
    printed.is(&printed_ticket(), &made.json);
    assert_eq!(
        (made.str("company"), made.str("contact")),
        (customer.id.clone(), contact)
    );
    let id = made.str("id");
    printed.is(
        &printed_ticket(),
        &maker.get(&place(&id, "")).await.is(200).json,
    );

    let assigned = maker
        .post(&place(&id, "assign/"), json!({ "user_id": keith.id }))
        .await
        .is(200);
    let expected = with(
        printed_ticket(),
        json!({
            "status": "assigned", "assigned_to": keith.id, "assigned_to_name": "Keith Thompson",
            "assigned_team": "Tech"
        }),
    );
    printed.is(&expected, &assigned.json);

    let says = json!({ "text": "I've restarted the zone device", "is_internal": false });
    let comment = keith.post(&place(&id, "add_comment/"), says).await.is(201);
    let expected_comment = json!({
        "id": "<comment>", "ticket": id, "author": keith.id, "author_name": "Keith Thompson",
        "author_role": "Tech", "text": "I've restarted the zone device", "is_internal": false,
        "created_at": "2025-11-19T10:35:00Z", "updated_at": "2025-11-19T10:35:00Z"
    });
    printed.is(&expected_comment, &comment.json);
    let note = json!({ "ticket": id, "text": "Comment text", "is_internal": true });
    let note = keith
        .post("/crm/api/v1/ticket-comments/", note)
        .await
        .is(201);
    assert_eq!(
        (note.json["is_internal"].clone(), note.str("text")),
        (json!(true), "Comment text".into())
    );

    let file = ("screenshot.png", &b"\x89PNG\r\n\x1a\n and so on"[..]);
    let upload = maker
        .ask("POST", "/crm/api/v1/ticket-attachments/")
        .form("ticket", &id, file);
    let file = upload.send().await.is(201);
    let expected_file = json!({
        "id": "<file>", "ticket": id, "file": "<path>", "name": "screenshot.png", "size": 18,
        "uploaded_by": maker.id, "uploaded_by_name": "Norbert Platzer", "created_at": "2025-11-19T10:40:00Z"
    });
    printed.is(&expected_file, &file.json);
    let path = file.str("file");
    let parts: Vec<_> = path.split('/').collect();
    assert_eq!(parts[..5], ["", "crm", "media", "tickets", "attachments"]);
    assert_eq!(
        (parts[7], parts[8]),
        (file.str("id").as_str(), "screenshot.png")
    );
    assert_eq!(maker.get(&path).await.is(200).bytes.len(), 18);

    let change = json!({ "status": "in_progress", "priority": "urgent" });
    let changed = keith.patch(&place(&id, ""), change).await.is(200);
    let expected = with(
        expected,
        json!({
            "status": "in_progress", "priority": "urgent", "first_response_at": "2025-11-19T10:35:00Z",
            "first_response_time_hours": 0.0, "comments": [expected_comment, note.json],
            "attachments": [expected_file], "comments_count": 1, "internal_notes_count": 1
        }),
    );
    printed.is(&expected, &changed.json);

    let comments = "/crm/api/v1/ticket-comments/";
    let list = maker.get(&format!("{comments}?ticket={id}")).await.is(200);
    let page =
        json!({ "count": 2, "next": null, "previous": null, "results": [comment.json, note.json] });
    printed.is(&page, &list.json);
    let one = format!("{comments}{}/", comment.str("id"));
    let edit = json!({ "text": "Updated comment text" });
    let edited = keith.patch(&one, edit).await.is(200);
    printed.is(
        &with(expected_comment, json!({ "text": "Updated comment text" })),
        &edited.json,
    );
    printed.is(&edited.json, &maker.get(&one).await.is(200).json);
    keith.delete(&one).await.is(204);
    keith.get(&one).await.is(404);

    let file = format!("/crm/api/v1/ticket-attachments/{}/", file.str("id"));
    maker.get(&file).await.is(200);
    maker.delete(&file).await.is(204);
    maker.get(&path).await.is(404);
    assert!(
        maker
            .get(&place(&id, ""))
            .await
            .is(200)
            .list("attachments")
            .is_empty()
    );

    let back = maker
        .post(&place(&id, "assign/"), json!({ "user_id": null }))
        .await
        .is(200);
    assert_eq!(
        (back.json["assigned_to"].clone(), back.str("status")),
        (Value::Null, "new".into())
    );
    maker.delete(&place(&id, "")).await.is(204);
    maker.get(&place(&id, "")).await.is(404);
}

#[tokio::test]
async fn the_simplest_ticket_of_the_document_is_enough() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let body = json!({
        "subject": "Test ticket", "description": "This is a test", "priority": "medium",
        "category": "general", "company": customer.id
    });
    desk.admin.post(TICKETS, body).await.is(201);
    let body = json!({ "subject": "Test ticket", "description": "This is a test" });
    let own = customer.post(TICKETS, body.clone()).await.is(201);
    assert_eq!(own.str("company"), customer.id);
    assert_eq!(
        (own.str("priority"), own.str("category")),
        ("medium".into(), "general".into())
    );
    let refused = desk.admin.post(TICKETS, body).await.is(400);
    assert!(refused.json["company"][0].is_string(), "{refused}");
    let refused = desk
        .admin
        .post(
            TICKETS,
            json!({ "priority": "critical", "due_date": "soon" }),
        )
        .await;
    let fields: Vec<_> = refused
        .is(400)
        .json
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(fields, ["description", "due_date", "priority", "subject"]);
}

#[tokio::test]
async fn a_new_ticket_may_have_an_assignee_and_a_status_at_once() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let more = json!({
        "assigned_to": agent.id, "assigned_team": "tech", "status": "in_progress", "tags": "urgent, Zone-Offline"
    });
    let made = agent
        .post(TICKETS, with(zone_offline(&customer.id), more))
        .await
        .is(201);
    assert_eq!(made.str("assigned_to"), agent.id);
    assert_eq!(
        (made.str("assigned_team"), made.str("status")),
        ("Tech".into(), "in_progress".into())
    );
    assert_eq!(made.str("tags"), "urgent,zone-offline");
    let history = desk.history(&made.str("id")).await;
    let actions: Vec<_> = history
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["created", "status_changed"]);
    let wrong = json!({ "assigned_to": customer.person.id });
    let refused = agent
        .post(TICKETS, with(zone_offline(&customer.id), wrong))
        .await
        .is(400);
    assert!(refused.json["assigned_to"][0].is_string(), "{refused}");
}

#[tokio::test]
async fn what_a_client_was_shown_changes_nothing() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    for (priority, category, status) in [
        ("emergency", "outage_report", "pending_vendor"),
        ("critical", "repair", "closed"),
        ("urgent", "complaint", "in_progress"),
        ("low", "billing_inquiry", "pending_customer"),
        ("medium", "feature_request", "resolved"),
        ("high", "equipment_issue", "open"),
    ] {
        let fields = json!({ "priority": priority, "category": category });
        let id = desk.ticket_with(&customer.id, fields).await.str("id");
        if status != "open" {
            desk.admin
                .patch(&at(&id, ""), json!({ "status": status }))
                .await
                .is(200);
        }
        let before = desk.read(&id).await;
        let shown = agent.get(&place(&id, "")).await.is(200);
        let back = agent.put(&place(&id, ""), shown.json.clone()).await.is(200);
        assert_eq!(back.json, shown.json);
        assert_eq!(
            desk.read(&id).await.json["version"],
            before.json["version"],
            "{status}"
        );
        let also = customer.get(&place(&id, "")).await.is(200);
        customer.patch(&place(&id, ""), also.json).await.is(200);
    }
}

#[tokio::test]
async fn what_a_client_sets_it_reads_back() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let id = desk.ticket(&customer.id).await;
    let assign = json!({ "user_id": agent.id });
    agent
        .post(&place(&id, "assign"), assign.clone())
        .await
        .is(200);
    agent.post(&place(&id, "assign"), assign).await.is(200);
    for (field, words) in [
        ("priority", &["low", "medium", "high", "urgent"][..]),
        (
            "category",
            &[
                "technical",
                "billing",
                "zone_config",
                "account",
                "feature_request",
                "general",
            ],
        ),
        (
            "status",
            &[
                "in_progress",
                "pending",
                "resolved",
                "closed",
                "new",
                "pending",
                "assigned",
            ],
        ),
    ] {
        for word in words {
            let change = agent
                .patch(&place(&id, ""), json!({ field: word }))
                .await
                .is(200);
            assert_eq!(change.json[field], *word);
            assert_eq!(agent.get(&place(&id, "")).await.is(200).json[field], *word);
        }
    }
    let more =
        json!({ "subject": "Other", "due_date": null, "tags": "b,a", "assigned_team": "Finance" });
    let changed = agent.patch(&place(&id, ""), more).await.is(200);
    assert_eq!(
        (changed.str("subject"), changed.str("tags")),
        ("Other".into(), "a,b".into())
    );
    assert_eq!(
        (
            changed.str("assigned_team"),
            changed.json["assigned_to"].clone()
        ),
        ("Finance".into(), Value::Null)
    );
}

#[tokio::test]
async fn what_the_workflow_refuses_is_a_fault_of_the_status() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let id = desk.ticket(&customer.id).await;
    let set = async |status: &str| {
        agent
            .patch(&place(&id, ""), json!({ "status": status }))
            .await
    };
    let refused = set("assigned").await.is(400);
    assert!(
        refused.json["status"][0].is_string(),
        "nobody has it: {refused}"
    );
    set("pending").await.is(200);
    let refused = set("new").await.is(400);
    let says = "a ticket that is pending cannot become new; allowed: assigned, in_progress, pending, resolved, closed";
    assert_eq!(refused.json, json!({ "status": [says] }));
    set("closed").await.is(200);
    set("resolved").await.is(400);
    set("new").await.is(200);
    assert_eq!(desk.read(&id).await.str("status"), "reopened");
    let other = desk.customer().await;
    let refused = agent
        .patch(&place(&id, ""), json!({ "company": other.id }))
        .await
        .is(400);
    assert!(refused.json["company"][0].is_string(), "{refused}");
    let refused = agent
        .post(
            &place(&id, "assign"),
            json!({ "user_id": customer.person.id }),
        )
        .await;
    assert!(refused.is(400).json["user_id"][0].is_string());
    agent.post(&place(&id, "assign"), json!({})).await.is(400);
    agent
        .patch(&place(&id, ""), json!({ "assigned_team": "No Such Team" }))
        .await
        .is(400);
    agent
        .put(&place(&id, ""), json!({ "subject": "Only this" }))
        .await
        .is(400);
}

#[tokio::test]
async fn a_write_holds_on_to_what_was_read_and_a_repeat_gets_the_first_answer() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let id = desk.ticket(&customer.id).await;
    let ask = desk
        .admin
        .ask("PATCH", &place(&id, ""))
        .header("if-match", "\"99\"");
    let stale = ask.json(json!({ "subject": "Late" })).send().await.is(412);
    assert!(stale.json["detail"].is_string(), "{stale}");
    let key = format!("crm-{}", next());
    let make = async || {
        let ask = desk
            .admin
            .ask("POST", TICKETS)
            .header("idempotency-key", &key);
        ask.json(zone_offline(&customer.id)).send().await
    };
    let (first, again) = (make().await.is(201), make().await.is(201));
    assert_eq!(first.json, again.json);
    assert_eq!(again.header("idempotency-replayed"), "true");
}
