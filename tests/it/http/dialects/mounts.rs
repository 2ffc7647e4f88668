//! Moving the APIs, switching them off, and what the program refuses to start with.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::api::Api;
use crate::http::desk::Desk;
use crate::http::program::{PATIENCE, Program};

#[tokio::test]
async fn a_dialect_moves_with_its_mount_and_goes_with_its_switch() {
    let program = Program::new()
        .set("dialects.simple.mount", "/old/v0/issues")
        .set("dialects.maintenance.enabled", "false")
        .set("dialects.crm.enabled", "false");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let new = json!({ "title": "t", "description": "d", "contact_info": "c", "status": "pending" });
    let made = desk.anonymous.post("/old/v0/issues", new).await.is(201);
    let place = format!("/old/v0/issues/{}", made.json["id"]);
    assert_eq!(made.header("location"), place);
    desk.anonymous.get(&place).await.is(200);
    let told = desk.anonymous.get("/old/v0/issues/x").await.is(404);
    assert_eq!(told.json, json!({ "detail": "Ticket not found" }));
    for gone in ["/tickets", "/maintenance", "/crm/api/v1/tickets"] {
        desk.admin.get(gone).await.problem(404, "not_found");
    }
    let document = desk.admin.get("/api/v1/openapi.json").await.is(200);
    let paths = document.json["paths"].as_object().expect("paths");
    assert!(paths.contains_key("/old/v0/issues/{ticket_id}"));
    let is_gone = |path: &String| {
        !path.starts_with("/tickets")
            && !path.starts_with("/maintenance")
            && !path.starts_with("/crm")
    };
    assert!(paths.keys().all(is_gone), "{:?}", paths.keys());
}

#[test]
fn mounts_that_hide_each_other_keep_the_program_from_starting() {
    let program = Program::new().set("dialects.maintenance.mount", "/tickets");
    let output = program.run(&["serve"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("dialects.maintenance.mount"), "{said}");
    assert!(
        said.contains("dialects.simple.mount is \"/tickets\""),
        "{said}"
    );
}

#[test]
fn the_simple_api_is_opened_to_a_network_only_by_saying_so() {
    let program = Program::new()
        .set("server.host", "0.0.0.0")
        .set("dialects.simple.access", "anonymous");
    let output = program.run(&["serve"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("dialects.simple.access"), "{said}");
    assert!(
        said.contains("dialects.simple.allow_public = true"),
        "{said}"
    );
    assert_eq!(said.matches("dialects.simple.access").count(), 1, "{said}");
    assert!(!program.data().exists());
    let checked = program.run(&["config", "check"]);
    assert_eq!(checked.status.code(), Some(2));
}

#[tokio::test]
async fn on_a_network_the_simple_api_asks_for_a_token_unless_it_is_meant_to_be_open() {
    for (access, allow_public, status) in [
        ("auto", "false", 401),
        ("auto", "true", 401),
        ("anonymous", "true", 200),
    ] {
        let program = Program::new()
            .set("server.host", "0.0.0.0")
            .set("dialects.simple.access", access)
            .set("dialects.simple.allow_public", allow_public);
        let server = program.start_server();
        let began = Instant::now();
        let port = loop {
            let printed = server.printed();
            if let Some((_, rest)) = printed.split_once("listens on http://0.0.0.0:") {
                break rest.lines().next().unwrap_or_default().to_owned();
            }
            assert!(began.elapsed() < PATIENCE, "{}", server.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let api = Api::new(&format!("http://127.0.0.1:{port}"));
        api.get("/tickets").await.is(status);
    }
}
