//! `ETag` and `If-Match`.

use serde_json::json;

use super::api::{Answer, Api};
use super::desk::{Desk, at};

async fn with_match(
    api: &Api,
    method: &str,
    path: &str,
    tag: &str,
    body: &serde_json::Value,
) -> Answer {
    let ask = api.ask(method, path).header("If-Match", tag);
    if body.is_null() {
        ask.send().await
    } else {
        ask.json(body.clone()).send().await
    }
}

#[tokio::test]
async fn every_write_below_a_ticket_refuses_a_stale_tag_and_moves_it_on() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let agent = desk.agent().await;
    let other = desk.ticket(&customer.id).await;
    let source = desk.ticket(&customer.id).await;
    let ticket = desk.ticket(&customer.id).await;
    let comment = desk
        .admin
        .post(&at(&ticket, "/comments"), json!({ "body": "first" }))
        .await
        .is(201)
        .str("id");
    let comment = format!("/comments/{comment}");
    let writes = [
        ("PUT", "", json!({ "title": "Second title" })),
        ("PATCH", "", json!({ "priority": "high" })),
        ("POST", "/assign", json!({ "assigned_to": agent.id })),
        (
            "POST",
            "/escalate",
            json!({ "reason": "No answer for two days" }),
        ),
        ("POST", "/comments", json!({ "body": "second" })),
        ("PATCH", comment.as_str(), json!({ "body": "third" })),
        ("DELETE", comment.as_str(), json!(null)),
        (
            "POST",
            "/links",
            json!({ "ticket_id": other, "relation": "blocks" }),
        ),
        ("POST", "/merge", json!({ "ticket_ids": [source] })),
        ("POST", "/resolve", json!({ "resolution": "Done" })),
        ("POST", "/reopen", json!({ "reason": "Not done" })),
        ("POST", "/close", json!({})),
        ("DELETE", "", json!(null)),
    ];
    for (method, rest, body) in writes {
        let path = at(&ticket, rest);
        let tag = desk.read(&ticket).await.header("etag");
        let version: i64 = tag.trim_matches('"').parse().expect("a version in quotes");
        let stale = format!("\"{}\"", version - 1);
        for wrong in [stale.as_str(), "\"x\"", &format!("W/{tag}")] {
            with_match(&desk.admin, method, &path, wrong, &body)
                .await
                .problem(412, "stale");
        }
        let done = with_match(&desk.admin, method, &path, &tag, &body).await;
        assert!((200..300).contains(&done.status), "{done}");
        if method == "DELETE" && rest.is_empty() {
            break;
        }
        let after = desk.read(&ticket).await;
        assert_eq!(
            after.header("etag"),
            format!("\"{}\"", version + 1),
            "{method} {rest}"
        );
        assert_eq!(after.json["version"], version + 1);
        if done.json.get("version").is_some() {
            assert_eq!(done.header("etag"), after.header("etag"), "{method} {rest}");
        }
    }
}

#[tokio::test]
async fn uploads_to_a_ticket_honour_the_tag_too() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/attachments");
    let files: [(&str, &[u8]); 1] = [("a.txt", b"text")];
    desk.admin
        .ask("POST", &path)
        .header("If-Match", "\"9\"")
        .files(&files)
        .send()
        .await
        .problem(412, "stale");
    assert!(
        desk.admin
            .get(&path)
            .await
            .is(200)
            .list("attachments")
            .is_empty()
    );
    desk.admin
        .ask("POST", &path)
        .header("If-Match", "\"1\"")
        .files(&files)
        .send()
        .await
        .is(201);
    assert_eq!(desk.read(&ticket).await.header("etag"), "\"2\"");
}

#[tokio::test]
async fn any_tag_and_no_tag_pass_and_a_broken_one_is_a_fault() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "");
    with_match(
        &desk.admin,
        "PUT",
        &path,
        "*",
        &json!({ "title": "Second title" }),
    )
    .await
    .is(200);
    desk.admin
        .put(&path, json!({ "title": "Third title" }))
        .await
        .is(200);
    for broken in ["3", "\"3", "3\"", "''"] {
        with_match(
            &desk.admin,
            "PUT",
            &path,
            broken,
            &json!({ "title": "Fourth title" }),
        )
        .await
        .is(400);
    }
    assert_eq!(desk.read(&ticket).await.str("title"), "Third title");
}

#[tokio::test]
async fn nobody_learns_of_a_foreign_ticket_by_a_tag() {
    let desk = Desk::shared().await;
    let (one, two) = (desk.customer().await, desk.customer().await);
    let ticket = desk.ticket(&one.id).await;
    with_match(
        &two,
        "PUT",
        &at(&ticket, ""),
        "\"99\"",
        &json!({ "title": "Some title" }),
    )
    .await
    .is(404);
}

#[tokio::test]
async fn of_two_who_hold_the_same_tag_one_succeeds() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let (api, path) = (desk.admin.clone(), at(&ticket, ""));
            let body = json!({ "title": format!("Title by number {n}") });
            tokio::spawn(async move { with_match(&api, "PUT", &path, "\"1\"", &body).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for attempt in tries {
        statuses.push(attempt.await.expect("an answer"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
    assert_eq!(desk.history(&ticket).await.len(), 2);
}
