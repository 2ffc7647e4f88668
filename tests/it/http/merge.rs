//! Merging tickets.

use serde_json::{Value, json};

use super::api::each;
use super::desk::{Desk, at};

fn of(ids: &[&String]) -> Value {
    json!({ "ticket_ids": ids, "reason": "The same outage" })
}

#[tokio::test]
async fn a_merged_ticket_lives_on_in_its_target() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (target, one, two) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    desk.admin
        .post(
            &at(&target, "/comments"),
            json!({ "body": "in the target" }),
        )
        .await
        .is(201);
    customer
        .post(&at(&one, "/comments"), json!({ "body": "in the first" }))
        .await
        .is(201);
    desk.admin
        .post(
            &at(&two, "/comments"),
            json!({ "body": "a note", "is_internal": true }),
        )
        .await
        .is(201);
    desk.admin
        .upload(&at(&two, "/attachments"), &[("photo.txt", b"light is red")])
        .await
        .is(201);

    let merged = desk
        .admin
        .post(&at(&target, "/merge"), of(&[&one, &two]))
        .await
        .is(200);
    assert_eq!(merged.str("id"), target);
    assert_eq!(merged.str("status"), "open");
    let comments = |answer: super::api::Answer| {
        let mut bodies = each(&answer.list("comments"), "body");
        bodies.sort();
        bodies
    };
    assert_eq!(
        comments(desk.admin.get(&at(&target, "/comments")).await.is(200)),
        ["a note", "in the first", "in the target"]
    );
    assert_eq!(
        comments(desk.read(&target).await),
        ["a note", "in the first", "in the target"]
    );
    assert_eq!(
        comments(customer.get(&at(&target, "/comments")).await.is(200)),
        ["in the first", "in the target"]
    );
    let files = desk
        .admin
        .get(&at(&target, "/attachments"))
        .await
        .is(200)
        .list("attachments");
    assert_eq!(each(&files, "name"), ["photo.txt"]);
    let mut relations = each(
        &desk.read(&target).await.list("related_tickets"),
        "relation",
    );
    relations.sort();
    assert_eq!(relations, ["merged_from", "merged_from"]);
    let beside = desk.read(&one).await.list("related_tickets");
    assert_eq!(
        (each(&beside, "id"), each(&beside, "relation")),
        (vec![target.clone()], vec!["merged_into".to_owned()])
    );
    assert!(each(&desk.history(&target).await, "action").contains(&"merge_received".to_owned()));
    assert_eq!(
        each(&desk.history(&one).await, "action")
            .last()
            .map(String::as_str),
        Some("merged")
    );
}

#[tokio::test]
async fn a_merged_ticket_is_closed_for_good() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (target, one, two) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    desk.admin
        .post(&at(&target, "/merge"), of(&[&one, &two]))
        .await
        .is(200);
    for source in [&one, &two] {
        let closed = desk.read(source).await;
        assert_eq!(
            (closed.str("status"), closed.str("merged_into")),
            ("closed".to_owned(), target.clone())
        );
        let refused = desk
            .admin
            .post(&at(source, "/reopen"), json!({ "reason": "No" }))
            .await
            .problem(409, "ticket_merged");
        assert!(refused.str("detail").contains(&target), "{refused}");
        desk.admin
            .post(&at(source, "/comments"), json!({ "body": "No" }))
            .await
            .problem(409, "ticket_merged");
        desk.admin
            .put(&at(source, ""), json!({ "title": "No, no, no" }))
            .await
            .problem(409, "ticket_merged");
        desk.admin
            .post(&at(source, "/assign"), json!({ "assigned_to": null }))
            .await
            .problem(409, "ticket_merged");
        customer
            .post(&at(source, "/comments"), json!({ "body": "No" }))
            .await
            .problem(409, "ticket_merged");
    }
}

#[tokio::test]
async fn a_merge_is_all_or_nothing() {
    let desk = Desk::shared().await;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let (target, good, done) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    let foreign = desk.ticket(&other.id).await;
    let elsewhere = desk.ticket(&customer.id).await;
    desk.admin
        .post(&at(&elsewhere, "/merge"), of(&[&done]))
        .await
        .is(200);
    let nobody = "0190a5f0-0000-7000-8000-000000000001".to_owned();
    for (bad, status, code) in [
        (&foreign, 409, "other_customer"),
        (&target, 409, "same_ticket"),
        (&done, 409, "ticket_merged"),
        (&nobody, 404, "not_found"),
    ] {
        for ids in [[&good, bad], [bad, &good]] {
            desk.admin
                .post(&at(&target, "/merge"), of(&ids))
                .await
                .problem(status, code);
        }
    }
    for ticket in [&target, &good, &foreign] {
        assert_eq!(desk.read(ticket).await.json["version"], 1);
    }
    desk.admin
        .post(&at(&done, "/merge"), of(&[&good]))
        .await
        .problem(409, "ticket_merged");
    assert_eq!(desk.read(&good).await.str("status"), "open");
}

#[tokio::test]
async fn a_ticket_named_twice_is_merged_once() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (target, one, two) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    desk.admin
        .post(&at(&target, "/merge"), of(&[&one, &two, &one]))
        .await
        .is(200);
    assert_eq!(desk.read(&one).await.json["merged_into"], target);
    assert_eq!(desk.history(&one).await.len(), 2);
}

#[tokio::test]
async fn closed_tickets_can_be_merged_too() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (target, closed) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    desk.admin
        .post(&at(&closed, "/close"), json!({}))
        .await
        .is(200);
    desk.admin
        .post(&at(&target, "/merge"), of(&[&closed]))
        .await
        .is(200);
    assert_eq!(desk.read(&closed).await.json["merged_into"], target);
}

#[tokio::test]
async fn a_merge_without_sources_is_a_fault() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let target = desk.ticket(&customer.id).await;
    for body in [
        json!({}),
        json!({ "ticket_ids": [] }),
        json!({ "ticket_ids": "x" }),
    ] {
        assert!(
            desk.admin
                .post(&at(&target, "/merge"), body)
                .await
                .faulty()
                .contains("ticket_ids")
        );
    }
    assert!(
        desk.admin
            .post(&at(&target, "/merge"), json!({ "ticket_ids": ["x"] }))
            .await
            .faulty()
            .contains("ticket_ids[0]")
    );
    assert_eq!(desk.read(&target).await.json["version"], 1);
}

#[tokio::test]
async fn what_was_merged_goes_on_with_its_target() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (first, second, third) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    customer
        .post(&at(&first, "/comments"), json!({ "body": "in the first" }))
        .await
        .is(201);
    customer
        .upload(&at(&first, "/attachments"), &[("first.txt", b"1")])
        .await
        .is(201);
    desk.admin
        .post(&at(&second, "/merge"), of(&[&first]))
        .await
        .is(200);
    desk.admin
        .post(&at(&third, "/merge"), of(&[&second]))
        .await
        .is(200);
    for person in [&desk.admin, &customer as &super::api::Api] {
        let comments = person.get(&at(&third, "/comments")).await.is(200);
        assert_eq!(
            each(&comments.list("comments"), "body"),
            ["in the first"],
            "{comments}"
        );
        let files = person.get(&at(&third, "/attachments")).await.is(200);
        assert_eq!(
            each(&files.list("attachments"), "name"),
            ["first.txt"],
            "{files}"
        );
    }
}
