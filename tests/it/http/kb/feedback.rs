//! Feedback, and what is popular.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::api::each;
use super::super::desk::{Desk, next};
use super::{at, write};

const FEEDBACK: &str = "/api/v1/support/kb/feedback";
const POPULAR: &str = "/api/v1/support/kb/popular";

#[tokio::test]
async fn one_voice_per_person_that_may_change_its_mind() {
    let desk = Desk::shared().await;
    let (a, b) = (desk.customer().await, desk.customer().await);
    let id = write(&desk.admin, json!({})).await.str("id");
    let say = |helpful: bool, comment: Value| json!({ "article_id": id, "helpful": helpful, "comment": comment });
    let first = a.post(FEEDBACK, say(true, json!("Thanks!"))).await.is(201);
    assert_eq!(
        (&first.json["helpful_count"], &first.json["comment"]),
        (&json!(1), &json!("Thanks!"))
    );
    b.post(FEEDBACK, say(true, Value::Null)).await.is(201);
    let changed = a.post(FEEDBACK, say(false, Value::Null)).await.is(200);
    assert_eq!(
        (
            &changed.json["helpful_count"],
            &changed.json["not_helpful_count"]
        ),
        (&json!(1), &json!(1))
    );
    assert_eq!(changed.json["created_at"], first.json["created_at"]);
    let read = desk.anonymous.get(&at(&id)).await.is(200);
    assert_eq!(
        (&read.json["helpful_count"], &read.json["not_helpful_count"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(read.json["version"], 1);
    let all = desk
        .admin
        .get(&format!("{}/feedback", at(&id)))
        .await
        .is(200);
    assert_eq!(all.json["total"], 2);
    let users: BTreeSet<String> = all
        .list("items")
        .iter()
        .map(|one| one["user"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        users,
        BTreeSet::from([a.person.id.clone(), b.person.id.clone()])
    );
}

#[tokio::test]
async fn nothing_can_be_said_of_what_one_may_not_read() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let id = write(&desk.admin, json!({ "visibility": "internal" }))
        .await
        .str("id");
    let body = json!({ "article_id": id, "helpful": true });
    let hidden = customer.post(FEEDBACK, body.clone()).await;
    assert_eq!(
        hidden.faults(),
        BTreeSet::from(["article_id unknown".to_owned()])
    );
    let nowhere = json!({ "article_id": "01980000-0000-7000-8000-0000000000ff", "helpful": true });
    let unknown = customer.post(FEEDBACK, nowhere).await;
    assert_eq!(unknown.json["errors"], hidden.json["errors"]);
    desk.anonymous.post(FEEDBACK, body).await.is(401);
    let faults = customer
        .post(FEEDBACK, json!({ "helpful": "yes", "stars": 5 }))
        .await;
    assert_eq!(
        faults.faulty(),
        ["article_id", "helpful", "stars"].map(str::to_owned).into()
    );
}

#[tokio::test]
async fn a_reading_counts_once_for_a_person_and_day() {
    let desk = Desk::shared().await;
    let (a, b) = (desk.customer().await, desk.customer().await);
    let made = write(&desk.admin, json!({})).await;
    let id = made.str("id");
    for api in [&*a, &*a, &*b, &*a, &desk.anonymous, &desk.anonymous] {
        api.get(&at(&id)).await.is(200);
    }
    a.get(&at(&made.str("slug"))).await.is(200);
    let read = desk.anonymous.get(&at(&id)).await.is(200);
    assert_eq!(read.json["views"], 3);
    assert_eq!(read.header("etag"), "\"1\"");
}

#[tokio::test]
async fn what_is_read_and_helps_comes_first_and_only_to_those_who_may_read_it() {
    let desk = Desk::shared().await;
    let tag = format!("popular-{}", next());
    let mut ids = Vec::new();
    for visibility in ["public", "public", "public", "internal"] {
        ids.push(
            write(
                &desk.admin,
                json!({ "tags": [tag], "visibility": visibility }),
            )
            .await
            .str("id"),
        );
    }
    let people = [
        desk.customer().await,
        desk.customer().await,
        desk.customer().await,
    ];
    for person in &people {
        person.get(&at(&ids[0])).await.is(200);
        person.get(&at(&ids[1])).await.is(200);
        person
            .post(FEEDBACK, json!({ "article_id": ids[1], "helpful": true }))
            .await
            .is(201);
        person
            .post(FEEDBACK, json!({ "article_id": ids[0], "helpful": false }))
            .await
            .is(201);
    }
    let agent = desk.agent().await;
    agent.get(&at(&ids[3])).await.is(200);
    let popular = desk
        .anonymous
        .get(&format!("{POPULAR}?tags={tag}"))
        .await
        .is(200);
    let articles: Vec<Value> = popular
        .list("results")
        .iter()
        .map(|one| one["article"].clone())
        .collect();
    assert_eq!(each(&articles, "id"), [ids[1].clone(), ids[0].clone()]);
    let best = popular.list("results").remove(0);
    assert_eq!(
        (&best["views"], &best["helpful_count"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(popular.json["total"], 2);
    let staff = agent.get(&format!("{POPULAR}?tags={tag}")).await.is(200);
    assert_eq!(staff.json["total"], 3);
    let before = desk
        .anonymous
        .get(&format!(
            "{POPULAR}?tags={tag}&from=2020-01-01&to=2020-12-31"
        ))
        .await
        .is(200);
    assert_eq!(
        (&before.json["total"], &before.json["period"]["to"]),
        (&json!(0), &json!("2020-12-31"))
    );
    for bad in [
        "from=2020-01-01",
        "from=2020-02-01&to=2020-01-01",
        "from=soon",
        "to=2020-13-01",
        "limit=0",
    ] {
        desk.anonymous
            .get(&format!("{POPULAR}?{bad}"))
            .await
            .is(400);
    }
}
