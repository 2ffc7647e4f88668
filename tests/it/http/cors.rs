//! Web pages at other origins.

use reqwest::header::HeaderName;
use serde_json::json;

use super::api::{Answer, Api};
use super::desk::{Desk, next};
use super::program::Program;

const OURS: &str = "https://portal.example.net";
const OTHERS: &str = "https://evil.example.net";
/// A path of every API.
const PATHS: [&str; 7] = [
    "/api/v1/tickets",
    "/crm/api/v1/tickets/",
    "/api/ticket",
    "/tickets",
    "/maintenance",
    "/auth/jwt/create/",
    "/crm/media/tickets/attachments/x",
];

/// What a browser asks before it lets a page at that origin ask.
async fn before(api: &Api, path: &str, origin: &str) -> Answer {
    api.ask("OPTIONS", path)
        .header("origin", origin)
        .header("access-control-request-method", "PATCH")
        .header(
            "access-control-request-headers",
            "authorization,content-type,idempotency-key,if-match,prefer",
        )
        .send()
        .await
}

fn allowed(answer: &Answer) -> String {
    answer.header("access-control-allow-origin")
}

#[tokio::test]
async fn unless_origins_are_set_no_page_elsewhere_may_ask_anything() {
    let desk = Desk::shared().await;
    for path in PATHS {
        let answer = before(&desk.anonymous, path, OURS).await;
        assert!([404, 405].contains(&answer.status), "{answer}");
        let named = answer.headers.keys().map(HeaderName::as_str);
        assert!(
            !named
                .into_iter()
                .any(|name| name.starts_with("access-control"))
        );
    }
    let asked = desk
        .admin
        .ask("GET", "/api/v1/tickets")
        .header("origin", OURS);
    assert_eq!(allowed(&asked.send().await.is(200)), "");
}

#[tokio::test]
async fn pages_at_origins_that_are_set_may_use_every_api_with_a_token() {
    let program = Program::new().set(
        "http.cors_origins",
        &format!("{OURS}, http://localhost:3000"),
    );
    let server = program.serve();
    let desk = Desk::on(&server).await;
    for path in PATHS {
        for origin in [OURS, "http://localhost:3000"] {
            let answer = before(&desk.anonymous, path, origin).await.is(200);
            assert_eq!(allowed(&answer), origin);
            assert!(answer.header("vary").contains("Origin"));
            assert!(
                answer
                    .header("access-control-allow-methods")
                    .contains("PATCH")
            );
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
        let foreign = before(&desk.anonymous, path, OTHERS).await.is(400);
        assert_eq!(allowed(&foreign), "");
        assert!(foreign.json.is_object(), "{foreign}");
    }
    let page = |api: &Api, method: &str, path: &str| {
        let ask = api.ask(method, path).header("origin", OURS);
        ask.header("sec-fetch-site", "cross-site")
    };
    for path in [
        "/api/v1/tickets",
        "/crm/api/v1/tickets/",
        "/tickets",
        "/maintenance",
    ] {
        let read = page(&desk.admin, "GET", path).send().await.is(200);
        assert_eq!(allowed(&read), OURS);
        let seen = read.header("access-control-expose-headers").to_lowercase();
        for name in [
            "etag",
            "location",
            "link",
            "retry-after",
            "ratelimit-limit",
            "idempotency-replayed",
            "linedesk-breakdown-total",
            "linedesk-is-complete",
            "x-total-count",
        ] {
            assert!(seen.contains(name), "{name}: {seen}");
        }
    }
    // Failures are read too.
    let lost = page(&desk.admin, "GET", "/api/v1/tickets/x").send().await;
    assert_eq!(allowed(&lost.problem(404, "not_found")), OURS);
    let key = format!("page-{}", next());
    let new = json!({ "title": "t", "description": "d", "contact_info": "c" });
    let made = page(&desk.admin, "POST", "/tickets")
        .header("idempotency-key", &key)
        .json(new)
        .send()
        .await;
    assert_eq!(allowed(&made.is(201)), OURS);
    // Others are served as every client is, but no browser shows them the answer.
    let foreign = desk
        .admin
        .ask("GET", "/api/v1/tickets")
        .header("origin", OTHERS);
    assert_eq!(allowed(&foreign.send().await.is(200)), "");
    // What is no question of a browser's is answered as ever.
    let plain = desk.admin.ask("OPTIONS", "/api/v1/tickets").send().await;
    plain.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn no_page_elsewhere_is_a_visitor_of_the_simple_api() {
    let program = Program::new().set("http.cors_origins", OURS);
    let server = program.serve();
    let api = server.api();
    let own = format!("http://{}", server.host());
    let ask = |name: &str, value: &str| api.ask("GET", "/tickets").header(name, value).send();
    for (name, value) in [
        ("origin", OURS),
        ("origin", OTHERS),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let refused = ask(name, value).await.is(401);
        let told = refused.json["detail"].as_str().unwrap_or_default();
        assert!(told.contains("other sites"), "{name} {value}: {told}");
    }
    let refused = ask("host", "attacker.example.net").await.is(401);
    assert!(refused.str("detail").contains("`Host`"), "{refused}");
    for (name, value) in [("origin", own.as_str()), ("sec-fetch-site", "same-origin")] {
        ask(name, value).await.is(200);
    }
}

#[test]
fn a_setting_that_lets_everybody_in_is_refused() {
    for origins in [
        "*",
        "null",
        "portal.example.net",
        "https://a.example.net/",
        "https://*.example.net",
    ] {
        let program = Program::new().set("http.cors_origins", origins);
        let refused = program.run(&["config", "check"]);
        assert!(!refused.status.success(), "{origins}");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains("http.cors_origins"), "{origins}: {told}");
    }
}
