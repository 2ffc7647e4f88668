//! Comments and files of the CRM's API by themselves, and what customers never learn there.

use serde_json::{Value, json};

use super::crm::{TICKETS, place, zone_offline};
use crate::http::api::each;
use crate::http::desk::{Desk, with};

const COMMENTS: &str = "/crm/api/v1/ticket-comments/";
const FILES: &str = "/crm/api/v1/ticket-attachments/";

#[tokio::test]
async fn comments_of_all_tickets_are_listed_by_ticket() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let (one, two) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    for (ticket, text, is_internal) in [
        (&two, "second, first", false),
        (&one, "first, first", false),
        (&one, "a note", true),
        (&two, "second, second", false),
    ] {
        let body = json!({ "ticket": ticket, "text": text, "is_internal": is_internal });
        agent.post(COMMENTS, body).await.is(201);
    }
    let seen = customer.get(COMMENTS).await.is(200);
    let texts = ["first, first", "second, first", "second, second"];
    assert_eq!(each(&seen.list("results"), "text"), texts);
    assert_eq!(seen.json["count"], 3);
    let page = customer
        .get(&format!("{COMMENTS}?limit=1&offset=1"))
        .await
        .is(200);
    assert_eq!(each(&page.list("results"), "text"), ["second, first"]);
    assert!(page.str("next").contains("offset=2") && page.str("previous").ends_with("?limit=1"));
    let all = agent.get(&format!("{COMMENTS}?ticket={one}")).await.is(200);
    assert_eq!(
        each(&all.list("results"), "text"),
        ["first, first", "a note"]
    );
    assert!(agent.get(COMMENTS).await.is(200).json["count"].as_u64() >= Some(4));
    let other = desk.customer().await;
    for path in [COMMENTS.to_owned(), format!("{COMMENTS}?ticket={one}")] {
        let none = other.get(&path).await.is(200);
        assert_eq!(
            none.json,
            json!({ "count": 0, "next": null, "previous": null, "results": [] })
        );
    }
}

#[tokio::test]
async fn comments_are_edited_by_their_authors_and_deleted_by_staff() {
    let desk = Desk::shared().await;
    let (customer, agent, lead) = (desk.customer().await, desk.agent().await, desk.lead().await);
    let ticket = desk.ticket(&customer.id).await;
    let said = json!({ "ticket": ticket, "text": "Mine." });
    let theirs = customer.post(COMMENTS, said.clone()).await.is(201);
    assert_eq!(theirs.str("author_role"), "customer");
    let theirs = format!("{COMMENTS}{}", theirs.str("id"));
    customer
        .patch(&theirs, json!({ "text": "Still mine." }))
        .await
        .is(200);
    customer.put(&theirs, json!({})).await.is(400);
    let hidden = json!({ "is_internal": true });
    let refused = customer.patch(&theirs, hidden).await.is(400);
    assert!(refused.json["is_internal"][0].is_string(), "{refused}");
    agent
        .patch(&theirs, json!({ "text": "Not mine." }))
        .await
        .is(403);
    let forbidden = customer.delete(&theirs).await.is(403);
    assert!(forbidden.json["detail"].is_string(), "{forbidden}");
    agent.delete(&theirs).await.is(403);
    lead.delete(&theirs).await.is(204);
    let own = agent.post(COMMENTS, said).await.is(201);
    agent
        .delete(&format!("{COMMENTS}{}", own.str("id")))
        .await
        .is(204);
    let refused = agent
        .post(COMMENTS, json!({ "is_internal": "maybe" }))
        .await
        .is(400);
    let fields: Vec<_> = refused.json.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["is_internal", "text", "ticket"]);
}

#[tokio::test]
async fn files_are_for_those_who_may_read_their_ticket() {
    let desk = Desk::shared().await;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let (agent, lead) = (desk.agent().await, desk.lead().await);
    let ticket = desk.ticket(&customer.id).await;
    let upload = async |ticket: &str| {
        let form = customer
            .ask("POST", FILES)
            .form("ticket", ticket, ("my line ü.txt", b"hello"));
        form.send().await
    };
    let file = upload(&ticket).await.is(201);
    let path = file.str("file");
    assert!(path.ends_with("/my%20line%20%C3%BC.txt"), "{path}");
    let sent = agent.get(&path).await.is(200);
    assert_eq!(
        (sent.bytes.as_slice(), sent.header("x-content-type-options")),
        (&b"hello"[..], "nosniff".into())
    );
    assert!(
        sent.header("content-disposition")
            .starts_with("attachment;")
    );
    other.get(&path).await.is(404);
    let nobody = desk.anonymous.get(&path).await.is(401);
    assert!(
        nobody.json["detail"].is_string() && nobody.json.get("type").is_none(),
        "{nobody}"
    );

    let list = customer
        .get(&format!("{FILES}?ticket={ticket}"))
        .await
        .is(200);
    assert_eq!(list.list("results")[0], file.json);
    assert_eq!(customer.get(FILES).await.is(200).json["count"], 1);
    assert_eq!(other.get(FILES).await.is(200).json["count"], 0);
    assert_eq!(
        other
            .get(&format!("{FILES}?ticket={ticket}"))
            .await
            .is(200)
            .json["count"],
        0
    );

    let one = format!("{FILES}{}/", file.str("id"));
    other.delete(&one).await.is(404);
    agent.delete(&one).await.is(403);
    customer.delete(&one).await.is(204);
    customer.get(&one).await.is(404);
    let history = desk.history(&ticket).await;
    let removal = history.last().unwrap();
    assert_eq!(removal["changes"][0]["field"], "attachment");
    let second = upload(&ticket).await.is(201);
    lead.delete(&format!("{FILES}{}/", second.str("id")))
        .await
        .is(204);

    let refused = upload("").await.is(400);
    assert!(refused.json["ticket"][0].is_string(), "{refused}");
    let strange = desk.ticket(&other.id).await;
    upload(&strange).await.is(404);
    let refused = customer
        .ask("POST", FILES)
        .json(json!({ "ticket": ticket }))
        .send()
        .await
        .is(415);
    assert!(refused.json["detail"].is_string(), "{refused}");
}

#[tokio::test]
async fn customers_never_learn_what_staff_keep_to_themselves() {
    let desk = Desk::shared().await;
    let (customer, other, agent) = (
        desk.customer().await,
        desk.customer().await,
        desk.agent().await,
    );
    let made = customer
        .post(TICKETS, zone_offline(&customer.id))
        .await
        .is(201);
    let id = made.str("id");
    let note = json!({ "text": "canary", "is_internal": true });
    let note = agent.post(&place(&id, "add_comment"), note).await.is(201);
    let seen = customer.get(&place(&id, "")).await.is(200);
    assert!(!seen.text().contains("canary") && seen.json.get("internal_notes_count").is_none());
    assert_eq!(
        (
            seen.json["comments_count"].clone(),
            seen.list("comments").len()
        ),
        (json!(0), 0)
    );
    let page = customer.get(TICKETS).await.is(200);
    assert!(
        page.list("results")[0]
            .get("internal_notes_count")
            .is_none()
    );
    let read = agent.get(&place(&id, "")).await.is(200);
    assert_eq!(read.json["internal_notes_count"], 1);
    let note = format!("{COMMENTS}{}", note.str("id"));
    for (method, body) in [
        ("GET", None),
        ("PATCH", Some(json!({ "text": "x" }))),
        ("DELETE", None),
    ] {
        let ask = customer.ask(method, &note);
        let ask = body.map_or_else(|| customer.ask(method, &note), |body: Value| ask.json(body));
        ask.send().await.is(404);
    }
    customer
        .post(
            &place(&id, "add_comment"),
            json!({ "text": "x", "is_internal": true }),
        )
        .await
        .is(403);

    for change in [
        json!({ "status": "closed" }),
        json!({ "priority": "urgent" }),
        json!({ "assigned_to": agent.id }),
        json!({ "assigned_team": "Tech" }),
        json!({ "due_date": "2030-01-01T00:00:00Z" }),
        json!({ "tags": "vip" }),
    ] {
        let refused = customer
            .patch(&place(&id, ""), change.clone())
            .await
            .is(403);
        let field = change.as_object().unwrap().keys().next().unwrap();
        assert!(
            refused.str("detail").starts_with(field.as_str()),
            "{refused}"
        );
        other.patch(&place(&id, ""), change).await.is(404);
    }
    customer
        .patch(&place(&id, ""), json!({ "subject": "Zones offline" }))
        .await
        .is(200);
    let foreign = with(zone_offline(&other.id), json!({}));
    customer.post(TICKETS, foreign).await.is(404);
    for rest in ["", "assign", "add_comment"] {
        let body = json!({ "user_id": null, "text": "x" });
        let ask = if rest.is_empty() {
            other.get(&place(&id, "")).await
        } else {
            other.post(&place(&id, rest), body).await
        };
        let hidden = ask.is(404);
        assert!(hidden.json["detail"].is_string(), "{hidden}");
    }
    other.delete(&place(&id, "")).await.is(404);
}
