//! What holds for every request: problems, content types, slashes, headers.

use serde_json::json;

use super::desk::{Desk, at, new_ticket, next, shared};

#[tokio::test]
async fn unknown_routes_and_methods_are_problems_in_the_shape_of_their_path() {
    let desk = Desk::shared().await;
    for path in [
        "/api/v1/nothing",
        "/api/v1/tickets/x/y/z",
        "/api/v1",
        "/nothing",
    ] {
        let answer = desk.admin.get(path).await.problem(404, "not_found");
        assert_eq!(answer.json["instance"], path);
    }
    let refused = desk
        .admin
        .ask("PUT", "/api/v1/tickets")
        .json(json!({}))
        .send()
        .await;
    let refused = refused.problem(405, "method_not_allowed");
    let allowed = refused.header("allow");
    assert!(
        allowed.contains("GET") && allowed.contains("POST") && !allowed.contains("PUT"),
        "{allowed}"
    );
    let lost = desk.anonymous.get("/auth/nothing/").await.is(404);
    assert!(
        lost.json["detail"].is_string() && lost.json.get("type").is_none(),
        "{lost}"
    );
    let wrong = desk.anonymous.get("/auth/jwt/create/").await.is(405);
    assert!(wrong.json["detail"].is_string(), "{wrong}");
    assert!(wrong.header("allow").contains("POST"));
}

#[tokio::test]
async fn a_trailing_slash_never_changes_what_a_path_means() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk
        .admin
        .post("/api/v1/tickets/", new_ticket(&customer.id))
        .await
        .is(201)
        .str("id");
    for path in [
        at(&ticket, ""),
        at(&ticket, "/comments"),
        "/api/v1/tickets/sla-status".to_owned(),
        "/api/v1/workflow".to_owned(),
        "/healthz".to_owned(),
    ] {
        desk.admin.get(&path).await.is(200);
        desk.admin.get(&format!("{path}/")).await.is(200);
    }
    for path in ["/auth/users/me", "/auth/users/me/"] {
        desk.admin.get(path).await.is(200);
    }
    let listed = desk
        .admin
        .get(&format!("/api/v1/tickets/?customer_id={}", customer.id))
        .await
        .is(200);
    assert_eq!(listed.json["total"], 1);
}

#[tokio::test]
async fn what_is_percent_encoded_without_need_stands_for_itself() {
    let desk = Desk::shared().await;
    desk.anonymous.get("/%74ickets").await.is(200);
    let lost = desk.anonymous.get("/%74ickets/987654321").await.is(404);
    assert_eq!(lost.json, json!({ "detail": "Ticket not found" }));
    let lost = desk.admin.get("/%63rm/api/v1/nothing/").await.is(404);
    assert!(lost.json.get("type").is_none(), "{lost}");
    desk.admin
        .ask("PUT", "/api/v1/%74ickets")
        .json(json!({}))
        .send()
        .await
        .problem(405, "method_not_allowed");
    // Secrets are kept for no repeat, however the path is written.
    let key = format!("token-{}", next());
    let ask = || {
        let ask = desk.admin.ask("POST", "/api/v1/%74okens");
        let ask = ask.header("idempotency-key", &key);
        ask.json(json!({ "name": key, "scopes": ["tickets:read"] }))
    };
    ask().send().await.is(201);
    ask().send().await.problem(409, "answer_not_kept");
}

#[tokio::test]
async fn bodies_have_to_be_json_objects() {
    let desk = Desk::shared().await;
    let post = |kind: &'static str, body: &'static str| {
        desk.admin
            .ask("POST", "/api/v1/tickets")
            .header("content-type", kind)
            .bytes(body)
            .send()
    };
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{\"title\":\"a\",\"title\":\"b\"}",
        "{\"a\":1}}",
        "\u{feff}{}",
        "{\"a\":1e999}",
    ] {
        let answer = post("application/json", body).await;
        assert_eq!(answer.status, 400, "{body}: {answer}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "nonsense",
    ] {
        post(kind, "{}")
            .await
            .problem(415, "unsupported_media_type");
    }
    post("application/json; charset=utf-8", "{}")
        .await
        .problem(400, "invalid");
    post("application/merge-patch+json", "{}")
        .await
        .problem(400, "invalid");
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let deep = format!("{{\"title\":{deep}}}");
    let ask = desk
        .admin
        .ask("POST", "/api/v1/tickets")
        .header("content-type", "application/json")
        .bytes(deep);
    ask.send().await.is(400);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let desk = Desk::shared().await;
    let large = format!("{{\"title\":\"{}\"}}", "x".repeat(1 << 20));
    let ask = desk
        .admin
        .ask("POST", "/api/v1/tickets")
        .header("content-type", "application/json")
        .bytes(large);
    // The server may close the connection before it has read all of it.
    if let Ok(answer) = ask.try_send().await {
        answer.problem(413, "too_large");
    }
    desk.admin.get("/api/v1/workflow").await.is(200);
}

#[tokio::test]
async fn nobody_in_particular_is_told_how_to_sign_in() {
    let api = shared().api();
    let answer = api
        .get("/api/v1/tickets")
        .await
        .problem(401, "unauthenticated");
    assert!(
        answer.header("www-authenticate").starts_with("Bearer"),
        "{:?}",
        answer.headers
    );
    for scheme in ["Basic YWRtaW46eA==", "Bearer", "Bearer ", "token x"] {
        api.ask("GET", "/api/v1/tickets")
            .header("authorization", scheme)
            .send()
            .await
            .problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let head = desk
        .admin
        .ask("HEAD", &at(&ticket, ""))
        .send()
        .await
        .is(200);
    assert!(head.bytes.is_empty());
    assert_eq!(head.header("etag"), "\"1\"");
    assert_eq!(head.header("content-type"), "application/json");
    assert_eq!(
        desk.admin
            .ask("HEAD", "/api/v1/tickets/x")
            .send()
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn every_answer_carries_a_request_id_and_the_safe_headers() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in [
        "/healthz",
        "/api/v1/tickets?limit=1",
        "/api/v1/nothing",
        "/api/v1/tickets?limit=0",
        "/auth/nothing",
    ] {
        let answer = customer.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        assert!(
            answer
                .header("content-security-policy")
                .contains("default-src 'none'"),
            "{path}"
        );
        assert!(
            seen.insert(answer.header("x-request-id")),
            "{path}: {:?}",
            answer.headers
        );
        let echoed = customer
            .ask("GET", path)
            .header("x-request-id", "portal-7:a.b_c")
            .send()
            .await;
        assert_eq!(echoed.header("x-request-id"), "portal-7:a.b_c");
        let forged = customer
            .ask("GET", path)
            .header("x-request-id", "a b\"c")
            .send()
            .await;
        assert_ne!(forged.header("x-request-id"), "a b\"c");
    }
}

#[tokio::test]
async fn machines_learn_how_the_server_is() {
    let desk = Desk::shared().await;
    assert_eq!(
        desk.anonymous.get("/healthz").await.is(200).json["status"],
        "ok"
    );
    assert_eq!(
        desk.anonymous.get("/readyz").await.is(200).json["status"],
        "ok"
    );
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    desk.read(&ticket).await;
    let metrics = desk.anonymous.get("/metrics").await.is(200);
    assert!(metrics.header("content-type").starts_with("text/plain"));
    let text = metrics.text();
    assert!(text.contains("http_request_duration_seconds"), "{text}");
    assert!(
        text.contains("route=\"/api/v1/tickets/{ticket_id}"),
        "{text}"
    );
    assert!(
        !text.contains(&ticket),
        "paths would make a series of every ticket"
    );
}

#[tokio::test]
async fn the_api_describes_itself() {
    let desk = Desk::shared().await;
    let document = desk.anonymous.get("/api/v1/openapi.json").await.is(200);
    assert!(
        document.str("openapi").starts_with("3.1"),
        "{}",
        document.json["openapi"]
    );
    let docs = desk.anonymous.get("/docs/").await;
    assert_eq!(docs.status, 200, "{docs}");
    assert!(docs.header("content-type").starts_with("text/html"));
    assert!(
        !docs.text().contains("https://"),
        "assets come from the program itself: {docs}"
    );
}

#[tokio::test]
async fn requests_that_two_parties_could_read_differently_are_refused() {
    use std::io::{Read as _, Write as _};
    for head in [
        "POST /auth/jwt/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /auth/jwt/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "POST /auth/jwt/verify HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A : b\r\n\r\n",
        "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
        "\0\r\n\r\n",
    ] {
        let mut stream = shared().connect();
        stream.write_all(head.as_bytes()).expect("it listens");
        stream
            .shutdown(std::net::Shutdown::Write)
            .expect("half a connection");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("an answer, and then the end");
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{head:?}: {answer}"
        );
    }
    shared().api().get("/healthz").await.is(200);
}

#[tokio::test]
async fn strange_paths_and_parameters_never_break_anything() {
    let desk = Desk::shared().await;
    for path in [
        "/api/v1/tickets?q=%00",
        "/api/v1/tickets?tag=%00",
        "/api/v1/tickets?q=%ff%fe",
        "/api/v1/tickets?%00=1",
        "/api/v1/tickets?assigned_team=%00",
        "/api/v1/tickets?cursor=%00",
        "/api/v1/tickets?=&=&&",
        "/api/v1/tickets?q",
        "/api/v1/customers?q=%00",
        "/api/v1/users?q=%25%27",
        "/api/v1//tickets",
        "/api/v1/tickets//",
        "//api/v1/tickets",
        "/api/v1/%74ickets",
        "/api/v1/tickets/%2e%2e/users",
        "/api/v1/../../etc/passwd",
        "/docs/../../etc/passwd",
        "/docs/%2e%2e/%2e%2e/Cargo.toml",
        "/%00",
        "/%ff",
        "/auth/users/9223372036854775808",
        "/auth/users/-1",
    ] {
        let answer = desk.admin.get(path).await;
        assert!([200, 400, 404].contains(&answer.status), "{answer}");
        assert!(
            !answer.text().contains("root:") && !answer.text().contains("[workspace]"),
            "{answer}"
        );
    }
    let long = desk
        .admin
        .get(&format!("/api/v1/tickets?q={}", "a".repeat(60_000)))
        .await;
    assert!(
        [200, 400, 414, 431].contains(&long.status),
        "{}",
        long.status
    );
}
