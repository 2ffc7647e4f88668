use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use linedesk_app::accounts::sessions::Sessions;
use linedesk_app::{App, Parts, Settings, Turns};
use linedesk_domain::text::{Description, Title};
use linedesk_ports::accounts::MockAccounts;
use linedesk_ports::blobs::MockBlobs;
use linedesk_ports::changes::MockCommit;
use linedesk_ports::directory::MockDirectory;
use linedesk_ports::knowledge::{MockKnowledge, ShelfCounts, Sliced};
use linedesk_ports::queries::MockQueries;
use linedesk_ports::secrets::{MockPasswords, MockSigner};
use linedesk_ports::system::{MockClock, MockIds};
use linedesk_ports::threads::MockThreads;
use linedesk_ports::tickets::MockTickets;
use serde_json::Value;

use super::document;
use crate::WebSettings;

fn described() -> Value {
    serde_json::to_value(document(&WebSettings::default())).unwrap()
}

/// Every operation: method, path, what is said of it.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, item)| {
        let item = item.as_object().unwrap().iter();
        item.map(|(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
    });
    all.collect()
}

/// A desk at which nobody has signed in and nothing works but the clock.
pub(crate) fn empty_desk() -> App {
    let (mut clock, mut ids) = (MockClock::new(), MockIds::new());
    let now = Timestamp::constant(1_790_000_000, 0);
    clock.expect_now().return_const(now);
    ids.expect_next().return_const(uuid::Uuid::from_u128(1));
    App::new(Parts {
        tickets: Arc::new(MockTickets::new()),
        commit: Arc::new(MockCommit::new()),
        queries: Arc::new(MockQueries::new()),
        threads: Arc::new(MockThreads::new()),
        directory: Arc::new(MockDirectory::new()),
        people: None,
        accounts: Arc::new(MockAccounts::new()),
        knowledge: Arc::new(empty_knowledge()),
        analytics: Arc::new(linedesk_ports::analytics::MockAnalytics::new()),
        facts: Arc::new(linedesk_ports::analytics::MockFacts::new()),
        readings: linedesk_app::analytics::Readings::default(),
        periods: Arc::new(linedesk_ports::periods::MockPeriods::new()),
        purge: Arc::new(linedesk_ports::purge::MockPurge::new()),
        jobs: Arc::new(linedesk_ports::jobs::MockJobs::new()),
        leases: Arc::new(linedesk_ports::leases::MockLeases::new()),
        outbox: Arc::new(linedesk_ports::outbox::MockOutbox::new()),
        log: Arc::new(linedesk_ports::outbox::MockEventLog::new()),
        notifications: Arc::new(linedesk_ports::notifications::MockNotifications::new()),
        couriers: Arc::new(linedesk_ports::couriers::MockCouriers::new()),
        blobs: Arc::new(MockBlobs::new()),
        passwords: Arc::new(MockPasswords::new()),
        signer: Arc::new(MockSigner::new()),
        clock: Arc::new(clock),
        ids: Arc::new(ids),
        settings: Settings {
            reopen_window: SignedDuration::from_hours(1),
            deleted_retention: None,
            timezone: TimeZone::UTC,
            open_registration: true,
            access_lifetime: SignedDuration::from_mins(10),
            refresh_lifetime: SignedDuration::from_hours(1),
            login_failures_per_account: 10,
            login_failures_per_address: 100,
            login_window: SignedDuration::from_mins(5),
            max_upload: 1,
            idempotency_window: SignedDuration::from_hours(24),
            session_cache: Duration::ZERO,
            notifications: linedesk_app::notifications::NotificationSettings::default(),
            place_key: [0; 32],
        },
        sessions: Sessions::default(),
        viewers: linedesk_app::knowledge::Viewers::default(),
        turns: Turns::default(),
        pulse: linedesk_app::Pulse::default(),
        live: linedesk_app::events::Live::default(),
    })
}

fn empty_knowledge() -> MockKnowledge {
    let mut knowledge = MockKnowledge::new();
    let none = || Sliced {
        items: Vec::new(),
        total: 0,
    };
    knowledge
        .expect_articles()
        .returning(move |_, _, _| Ok(none()));
    knowledge
        .expect_shelves()
        .returning(|_| Ok(ShelfCounts::default()));
    knowledge
        .expect_read_on()
        .returning(|_, _, _| Ok(Vec::new()));
    knowledge
        .expect_articles_of()
        .returning(|_, _| Ok(Vec::new()));
    knowledge
}

#[actix_web::test]
async fn what_is_described_is_there_and_refuses_strangers() {
    let routes = crate::configure(empty_desk(), WebSettings::default());
    let server = init_service(actix_web::App::new().configure(routes)).await;
    for (method, path, operation) in operations(&described()) {
        let is_open = operation["security"] == serde_json::json!([{}]);
        let is_for_anybody = operation["security"] == serde_json::json!([{}, { "bearer": [] }]);
        let (asked, wanted) = match path.as_str() {
            // Needs the database to answer.
            "/readyz" => continue,
            // Without a body; strangers may ask.
            path if is_open && method == "POST" => (path.to_owned(), 415),
            path if is_open => (path.to_owned(), 200),
            // Whoever asks may have signed in or not.
            path if is_for_anybody && method == "POST" => (path.to_owned(), 415),
            path if is_for_anybody && path.contains('{') => (path.replace(['{', '}'], ""), 404),
            path if is_for_anybody => (path.to_owned(), 200),
            path => (path.replace(['{', '}'], ""), 401),
        };
        let request =
            TestRequest::with_uri(&asked).method(Method::from_bytes(method.as_bytes()).unwrap());
        let answer = call_service(&server, request.to_request()).await;
        assert_eq!(answer.status(), wanted, "{method} {path}");
        assert!(
            answer.headers().contains_key("x-request-id"),
            "{method} {path}"
        );
    }
}

#[actix_web::test]
async fn unknown_paths_and_methods_are_told_apart_in_the_words_of_the_dialect() {
    let routes = crate::configure(empty_desk(), WebSettings::default());
    let server = init_service(actix_web::App::new().configure(routes)).await;
    for (method, path, status, body) in [
        (
            "GET",
            "/api/v1/nowhere",
            404,
            "\"instance\":\"/api/v1/nowhere\"",
        ),
        (
            "DELETE",
            "/api/v1/tickets/",
            405,
            "allowed here: GET, HEAD, POST",
        ),
        (
            "PUT",
            "/api/v1/tickets/bulk",
            405,
            "allowed here: GET, HEAD, POST",
        ),
        (
            "GET",
            "/auth/nowhere/",
            404,
            "\"detail\":\"there is nothing at this path\"",
        ),
        (
            "GET",
            "/auth/jwt/create/",
            405,
            "\"detail\":\"allowed here: POST\"",
        ),
        ("GET", "/nowhere", 404, "/problems/not_found"),
        (
            "GET",
            "/api/nowhere/",
            404,
            "{\"code\":\"not_found\",\"detail\"",
        ),
        (
            "GET",
            "/crm/api/v1/nowhere/",
            404,
            "{\"code\":\"not_found\",\"detail\"",
        ),
        (
            "GET",
            "/tickets/1/nowhere",
            404,
            "{\"detail\":\"There is nothing at this path\"}",
        ),
        (
            "GET",
            "/maintenance/1/nowhere/",
            404,
            "{\"detail\":\"There is nothing at this path\"}",
        ),
    ] {
        let request =
            TestRequest::with_uri(path).method(Method::from_bytes(method.as_bytes()).unwrap());
        let answer = call_service(&server, request.to_request()).await;
        assert_eq!(answer.status(), status, "{method} {path}");
        assert_eq!(
            answer.headers().contains_key("allow"),
            status == 405,
            "{method} {path}"
        );
        let text = String::from_utf8(read_body(answer).await.to_vec()).unwrap();
        assert!(text.contains(body), "{method} {path}: {text}");
    }
}

#[test]
fn every_operation_is_named_once_and_in_words() {
    let document = described();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap().to_owned();
        assert!(names.insert(name), "{method} {path} has another one's name");
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|words| words.len() > 5),
            "{method} {path}"
        );
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{method} {path}"
        );
    }
}

#[test]
fn every_operation_of_the_dialect_tells_its_failures_and_its_headers() {
    for (method, path, operation) in operations(&described()) {
        if !path.starts_with("/api/v1/") || path.ends_with("/openapi.json") {
            continue;
        }
        let responses = operation["responses"].as_object().unwrap();
        let tells = |status: &str| responses.contains_key(status);
        let is_open = operation["security"] == serde_json::json!([{}]);
        assert!(
            tells("400") && tells("403") && tells("503"),
            "{method} {path}"
        );
        assert_eq!(tells("401"), !is_open, "{method} {path}");
        assert!(!path.contains('{') || tells("404"), "{method} {path}");
        assert!(
            operation["requestBody"].is_null() || tells("413") && tells("415"),
            "{method} {path}"
        );
        let parameters = operation["parameters"].to_string();
        assert_eq!(
            parameters.contains("Idempotency-Key"),
            method == "POST" && !is_open,
            "{method} {path}"
        );
        let changes = method != "GET" && path.contains("/tickets/{ticket_id}")
            || method == "PUT" && path.ends_with("/kb/articles/{article_id}");
        assert_eq!(
            (parameters.contains("If-Match"), tells("412")),
            (changes, changes),
            "{method} {path}"
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = described();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(
            document["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
}

#[test]
fn limits_are_the_domains() {
    let document = described();
    let ticket = &document["components"]["schemas"]["CreateTicketBody"]["properties"];
    assert_eq!(ticket["title"]["maxLength"], Title::MAX_CHARS);
    assert_eq!(ticket["description"]["maxLength"], Description::MAX_CHARS);
    assert_eq!(
        (
            &ticket["title"]["minLength"],
            &ticket["description"]["minLength"]
        ),
        (&5.into(), &10.into())
    );
    assert_eq!(
        document["components"]["schemas"]["CreateTicketBody"]["additionalProperties"],
        false
    );
}

#[test]
fn the_simple_dialect_tells_whether_it_asks_for_a_token() {
    let of = |settings: &WebSettings| {
        let document = serde_json::to_value(document(settings)).unwrap();
        document["paths"]["/tickets"]["post"].clone()
    };
    assert!(of(&WebSettings::default())["security"].is_null());
    let open = of(&WebSettings {
        simple_is_open: true,
        ..WebSettings::default()
    });
    assert_eq!(
        open["security"],
        serde_json::json!([{}, { "bearer": [] }]),
        "with or without"
    );
    let refused = &open["responses"]["400"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(refused, "#/components/schemas/DetailProblem");
}

#[test]
fn bodies_of_the_older_dialects_may_hold_more_than_is_known() {
    let document = described();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let older = ["SimpleCreateBody", "SimpleUpdateBody", "MaintenanceBody"];
    for name in older {
        assert!(schemas[name]["additionalProperties"].is_null(), "{name}");
    }
}
