//! What a hostile client sends: bodies made to be slow, words that say two things, questions that betray.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::desk::{Desk, PASSWORD, at, new_ticket, next, shared, with};
use super::program::{ADMIN, Program};

/// Far less than what a fault for each of so many fields would take, far more than a busy machine needs.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn many_faults_are_cheap_and_told_up_to_a_hundred() {
    let desk = Desk::shared().await;
    let keys: serde_json::Map<_, _> = (0..40_000).map(|n| (format!("k{n}"), json!(1))).collect();
    let ids = vec!["x"; 100_000];
    let parameters: serde_json::Map<_, _> =
        (0..40_000).map(|n| (format!("p{n}"), json!(""))).collect();
    let began = Instant::now();
    let unknown = desk
        .admin
        .post("/api/v1/tickets", Value::Object(keys))
        .await
        .problem(400, "invalid");
    assert_eq!(unknown.list("errors").len(), 100);
    assert!(unknown.str("detail").contains("more"), "{unknown}");
    let bulk = desk
        .admin
        .post(
            "/api/v1/tickets/bulk",
            json!({ "ticket_ids": ids, "action": "close" }),
        )
        .await;
    assert_eq!(
        bulk.faults().into_iter().collect::<Vec<_>>(),
        ["ticket_ids too_long"]
    );
    desk.admin
        .post(
            "/api/v1/tickets/bulk",
            json!({ "filter": parameters, "action": "close" }),
        )
        .await
        .problem(400, "invalid");
    let statuses = json!({ "status": "x,".repeat(400_000) });
    desk.admin
        .post(
            "/api/v1/tickets/bulk",
            json!({ "filter": statuses, "action": "close" }),
        )
        .await
        .problem(400, "invalid");
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

/// Sends the head and the beginning of a body and reads what comes until the server closes.
fn stalled(head: &str, token: &str) -> (String, Duration) {
    let mut stream = shared().connect();
    let text = format!(
        "POST {head}\r\nHost: test\r\nAuthorization: Bearer {token}\r\nContent-Length: 1000\r\n\r\n{{"
    );
    stream.write_all(text.as_bytes()).expect("it listens");
    let (began, mut answer) = (Instant::now(), String::new());
    stream
        .read_to_string(&mut answer)
        .expect("it answers and closes");
    (answer, began.elapsed())
}

#[tokio::test]
async fn a_body_that_never_comes_is_given_up() {
    let desk = Desk::shared().await;
    let tokens = super::desk::sign_in(&desk.anonymous, ADMIN.0, ADMIN.1)
        .await
        .is(200);
    let heads = [
        "/auth/jwt/create HTTP/1.1\r\nContent-Type: application/json",
        "/api/v1/tickets HTTP/1.1\r\nContent-Type: application/json",
        "/api/v1/tickets HTTP/1.1\r\nIdempotency-Key: stalled\r\nContent-Type: application/json",
        "/api/v1/attachments HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x",
    ];
    let waiting = heads.map(|head| {
        let token = tokens.str("access");
        tokio::task::spawn_blocking(move || stalled(head, &token))
    });
    for (waiting, head) in waiting.into_iter().zip(heads) {
        let (answer, took) = waiting.await.expect("it reads");
        assert!(answer.starts_with("HTTP/1.1 408"), "{head}: {answer}");
        assert!(answer.contains("timeout"), "{head}: {answer}");
        assert!(took < Duration::from_secs(20), "{head}: {took:?}");
    }
}

#[tokio::test]
async fn an_api_token_cannot_change_its_owners_password() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let body = json!({ "name": format!("narrow {}", next()), "scopes": ["tickets:read"], "user_id": agent.id });
    let made = desk.admin.post("/api/v1/tokens", body).await.is(201);
    let token = desk.anonymous.with_token(&made.str("token"));
    let body = json!({ "current_password": PASSWORD, "new_password": "Other.Anvil.94" });
    token
        .post("/auth/users/set_password/", body.clone())
        .await
        .is(403);
    agent.post("/auth/users/set_password/", body).await.is(204);
}

#[tokio::test]
async fn a_customer_cannot_count_hidden_events() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    // Something happened before.
    desk.ticket(&customer.id).await;
    let ticket = desk.ticket(&customer.id).await;
    let note = json!({ "body": "for staff", "is_internal": true });
    desk.admin
        .post(&at(&ticket, "/comments"), note)
        .await
        .is(201);
    let public = json!({ "body": "for everybody" });
    desk.admin
        .post(&at(&ticket, "/comments"), public)
        .await
        .is(201);
    for path in [at(&ticket, "/history"), at(&ticket, "")] {
        let seen = customer.get(&path).await.is(200).list("history");
        assert!(!seen.is_empty());
        for entry in seen {
            assert_eq!(entry["id"], entry["sequence"]);
        }
    }
    let staff = desk.history(&ticket).await;
    assert!(staff.iter().any(|entry| entry["id"] != entry["sequence"]));
}

#[tokio::test]
async fn who_may_not_hears_nothing_of_the_body() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for path in [
        "/users",
        "/tokens",
        "/customers",
        "/contacts",
        "/services",
        "/teams",
        "/sla/calendars",
        "/sla/policies",
        "/tickets/bulk",
    ] {
        let path = format!("/api/v1{path}");
        customer
            .post(&path, json!({}))
            .await
            .problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_repeat_of_making_a_token_says_that_it_was_made() {
    let desk = Desk::shared().await;
    let body = json!({ "name": format!("once {}", next()), "scopes": ["tickets:read"] });
    let send = || {
        desk.admin
            .ask("POST", "/api/v1/tokens")
            .header("idempotency-key", "one-token")
            .json(body.clone())
            .send()
    };
    send().await.is(201);
    for _ in 0..2 {
        let repeat = send().await.problem(409, "answer_not_kept");
        assert_eq!(repeat.header("retry-after"), "");
        assert_eq!(repeat.header("idempotency-replayed"), "true");
    }
}

#[tokio::test]
async fn what_was_read_can_be_put_back() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let service = desk.service(&customer.id).await;
    let contact = json!({ "customer_id": customer.id, "name": "Ann" });
    let contact = desk.admin.post("/api/v1/contacts", contact).await.is(201);
    let calendar = json!({ "name": format!("Round {}", next()), "timezone": "Europe/Berlin",
        "hours": { "monday": [["08:00", "24:00"]] }, "holidays": [{ "date": "2030-12-25" }] });
    let calendar = desk
        .admin
        .post("/api/v1/sla/calendars", calendar)
        .await
        .is(201);
    let policy = json!({ "name": format!("Round {}", next()), "position": 9000, "targets": { "resolution": 90.5 },
        "conditions": { "customer_tiers": ["nobody"] }, "calendar_id": calendar.json["id"] });
    let policy = desk
        .admin
        .post("/api/v1/sla/policies", policy)
        .await
        .is(201);
    for (path, stored) in [
        ("customers", &customer.id),
        ("contacts", &contact.str("id")),
        ("services", &service),
        ("teams", &desk.team().await),
        ("users", &customer.person.id),
        ("sla/calendars", &calendar.str("id")),
        ("sla/policies", &policy.str("id")),
    ] {
        let path = format!("/api/v1/{path}/{stored}");
        let read = desk.admin.get(&path).await.is(200);
        let read = read.json["items"].get(0).unwrap_or(&read.json).clone();
        let put = desk.admin.put(&path, read.clone()).await.is(200);
        assert_eq!(put.json["name"], read["name"]);
        let other = with(
            put.json,
            json!({ "id": "0190a5f0-0000-7000-8000-000000000001" }),
        );
        let refused = desk.admin.put(&path, other).await.faults();
        assert_eq!(refused.into_iter().collect::<Vec<_>>(), ["id read_only"]);
        let made_up = desk.admin.put(&path, json!({ "colour": 1 })).await.faults();
        assert!(made_up.contains("colour unknown_field"), "{made_up:?}");
    }
}

#[tokio::test]
async fn what_lies_beside_a_ticket_cannot_be_made_up() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let read = desk.read(&ticket).await.json;
    desk.admin.put(&at(&ticket, ""), read).await.is(200);
    let made_up = json!({ "history": "none", "comments": 7, "customer_details": [] });
    let refused = desk.admin.put(&at(&ticket, ""), made_up).await.faults();
    let refused: Vec<_> = refused.into_iter().collect();
    let named = ["comments", "customer_details", "history"].map(|name| format!("{name} read_only"));
    assert_eq!(refused, named);
}

#[tokio::test]
async fn times_beyond_the_ends_are_refused_or_match_nothing() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for due in ["-000001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"] {
        let body = with(new_ticket(&customer.id), json!({ "due_date": due }));
        let refused = desk.admin.post("/api/v1/tickets", body).await.faults();
        assert!(refused.contains("due_date out_of_range"), "{refused:?}");
    }
    desk.ticket(&customer.id).await;
    let of = |query: &str| format!("/api/v1/tickets?customer_id={}&{query}", customer.id);
    let total = async |query: &str| desk.admin.get(&of(query)).await.is(200).json["total"].clone();
    assert_eq!(total("created_from=9999-12-31").await, 0);
    assert_eq!(total("created_to=9999-12-31").await, 1);
    for zone in ["Factory", "localtime", "posixrules"] {
        let refused = desk.admin.get(&of(&format!("timezone={zone}"))).await;
        assert!(refused.faults().contains("timezone unknown_value"));
    }
}

#[tokio::test]
async fn bodies_come_as_they_are_and_in_utf_8() {
    let desk = Desk::shared().await;
    let send = |name: &'static str, value: &'static str| {
        desk.admin
            .ask("POST", "/api/v1/tickets")
            .header("content-type", "application/json")
            .header(name, value)
            .bytes("{}")
            .send()
    };
    for encoding in ["gzip", "br", "nonsense"] {
        send("content-encoding", encoding)
            .await
            .problem(415, "unsupported_media_type");
    }
    send("content-encoding", "identity")
        .await
        .problem(400, "invalid");
    let ask = |kind: &'static str| {
        desk.admin
            .ask("POST", "/api/v1/tickets")
            .header("content-type", kind)
            .bytes("{}")
            .send()
    };
    for kind in [
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
    ] {
        ask(kind).await.problem(415, "unsupported_media_type");
    }
    ask("application/json;charset=\"UTF-8\"")
        .await
        .problem(400, "invalid");
}

#[tokio::test]
async fn any_of_several_tags_may_match() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let version = desk.read(&ticket).await.json["version"].clone();
    let patch = |tags: String| {
        desk.admin
            .ask("PATCH", &at(&ticket, ""))
            .header("if-match", &tags)
            .json(json!({ "priority": "high" }))
            .send()
    };
    patch("\"998\", \"999\"".to_owned())
        .await
        .problem(412, "stale");
    patch(format!("\"998\", \"{version}\"")).await.is(200);
    patch("3, \"4\"".to_owned())
        .await
        .problem(400, "malformed_if_match");
}

#[tokio::test]
async fn a_request_has_one_key_and_its_body_one_meaning() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ask = |key: &str| {
        desk.admin
            .ask("POST", "/api/v1/tickets")
            .header("content-type", "application/json")
            .header("idempotency-key", key)
    };
    let text = new_ticket(&customer.id).to_string();
    let twice = ask("one").header("idempotency-key", "two");
    let refused = twice.bytes(text.clone()).send().await.faults();
    assert!(refused.contains("Idempotency-Key duplicate"), "{refused:?}");
    let first = ask("reordered").bytes(text.clone()).send().await.is(201);
    let fields: Vec<_> = text[1..text.len() - 1].split(",\"").collect();
    let fields: Vec<_> = fields
        .iter()
        .map(|field| format!("\"{}", field.trim_start_matches('"')))
        .rev()
        .collect();
    let turned = format!("{{ {} }}", fields.join(" , "));
    let repeat = ask("reordered").bytes(turned).send().await.is(201);
    assert_eq!(repeat.json, first.json);
}

#[tokio::test]
async fn pages_are_plain_for_who_does_not_ask_for_gzip() {
    let desk = Desk::shared().await;
    let plain = desk.anonymous.get("/docs/index.html").await.is(200);
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.text().contains("<html"), "{plain}");
    let packed = desk
        .anonymous
        .ask("GET", "/docs/index.html")
        .header("accept-encoding", "gzip")
        .send()
        .await
        .is(200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.bytes.starts_with(&[0x1f, 0x8b]));
    let root = desk.anonymous.get("/").await.is(200);
    assert_eq!(root.json["docs"], "/docs");
    desk.anonymous.get(&root.str("openapi")).await.is(200);
}

#[tokio::test]
async fn malformed_requests_are_no_errors_of_ours() {
    let program = Program::new();
    let server = program.serve();
    for text in [
        "NONSENSE\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
    ] {
        let mut stream = server.connect();
        stream.write_all(text.as_bytes()).expect("it listens");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("it answers and closes");
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    assert!(!server.log().contains("ERROR"), "{}", server.log());
}

#[tokio::test]
async fn a_comma_in_a_tag_is_called_so() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let body = with(new_ticket(&customer.id), json!({ "tags": ["a,b"] }));
    let refused = desk.admin.post("/api/v1/tickets", body).await.faults();
    assert!(refused.contains("tags[0] comma"), "{refused:?}");
}
