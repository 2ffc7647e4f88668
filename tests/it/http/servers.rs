//! Several servers on one database, and what a database on another machine may do to them.

mod postgres_only {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use diesel::{RunQueryDsl, sql_query};
    use serde_json::json;

    use crate::database::Database;
    use crate::http::api::text;
    use crate::http::commands::said;
    use crate::http::desk::{Desk, at, eventually, new_ticket, sign_in};
    use crate::http::program::{ADMIN, Program, Server};

    /// Servers on the same database and the same folder.
    fn servers(program: &Program, count: usize) -> Vec<Server> {
        std::thread::scope(|scope| {
            let starting: Vec<_> = (0..count)
                .map(|_| scope.spawn(|| program.serve()))
                .collect();
            let started = starting
                .into_iter()
                .map(|one| one.join().expect("it starts"));
            started.collect()
        })
    }

    #[tokio::test]
    async fn many_servers_start_at_once_on_an_empty_database() {
        let program = Program::on(Some(Database::empty())).unset("bootstrap.admin_password");
        let servers = servers(&program, 6);
        let printed: Vec<_> = servers.iter().map(Server::printed).collect();
        let passwords: Vec<_> = printed
            .iter()
            .flat_map(|printed| printed.lines())
            .filter(|line| line.trim_start().starts_with("password"))
            .collect();
        assert_eq!(
            passwords.len(),
            1,
            "one of them made the admin: {printed:?}"
        );
        let password = passwords[0].split_whitespace().last().expect("a password");
        let mut policies = BTreeSet::new();
        for server in &servers {
            let tokens = sign_in(&server.api(), ADMIN.0, password).await.is(200);
            let admin = server.api().with_token(&tokens.str("access"));
            assert_eq!(admin.get("/api/v1/users").await.is(200).json["total"], 1);
            let list = admin.get("/api/v1/sla/policies").await.is(200);
            policies.insert(list.json.to_string());
            admin.get("/readyz").await.is(200);
        }
        assert_eq!(policies.len(), 1, "all see the same policies");
    }

    #[tokio::test]
    async fn a_server_is_ready_beside_a_newer_one_and_not_on_an_older_schema() {
        let program = Program::new();
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let session = &mut program.database().expect("PostgreSQL").connect();
        sql_query("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000001')")
            .execute(session)
            .expect("as a newer program does");
        desk.admin.get("/readyz").await.is(200);
        let customer = desk.customer().await;
        desk.ticket(&customer.id).await;
        sql_query(
            "DELETE FROM __diesel_schema_migrations WHERE version = \
             (SELECT min(version) FROM __diesel_schema_migrations)",
        )
        .execute(session)
        .expect("as if one were missing");
        let ready = desk.admin.ask("GET", "/readyz").try_send().await;
        assert_eq!(ready.expect("an answer").status, 503);
    }

    #[tokio::test]
    async fn what_one_server_does_the_others_know() {
        let program = Program::new();
        let servers = servers(&program, 3);
        let first = Desk::on(&servers[0]).await;
        let customer = first.customer().await;
        let ticket = first.ticket(&customer.id).await;
        let files = first
            .admin
            .upload(&at(&ticket, "/attachments"), &[("trace.txt", b"sync lost")])
            .await
            .is(201)
            .list("attachments");
        let tokens = sign_in(&servers[0].api(), ADMIN.0, ADMIN.1).await.is(200);
        for server in &servers[1..] {
            // A token of another server, since all sign with the one key in the database.
            let admin = server.api().with_token(&tokens.str("access"));
            let read = admin.get(&at(&ticket, "")).await.is(200);
            assert_eq!(read.json["version"], 2);
            let file = format!("/api/v1/attachments/{}", text(&files[0]["id"]));
            assert_eq!(admin.get(&file).await.is(200).bytes, b"sync lost");
            let found = admin.get("/api/v1/tickets?q=signal").await.is(200);
            assert_eq!(found.json["total"], 1);
        }
        let (last, etag) = (Desk::on(&servers[2]).await, "\"2\"");
        let change = || json!({ "priority": "high" });
        let patch = |desk: &Desk| {
            let ask = desk.admin.ask("PATCH", &at(&ticket, ""));
            ask.header("If-Match", etag).json(change())
        };
        let answers = [patch(&first).send().await, patch(&last).send().await];
        let statuses = answers.each_ref().map(|answer| answer.status);
        assert_eq!(statuses, [200, 412], "{answers:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn servers_that_write_at_once_give_every_ticket_its_own_number() {
        let program = Program::new();
        let servers = servers(&program, 3);
        let desk = Desk::on(&servers[0]).await;
        let customer = desk.account(json!({})).await;
        let mut clients = Vec::new();
        for server in &servers {
            let api = Desk::on(server).await.admin;
            for _ in 0..4 {
                let (api, body) = (api.clone(), new_ticket(&customer));
                clients.push(tokio::spawn(async move {
                    let mut made = Vec::new();
                    for _ in 0..20 {
                        let answer = api.post("/api/v1/tickets", body.clone()).await.is(201);
                        made.push((answer.str("id"), answer.str("ticket_number")));
                    }
                    made
                }));
            }
        }
        let mut labels = BTreeSet::new();
        for client in clients {
            for (id, label) in client.await.expect("a client") {
                assert!(labels.insert(label), "given out twice");
                assert_eq!(desk.read(&id).await.json["version"], 1);
            }
        }
        assert_eq!(labels.len(), 240);
        let list = desk.admin.get("/api/v1/tickets?limit=1").await.is(200);
        assert_eq!(list.json["total"], 240);
    }

    #[tokio::test]
    async fn a_key_is_used_once_whichever_server_is_asked() {
        let program = Program::new();
        let servers = servers(&program, 2);
        let (one, two) = (Desk::on(&servers[0]).await, Desk::on(&servers[1]).await);
        let customer = one.account(json!({})).await;
        let ask = |desk: &Desk| {
            let ask = desk.admin.ask("POST", "/api/v1/tickets");
            ask.header("Idempotency-Key", "once")
                .json(new_ticket(&customer))
        };
        let first = ask(&one).send().await.is(201);
        let again = ask(&two).send().await.is(201);
        assert_eq!(
            (again.bytes.clone(), again.header("idempotency-replayed")),
            (first.bytes, "true".to_owned())
        );
    }

    #[tokio::test]
    async fn a_refresh_token_works_once_whichever_server_is_asked() {
        let program = Program::new();
        let servers = servers(&program, 2);
        let tokens = sign_in(&servers[0].api(), ADMIN.0, ADMIN.1).await.is(200);
        let refresh = |server: &Server, token: String| {
            let api = server.api();
            async move {
                let body = json!({ "refresh": token });
                api.post("/auth/jwt/refresh/", body).await
            }
        };
        let next = refresh(&servers[1], tokens.str("refresh")).await.is(200);
        refresh(&servers[0], tokens.str("refresh")).await.is(401);
        // Used twice, so somebody stole it: the whole family is dead.
        refresh(&servers[1], next.str("refresh")).await.is(401);
    }

    #[tokio::test]
    async fn a_key_file_wins_over_the_key_in_the_database() {
        let program = Program::new();
        let server = program.serve();
        assert!(!program.data().join("signing.key").exists());
        let tokens = sign_in(&server.api(), ADMIN.0, ADMIN.1).await.is(200);
        let other = program.elsewhere();
        let file = other.folder().join("own.key");
        let other = other.set("auth.signing_key_file", file.to_str().expect("a path"));
        let second = other.serve();
        assert!(file.exists());
        let with_token = second.api().with_token(&tokens.str("access"));
        with_token.get("/api/v1/tickets").await.is(401);
    }

    #[tokio::test]
    async fn a_server_recovers_from_a_restart_of_the_database() {
        let program = Program::new();
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let customer = desk.customer().await;
        let before = desk.ticket(&customer.id).await;
        for _ in 0..3 {
            program.database().expect("PostgreSQL's").cut_connections();
            eventually("an answer", || async {
                let ask = desk.admin.ask("POST", "/api/v1/tickets");
                let ask = ask.json(new_ticket(&customer.id));
                let answer = ask.try_send().await.expect("an answer");
                assert!([201, 503].contains(&answer.status), "{answer}");
                (answer.status == 201).then_some(())
            })
            .await;
            eventually("a page", || async {
                let ask = desk.admin.ask("GET", "/api/v1/tickets");
                let answer = ask.try_send().await.expect("an answer");
                assert!([200, 503].contains(&answer.status), "{answer}");
                (answer.status == 200).then_some(())
            })
            .await;
        }
        desk.read(&before).await;
        desk.admin.get("/readyz").await.is(200);
    }

    #[test]
    fn a_database_that_cannot_be_reached_ends_the_start_without_telling_the_password() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let silent = nobody.local_addr().expect("an address").port();
        let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = closed.local_addr().expect("an address").port();
        drop(closed);
        for port in [port, silent] {
            let url = format!("postgres://desk:hunter22@127.0.0.1:{port}/desk");
            let program = Program::on(None)
                .set("database.url", &url)
                .set("database.connect_timeout", "2s");
            for command in [["serve", "--port", "0"], ["user", "list", "--port=0"]] {
                let ended = program.run(&command);
                let said = said(&ended);
                assert_eq!(ended.status.code(), Some(1), "{said}");
                assert!(said.contains("postgres://desk:***@127.0.0.1"), "{said}");
                assert!(!said.contains("hunter22"), "{said}");
            }
        }
    }

    #[test]
    fn a_wrong_password_is_told_without_it() {
        let database = Database::empty();
        let (scheme, rest) = database
            .url()
            .split_once("://")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .expect("a URL");
        let rest = rest
            .split_once('@')
            .map_or(rest.clone(), |(_, rest)| rest.to_owned());
        let url = format!("{scheme}://nobody_of_this_name:hunter22@{rest}");
        let program = Program::on(None).set("database.url", &url);
        let ended = program.run(&["migrate"]);
        let said = said(&ended);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains("nobody_of_this_name"), "{said}");
        assert!(!said.contains("hunter22"), "{said}");
    }

    #[tokio::test]
    async fn no_password_stands_in_the_log_or_in_what_is_shown() {
        let program = Program::new();
        let url = program.database().expect("PostgreSQL's").url();
        let mark = if url.contains('?') { '&' } else { '?' };
        // A parameter that libpq takes for a secret and that has no effect here.
        let url = format!("{url}{mark}sslpassword=hunter22");
        let program = program
            .set("database.url", &url)
            .set("log.level", "trace,hyper=off,mio=off");
        let server = program.serve();
        Desk::on(&server).await.customer().await;
        assert!(server.log().contains("TRACE"), "there is a log to look at");
        assert!(!server.log().contains("hunter22"));
        let shown = said(&program.run(&["config", "show"]));
        assert!(shown.contains("sslpassword=***") && !shown.contains("hunter22"));
    }

    #[tokio::test]
    async fn metrics_tell_the_queues_and_no_size_of_a_file() {
        let program = Program::new();
        let server = program.serve();
        let api = server.api();
        let metrics = eventually("the measurements", || async {
            let body = api.get("/metrics").await.is(200).bytes;
            let text = String::from_utf8(body).expect("text");
            text.contains("linedesk_store_waiting_jobs").then_some(text)
        })
        .await;
        assert!(!metrics.contains("linedesk_database_bytes"), "{metrics}");
    }

    #[tokio::test]
    async fn a_server_that_is_told_to_stop_leaves_the_others_alone() {
        let program = Program::new();
        let mut servers = servers(&program, 2);
        let mut first = servers.remove(0);
        first.terminate();
        assert_eq!(first.wait().code(), Some(0), "{}", first.log());
        let desk = Desk::on(&servers[0]).await;
        let customer = desk.customer().await;
        desk.ticket(&customer.id).await;
        tokio::time::timeout(Duration::from_secs(30), desk.admin.get("/readyz"))
            .await
            .expect("in time")
            .is(200);
    }
}
