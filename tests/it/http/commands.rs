//! The command line beside a server.

use std::process::Output;

use serde_json::Value;

use super::api::each;
use super::desk::{Desk, PASSWORD, sign_in};
use super::program::Program;

pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test]
async fn the_printed_document_is_the_one_that_is_served() {
    let program = Program::new();
    let output = program.run(&["openapi"]);
    assert!(output.status.success(), "{}", said(&output));
    let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut served = super::desk::shared()
        .api()
        .get("/api/v1/openapi.json")
        .await
        .is(200)
        .json;
    let mut printed = printed;
    // Where it is served stands in the served one alone.
    for document in [&mut printed, &mut served] {
        document
            .as_object_mut()
            .expect("an object")
            .remove("servers");
    }
    assert_eq!(printed, served);
    assert!(!program.data().exists(), "printing needs no data");
}

#[tokio::test]
async fn users_are_made_changed_and_listed_while_the_server_runs() {
    let program = Program::new();
    let server = program.serve();
    let create = [
        "user",
        "create",
        "--username",
        "ann",
        "--email",
        "ann@example.net",
        "--role",
        "agent",
        "--password-stdin",
    ];
    let made = program.run_with_input(&create, &format!("{PASSWORD}\n"));
    assert!(made.status.success(), "{}", said(&made));
    assert!(!said(&made).contains(PASSWORD));
    let tokens = sign_in(&server.api(), "ann", PASSWORD).await.is(200);
    let ann = server.api().with_token(&tokens.str("access"));
    assert_eq!(
        ann.get("/auth/users/me/").await.is(200).json["username"],
        "ann"
    );
    ann.get("/api/v1/tokens").await.is(403);

    let promoted = program.run(&["user", "set-role", "ann", "admin"]);
    assert!(promoted.status.success(), "{}", said(&promoted));
    let tokens = sign_in(&server.api(), "ann", PASSWORD).await.is(200);
    server
        .api()
        .with_token(&tokens.str("access"))
        .get("/api/v1/tokens")
        .await
        .is(200);

    let listed = program.run(&["user", "list"]);
    let table = said(&listed);
    assert!(
        table.contains("ann@example.net") && table.contains("admin@"),
        "{table}"
    );
    assert!(!table.contains("$2"), "{table}");

    let changed = program.run_with_input(
        &["user", "set-password", "ann", "--password-stdin"],
        "Copper.Lantern.88\n",
    );
    assert!(changed.status.success(), "{}", said(&changed));
    sign_in(&server.api(), "ann", PASSWORD).await.is(401);
    sign_in(&server.api(), "ann", "Copper.Lantern.88")
        .await
        .is(200);
}

#[test]
fn users_that_cannot_be_are_refused_with_a_reason() {
    let program = Program::new();
    let create = |name: &str, role: &str, password: &str| {
        let arguments = [
            "user",
            "create",
            "--username",
            name,
            "--email",
            "x@example.net",
            "--role",
            role,
            "--password-stdin",
        ];
        program.run_with_input(&arguments, password)
    };
    for output in [
        create("ann", "agent", "short\n"),
        create("ann", "agent", ""),
        create("a b", "agent", "Copper.Lantern.88\n"),
        create("ann", "customer", "Copper.Lantern.88\n"),
        create("ann", "emperor", "Copper.Lantern.88\n"),
        program.run(&["user", "set-role", "nobody", "agent"]),
        program.run_with_input(
            &["user", "set-password", "nobody", "--password-stdin"],
            "Copper.Lantern.88\n",
        ),
        program.run(&["user"]),
        program.run(&["nonsense"]),
    ] {
        assert!(
            !output.status.success() && !output.stderr.is_empty(),
            "{}",
            said(&output)
        );
        assert!(!said(&output).contains("Copper.Lantern.88"));
    }
}

#[tokio::test]
async fn synthetic_tickets_are_the_same_for_the_same_seed() {
    let mut lists = Vec::new();
    for _ in 0..2 {
        let program = Program::new();
        let seeded = program.run(&["seed", "--tickets", "50", "--seed", "7"]);
        assert!(seeded.status.success(), "{}", said(&seeded));
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let list = desk
            .admin
            .get("/api/v1/tickets?limit=1000&sort=created_at")
            .await
            .is(200);
        assert_eq!(list.json["total"], 50);
        lists.push(each(&list.list("tickets"), "title"));
    }
    assert_eq!(lists[0], lists[1]);
}

#[test]
fn migrating_twice_is_migrating_once() {
    let program = Program::new();
    for _ in 0..2 {
        let output = program.run(&["migrate"]);
        assert!(output.status.success(), "{}", said(&output));
    }
    let _server = program.serve();
}
