//! The helpdesk API, exchange by exchange as its document prints it, and what it leaves open.

use serde_json::{Value, json};

use super::printed::Printed;
use crate::http::api::Api;
use crate::http::desk::{Desk, next, sign_in, with};

const PASSWORD: &str = "Example.Password.91";

/// Somebody who signed up by the document, and what it printed of it.
async fn signed_up(desk: &Desk, printed: &mut Printed) -> (Api, String) {
    let name = format!("example_user_{}", next());
    let email = format!("{name}@example.com");
    let who = json!({ "email": email, "username": name, "password": PASSWORD });
    let made = desk.anonymous.post("/auth/users/", who).await.is(201);
    printed.is(
        &json!({ "id": "<me>", "username": name, "email": email, "is_active": true, "tickets": [] }),
        &made.json,
    );
    let tokens = sign_in(&desk.anonymous, &name, PASSWORD).await.is(200);
    printed.is(
        &json!({ "refresh": "<refresh>", "access": "<access>" }),
        &tokens.json,
    );
    (desk.anonymous.with_token(&tokens.str("access")), name)
}

/// A ticket as the document prints it after it was made.
fn asked(name: &str) -> Value {
    json!({
        "id": "<ticket>", "from_user_id": "<me>", "from_user": name, "message": "Some message like FOO BAR BIZ",
        "status": "u", "changed_status": null, "answers": [], "created_at": "2022-06-22T14:12:07.488396Z"
    })
}

async fn ask(user: &Api, name: &str, printed: &mut Printed) -> String {
    let body = json!({ "message": "Some message like FOO BAR BIZ" });
    let made = user.post("/api/ticket", body).await.is(201);
    printed.is(&asked(name), &made.json);
    format!("/api/ticket/{}", printed.of("ticket"))
}

/// Where tests' servers say that they are, as links have it.
async fn base(user: &Api, answered: &str) -> String {
    let answers = user.get(answered).await.is(200).list("answers");
    let url = answers[0].as_str().expect("a URL");
    url[..url.find("/api/").expect("a path")].to_owned()
}

#[tokio::test]
async fn the_document_line_by_line() {
    let desk = Desk::shared().await;
    let mut printed = Printed::default();
    let (user, name) = signed_up(&desk, &mut printed).await;

    let refresh = json!({ "refresh": printed.of("refresh") });
    let pair = desk
        .anonymous
        .post("/auth/jwt/refresh/", refresh)
        .await
        .is(200);
    printed.is(
        &json!({ "refresh": "<refresh 2>", "access": "<access 2>" }),
        &pair.json,
    );
    assert_ne!(printed.of("refresh"), printed.of("refresh 2"));

    let place = ask(&user, &name, &mut printed).await;
    let read = user.get(&place).await.is(200);
    printed.is(&asked(&name), &read.json);

    let path = format!("{place}/answer");
    let says = json!({ "message": "answer message" });
    let answer = user.post(&path, says.clone()).await.is(201);
    printed.is(
        &json!({ "id": "<29>", "message": "answer message" }),
        &answer.json,
    );
    let base = base(&user, &place).await;
    let read = user
        .get(&format!("/api/comment/{}", printed.of("29")))
        .await
        .is(200);
    let comment = json!({
        "id": "<29>", "from_user_id": "<me>", "from_user": name,
        "to_ticket": format!("{base}/api/ticket/{{ticket}}"), "message": "answer message",
        "answered_at": "2022-06-22T14:32:51.334919Z"
    });
    printed.is(&comment, &read.json);

    let support = desk.agent().await;
    for id in ["<30>", "<31>"] {
        let answer = support.post(&path, says.clone()).await.is(201);
        printed.is(
            &json!({ "id": id, "message": "answer message" }),
            &answer.json,
        );
    }
    let link = |id: &str| format!("{base}/api/comment/{{{id}}}");
    let answered = with(
        asked(&name),
        json!({ "answers": [link("31"), link("30"), link("29")] }),
    );
    printed.is(&answered, &user.get(&place).await.is(200).json);

    let me = support.get("/auth/users/me/").await.is(200);
    let closing = json!({ "status": "c" });
    let path = format!("{place}/set_status");
    let set = support.post(&path, closing.clone()).await.is(200);
    printed.is(
        &json!({ "status": "c", "changed_status": me.json["id"] }),
        &set.json,
    );
    let closed = with(
        answered,
        json!({ "status": "c", "changed_status": me.json["id"] }),
    );
    printed.is(&closed, &user.get(&place).await.is(200).json);

    let other = desk.agent().await;
    let again = other.post(&path, closing.clone()).await.is(200);
    printed.is(&set.json, &again.json);
    user.post(&path, closing).await.is(403);

    for (status, n) in [("c", 1), ("u", 0), ("f", 0)] {
        let list = user
            .get(&format!("/api/ticket?status={status}"))
            .await
            .is(200);
        assert_eq!(list.json.as_array().map(Vec::len), Some(n), "{list}");
    }
    let mine = user.get("/auth/users/me/").await.is(200);
    assert_eq!(mine.json["tickets"], json!([format!("{base}{place}")]));
}

#[tokio::test]
async fn every_status_is_reached_from_every_other_and_reads_back() {
    let desk = Desk::shared().await;
    let mut printed = Printed::default();
    let (user, name) = signed_up(&desk, &mut printed).await;
    let support = desk.agent().await;
    let place = ask(&user, &name, &mut printed).await;
    for status in ["f", "u", "c", "f", "c", "u", "u", "f", "f", "c", "c", "u"] {
        let body = json!({ "status": status });
        let set = support
            .post(&format!("{place}/set_status"), body)
            .await
            .is(200);
        assert_eq!(set.json["status"], status);
        assert_eq!(user.get(&place).await.is(200).json["status"], status);
    }
    for body in [
        json!({ "status": "x" }),
        json!({}),
        json!({ "status": null }),
    ] {
        let refused = support
            .post(&format!("{place}/set_status"), body)
            .await
            .is(400);
        assert!(refused.json["status"][0].is_string(), "{refused}");
    }
}

#[tokio::test]
async fn all_our_statuses_have_a_word() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let words = [
        ("assigned", "u"),
        ("in_progress", "u"),
        ("pending_customer", "f"),
        ("pending_vendor", "f"),
        ("resolved", "c"),
        ("closed", "c"),
    ];
    for (status, word) in words {
        let ticket = desk.ticket_with(&customer.id, json!({})).await;
        let path = format!("/api/v1/tickets/{}", ticket.str("id"));
        let assign = json!({ "assigned_to": agent.id });
        agent.post(&format!("{path}/assign"), assign).await.is(200);
        agent
            .patch(&path, json!({ "status": status }))
            .await
            .is(200);
        let place = format!("/api/ticket/{}", ticket.json["number"]);
        assert_eq!(agent.get(&place).await.is(200).json["status"], word);
        let set = json!({ "status": word });
        agent
            .post(&format!("{place}/set_status"), set)
            .await
            .is(200);
        assert_eq!(
            agent.get(&path).await.is(200).json["status"],
            status,
            "as it was shown"
        );
    }
}

#[tokio::test]
async fn a_customer_sees_what_it_made_itself_and_nothing_else() {
    let desk = Desk::shared().await;
    let mut printed = Printed::default();
    let (user, name) = signed_up(&desk, &mut printed).await;
    let place = ask(&user, &name, &mut printed).await;
    let account = user.get("/auth/users/me/").await.is(200).str("customer_id");
    let fellow = desk
        .person(json!({ "role": "customer", "customer_id": account }))
        .await;
    let (stranger, support) = (desk.customer().await, desk.agent().await);

    let number = place.rsplit('/').next().unwrap().to_owned();
    let answer = user
        .post(&format!("{place}/answer"), json!({ "message": "More." }))
        .await;
    let comment = format!("/api/comment/{}", answer.is(201).json["id"]);
    for other in [&*fellow, &*stranger] {
        other.get(&place).await.is(404);
        other.get(&comment).await.is(404);
        other
            .post(&format!("{place}/answer"), json!({ "message": "Mine." }))
            .await
            .is(404);
        other
            .post(&format!("{place}/set_status"), json!({ "status": "c" }))
            .await
            .is(404);
        assert_eq!(other.get("/api/ticket").await.is(200).json, json!([]));
    }
    // What it may not see here, it may see where it belongs to the account.
    let found = fellow
        .get(&format!("/api/v1/tickets?q={number}"))
        .await
        .is(200);
    assert_eq!(found.list("tickets").len(), 1);

    let list = support.get("/api/ticket?limit=1000").await.is(200);
    let numbers: Vec<i64> = list
        .json
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["id"].as_i64())
        .collect();
    assert!(numbers.contains(&number.parse().unwrap()));
    let all = list.json.as_array().unwrap();
    let times: Vec<_> = all
        .iter()
        .map(|one| one["created_at"].as_str().unwrap())
        .collect();
    let seconds = |at: &str| at[..19].to_owned();
    assert!(
        times.is_sorted_by(|a, b| seconds(a) >= seconds(b)),
        "newest first"
    );
}

#[tokio::test]
async fn internal_notes_have_no_place_here() {
    let desk = Desk::shared().await;
    let mut printed = Printed::default();
    let (user, name) = signed_up(&desk, &mut printed).await;
    let place = ask(&user, &name, &mut printed).await;
    let support = desk.agent().await;
    let number = place.rsplit('/').next().unwrap().to_owned();
    let found = support
        .get(&format!("/api/v1/tickets?q={number}"))
        .await
        .is(200);
    let found = found
        .list("tickets")
        .into_iter()
        .find(|one| one["number"].as_i64() == number.parse().ok());
    let id = found.unwrap()["id"].as_str().unwrap().to_owned();
    let says = async |text: &str| {
        let body = json!({ "message": text });
        let answer = support.post(&format!("{place}/answer"), body).await;
        answer.is(201).json["id"].as_i64().unwrap()
    };
    let before = says("Before.").await;
    let crm = format!("/crm/api/v1/tickets/{id}/add_comment/");
    let note = json!({ "text": "A note.", "is_internal": true });
    support.post(&crm, note).await.is(201);
    let after = says("After.").await;
    for reader in [&user, &*support] {
        let answers = reader.get(&place).await.is(200).list("answers");
        assert_eq!(answers.len(), 2);
    }
    // One of these numbers is the note's; others may be answers on other tickets.
    assert!(after - before > 1);
    for number in before + 1..after {
        let read = support.get(&format!("/api/comment/{number}")).await;
        assert_ne!(read.json["message"], "A note.", "{read}");
    }
}

#[tokio::test]
async fn the_list_is_one_array_however_long() {
    let desk = Desk::shared().await;
    let mut printed = Printed::default();
    let (user, _) = signed_up(&desk, &mut printed).await;
    let mut made = Vec::new();
    for n in 0..205 {
        let body = json!({ "message": format!("Question {n}\nand more") });
        let ticket = user.post("/api/ticket/", body).await.is(201);
        made.push(ticket.json["id"].as_i64().unwrap());
    }
    made.reverse();
    let numbers = |answer: &crate::http::api::Answer| -> Vec<i64> {
        let all = answer.json.as_array().expect("an array");
        all.iter().filter_map(|one| one["id"].as_i64()).collect()
    };
    assert_eq!(numbers(&user.get("/api/ticket").await.is(200)), made);
    assert_eq!(
        numbers(&user.get("/api/ticket/?status=u").await.is(200)),
        made
    );
    let part = user.get("/api/ticket?limit=3&offset=201").await.is(200);
    assert_eq!(numbers(&part), made[201..204]);
    assert!(numbers(&user.get("/api/ticket?offset=300").await.is(200)).is_empty());
    let refused = user
        .get("/api/ticket?status=x&limit=0&other=ignored")
        .await
        .is(400);
    assert!(refused.json["status"][0].is_string() && refused.json["limit"][0].is_string());
}

#[tokio::test]
async fn failures_are_as_django_rest_has_them() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let nobody = desk.anonymous.get("/api/ticket").await.is(401);
    assert!(nobody.json["detail"].is_string() && nobody.json.get("type").is_none());
    let empty = customer
        .post("/api/ticket", json!({ "message": " " }))
        .await
        .is(400);
    assert!(empty.json["message"][0].is_string(), "{empty}");
    for path in [
        "/api/ticket/0",
        "/api/ticket/01",
        "/api/ticket/x",
        "/api/comment/0",
        "/api/nowhere",
    ] {
        let missing = customer.get(path).await.is(404);
        assert!(missing.json["detail"].is_string(), "{missing}");
    }
    let method = customer.delete("/api/ticket").await.is(405);
    assert!(method.header("allow").contains("POST") && method.json["detail"].is_string());
    let merged = desk.ticket_with(&customer.id, json!({})).await;
    let into = desk.ticket(&customer.id).await;
    let path = format!("/api/v1/tickets/{into}/merge");
    desk.admin
        .post(&path, json!({ "ticket_ids": [merged.str("id")] }))
        .await
        .is(200);
    let place = format!("/api/ticket/{}/set_status", merged.json["number"]);
    let refused = desk
        .admin
        .post(&place, json!({ "status": "u" }))
        .await
        .is(400);
    assert!(refused.json["status"][0].is_string(), "{refused}");
}
