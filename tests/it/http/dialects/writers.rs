//! Machines that may write and not read: they are answered what they wrote, and no more.

use serde_json::{Value, json};

use super::crm::{TICKETS, place, zone_offline};
use crate::http::api::Api;
use crate::http::desk::{Desk, at, next};

const COMMENTS: &str = "/crm/api/v1/ticket-comments/";
const FILES: &str = "/crm/api/v1/ticket-attachments/";

/// Sends the same twice under one key: the second answer is the first one's.
async fn twice(api: &Api, path: &str, body: Value, status: u16) -> Value {
    let key = format!("writer-{}", next());
    let ask = || {
        let ask = api.ask("POST", path).header("idempotency-key", &key);
        ask.json(body.clone()).send()
    };
    let first = ask().await.is(status);
    let again = ask().await.is(status);
    assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
    assert_eq!(first.json, again.json, "{path}");
    assert_eq!(first.header("etag"), again.header("etag"), "{path}");
    first.json
}

#[tokio::test]
async fn a_crm_client_that_only_writes_hears_what_came_of_it() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let writer = desk.machine(&["tickets:write"]).await;
    let made = twice(&writer, TICKETS, zone_offline(&customer.id), 201).await;
    assert_eq!(
        (made["subject"].as_str(), made["status"].as_str()),
        (Some("Zone offline"), Some("new"))
    );
    let id = made["id"].as_str().expect("an id").to_owned();
    for (text, is_internal) in [("Looked at it", false), ("Between us", true)] {
        let body = json!({ "text": text, "is_internal": is_internal });
        agent.post(&place(&id, "add_comment"), body).await.is(201);
    }

    let body = json!({ "subject": "Zones offline", "company": customer.id });
    let patched = writer.patch(&place(&id, ""), body).await.is(200);
    assert_eq!(patched.str("subject"), "Zones offline");
    // What others wrote is for those who may read.
    for unread in ["comments", "attachments"] {
        assert_eq!(patched.json[unread], Value::Null, "{patched}");
    }
    assert!(!patched.text().contains("Looked at it") && !patched.text().contains("Between us"));
    assert!(patched.json.get("internal_notes_count").is_none());
    let whole = json!({ "subject": "Zone", "description": "All of it" });
    writer.put(&place(&id, ""), whole).await.is(200);
    let assign = json!({ "user_id": agent.id });
    let assigned = twice(&writer, &place(&id, "assign"), assign, 200).await;
    assert_eq!(assigned["assigned_to"].as_str(), Some(agent.id.as_str()));

    let said = twice(
        &writer,
        &place(&id, "add_comment"),
        json!({ "text": "Rebooted" }),
        201,
    )
    .await;
    assert_eq!(said["text"], "Rebooted");
    let body = json!({ "ticket": id, "text": "Again" });
    let own = twice(&writer, COMMENTS, body, 201).await;
    let own = format!("{COMMENTS}{}/", own["id"].as_str().expect("an id"));
    let edit = writer.patch(&own, json!({ "text": "Once more" })).await;
    assert_eq!(edit.is(200).str("text"), "Once more");
    writer.delete(&own).await.is(204);
    let file = writer
        .ask("POST", FILES)
        .form("ticket", &id, ("log.txt", b"hello"));
    let file = file.send().await.is(201);
    assert_eq!(
        (file.str("name"), file.str("ticket")),
        ("log.txt".to_owned(), id.clone())
    );

    // Each of it happened once, and reading is still not for it.
    let comments = agent.get(&format!("{COMMENTS}?ticket={id}")).await.is(200);
    assert_eq!(comments.json["count"], 3, "{comments}");
    for path in [place(&id, ""), TICKETS.to_owned(), COMMENTS.to_owned()] {
        writer.get(&path).await.is(403);
    }
}

#[tokio::test]
async fn a_helpdesk_client_that_only_writes_hears_what_came_of_it() {
    let desk = Desk::shared().await;
    let writer = desk.machine(&["tickets:write"]).await;
    let made = twice(
        &writer,
        "/api/ticket",
        json!({ "message": "No dial tone" }),
        201,
    )
    .await;
    assert_eq!(made["message"], "No dial tone");
    let ticket = format!("/api/ticket/{}", made["id"]);
    let path = format!("{ticket}/set_status");
    let set = twice(&writer, &path, json!({ "status": "c" }), 200).await;
    assert_eq!(set["status"], "c");
    let path = format!("{ticket}/answer");
    twice(&writer, &path, json!({ "message": "Done" }), 201).await;
    writer.get(&ticket).await.is(403);
}

#[tokio::test]
async fn entity_tags_of_the_crms_api_are_those_of_the_ticket() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let made = agent
        .post(TICKETS, zone_offline(&customer.id))
        .await
        .is(201);
    let id = made.str("id");
    let read = agent.get(&place(&id, "")).await.is(200);
    assert_eq!(made.header("etag"), read.header("etag"));
    let isp = agent.get(&at(&id, "")).await.is(200);
    assert_eq!(read.header("etag"), isp.header("etag"));

    let held = async |method: &str, path: &str, tag: &str, body: Value| {
        let ask = agent.ask(method, path).header("if-match", tag);
        match body {
            Value::Null => ask.send().await,
            body => ask.json(body).send().await,
        }
    };
    let change = json!({ "subject": "Zones offline" });
    let patched = held(
        "PATCH",
        &place(&id, ""),
        &read.header("etag"),
        change.clone(),
    )
    .await;
    let patched = patched.is(200);
    let stale = held("PATCH", &place(&id, ""), &read.header("etag"), change).await;
    assert!(stale.is(412).json["detail"].is_string());

    let body = json!({ "ticket": id, "text": "Seen" });
    held("POST", COMMENTS, "\"1\"", body.clone()).await.is(412);
    let none = agent.get(&format!("{COMMENTS}?ticket={id}")).await.is(200);
    assert_eq!(none.json["count"], 0, "{none}");
    let said = held("POST", COMMENTS, &patched.header("etag"), body.clone()).await;
    let said = said.is(201);
    let tags = format!("\"1\", {}", said.header("etag"));
    let more = held("POST", COMMENTS, &tags, body).await.is(201);
    let comment = format!("{COMMENTS}{}/", said.str("id"));
    let found = agent.get(&comment).await.is(200);
    assert_eq!(found.header("etag"), more.header("etag"));
    let edit = json!({ "text": "Seen it" });
    for method in ["PATCH", "PUT"] {
        held(method, &comment, &said.header("etag"), edit.clone())
            .await
            .is(412);
    }
    let same = json!({ "is_internal": false });
    held("PATCH", &comment, "\"1\"", same).await.is(412);
    let edited = held("PATCH", &comment, &found.header("etag"), edit).await;
    let edited = edited.is(200);
    held("DELETE", &comment, &found.header("etag"), Value::Null)
        .await
        .is(412);
    agent.get(&comment).await.is(200);
    let gone = held("DELETE", &comment, &edited.header("etag"), Value::Null).await;
    let gone = gone.is(204);

    let upload = async |tag: &str| {
        let ask = agent.ask("POST", FILES).header("if-match", tag);
        ask.form("ticket", &id, ("log.txt", b"hello")).send().await
    };
    upload("\"1\"").await.is(412);
    let file = upload(&gone.header("etag")).await.is(201);
    let place = format!("{FILES}{}/", file.str("id"));
    held("DELETE", &place, &gone.header("etag"), Value::Null)
        .await
        .is(412);
    held("DELETE", &place, &file.header("etag"), Value::Null)
        .await
        .is(204);
}

#[tokio::test]
async fn entity_tags_of_the_helpdesk_are_those_of_the_ticket() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let new = json!({ "message": "No dial tone" });
    let made = customer.post("/api/ticket", new).await.is(201);
    let ticket = format!("/api/ticket/{}", made.json["id"]);
    let read = customer.get(&ticket).await.is(200);
    assert_eq!(made.header("etag"), read.header("etag"));
    let set = async |tag: &str| {
        let path = format!("{ticket}/set_status");
        let ask = agent.ask("POST", &path).header("if-match", tag);
        ask.json(json!({ "status": "f" })).send().await
    };
    let frozen = set(&read.header("etag")).await.is(200);
    set(&read.header("etag")).await.is(412);
    let path = format!("{ticket}/answer");
    let ask = customer
        .ask("POST", &path)
        .header("if-match", &frozen.header("etag"));
    let answered = ask.json(json!({ "message": "Still none" })).send().await;
    let answered = answered.is(201);
    assert_ne!(answered.header("etag"), frozen.header("etag"));
    let read = customer.get(&ticket).await.is(200);
    assert_eq!(answered.header("etag"), read.header("etag"));
}
