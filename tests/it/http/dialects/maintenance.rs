//! The maintenance API: one type for every body, owners, staff messages, statuses.

use serde_json::{Value, json};

use super::golden::Script;
use crate::http::api::{Answer, Api};
use crate::http::desk::{Desk, PASSWORD, sign_in};
use crate::http::program::Program;

pub(super) fn new_ticket() -> Value {
    json!({ "title": "No heating", "description": "The radiator stays cold." })
}

pub(super) async fn made(api: &Api) -> i64 {
    let answer = api.post("/maintenance", new_ticket()).await.is(201);
    answer.json["id"].as_i64().expect("an id")
}

pub(super) fn path(id: i64, rest: &str) -> String {
    format!("/maintenance/{id}{rest}")
}

#[track_caller]
pub(super) fn detail(answer: Answer, status: u16) -> String {
    let answer = answer.is(status);
    assert_eq!(
        answer.json.as_object().map(serde_json::Map::len),
        Some(1),
        "{answer}"
    );
    answer.str("detail")
}

#[tokio::test]
async fn every_endpoint_of_the_document_answers_as_its_page_says() {
    let program = Program::new();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let account = desk.account(json!({})).await;
    let ann = json!({
        "username": "ann", "email": "ann@example.net", "password": PASSWORD, "role": "customer", "customer_id": account,
    });
    desk.admin.post("/api/v1/users", ann).await.is(201);
    let tokens = sign_in(&desk.anonymous, "ann", PASSWORD).await.is(200);
    let ann = desk.anonymous.with_token(&tokens.str("access"));
    let exchanges = include_str!("../../../golden/maintenance.json");
    Script::default().replay(&ann, exchanges).await;
}

#[tokio::test]
async fn a_ticket_is_its_owners_to_change_and_nobody_elses() {
    let desk = Desk::shared().await;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let id = made(&customer).await;
    let edit = json!({ "title": "Other", "priority": "urgent", "status": "closed" });
    let edited = customer.put(&path(id, "/"), edit.clone()).await.is(200);
    assert_eq!(
        (
            edited.str("title"),
            edited.str("priority"),
            edited.str("status")
        ),
        ("Other".to_owned(), "urgent".to_owned(), "open".to_owned())
    );
    assert_eq!(
        edited.str("description"),
        "The radiator stays cold.",
        "what is left out stays"
    );
    assert_eq!(
        detail(other.put(&path(id, ""), edit.clone()).await, 404),
        "Ticket not found"
    );
    for staff in [&desk.admin, &*desk.agent().await] {
        let told = detail(staff.put(&path(id, ""), edit.clone()).await, 403);
        assert_eq!(told, "Only the ticket's owner may change it");
    }
    // The whole object, as it was read, changes nothing.
    let whole = customer.get(&path(id, "")).await.is(200);
    let same = customer
        .put(&path(id, ""), whole.json.clone())
        .await
        .is(200);
    assert_eq!(
        (&same.json, same.header("etag")),
        (&whole.json, whole.header("etag"))
    );
    let told = detail(
        customer
            .put(&path(id, ""), json!({ "title": "", "priority": 3 }))
            .await,
        400,
    );
    assert!(
        told.contains("title must") && told.contains("priority must be a string"),
        "{told}"
    );
    customer
        .post(&path(id, "/status"), json!({ "status": "closed" }))
        .await
        .is(200);
    let told = detail(
        customer
            .put(&path(id, ""), json!({ "title": "Late" }))
            .await,
        403,
    );
    assert_eq!(told, "The ticket is closed and can no longer be changed");
    // Somebody of the same account is its owner as well; staff owns what it made itself.
    let colleague = json!({ "role": "customer", "customer_id": customer.id });
    let colleague = desk.person(colleague).await;
    let id = made(&customer).await;
    colleague
        .put(&path(id, ""), json!({ "title": "Ours" }))
        .await
        .is(200);
    let id = made(&desk.admin).await;
    desk.admin
        .put(&path(id, ""), json!({ "title": "Mine" }))
        .await
        .is(200);
    detail(
        desk.agent()
            .await
            .put(&path(id, ""), json!({ "title": "Not mine" }))
            .await,
        403,
    );
}

#[tokio::test]
async fn the_staffs_message_is_staffs_to_write_and_the_owners_to_read() {
    let desk = Desk::shared().await;
    let (customer, other, agent) = (
        desk.customer().await,
        desk.customer().await,
        desk.agent().await,
    );
    let id = made(&customer).await;
    let text = json!({ "staff_message": "We come on Monday." });
    let written = agent.put(&path(id, "/staff"), text.clone()).await.is(200);
    assert_eq!(written.str("staff_message"), "We come on Monday.");
    let read = customer.get(&path(id, "/staff")).await.is(200);
    assert_eq!(
        read.json,
        json!({ "id": id, "staff_message": "We come on Monday." })
    );
    assert_eq!(
        customer.get(&path(id, "")).await.str("staff_message"),
        "We come on Monday."
    );
    assert_eq!(
        detail(customer.put(&path(id, "/staff"), text.clone()).await, 403),
        "You may not do this"
    );
    detail(other.put(&path(id, "/staff"), text.clone()).await, 404);
    detail(other.get(&path(id, "/staff")).await, 404);
    detail(
        desk.machine(&["tickets:read"])
            .await
            .put(&path(id, "/staff"), text)
            .await,
        403,
    );
    assert_eq!(
        detail(agent.put(&path(id, "/staff"), json!({})).await, 400),
        "staff_message is required"
    );
    let cleared = agent
        .put(&path(id, "/staff"), json!({ "staff_message": null }))
        .await
        .is(200);
    assert_eq!(cleared.json["staff_message"], Value::Null);
}

#[tokio::test]
async fn every_status_is_named_as_in_isp_and_goes_through_the_workflow() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let id = made(&customer).await;
    let to = |status: &str| json!({ "status": status });
    for status in [
        "in_progress",
        "pending_customer",
        "pending_vendor",
        "resolved",
        "reopened",
        "closed",
    ] {
        let moved = desk
            .admin
            .post(&path(id, "/status"), to(status))
            .await
            .is(200);
        assert_eq!(moved.str("status"), status);
        assert_eq!(customer.get(&path(id, "")).await.str("status"), status);
        let again = desk
            .admin
            .post(&path(id, "/status"), to(status))
            .await
            .is(200);
        assert_eq!(
            again.header("etag"),
            moved.header("etag"),
            "the same one is accepted"
        );
    }
    let told = detail(
        desk.admin
            .post(&path(id, "/status"), to("in_progress"))
            .await,
        409,
    );
    assert_eq!(
        told,
        "A ticket that is closed cannot become in_progress; allowed: reopened"
    );
    let told = detail(desk.admin.post(&path(id, "/status"), to("done")).await, 400);
    assert!(
        told.starts_with("status must be one of open, assigned"),
        "{told}"
    );
    // What a customer may do.
    customer
        .post(&path(id, "/status"), to("reopened"))
        .await
        .is(200);
    detail(
        customer.post(&path(id, "/status"), to("resolved")).await,
        403,
    );
    customer
        .post(&path(id, "/status"), to("closed"))
        .await
        .is(200);
    detail(
        desk.customer()
            .await
            .post(&path(id, "/status"), to("reopened"))
            .await,
        404,
    );
    // Assigned needs somebody.
    let id = made(&customer).await;
    detail(
        desk.admin.post(&path(id, "/status"), to("assigned")).await,
        409,
    );
}
