//! Changing a ticket's fields, and deleting it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::desk::{Desk, at};

fn set(fields: &[&str]) -> BTreeSet<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

#[tokio::test]
async fn the_whole_object_that_was_read_can_be_put_back() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = desk
        .ticket_with(
            &customer.id,
            json!({ "tags": ["vip"], "due_date": "2031-01-01T00:00:00Z" }),
        )
        .await;
    let path = at(&made.str("id"), "");
    let same = desk.admin.put(&path, made.json.clone()).await.is(200);
    assert_eq!(same.json["version"], 1, "nothing changed: {same}");
    let detail = desk.admin.get(&path).await.is(200);
    let same = desk.admin.put(&path, detail.json.clone()).await.is(200);
    assert_eq!(
        (
            &same.json["version"],
            desk.history(&made.str("id")).await.len()
        ),
        (&json!(1), 1)
    );
    let mut edited = made.json.clone();
    edited["title"] = json!("Another title");
    edited["priority"] = json!("high");
    let edited = desk.admin.put(&path, edited).await.is(200);
    assert_eq!(
        (edited.str("title"), edited.str("priority")),
        ("Another title".to_owned(), "high".to_owned())
    );
    assert_eq!(edited.json["description"], made.json["description"]);
    assert_eq!(edited.json["version"], 2);
    let mut stale = made.json.clone();
    stale["title"] = json!("A title from yesterday");
    desk.admin.put(&path, stale).await.problem(412, "stale");
}

#[tokio::test]
async fn fields_that_are_given_change_and_the_others_stay() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = desk
        .ticket_with(
            &customer.id,
            json!({ "tags": ["vip"], "contact_info": "room 5" }),
        )
        .await;
    let path = at(&made.str("id"), "");
    for (verb, change) in [
        ("PUT", json!({ "title": "The second title" })),
        ("PATCH", json!({ "category": "repair", "tags": ["a", "b"] })),
        (
            "PATCH",
            json!({ "contact_method": "phone", "preferred_contact_time": "evenings" }),
        ),
        ("PUT", json!({ "due_date": "2031-05-04T03:02:01Z" })),
    ] {
        let before = desk.admin.get(&path).await.is(200).json;
        let after = desk
            .admin
            .ask(verb, &path)
            .json(change.clone())
            .send()
            .await
            .is(200)
            .json;
        for (field, value) in after.as_object().expect("an object") {
            let moves = ["version", "updated_at", "sla"].contains(&field.as_str());
            let wanted = change.get(field).unwrap_or(&before[field]);
            assert!(
                moves || value == wanted,
                "{verb} {change}: {field} is {value}, not {wanted}"
            );
        }
    }
}

#[tokio::test]
async fn null_clears_what_may_be_empty_and_nothing_else() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let service = desk.service(&customer.id).await;
    let made = desk.ticket_with(&customer.id, json!({
        "service_id": service, "contact_info": "room 5", "preferred_contact_time": "evenings",
        "due_date": "2031-01-01T00:00:00Z"
    })).await;
    let path = at(&made.str("id"), "");
    let clear = json!({ "service_id": null, "contact_info": null, "preferred_contact_time": null, "due_date": null });
    let cleared = desk.admin.patch(&path, clear.clone()).await.is(200);
    for field in clear.as_object().expect("an object").keys() {
        assert_eq!(cleared.json[field], Value::Null, "{field}");
    }
    let kept = json!({ "title": null, "description": null, "category": null, "priority": null, "status": null });
    let faulty = desk.admin.patch(&path, kept).await.faulty();
    assert_eq!(
        faulty,
        set(&["title", "description", "category", "priority", "status"])
    );
}

#[tokio::test]
async fn what_cannot_be_written_may_be_sent_as_it_is_and_no_other_way() {
    let desk = Desk::shared().await;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let made = desk.ticket(&customer.id).await;
    let path = at(&made, "");
    let changes = json!({
        "id": "0190a5f0-0000-7000-8000-000000000001", "number": 1, "ticket_number": "T-20200101-0001",
        "customer_id": other.id, "created_by": null, "created_at": "2020-01-01T00:00:00Z", "source": "crm",
        "escalation_level": 3, "merged_into": made, "assigned_to": other.person.id, "resolved_at": "2020-01-01T00:00:00Z"
    });
    let answer = desk.admin.put(&path, changes.clone()).await;
    let faults = answer.faults();
    for field in changes.as_object().expect("an object").keys() {
        assert!(
            faults.contains(&format!("{field} read_only")),
            "{field}: {answer}"
        );
    }
    let unknown = desk
        .admin
        .patch(&path, json!({ "colour": "red", "password_hash": "x" }))
        .await
        .faulty();
    assert_eq!(unknown, set(&["colour", "password_hash"]));
    assert_eq!(desk.read(&made).await.json["version"], 1);
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_edit_is_told_at_once() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = desk.ticket(&customer.id).await;
    let faulty = desk.admin.put(&at(&made, ""), json!({
        "title": "x".repeat(201), "description": 5, "category": "gossip", "priority": "x", "status": "lost", "tags": "vip",
        "due_date": "soon", "service_id": "y", "contact_method": "pigeon", "colour": "red"
    })).await.faulty();
    assert_eq!(
        faulty,
        set(&[
            "title",
            "description",
            "category",
            "priority",
            "status",
            "tags",
            "due_date",
            "service_id",
            "contact_method",
            "colour",
        ])
    );
    let short = desk
        .admin
        .put(
            &at(&made, ""),
            json!({ "title": "abc", "description": "too short" }),
        )
        .await
        .faulty();
    assert_eq!(short, set(&["title", "description"]));
}

#[tokio::test]
async fn a_customer_changes_four_fields_until_the_ticket_is_resolved() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = desk.ticket(&customer.id).await;
    let path = at(&made, "");
    customer.put(&path, json!({
        "title": "A better title", "description": "A much better description.", "contact_method": "chat",
        "preferred_contact_time": "mornings"
    })).await.is(200);
    for (field, value) in [
        ("priority", json!("emergency")),
        ("category", json!("repair")),
        ("status", json!("resolved")),
        ("status", json!("in_progress")),
        ("tags", json!(["vip"])),
        ("due_date", json!("2031-01-01T00:00:00Z")),
    ] {
        let refused = customer.patch(&path, json!({ field: value })).await.is(403);
        assert!(refused.text().contains(field), "{refused}");
    }
    assert_eq!(desk.read(&made).await.json["version"], 2);
    let whole = customer.get(&path).await.is(200);
    customer.put(&path, whole.json.clone()).await.is(200);
    desk.admin
        .post(&at(&made, "/resolve"), json!({}))
        .await
        .is(200);
    customer
        .patch(&path, json!({ "title": "Too late for a title" }))
        .await
        .is(403);
}

#[tokio::test]
async fn leads_delete_and_nobody_finds_the_ticket_again() {
    let desk = Desk::shared().await;
    let (customer, agent, lead) = (desk.customer().await, desk.agent().await, desk.lead().await);
    let made = desk.ticket(&customer.id).await;
    let note = json!({ "body": "Something to remember." });
    let comment = agent
        .post(&at(&made, "/comments"), note)
        .await
        .is(201)
        .str("id");
    customer
        .delete(&at(&made, ""))
        .await
        .problem(403, "forbidden");
    agent.delete(&at(&made, "")).await.problem(403, "forbidden");
    let gone = lead.delete(&at(&made, "")).await.is(204);
    assert!(gone.bytes.is_empty());
    for person in [&desk.admin, &lead, &agent, &customer] {
        for rest in ["", "/history", "/comments", "/attachments"] {
            person.get(&at(&made, rest)).await.problem(404, "not_found");
        }
        let list = person
            .get(&format!("/api/v1/tickets?customer_id={}", customer.id))
            .await
            .is(200);
        assert_eq!(
            (&list.json["total"], &list.json["summary"]["open"]),
            (&json!(0), &json!(0)),
            "{list}"
        );
    }
    lead.delete(&at(&made, "")).await.is(404);
    lead.put(&at(&made, ""), json!({ "title": "Back again" }))
        .await
        .is(404);
    lead.patch(
        &at(&made, &format!("/comments/{comment}")),
        json!({ "body": "x" }),
    )
    .await
    .is(404);
    lead.post(&at(&made, "/reopen"), json!({ "reason": "x" }))
        .await
        .is(404);
}
