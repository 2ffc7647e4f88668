//! Requests that come twice.

use serde_json::{Value, json};

use super::api::{Answer, Api, each};
use super::desk::{Desk, PASSWORD, at, new_ticket, next, with};

async fn keyed(api: &Api, path: &str, key: &str, body: &Value) -> Answer {
    api.ask("POST", path)
        .header("Idempotency-Key", key)
        .json(body.clone())
        .send()
        .await
}

fn key() -> String {
    format!("key-{}", next())
}

const TICKETS: &str = "/api/v1/tickets";

#[tokio::test]
async fn a_repeat_gets_the_first_answer_again_and_nothing_happens_twice() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (key, body) = (key(), new_ticket(&customer.id));
    let first = keyed(&customer, TICKETS, &key, &body).await.is(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    for _ in 0..3 {
        let again = keyed(&customer, TICKETS, &key, &body).await.is(201);
        assert_eq!(again.bytes, first.bytes);
        assert_eq!(again.header("idempotency-replayed"), "true");
        for name in ["location", "etag", "content-type"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
    }
    assert_eq!(customer.get(TICKETS).await.is(200).json["total"], 1);
}

#[tokio::test]
async fn every_post_takes_a_key() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let (ticket, other, source) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    let n = next();
    for (path, body) in [
        (at(&ticket, "/comments"), json!({ "body": "once" })),
        (at(&ticket, "/assign"), json!({ "assigned_to": agent.id })),
        (at(&ticket, "/escalate"), json!({ "reason": "once" })),
        (
            at(&ticket, "/links"),
            json!({ "ticket_id": other, "relation": "blocks" }),
        ),
        (at(&ticket, "/merge"), json!({ "ticket_ids": [source] })),
        (at(&ticket, "/resolve"), json!({})),
        (at(&ticket, "/reopen"), json!({ "reason": "once" })),
        (at(&ticket, "/close"), json!({ "resolution": "once" })),
        (
            format!("{TICKETS}/bulk"),
            json!({ "ticket_ids": [other], "action": "comment", "body": "once" }),
        ),
        ("/api/v1/customers".to_owned(), json!({ "name": "Once" })),
        (
            "/api/v1/teams".to_owned(),
            json!({ "name": format!("Once {n}"), "categories": [] }),
        ),
        (
            "/api/v1/users".to_owned(),
            json!({ "username": format!("once-{n}"), "email": format!("once-{n}@example.net"), "password": PASSWORD, "role": "agent" }),
        ),
    ] {
        let key = key();
        let first = keyed(&desk.admin, &path, &key, &body).await;
        assert!((200..300).contains(&first.status), "{first}");
        let before = desk.history(&ticket).await.len() + desk.history(&other).await.len();
        let again = keyed(&desk.admin, &path, &key, &body).await;
        assert_eq!(
            (again.status, &again.bytes),
            (first.status, &first.bytes),
            "{again}"
        );
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
        assert_eq!(
            desk.history(&ticket).await.len() + desk.history(&other).await.len(),
            before,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (key, body) = (key(), new_ticket(&customer.id));
    keyed(&customer, TICKETS, &key, &body).await.is(201);
    let other = with(body.clone(), json!({ "title": "Another title" }));
    keyed(&customer, TICKETS, &key, &other)
        .await
        .problem(422, "idempotency_key_reused");
    keyed(&customer, TICKETS, &key, &body).await.is(201);
    assert_eq!(customer.get(TICKETS).await.is(200).json["total"], 1);
}

#[tokio::test]
async fn a_key_counts_for_one_caller_and_one_path() {
    let desk = Desk::shared().await;
    let (one, two) = (desk.customer().await, desk.customer().await);
    let key = key();
    let first = keyed(&one, TICKETS, &key, &new_ticket(&one.id))
        .await
        .is(201);
    let second = keyed(&two, TICKETS, &key, &new_ticket(&two.id))
        .await
        .is(201);
    assert_ne!(first.json["id"], second.json["id"]);
    let said = keyed(
        &one,
        &at(&first.str("id"), "/comments"),
        &key,
        &json!({ "body": "hello" }),
    )
    .await
    .is(201);
    assert_eq!(said.header("idempotency-replayed"), "");
}

#[tokio::test]
async fn refusals_are_kept_too_but_not_those_about_who_asks() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let bad = keyed(&customer, TICKETS, "kept-400", &json!({})).await;
    let again = keyed(&customer, TICKETS, "kept-400", &json!({})).await;
    assert_eq!((again.status, &again.bytes), (400, &bad.bytes));
    assert_eq!(again.header("idempotency-replayed"), "true");

    let reason = json!({ "reason": "not yet" });
    let path = at(&ticket, "/reopen");
    keyed(&customer, &path, "kept-409", &reason).await.is(409);
    desk.admin
        .post(&at(&ticket, "/close"), json!({}))
        .await
        .is(200);
    keyed(&customer, &path, "kept-409", &reason).await.is(409);
    keyed(&customer, &path, "another", &reason).await.is(200);

    let agent = desk.agent().await;
    let body = json!({ "name": "Promoted" });
    keyed(&agent, "/api/v1/customers", "kept-403", &body)
        .await
        .is(403);
    desk.admin
        .patch(
            &format!("/api/v1/users/{}", agent.id),
            json!({ "role": "admin" }),
        )
        .await
        .is(200);
    let tokens = super::desk::sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200);
    let promoted = desk.anonymous.with_token(&tokens.str("access"));
    keyed(&promoted, "/api/v1/customers", "kept-403", &body)
        .await
        .is(201);
}

#[tokio::test]
async fn of_many_at_once_with_one_key_one_takes_effect() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for round in 0..4 {
        let key = key();
        let body = new_ticket(&customer.id);
        let tries: Vec<_> = (0..12)
            .map(|_| {
                let (api, key, body) = (Api::clone(&customer), key.clone(), body.clone());
                tokio::spawn(async move { keyed(&api, TICKETS, &key, &body).await })
            })
            .collect();
        let mut made = Vec::new();
        for attempt in tries {
            let answer = attempt.await.expect("an answer");
            match answer.status {
                201 => made.push(answer.str("id")),
                409 => assert!(
                    !answer
                        .problem(409, "in_progress")
                        .header("retry-after")
                        .is_empty()
                ),
                _ => panic!("{answer}"),
            }
        }
        made.dedup();
        assert_eq!(made.len(), 1, "one ticket, however often it was answered");
        assert_eq!(customer.get(TICKETS).await.is(200).json["total"], round + 1);
        let settled = keyed(&customer, TICKETS, &key, &body).await.is(201);
        assert_eq!(settled.str("id"), made[0]);
    }
}

#[tokio::test]
async fn sign_in_and_registration_are_never_stored() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let body = json!({ "username": agent.username, "password": PASSWORD });
    let one = keyed(&desk.anonymous, "/auth/jwt/create/", "sign-in", &body)
        .await
        .is(200);
    let two = keyed(&desk.anonymous, "/auth/jwt/create/", "sign-in", &body)
        .await
        .is(200);
    assert_ne!(one.json["refresh"], two.json["refresh"]);
    let name = format!("fresh-{}", next());
    let body =
        json!({ "username": name, "email": format!("{name}@example.org"), "password": PASSWORD });
    keyed(&desk.anonymous, "/auth/users/", "register", &body)
        .await
        .is(201);
    keyed(&desk.anonymous, "/auth/users/", "register", &body)
        .await
        .is(400);
}

#[tokio::test]
async fn uploads_count_by_their_content_not_by_their_boundary() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/attachments");
    let upload = |name: &'static str, bytes: &'static [u8]| {
        customer
            .ask("POST", &path)
            .header("Idempotency-Key", "upload")
            .files(&[(name, bytes)])
            .send()
    };
    let first = upload("a.txt", b"one").await.is(201);
    let again = upload("a.txt", b"one").await.is(201);
    assert_eq!(
        (again.bytes.clone(), again.header("idempotency-replayed")),
        (first.bytes.clone(), "true".to_owned())
    );
    upload("a.txt", b"two")
        .await
        .problem(422, "idempotency_key_reused");
    upload("b.txt", b"one")
        .await
        .problem(422, "idempotency_key_reused");
    let listed = customer.get(&path).await.is(200).list("attachments");
    assert_eq!(each(&listed, "name"), ["a.txt"]);
}

#[tokio::test]
async fn keys_that_cannot_be_are_faults() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for key in ["", "a b", &"k".repeat(256)] {
        let answer = keyed(&customer, TICKETS, key, &new_ticket(&customer.id)).await;
        assert_eq!(answer.status, 400, "{key}: {answer}");
    }
    assert_eq!(customer.get(TICKETS).await.is(200).json["total"], 0);
}

#[tokio::test]
async fn who_hangs_up_before_the_answer_gets_it_by_asking_again() {
    use std::io::Write as _;
    let desk = Desk::shared().await;
    let customer = desk.account(json!({})).await;
    let tokens = super::desk::sign_in(
        &desk.anonymous,
        super::program::ADMIN.0,
        super::program::ADMIN.1,
    )
    .await
    .is(200);
    let body = new_ticket(&customer);
    let mut keys = Vec::new();
    for _ in 0..40 {
        let (key, body) = (key(), body.to_string());
        let mut stream = super::desk::shared().connect();
        let head = format!(
            "POST {TICKETS} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Idempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
            tokens.str("access"),
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("it listens");
        keys.push(key);
    }
    for key in keys {
        let answer = super::desk::eventually("the answer", || async {
            let answer = keyed(&desk.admin, TICKETS, &key, &body).await;
            (answer.json["code"] != "in_progress").then_some(answer)
        })
        .await;
        answer.is(201);
    }
    let list = desk
        .admin
        .get(&format!("{TICKETS}?customer_id={customer}"))
        .await
        .is(200);
    assert_eq!(list.json["total"], 40, "each took effect once");
}
