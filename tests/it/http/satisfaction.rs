//! What customers say of resolutions.

use serde_json::json;

use super::desk::{Desk, at};

#[tokio::test]
async fn the_customer_rates_each_resolution_once() {
    let desk = Desk::shared().await;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/satisfaction");
    let body = json!({ "score": 4, "effort": 6, "comment": "quick" });

    customer
        .post(&path, body.clone())
        .await
        .problem(409, "not_resolved");
    desk.admin
        .post(&at(&ticket, "/resolve"), json!({}))
        .await
        .is(200);
    other
        .post(&path, body.clone())
        .await
        .problem(404, "not_found");
    desk.admin
        .post(&path, body.clone())
        .await
        .problem(403, "forbidden");

    let kept = customer.post(&path, body.clone()).await.is(201);
    assert_eq!(kept.json["score"], 4);
    assert_eq!(kept.json["effort"], 6);
    assert_eq!(kept.json["comment"], "quick");
    assert_eq!(kept.header("etag"), desk.read(&ticket).await.header("etag"));
    customer
        .post(&path, body.clone())
        .await
        .problem(409, "already_rated");

    for reader in [&desk.admin, &*customer] {
        let detail = reader.get(&at(&ticket, "")).await.is(200);
        assert_eq!(detail.json["satisfaction"]["score"], 4);
        let entries = reader.get(&at(&ticket, "/history")).await.list("history");
        let last = entries.last().expect("an entry");
        assert_eq!(
            (&last["action"], &last["note"]),
            (&json!("rated"), &json!("quick"))
        );
    }

    let reason = json!({ "reason": "it is down again" });
    customer.post(&at(&ticket, "/reopen"), reason).await.is(200);
    let reopened = desk.read(&ticket).await;
    assert!(reopened.json["satisfaction"].is_null(), "{reopened}");
    desk.admin
        .post(&at(&ticket, "/close"), json!({}))
        .await
        .is(200);
    let kept = customer.post(&path, json!({ "score": 1 })).await.is(201);
    assert!(kept.json["effort"].is_null(), "{kept}");
}

#[tokio::test]
async fn every_fault_of_a_rating_is_told() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/satisfaction");
    let faults = |body| async { customer.post(&path, body).await.faults() };
    let wanted = |expected: &[&str]| expected.iter().map(|&fault| fault.to_owned()).collect();
    assert_eq!(faults(json!({})).await, wanted(&["score required"]));
    let body = json!({ "score": 6, "effort": 0, "comment": 7, "stars": 5 });
    assert_eq!(
        faults(body).await,
        wanted(&[
            "comment wrong_type",
            "effort out_of_range",
            "score out_of_range",
            "stars unknown_field"
        ])
    );
}

#[tokio::test]
async fn a_rating_minds_the_version_that_was_read() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let old = desk.read(&ticket).await.header("etag");
    desk.admin
        .post(&at(&ticket, "/resolve"), json!({}))
        .await
        .is(200);
    let rate = |tag: String| {
        let ask = customer.ask("POST", &at(&ticket, "/satisfaction"));
        ask.header("if-match", &tag)
            .json(json!({ "score": 3 }))
            .send()
    };
    rate(old).await.is(412);
    rate(desk.read(&ticket).await.header("etag")).await.is(201);
}
