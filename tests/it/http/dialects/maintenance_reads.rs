//! The maintenance API's lists and chains of messages, and what strangers hear.

use serde_json::json;

use super::maintenance::{detail, made, new_ticket, path};
use crate::http::api::Answer;
use crate::http::desk::{Desk, at, next};

fn ids(answer: &Answer) -> Vec<i64> {
    let items = answer.json.as_array().expect("an array").iter();
    items.map(|it| it["id"].as_i64().expect("an id")).collect()
}

#[tokio::test]
async fn messages_are_public_and_internal_notes_are_none() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let isp = desk.ticket_with(&customer.id, json!({})).await;
    let id = isp.json["number"].as_i64().expect("a number");
    let (uuid, agent) = (isp.str("id"), desk.agent().await);
    agent
        .post(
            &at(&uuid, "/comments"),
            json!({ "body": "for us", "is_internal": true }),
        )
        .await
        .is(201);
    agent
        .post(&at(&uuid, "/comments"), json!({ "body": "for all" }))
        .await
        .is(201);
    let answer = customer
        .post(&path(id, "/messages/"), json!({ "message": "thanks" }))
        .await
        .is(201);
    for reader in [&customer, &*agent, &desk.admin] {
        let read = reader.get(&path(id, "")).await.is(200);
        assert_eq!(read.json["messages"], answer.json["messages"]);
        let chain = reader.get(&path(id, "/messages")).await.is(200);
        assert_eq!(chain.json["messages"], answer.json["messages"]);
        assert_eq!(
            (chain.json["id"].as_i64(), chain.header("x-total-count")),
            (Some(id), "2".to_owned())
        );
    }
    let messages = answer.list("messages");
    let told: Vec<_> = messages
        .iter()
        .map(|it| {
            (
                it["message"].clone(),
                it["is_staff"].clone(),
                it["author"]["username"].clone(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (json!("for all"), json!(true), json!(agent.username)),
            (
                json!("thanks"),
                json!(false),
                json!(customer.person.username)
            ),
        ]
    );
    let second = customer
        .get(&path(id, "/messages?limit=1&offset=1"))
        .await
        .is(200);
    assert_eq!(second.list("messages"), messages[1..]);
    detail(
        customer
            .post(&path(id, "/messages"), json!({ "message": " " }))
            .await,
        400,
    );
    detail(customer.get(&path(id, "/messages?limit=0")).await, 400);
    // A merged ticket's messages show where it went.
    let target = made(&customer).await;
    let target_id = desk
        .admin
        .get(&format!(
            "/api/v1/tickets?customer_id={}&limit=10",
            customer.id
        ))
        .await
        .is(200)
        .list("tickets");
    let target_id = target_id
        .iter()
        .find(|it| it["number"] == target)
        .expect("it")["id"]
        .clone();
    let merged = json!({ "ticket_ids": [uuid] });
    desk.admin
        .post(&at(target_id.as_str().expect("an id"), "/merge"), merged)
        .await
        .is(200);
    let list = customer.get("/maintenance").await.is(200);
    for ticket in list.json.as_array().expect("an array") {
        assert_eq!(ticket["messages"], json!(messages), "both show them");
    }
    detail(
        customer
            .post(&path(id, "/messages"), json!({ "message": "more" }))
            .await,
        409,
    );
}

#[tokio::test]
async fn the_list_filters_counts_and_pages() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let word = format!("boiler{}", next());
    let mut all = Vec::new();
    for priority in ["low", "high", "high"] {
        let new =
            json!({ "title": format!("The {word}"), "description": "Cold.", "priority": priority });
        let made = customer.post("/maintenance", new).await.is(201);
        assert_eq!(
            made.header("location"),
            path(made.json["id"].as_i64().expect("an id"), "")
        );
        all.insert(0, made.json["id"].as_i64().expect("an id"));
    }
    customer
        .post(&path(all[0], "/status"), json!({ "status": "closed" }))
        .await
        .is(200);
    let found = async |query: &str| {
        let answer = customer
            .get(&format!("/maintenance/?{query}"))
            .await
            .is(200);
        (ids(&answer), answer.header("x-total-count"))
    };
    let of = |ids: &[i64], total: &str| (ids.to_vec(), total.to_owned());
    assert_eq!(found("").await, of(&all, "3"));
    assert_eq!(found("status=open").await, of(&all[1..], "2"));
    assert_eq!(
        found("status=open,closed&priority=high").await,
        of(&all[..2], "2")
    );
    assert_eq!(
        found(&format!("q={word}&limit=1&offset=1")).await,
        of(&all[1..2], "3")
    );
    let today = customer.get(&path(all[0], "")).await.str("created_at")[..10].to_owned();
    assert_eq!(
        found(&format!("from={today}&to={today}&nonsense=1")).await,
        of(&all, "3")
    );
    assert_eq!(found("to=2020-01-01").await, of(&[], "0"));
    assert_eq!(
        ids(&desk.customer().await.get("/maintenance").await.is(200)),
        [0_i64; 0]
    );
    for query in [
        "limit=0",
        "limit=1001",
        "offset=-1",
        "status=new",
        "from=yesterday",
    ] {
        let told = detail(customer.get(&format!("/maintenance?{query}")).await, 400);
        assert!(
            told.starts_with(query.split('=').next().expect("a name")),
            "{told}"
        );
    }
}

#[tokio::test]
async fn strangers_bad_ids_and_bad_bodies_get_one_sentence() {
    let desk = Desk::shared().await;
    assert_eq!(
        detail(desk.anonymous.get("/maintenance").await, 401),
        "No token was sent"
    );
    detail(desk.anonymous.post("/maintenance", new_ticket()).await, 401);
    for id in ["abc", "0", "9223372036854775807"] {
        assert_eq!(
            detail(desk.admin.get(&format!("/maintenance/{id}")).await, 404),
            "Ticket not found"
        );
    }
    detail(desk.admin.delete("/maintenance/1").await, 405);
    detail(desk.admin.get("/maintenance/1/nothing").await, 404);
    let customer = desk.customer().await;
    let id = made(&customer).await;
    let stale = customer
        .ask("PUT", &path(id, ""))
        .header("if-match", "\"9\"")
        .json(json!({ "title": "x" }));
    detail(stale.send().await, 412);
    let key = format!("chain-{}", next());
    let ask = || {
        customer
            .ask("POST", &path(id, "/messages"))
            .header("idempotency-key", &key)
            .json(json!({ "message": "once" }))
    };
    ask().send().await.is(201);
    assert_eq!(
        ask().send().await.is(201).header("idempotency-replayed"),
        "true"
    );
    assert_eq!(
        customer
            .get(&path(id, "/messages"))
            .await
            .header("x-total-count"),
        "1"
    );
}
