//! Tokens of machines.

use serde_json::json;

use super::api::each;
use super::desk::{Desk, at, new_ticket, next};

#[tokio::test]
async fn a_token_is_shown_once_and_never_again() {
    let desk = Desk::shared().await;
    let body = json!({ "name": format!("portal {}", next()), "scopes": ["tickets:read"] });
    let made = desk.admin.post("/api/v1/tokens", body).await.is(201);
    let (id, token) = (made.str("id"), made.str("token"));
    desk.anonymous
        .with_token(&token)
        .get("/api/v1/tickets?limit=1")
        .await
        .is(200);
    let listed = desk.admin.get("/api/v1/tokens").await.is(200);
    assert!(listed.text().contains(&id));
    assert!(!listed.text().contains(&token));
    let one = desk
        .admin
        .get(&format!("/api/v1/tokens/{id}"))
        .await
        .is(200);
    assert!(
        !one.text().contains(&token) && one.json.get("hash").is_none(),
        "{one}"
    );
    assert_eq!(one.json["scopes"], json!(["tickets:read"]));
}

#[tokio::test]
async fn a_withdrawn_token_is_refused_at_once() {
    let desk = Desk::shared().await;
    let body = json!({ "name": format!("portal {}", next()), "scopes": ["tickets:read"] });
    let made = desk.admin.post("/api/v1/tokens", body).await.is(201);
    let machine = desk.anonymous.with_token(&made.str("token"));
    machine.get("/api/v1/tickets?limit=1").await.is(200);
    desk.admin
        .delete(&format!("/api/v1/tokens/{}", made.str("id")))
        .await
        .is(204);
    machine.get("/api/v1/tickets?limit=1").await.is(401);
}

#[tokio::test]
async fn scopes_bound_what_a_token_may_do() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let reader = desk.machine(&["tickets:read"]).await;
    let writer = desk.machine(&["tickets:read", "tickets:write"]).await;
    let ticket = writer
        .post("/api/v1/tickets", new_ticket(&customer.id))
        .await
        .is(201)
        .str("id");
    reader.get(&at(&ticket, "")).await.is(200);
    reader
        .post("/api/v1/tickets", new_ticket(&customer.id))
        .await
        .problem(403, "forbidden");
    reader
        .post(&at(&ticket, "/comments"), json!({ "body": "hello" }))
        .await
        .is(403);
    writer.delete(&at(&ticket, "")).await.is(403);
    writer.get("/api/v1/customers").await.is(403);
    writer
        .post(
            "/api/v1/tokens",
            json!({ "name": "x", "scopes": ["admin"] }),
        )
        .await
        .is(403);
}

#[tokio::test]
async fn a_persons_token_narrows_and_never_widens_what_the_person_may() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let other = desk.customer().await;
    let foreign = desk.ticket(&other.id).await;
    let body = json!({ "name": format!("export {}", next()), "user_id": customer.person.id, "scopes": ["admin"] });
    let made = desk.admin.post("/api/v1/tokens", body).await.is(201);
    let export = desk.anonymous.with_token(&made.str("token"));
    export.get(&at(&foreign, "")).await.is(404);
    export.get("/api/v1/tickets/sla-status").await.is(403);
    let own = export.get("/api/v1/tickets").await.is(200).list("tickets");
    assert!(
        each(&own, "customer_id")
            .iter()
            .all(|id| *id == customer.id)
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_new_token_is_told_at_once() {
    let desk = Desk::shared().await;
    let body = json!({ "name": "", "scopes": ["tickets:everything"], "expires_at": "yesterday", "colour": "red" });
    let faulty = desk.admin.post("/api/v1/tokens", body).await.faulty();
    for field in ["name", "expires_at", "colour"] {
        assert!(faulty.contains(field), "{faulty:?}");
    }
    assert!(
        faulty.iter().any(|field| field.starts_with("scopes")),
        "{faulty:?}"
    );
    let past = json!({ "name": format!("old {}", next()), "scopes": ["tickets:read"], "expires_at": "2020-01-01T00:00:00Z" });
    assert!(
        desk.admin
            .post("/api/v1/tokens", past)
            .await
            .faulty()
            .contains("expires_at")
    );
}

#[tokio::test]
async fn made_up_tokens_are_refused() {
    let desk = Desk::shared().await;
    for token in [
        "ld_",
        "ld_x",
        &format!("ld_{}", "A".repeat(43)),
        "",
        "Bearer",
    ] {
        desk.anonymous
            .with_token(token)
            .get("/api/v1/tickets")
            .await
            .problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_token_ends_when_its_time_is_over() {
    let desk = Desk::shared().await;
    let end = jiff::Timestamp::from_second(4_102_444_800).expect("in 2100");
    let body = |end: String| json!({ "name": format!("portal {}", next()), "scopes": ["tickets:read"], "expires_at": end });
    let made = desk
        .admin
        .post("/api/v1/tokens", body(end.to_string()))
        .await
        .is(201);
    assert_eq!(made.json["expires_at"], "2100-01-01T00:00:00Z");
    let now: jiff::Timestamp = made.str("created_at").parse().expect("an instant");
    let soon = now + jiff::SignedDuration::from_millis(1_500);
    let short = desk
        .admin
        .post("/api/v1/tokens", body(soon.to_string()))
        .await
        .is(201);
    let machine = desk.anonymous.with_token(&short.str("token"));
    super::desk::eventually("the end of the token", || async {
        (machine.get("/api/v1/tickets?limit=1").await.status == 401).then_some(())
    })
    .await;
    desk.anonymous
        .with_token(&made.str("token"))
        .get("/api/v1/tickets?limit=1")
        .await
        .is(200);
}

#[tokio::test]
async fn a_token_is_kept_nowhere_in_clear_not_even_for_an_idempotency_key() {
    let program = super::program::Program::new();
    let mut server = program.serve();
    let desk = Desk::on(&server).await;
    let body = json!({ "name": "portal", "scopes": ["tickets:read"] });
    let ask = desk
        .admin
        .ask("POST", "/api/v1/tokens")
        .header("Idempotency-Key", "once")
        .json(body);
    let token = ask.send().await.is(201).str("token");
    server.terminate();
    server.wait();
    for entry in std::fs::read_dir(program.data()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let bytes = std::fs::read(&path).expect("readable");
            let found = bytes
                .windows(token.len())
                .any(|window| window == token.as_bytes());
            assert!(!found, "the token stands in {}", path.display());
        }
    }
    if let Some(database) = program.database() {
        let content = database.content();
        assert!(content.contains("portal"), "there is something to look at");
        assert!(
            !content.contains(&token),
            "the token stands in the database"
        );
    }
}

#[tokio::test]
async fn a_machine_names_the_customer_as_staff_does() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let machine = desk.machine(&["tickets:read", "tickets:write"]).await;
    let mut body = new_ticket(&customer.id);
    body.as_object_mut()
        .expect("an object")
        .remove("customer_id");
    assert!(
        machine
            .post("/api/v1/tickets", body)
            .await
            .faulty()
            .contains("customer_id")
    );
    let made = machine
        .post("/api/v1/tickets", new_ticket(&customer.id))
        .await
        .is(201)
        .str("id");
    let note = json!({ "body": "Seen by the probe.", "is_internal": true });
    machine.post(&at(&made, "/comments"), note).await.is(201);
    assert_eq!(desk.history(&made).await[1]["actor"]["role"], "service");
}
