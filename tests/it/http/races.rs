//! The same thing wanted by many at once: one gets it, and nobody hears of a fault inside.

use serde_json::{Value, json};

use super::api::{Answer, Api, each};
use super::desk::{Desk, PASSWORD, at, next};

/// Sends all of them at once; the answers' statuses, sorted.
async fn all_at_once(asks: Vec<(Api, &'static str, String, Value)>) -> Vec<Answer> {
    let sent: Vec<_> = asks
        .into_iter()
        .map(|(api, method, path, body)| {
            tokio::spawn(async move { api.ask(method, &path).json(body).send().await })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in sent {
        answers.push(answer.await.expect("an answer"));
    }
    answers.sort_by_key(|answer| answer.status);
    answers
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

/// Once that status, and seven times the other.
fn one_of_eight(first: u16, rest: u16) -> Vec<u16> {
    std::iter::once(first).chain([rest; 7]).collect()
}

async fn eight(api: &Api, method: &'static str, path: &str, body: &Value) -> Vec<Answer> {
    let asks = (0..8).map(|_| (api.clone(), method, path.to_owned(), body.clone()));
    all_at_once(asks.collect()).await
}

#[tokio::test]
async fn one_of_many_gets_a_name_that_has_to_be_unique() {
    let desk = Desk::shared().await;
    let n = next();
    let user = json!({ "username": format!("race-{n}"), "email": format!("race-{n}@example.org"), "password": PASSWORD });
    assert_eq!(
        statuses(&eight(&desk.anonymous, "POST", "/auth/users/", &user).await),
        one_of_eight(201, 400)
    );
    let customer = json!({ "name": "Race", "account_number": format!("race-{n}") });
    assert_eq!(
        statuses(&eight(&desk.admin, "POST", "/api/v1/customers", &customer).await),
        one_of_eight(201, 400)
    );
    let team = json!({ "name": format!("Race {n}"), "categories": [] });
    assert_eq!(
        statuses(&eight(&desk.admin, "POST", "/api/v1/teams", &team).await),
        one_of_eight(201, 400)
    );
}

#[tokio::test]
async fn one_of_many_assignments_and_links_takes_effect() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let (ticket, other) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    let to = json!({ "assigned_to": agent.id });
    assert_eq!(
        statuses(&eight(&desk.admin, "POST", &at(&ticket, "/assign"), &to).await),
        one_of_eight(200, 409)
    );
    let link = json!({ "ticket_id": other, "relation": "blocks" });
    let linked = eight(&desk.admin, "POST", &at(&ticket, "/links"), &link).await;
    assert!(
        linked[0].status < 300 && statuses(&linked[1..]) == [409; 7],
        "{:?}",
        statuses(&linked)
    );
    assert_eq!(desk.history(&ticket).await.len(), 3);
}

#[tokio::test]
async fn many_closes_are_one_close() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    assert_eq!(
        statuses(&eight(&desk.admin, "POST", &at(&ticket, "/close"), &json!({})).await),
        [200; 8]
    );
    assert_eq!(
        each(&desk.history(&ticket).await, "action"),
        ["created", "closed"]
    );
    let reason = json!({ "reason": "again" });
    assert_eq!(
        statuses(&eight(&customer, "POST", &at(&ticket, "/reopen"), &reason).await),
        [200; 8]
    );
    assert_eq!(desk.history(&ticket).await.len(), 3);
}

#[tokio::test]
async fn a_file_goes_to_one_comment_alone() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let files = customer
        .upload("/api/v1/attachments", &[("one.txt", b"1")])
        .await
        .is(201)
        .list("attachments");
    let body = json!({ "body": "See the file.", "attachments": each(&files, "id") });
    let answers = eight(&customer, "POST", &at(&ticket, "/comments"), &body).await;
    let won = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(won, 1, "{:?}", statuses(&answers));
    assert!(
        answers
            .iter()
            .all(|answer| [201, 400, 409].contains(&answer.status)),
        "{:?}",
        statuses(&answers)
    );
    assert_eq!(
        desk.read(&ticket).await.list("comments").len(),
        1,
        "who does not get the file says nothing"
    );
}

#[tokio::test]
async fn versions_of_a_policy_count_every_change() {
    let desk = Desk::shared().await;
    let name = format!("Raced {}", next());
    let body = json!({ "name": name, "position": 900, "conditions": { "customer_tiers": [name] }, "targets": { "resolution": 60 } });
    let id = desk
        .admin
        .post("/api/v1/sla/policies", body.clone())
        .await
        .is(201)
        .str("id");
    let answers = eight(
        &desk.admin,
        "PUT",
        &format!("/api/v1/sla/policies/{id}"),
        &body,
    )
    .await;
    let mut versions: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.json["version"].as_u64())
        .collect();
    versions.sort_unstable();
    let wanted: Vec<_> = (2..).map(Some).take(versions.len()).collect();
    assert_eq!(versions, wanted);
    assert!(
        answers
            .iter()
            .all(|answer| [200, 409].contains(&answer.status)),
        "{:?}",
        statuses(&answers)
    );
}

#[tokio::test]
async fn edits_and_a_deletion_at_once_end_with_no_ticket() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let mut asks: Vec<_> = (0..8)
        .map(|n| {
            (
                desk.admin.clone(),
                "PATCH",
                at(&ticket, ""),
                json!({ "title": format!("Title number {n}") }),
            )
        })
        .collect();
    asks.insert(
        4,
        (desk.admin.clone(), "DELETE", at(&ticket, ""), json!({})),
    );
    let answers = all_at_once(asks).await;
    assert!(
        answers
            .iter()
            .all(|answer| [200, 204, 404].contains(&answer.status)),
        "{:?}",
        statuses(&answers)
    );
    desk.admin.get(&at(&ticket, "")).await.is(404);
}

#[tokio::test]
async fn fields_of_one_directory_entry_changed_at_once_all_stay() {
    let desk = Desk::shared().await;
    let id = desk.account(json!({})).await;
    let path = format!("/api/v1/customers/{id}");
    let fields =
        json!({ "phone": "1", "tier": "gold", "address": "2 Road", "email": "x@example.net" });
    let asks = fields
        .as_object()
        .expect("fields")
        .iter()
        .map(|(name, value)| {
            (
                desk.admin.clone(),
                "PATCH",
                path.clone(),
                json!({ name: value }),
            )
        });
    let answers = all_at_once(asks.collect()).await;
    assert_eq!(statuses(&answers), [200; 4]);
    let read = desk.admin.get(&path).await.is(200);
    for (name, value) in fields.as_object().expect("fields") {
        assert_eq!(&read.json[name], value, "{read}");
    }
}

#[tokio::test]
async fn many_rewrites_of_a_comment_are_a_chain_and_one_of_many_deletions_is_the_one() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let body = json!({ "body": "text 0" });
    let comment = customer
        .post(&at(&ticket, "/comments"), body)
        .await
        .is(201)
        .str("id");
    let path = at(&ticket, &format!("/comments/{comment}"));
    let asks = (1..=8).map(|n| {
        (
            Api::clone(&customer),
            "PATCH",
            path.clone(),
            json!({ "body": format!("text {n}") }),
        )
    });
    assert_eq!(statuses(&all_at_once(asks.collect()).await), [200; 8]);
    let mut text = "text 0".to_owned();
    for entry in desk.history(&ticket).await.iter().skip(2) {
        assert_eq!(entry["changes"][0]["from"], text, "{entry}");
        entry["changes"][0]["to"]
            .as_str()
            .expect("a text")
            .clone_into(&mut text);
    }
    assert_eq!(
        each(&desk.read(&ticket).await.list("comments"), "body"),
        [text]
    );
    assert_eq!(
        statuses(&eight(&customer, "DELETE", &path, &json!({})).await),
        one_of_eight(204, 404)
    );
}

#[tokio::test]
async fn a_file_goes_to_one_new_ticket_alone() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let files = customer
        .upload("/api/v1/attachments", &[("one.txt", b"1")])
        .await
        .is(201)
        .list("attachments");
    let more = json!({ "attachments": each(&files, "id") });
    let body = super::desk::with(super::desk::new_ticket(&customer.id), more);
    let answers = eight(&customer, "POST", "/api/v1/tickets", &body).await;
    assert_eq!(statuses(&answers), one_of_eight(201, 400));
    assert_eq!(
        customer.get("/api/v1/tickets").await.is(200).json["total"],
        1
    );
}
