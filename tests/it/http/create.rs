//! Making tickets.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::api::text;
use super::desk::{Desk, new_ticket, with};

const TICKETS: &str = "/api/v1/tickets";

#[tokio::test]
async fn a_new_ticket_is_answered_whole_with_its_place_and_tag() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let answer = agent.post(TICKETS, new_ticket(&customer.id)).await.is(201);
    let id = answer.str("id");
    assert!(
        answer
            .header("location")
            .ends_with(&format!("/api/v1/tickets/{id}")),
        "{:?}",
        answer.headers
    );
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!(answer.header("content-type"), "application/json");
    let wanted = json!({
        "customer_id": customer.id, "title": "No signal on the line", "category": "technical_support",
        "priority": "medium", "status": "open", "service_id": null, "contact_method": "portal",
        "preferred_contact_time": null, "tags": [], "assigned_to": null, "assigned_team": null, "escalation_level": 0,
        "due_date": null, "source": "isp", "merged_into": null, "created_by": agent.id, "first_response_at": null,
        "resolved_at": null, "closed_at": null, "version": 1
    });
    for (field, value) in wanted.as_object().expect("an object") {
        assert_eq!(&answer.json[field], value, "{field}: {answer}");
    }
    assert!(answer.json["number"].as_i64() > Some(0));
    assert_eq!(answer.json["created_at"], answer.json["updated_at"]);
    assert!(answer.str("created_at").ends_with('Z'));
    let targets = answer.json["sla"]["targets"].as_object().expect("targets");
    let names: BTreeSet<_> = targets.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        BTreeSet::from(["first_response", "next_response", "resolution"])
    );
    for target in targets.values() {
        for field in [
            "due_at",
            "met_at",
            "breached_at",
            "warned_at",
            "paused",
            "remaining_seconds",
        ] {
            assert!(target.get(field).is_some(), "{field}: {answer}");
        }
    }
    let read = agent.get(&format!("{TICKETS}/{id}")).await.is(200);
    assert_eq!(read.json["title"], answer.json["title"]);
    assert_eq!(read.header("etag"), "\"1\"");
}

#[tokio::test]
async fn a_ticket_number_is_the_day_and_its_sequence() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = desk.ticket_with(&customer.id, json!({})).await;
    let number = made.str("ticket_number");
    let parts: Vec<&str> = number.split('-').collect();
    let day = made.str("created_at")[..10].replace('-', "");
    assert_eq!(
        (parts.len(), parts[0], parts[1]),
        (3, "T", day.as_str()),
        "{number}"
    );
    assert!(
        parts[2].len() >= 4 && parts[2].bytes().all(|byte| byte.is_ascii_digit()),
        "{number}"
    );
}

#[tokio::test]
async fn every_field_that_can_be_sent_is_kept() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let service = desk.service(&customer.id).await;
    let contact = json!({ "customer_id": customer.id, "name": "Ada", "email": "ada@example.net" });
    let contact = desk
        .admin
        .post("/api/v1/contacts", contact)
        .await
        .is(201)
        .str("id");
    let sent = json!({
        "title": "Line drops every hour", "description": "Since Monday,\nevery hour: \u{1f4a5} 'quoted' \"twice\" <b>",
        "category": "zone_config", "priority": "emergency", "service_id": service, "contact_id": contact,
        "contact_method": "in_person", "preferred_contact_time": "after 17:00", "contact_info": "+49 30 1234567",
        "tags": ["vip", "fibre"], "due_date": "2031-05-04T03:02:01.123456Z"
    });
    let made = desk.ticket_with(&customer.id, sent.clone()).await;
    let read = desk.read(&made.str("id")).await;
    for (field, value) in sent.as_object().expect("an object") {
        if field == "tags" {
            let tags = |value: &Value| {
                value
                    .as_array()
                    .expect("tags")
                    .iter()
                    .map(text)
                    .collect::<BTreeSet<_>>()
            };
            assert_eq!(tags(&read.json[field]), tags(value));
            continue;
        }
        assert_eq!(&made.json[field], value, "{field}: {made}");
        assert_eq!(&read.json[field], value, "{field}: {read}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let desk = Desk::shared().await;
    let answer = desk.admin.post(TICKETS, json!({
        "customer_id": "not-an-id", "title": "abcd", "description": "too short", "category": "gossip",
        "priority": "yesterday", "contact_method": "pigeon", "service_id": 7, "tags": ["a,b", 1],
        "attachments": ["x"], "due_date": "tomorrow", "colour": "red", "number": 1
    })).await.problem(400, "invalid");
    let faulty = answer.faulty();
    for field in [
        "customer_id",
        "title",
        "description",
        "category",
        "priority",
        "contact_method",
        "service_id",
        "tags[0]",
        "tags[1]",
        "attachments[0]",
        "due_date",
        "colour",
        "number",
    ] {
        assert!(faulty.contains(field), "{field} is missing: {answer}");
    }
    assert_eq!(answer.json["instance"], TICKETS);
    assert_eq!(answer.json["type"], "/problems/invalid");
    assert!(answer.json["title"].is_string() && answer.json["detail"].is_string());
}

#[tokio::test]
async fn nothing_at_all_names_every_required_field() {
    let desk = Desk::shared().await;
    let faulty = desk.admin.post(TICKETS, json!({})).await.faulty();
    let wanted: BTreeSet<String> = ["title", "description", "category"]
        .map(str::to_owned)
        .into();
    assert!(faulty.is_superset(&wanted), "{faulty:?}");
    let agent = desk.agent().await;
    let mut body = new_ticket("");
    body.as_object_mut()
        .expect("an object")
        .remove("customer_id");
    assert_eq!(
        agent.post(TICKETS, body).await.faulty(),
        BTreeSet::from(["customer_id".to_owned()])
    );
}

#[tokio::test]
async fn lengths_are_counted_in_characters_after_trimming() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let try_title = |title: String| {
        let body = with(new_ticket(&customer.id), json!({ "title": title }));
        desk.admin.post(TICKETS, body)
    };
    for length in [5, 200] {
        let title = "ü".repeat(length);
        let made = try_title(format!("  {title} \t")).await.is(201);
        assert_eq!(made.str("title"), title);
    }
    for title in [
        "ü".repeat(4),
        "ü".repeat(201),
        "  abcd  ".to_owned(),
        "a\u{0}bcdefg".to_owned(),
        "a\nbcdefg".to_owned(),
    ] {
        assert_eq!(
            try_title(title).await.faulty(),
            BTreeSet::from(["title".to_owned()])
        );
    }
    for (length, status) in [(9, 400), (10, 201), (65_536, 201), (65_537, 400)] {
        let body = with(
            new_ticket(&customer.id),
            json!({ "description": "ß".repeat(length) }),
        );
        desk.admin.post(TICKETS, body).await.is(status);
    }
}

#[tokio::test]
async fn priority_and_contact_method_have_defaults() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let mut body = new_ticket(&customer.id);
    body.as_object_mut().expect("an object").remove("priority");
    let made = desk.admin.post(TICKETS, body).await.is(201);
    assert_eq!(
        (made.str("priority"), made.str("contact_method")),
        ("medium".to_owned(), "portal".to_owned())
    );
}

#[tokio::test]
async fn every_category_and_priority_of_the_document_is_taken() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for category in [
        "technical_support",
        "billing_inquiry",
        "new_service",
        "service_change",
        "cancellation",
        "outage_report",
        "equipment_issue",
        "installation",
        "repair",
        "complaint",
        "sales_inquiry",
        "general_inquiry",
        "zone_config",
        "account",
        "feature_request",
    ] {
        let made = desk
            .ticket_with(&customer.id, json!({ "category": category }))
            .await;
        assert_eq!(made.str("category"), category);
    }
    for priority in ["low", "medium", "high", "urgent", "critical", "emergency"] {
        let made = desk
            .ticket_with(&customer.id, json!({ "priority": priority }))
            .await;
        assert_eq!(made.str("priority"), priority);
    }
}

#[tokio::test]
async fn a_customer_makes_tickets_for_itself_alone() {
    let desk = Desk::shared().await;
    let (one, two) = (desk.customer().await, desk.customer().await);
    let made = one.post(TICKETS, new_ticket(&one.id)).await.is(201);
    assert_eq!(made.json["customer_id"], one.id);
    assert_eq!(made.json["created_by"], one.person.id);
    let mut body = new_ticket("");
    body.as_object_mut()
        .expect("an object")
        .remove("customer_id");
    assert_eq!(
        one.post(TICKETS, body).await.is(201).json["customer_id"],
        one.id
    );
    one.post(TICKETS, new_ticket(&two.id))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn unknown_customers_are_not_found_and_foreign_services_are_faults() {
    let desk = Desk::shared().await;
    let (one, two) = (desk.customer().await, desk.customer().await);
    let nobody = "0190a5f0-0000-7000-8000-000000000001";
    desk.admin
        .post(TICKETS, new_ticket(nobody))
        .await
        .problem(404, "not_found");
    let foreign = desk.service(&two.id).await;
    for service in [foreign.as_str(), nobody] {
        let body = with(
            new_ticket(&one.id),
            json!({ "service_id": service, "contact_id": service }),
        );
        let faulty = desk.admin.post(TICKETS, body).await.faulty();
        assert_eq!(
            faulty,
            BTreeSet::from(["contact_id".to_owned(), "service_id".to_owned()])
        );
    }
    let gone = desk.account(json!({})).await;
    desk.admin
        .delete(&format!("/api/v1/customers/{gone}"))
        .await
        .is(204);
    desk.admin.post(TICKETS, new_ticket(&gone)).await.is(404);
}

#[tokio::test]
async fn tags_are_lowered_sorted_out_and_bounded() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = desk
        .ticket_with(&customer.id, json!({ "tags": [" VIP ", "vip", "Fibre"] }))
        .await;
    let tags: BTreeSet<_> = made.list("tags").iter().map(text).collect();
    assert_eq!(tags, BTreeSet::from(["fibre".to_owned(), "vip".to_owned()]));
    assert_eq!(made.list("tags").len(), 2);
    let many: Vec<String> = (0..51).map(|n| format!("tag{n}")).collect();
    let body = with(new_ticket(&customer.id), json!({ "tags": many }));
    assert!(
        desk.admin
            .post(TICKETS, body)
            .await
            .faulty()
            .contains("tags")
    );
}

#[tokio::test]
async fn a_customer_promises_no_date_but_names_whom_to_talk_to() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let late = with(
        new_ticket(&customer.id),
        json!({ "due_date": "2020-01-01T00:00:00Z" }),
    );
    let refused = customer.post(TICKETS, late.clone()).await.is(403);
    assert_eq!(refused.list("errors")[0]["field"], "due_date", "{refused}");
    desk.admin.post(TICKETS, late).await.is(201);
    let contact = json!({ "customer_id": customer.id, "name": "Ada" });
    let contact = desk
        .admin
        .post("/api/v1/contacts", contact)
        .await
        .is(201)
        .str("id");
    let fine = json!({ "contact_id": contact, "tags": ["roof"], "due_date": null });
    customer
        .post(TICKETS, with(new_ticket(&customer.id), fine))
        .await
        .is(201);
}
