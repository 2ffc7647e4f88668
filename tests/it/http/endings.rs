//! Resolving, closing, reopening.

use serde_json::json;

use super::api::each;
use super::desk::{Desk, at};

#[tokio::test]
async fn closing_twice_is_one_close() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let how = json!({ "resolution": "Replaced the modem", "resolution_code": "hardware", "notify_customer": true });
    let closed = desk
        .admin
        .post(&at(&ticket, "/close"), how.clone())
        .await
        .is(200);
    assert_eq!(closed.str("status"), "closed");
    assert!(closed.json["closed_at"].is_string() && closed.json["resolved_at"].is_string());
    assert_eq!(
        (closed.str("resolution"), closed.str("resolution_code")),
        ("Replaced the modem".into(), "hardware".into())
    );
    let again = desk.admin.post(&at(&ticket, "/close"), how).await.is(200);
    assert_eq!(again.json["version"], closed.json["version"]);
    assert_eq!(again.json["closed_at"], closed.json["closed_at"]);
    assert_eq!(desk.history(&ticket).await.len(), 2);
}

#[tokio::test]
async fn reopening_twice_is_one_reopening_and_clears_the_dates_but_not_the_history() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    desk.admin
        .post(&at(&ticket, "/close"), json!({}))
        .await
        .is(200);
    let reopened = desk
        .admin
        .post(&at(&ticket, "/reopen"), json!({ "reason": "Came back" }))
        .await
        .is(200);
    assert_eq!(reopened.str("status"), "reopened");
    assert!(reopened.json["closed_at"].is_null() && reopened.json["resolved_at"].is_null());
    let again = desk
        .admin
        .post(&at(&ticket, "/reopen"), json!({ "reason": "Came back" }))
        .await
        .is(200);
    assert_eq!(again.json["version"], reopened.json["version"]);
    let history = desk.history(&ticket).await;
    assert_eq!(each(&history, "action"), ["created", "closed", "reopened"]);
    assert_eq!(history[2]["note"], "Came back");
}

#[tokio::test]
async fn what_was_never_done_cannot_be_reopened() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let reason = json!({ "reason": "Why not" });
    desk.admin
        .post(&at(&ticket, "/reopen"), reason.clone())
        .await
        .problem(409, "invalid_transition");
    assert!(
        desk.admin
            .post(&at(&ticket, "/reopen"), json!({}))
            .await
            .faulty()
            .contains("reason")
    );
    desk.admin
        .post(&at(&ticket, "/resolve"), json!({}))
        .await
        .is(200);
    desk.admin
        .post(&at(&ticket, "/reopen"), reason)
        .await
        .is(200);
}

#[tokio::test]
async fn a_resolution_goes_with_resolve_close_and_put() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let how = json!({ "resolution": "Explained the bill", "resolution_code": "explained" });
    let by_put = super::desk::with(how.clone(), json!({ "status": "resolved" }));
    for (method, rest, body) in [
        ("POST", "/resolve", how.clone()),
        ("POST", "/close", how.clone()),
        ("PUT", "", by_put),
    ] {
        let ticket = desk.ticket(&customer.id).await;
        desk.admin
            .ask(method, &at(&ticket, rest))
            .json(body)
            .send()
            .await
            .is(200);
        let read = desk.read(&ticket).await;
        assert_eq!(
            (read.str("resolution"), read.str("resolution_code")),
            ("Explained the bill".into(), "explained".into())
        );
        assert!(read.json["resolved_at"].is_string());
        assert!(
            read.json["sla_metrics"]["resolution_time_hours"].is_number(),
            "{read}"
        );
    }
}

#[tokio::test]
async fn bodies_of_close_and_resolve_may_be_left_out() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for rest in ["/resolve", "/close"] {
        let ticket = desk.ticket(&customer.id).await;
        desk.admin
            .ask("POST", &at(&ticket, rest))
            .send()
            .await
            .is(200);
    }
}

#[tokio::test]
async fn customers_close_and_reopen_but_do_not_resolve() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    customer
        .post(&at(&ticket, "/resolve"), json!({}))
        .await
        .problem(403, "forbidden");
    assert_eq!(
        customer
            .post(&at(&ticket, "/close"), json!({}))
            .await
            .is(200)
            .str("status"),
        "closed"
    );
    let reason = json!({ "reason": "It is back" });
    assert_eq!(
        customer
            .post(&at(&ticket, "/reopen"), reason)
            .await
            .is(200)
            .str("status"),
        "reopened"
    );
}
