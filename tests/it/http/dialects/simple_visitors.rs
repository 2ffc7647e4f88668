//! What those have to do with each other who sign in at the simple API and those who do not.

use serde_json::json;

use crate::http::api::Api;
use crate::http::desk::Desk;

async fn made(api: &Api, title: &str) -> i64 {
    let new = json!({ "title": title, "description": "d", "contact_info": "c@example.com" });
    let answer = api.post("/tickets", new).await.is(201);
    answer.json["id"].as_i64().expect("an id")
}

async fn listed(api: &Api) -> Vec<i64> {
    let list = api.get("/tickets").await.is(200).json;
    let list = list.as_array().expect("an array");
    list.iter().filter_map(|it| it["id"].as_i64()).collect()
}

#[tokio::test]
async fn a_visitor_has_to_do_with_visitors_tickets_alone() {
    let desk = Desk::shared().await;
    let visitor = &desk.anonymous;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let machine = desk.machine(&["tickets:read", "tickets:write"]).await;
    let theirs = [
        made(&customer, "Of somebody with an account").await,
        made(&agent, "Of staff").await,
        made(&machine, "Of a machine").await,
    ];
    let own = made(visitor, "Of a visitor").await;
    let seen = listed(visitor).await;
    assert!(seen.contains(&own), "{seen:?}");
    for number in theirs {
        assert!(!seen.contains(&number), "{number} {seen:?}");
        let path = format!("/tickets/{number}");
        for answer in [
            visitor.get(&path).await,
            visitor.put(&path, json!({ "status": "closed" })).await,
            visitor.delete(&path).await,
        ] {
            assert_eq!(answer.is(404).str("detail"), "Ticket not found");
        }
        let unchanged = desk.admin.get(&path).await.is(200);
        assert_eq!(unchanged.str("status"), "pending");
    }
    let path = format!("/tickets/{own}");
    visitor
        .put(&path, json!({ "status": "closed" }))
        .await
        .is(200);
    visitor.delete(&path).await.is(200);
    assert!(!listed(visitor).await.contains(&own));
}

#[tokio::test]
async fn what_a_visitor_made_stays_with_visitors_whatever_staff_does_to_it() {
    let desk = Desk::shared().await;
    let visitor = &desk.anonymous;
    let (agent, customer) = (desk.agent().await, desk.customer().await);
    let own = made(visitor, "Of a visitor").await;
    let path = format!("/tickets/{own}");
    agent
        .put(&path, json!({ "status": "resolved" }))
        .await
        .is(200);
    let seen = visitor.get(&path).await.is(200);
    assert_eq!(seen.str("status"), "resolved");
    customer.get(&path).await.is(404);
    let reopened = visitor.put(&path, json!({ "status": "pending" })).await;
    assert_eq!(reopened.is(200).str("status"), "pending");
}
