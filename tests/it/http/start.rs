//! Starting: the first admin, settings, secrets.

use std::time::{Duration, Instant};

use serde_json::json;

use super::desk::{Desk, PASSWORD, sign_in};
use super::program::{ADMIN, PATIENCE, Program, Server};

#[tokio::test]
async fn without_a_password_the_first_admin_gets_a_random_one_that_is_shown_once() {
    let program = Program::new().unset("bootstrap.admin_password");
    let server = program.serve();
    let printed = server.printed();
    let line = printed
        .lines()
        .find(|line| line.trim_start().starts_with("password"))
        .expect("a password");
    let password = line
        .split_whitespace()
        .last()
        .expect("a password")
        .to_owned();
    assert!(password.len() >= 20, "{printed}");
    sign_in(&server.api(), "admin", &password).await.is(200);
    assert!(!server.log().contains(&password), "not in the log");
    server.kill();
    let again = program.serve();
    assert!(!again.printed().contains(&password) && !again.printed().contains("password"));
    sign_in(&again.api(), "admin", &password).await.is(200);
}

#[test]
fn a_server_that_everybody_reaches_warns_of_links_that_lead_nowhere() {
    let told = "is not set: links";
    let until = |server: &Server, is_there: &dyn Fn(&Server) -> bool| {
        let began = Instant::now();
        while !is_there(server) {
            assert!(began.elapsed() < PATIENCE, "{}", server.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let program = Program::new().set("server.host", "0.0.0.0");
    let server = program.start_server();
    until(&server, &|server| server.log().contains(told));
    server.kill();
    let program = program.set("server.public_url", "https://desk.example.net");
    let server = program.start_server();
    until(&server, &|server| server.printed().contains("listens on"));
    assert!(!server.log().contains(told), "{}", server.log());
}

#[tokio::test]
async fn there_are_no_default_passwords() {
    let program = Program::new().unset("bootstrap.admin_password");
    let server = program.serve();
    for password in ["", "admin", "password", "linedesk", "changeme"] {
        let answer = sign_in(&server.api(), "admin", password).await;
        assert!([400, 401].contains(&answer.status), "{answer}");
    }
}

#[tokio::test]
async fn a_given_admin_is_made_once_and_never_changed_by_a_later_start() {
    let program = Program::new()
        .set("bootstrap.admin_username", "root")
        .set("bootstrap.admin_email", "root@example.net");
    let server = program.serve();
    sign_in(&server.api(), "root", ADMIN.1).await.is(200);
    assert!(
        !server.printed().contains(ADMIN.1),
        "nobody needs to be told what they chose"
    );
    server.kill();
    let program = program
        .set("bootstrap.admin_password", "Another.Word.99")
        .set("bootstrap.admin_username", "chief");
    let server = program.serve();
    sign_in(&server.api(), "root", ADMIN.1).await.is(200);
    sign_in(&server.api(), "root", "Another.Word.99")
        .await
        .is(401);
    sign_in(&server.api(), "chief", "Another.Word.99")
        .await
        .is(401);
}

#[test]
fn settings_that_cannot_be_used_are_all_named_and_nothing_starts() {
    let program = Program::new()
        .set("server.prot", "9000")
        .set("server.workers", "many")
        .set("colour.red", "1");
    let output = program.run(&["serve"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for part in [
        "server.prot",
        "LINEDESK__SERVER__PROT",
        "server.workers",
        "colour.red",
    ] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    assert!(
        !program.data().exists(),
        "nothing is made before the settings are known to be good"
    );
    let checked = program.run(&["config", "check"]);
    assert_eq!(checked.status.code(), Some(2));
    let unknown = Program::new().run(&["serve", "--set", "auth.bcrypt_cots=4"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("--set"));
}

#[test]
fn settings_are_shown_with_their_origin_and_without_secrets() {
    let program = Program::new();
    let output = program.run(&["config", "show", "--port", "9001"]);
    assert!(output.status.success());
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(!shown.contains(ADMIN.1), "{shown}");
    let line = |key: &str| {
        shown
            .lines()
            .find(|line| line.contains(key))
            .unwrap_or_default()
            .to_owned()
    };
    assert!(
        line("port").contains("9001") && line("port").contains("--port"),
        "{shown}"
    );
    assert!(
        line("bcrypt_cost").contains("LINEDESK__AUTH__BCRYPT_COST"),
        "{shown}"
    );
    assert!(program.run(&["config", "check"]).status.success());
}

#[test]
fn nothing_is_made_where_the_port_cannot_be_had() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let program = Program::new();
    let refused = program.run(&["serve", "--port", &port]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("cannot listen on"), "{said}");
    assert!(!program.data().exists());
}

#[test]
fn a_check_tells_a_weak_password_and_a_host_that_is_not_there() {
    for (key, value) in [
        ("bootstrap.admin_password", "password"),
        ("server.host", "no-such-host.invalid"),
    ] {
        let program = Program::new().set(key, value);
        let checked = program.run(&["config", "check"]);
        let said = String::from_utf8_lossy(&checked.stderr);
        assert_eq!(checked.status.code(), Some(2), "{said}");
        let variable = format!("LINEDESK__{}", key.to_uppercase().replace('.', "__"));
        assert!(said.contains(key) && said.contains(&variable), "{said}");
    }
}

#[tokio::test]
async fn secrets_never_stand_in_the_log() {
    let program = Program::new().set("log.level", "trace,hyper=off,mio=off");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let agent = desk.agent().await;
    let mut secrets = vec![
        ADMIN.1.to_owned(),
        PASSWORD.to_owned(),
        "Not.The.Password.1".to_owned(),
        "Copper.Lantern.88".to_owned(),
    ];
    let tokens = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200);
    secrets.extend([tokens.str("access"), tokens.str("refresh")]);
    sign_in(&desk.anonymous, &agent.username, "Not.The.Password.1")
        .await
        .is(401);
    let next = desk
        .anonymous
        .post(
            "/auth/jwt/refresh/",
            json!({ "refresh": tokens.str("refresh") }),
        )
        .await
        .is(200);
    secrets.extend([next.str("access"), next.str("refresh")]);
    desk.anonymous
        .post(
            "/auth/jwt/refresh/",
            json!({ "refresh": tokens.str("refresh") }),
        )
        .await
        .is(401);
    let body = json!({ "name": "portal", "scopes": ["tickets:read"] });
    let machine = desk
        .admin
        .post("/api/v1/tokens", body)
        .await
        .is(201)
        .str("token");
    desk.anonymous
        .with_token(&machine)
        .get("/api/v1/tickets")
        .await
        .is(200);
    let change = json!({ "current_password": PASSWORD, "new_password": "Copper.Lantern.88" });
    agent
        .post("/auth/users/set_password/", change)
        .await
        .is(204);
    let broken = json!({ "username": ["x"], "password": { "Copper.Lantern.88": 1 } });
    desk.anonymous
        .post("/auth/jwt/create/", broken)
        .await
        .is(400);
    secrets.push(machine);
    let customer = desk.customer().await;
    let ticket = desk
        .ticket_with(
            &customer.id,
            json!({ "description": "A body that is nobody's business." }),
        )
        .await;
    let log = server.log();
    assert!(log.len() > 1_000, "there is a log to look at");
    assert!(
        ticket.status == 201 && !log.contains("nobody's business"),
        "bodies are not logged"
    );
    for secret in secrets {
        let at = log.find(&secret).map(|at| {
            log[at.saturating_sub(300)..]
                .lines()
                .take(3)
                .collect::<String>()
        });
        assert_eq!(at, None, "a secret stands in the log");
    }
    assert!(!log.contains("$2b$"), "a password hash stands in the log");
}

#[tokio::test]
async fn the_api_moves_with_its_mount_and_goes_with_its_switch() {
    let moved = Program::new().set("dialects.isp.mount", "/support/v9");
    let server = moved.serve();
    let tokens = sign_in(&server.api(), ADMIN.0, ADMIN.1).await.is(200);
    let admin = server.api().with_token(&tokens.str("access"));
    admin.get("/support/v9/tickets").await.is(200);
    admin.get("/api/v1/tickets").await.is(404);
    admin
        .get("/support/v9/nothing")
        .await
        .problem(404, "not_found");
    let document = admin.get("/support/v9/openapi.json").await.is(200);
    assert!(document.json["paths"].get("/support/v9/tickets").is_some());

    let without = Program::new().set("dialects.isp.enabled", "false");
    let server = without.serve();
    let tokens = sign_in(&server.api(), ADMIN.0, ADMIN.1).await.is(200);
    let admin = server.api().with_token(&tokens.str("access"));
    admin.get("/api/v1/tickets").await.is(404);
    admin.get("/auth/users/me/").await.is(200);
    // The pages show its description.
    for page in ["/docs", "/docs/index.html"] {
        admin.get(page).await.problem(404, "not_found");
    }
    let root = admin.get("/").await.is(200);
    assert!(root.json["docs"].is_null() && root.json["openapi"].is_null());
}

#[test]
fn a_broken_template_is_told_before_anything_is_made() {
    let program = Program::new();
    let folder = program.folder().join("texts");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("reply.html"), "<p>\n{{ mesage }}").expect("a file");
    let program = program.set("notifications.templates", "texts");
    for (command, code) in [("check", Some(2)), ("show", Some(0))] {
        let output = program.run(&["config", command]);
        assert_eq!(output.status.code(), code);
        let said = String::from_utf8_lossy(&output.stderr);
        let is_told = said.contains("texts/reply.html, line 2");
        assert_eq!(is_told, command == "check", "{said}");
    }
}

#[test]
fn a_system_without_certificate_authorities_is_good_enough() {
    let program = Program::new();
    let mut command = program.command(&["config", "check"]);
    let nowhere = [("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/no/such")];
    let checked = command.envs(nowhere).output().expect("it runs");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
}
