//! Several servers on one database that are killed and stopped under load: nothing that was answered is lost, nothing is
//! done twice, and what one did not finish another one does.

mod postgres_only {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::sync::{Arc, RwLock};
    use std::time::Duration;

    use serde_json::{Value, json};

    use crate::http::api::{Api, each, text};
    use crate::http::desk::{Desk, PASSWORD, at, eventually, new_ticket, next, sign_in, with};
    use crate::http::program::{Program, Server};
    use crate::http::sla::instant;

    /// Three servers behind what a balancer would be: a client asks one after another.
    struct Cluster {
        program: Program,
        servers: Vec<Option<Server>>,
        doors: Doors,
    }

    /// Where the servers are at the moment.
    #[derive(Clone)]
    struct Doors(Arc<RwLock<Vec<Api>>>);

    impl Doors {
        /// One of them, another one each time.
        fn any(&self, token: &str) -> Api {
            static TURN: AtomicUsize = AtomicUsize::new(0);
            let doors = self.0.read().unwrap();
            doors[TURN.fetch_add(1, Ordering::Relaxed) % doors.len()].with_token(token)
        }
    }

    impl Cluster {
        fn start() -> Self {
            let program = Program::new();
            let servers: Vec<_> = (0..3).map(|_| program.serve()).collect();
            let doors = servers.iter().map(Server::api).collect();
            Self {
                program,
                servers: servers.into_iter().map(Some).collect(),
                doors: Doors(Arc::new(RwLock::new(doors))),
            }
        }

        fn server(&self, n: usize) -> &Server {
            self.servers[n].as_ref().expect("it runs")
        }

        /// A power cut for one of them, which comes back.
        async fn kill_and_restart(&mut self, n: usize) {
            self.servers[n].take().expect("it runs").kill();
            // The others are alone for a while.
            tokio::time::sleep(Duration::from_millis(100)).await;
            let server = tokio::task::block_in_place(|| self.program.serve());
            self.doors.0.write().unwrap()[n] = server.api();
            self.servers[n] = Some(server);
        }
    }

    /// What a client was told to be done.
    #[derive(Default)]
    struct Told {
        /// Tickets by their title, with the comments and whether work on them was begun.
        tickets: BTreeMap<String, (String, Vec<String>, bool)>,
        labels: Vec<String>,
        numbers: Vec<i64>,
        /// Titles of tickets that are there though nobody knows their ids.
        nameless: Vec<String>,
    }

    /// One client's work: tickets, a comment on each, and the beginning of the work on it.
    async fn work(
        doors: Doors,
        token: String,
        customer: String,
        client: usize,
        is_over: Arc<AtomicBool>,
    ) -> Told {
        let mut told = Told::default();
        for n in 0.. {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            let title = format!("Ticket {n} of client {client}");
            let body = with(new_ticket(&customer), json!({ "title": title }));
            let is_keyed = n % 2 == 0;
            let Some(made) = create(&doors, &token, &body, is_keyed.then_some(&title)).await else {
                if is_keyed {
                    told.nameless.push(title);
                }
                continue;
            };
            let id = text(&made["id"]);
            told.labels.push(text(&made["ticket_number"]));
            told.numbers.extend(made["number"].as_i64());
            let said = format!("Word on ticket {n} of client {client}");
            let comment = doors.any(&token).ask("POST", &at(&id, "/comments"));
            let comment = comment.json(json!({ "body": said })).try_send().await;
            let comments = match comment {
                Ok(answer) if answer.status == 201 => vec![said],
                _ => Vec::new(),
            };
            let begin = doors.any(&token).ask("PATCH", &at(&id, ""));
            let begin = begin
                .json(json!({ "status": "in_progress" }))
                .try_send()
                .await;
            let is_begun = begin.is_ok_and(|answer| answer.status == 200);
            told.tickets.insert(title, (id, comments, is_begun));
        }
        told
    }

    /// Makes a ticket. With a key it is asked for until there is an answer; `None` where that is lost, or not known.
    async fn create(
        doors: &Doors,
        token: &str,
        body: &Value,
        key: Option<&String>,
    ) -> Option<Value> {
        loop {
            let mut ask = doors.any(token).ask("POST", "/api/v1/tickets");
            if let Some(key) = key {
                ask = ask.header("Idempotency-Key", &key.replace(' ', "-"));
            }
            match ask.json(body.clone()).try_send().await {
                Ok(answer) if answer.status == 201 => return Some(answer.json),
                Ok(answer)
                    if answer.status == 409 && !answer.headers.contains_key("retry-after") =>
                {
                    assert!(key.is_some(), "{answer}");
                    return None;
                }
                Ok(answer) => assert!(matches!(answer.status, 409 | 500..), "{answer}"),
                Err(_) => {}
            }
            key?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn kills_under_load_lose_nothing_and_repeat_nothing() {
        let mut cluster = Cluster::start();
        let desk = Desk::on(cluster.server(0)).await;
        let customer = desk.account(json!({})).await;
        let lead = desk.lead().await;
        let tokens = sign_in(&desk.anonymous, &lead.username, PASSWORD)
            .await
            .is(200);
        let token = tokens.str("access");
        let is_over = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..9)
            .map(|client| {
                let (doors, is_over) = (cluster.doors.clone(), Arc::clone(&is_over));
                tokio::spawn(work(
                    doors,
                    token.clone(),
                    customer.clone(),
                    client,
                    is_over,
                ))
            })
            .collect();
        // Whoever is killed may be the one that sweeps, folds counts, or answers.
        for victim in [0, 1, 2, 2, 0, 1] {
            tokio::time::sleep(Duration::from_millis(400)).await;
            cluster.kill_and_restart(victim).await;
        }
        is_over.store(true, Ordering::Relaxed);
        let mut all = Vec::new();
        for client in clients {
            all.push(client.await.expect("a client"));
        }
        let done = || all.iter().flat_map(|told| told.tickets.values());
        assert!(done().count() > 50);
        assert!(done().filter(|(_, said, _)| !said.is_empty()).count() > 40);
        assert!(done().filter(|(_, _, is_begun)| *is_begun).count() > 40);
        let labels = all.iter().flat_map(|told| &told.labels);
        let unique: BTreeSet<_> = labels.clone().collect();
        assert_eq!(unique.len(), labels.count(), "a label was given out twice");
        let numbers = all.iter().flat_map(|told| &told.numbers);
        let unique: BTreeSet<_> = numbers.clone().collect();
        assert_eq!(
            unique.len(),
            numbers.count(),
            "a number was given out twice"
        );

        let desk = Desk::on(cluster.server(1)).await;
        let mut titles = BTreeMap::new();
        let mut path = "/api/v1/tickets?limit=100".to_owned();
        loop {
            let page = desk.admin.get(&path).await.is(200);
            for ticket in page.list("tickets") {
                *titles.entry(text(&ticket["title"])).or_insert(0) += 1;
            }
            let Some(cursor) = page.json["next_cursor"].as_str() else {
                break;
            };
            path = format!("/api/v1/tickets?limit=100&cursor={cursor}");
        }
        for (title, count) in &titles {
            assert_eq!(*count, 1, "{title} was made twice");
        }
        let total = desk.admin.get("/api/v1/tickets?limit=1").await.is(200);
        assert_eq!(total.json["total"], titles.len());
        for told in all {
            for title in told.nameless {
                assert!(titles.contains_key(&title), "{title} is lost");
            }
            for (title, (id, comments, is_begun)) in told.tickets {
                let read = desk.read(&id).await;
                assert_eq!(read.str("title"), title);
                let found = each(&read.list("comments"), "body");
                assert!(found.starts_with(&comments), "{read}");
                if is_begun {
                    assert_eq!(read.str("status"), "in_progress", "{read}");
                }
                let sequences = read.list("history").len();
                assert_eq!(read.json["version"], sequences, "{read}");
            }
        }
    }

    /// How often each ticket's breach was recorded.
    async fn breaches(desk: &Desk, tickets: &[String]) -> Vec<usize> {
        let mut counts = Vec::new();
        for ticket in tickets {
            let history = desk.history(ticket).await;
            let made = instant(&history[0]["at"]);
            let breaches = history
                .iter()
                .filter(|entry| entry["action"] == "sla_breach");
            let mut count = 0;
            for breach in breaches {
                let after = instant(&breach["at"]).duration_since(made);
                assert_eq!(after.as_millis(), 1_000, "at its own instant: {breach}");
                count += 1;
            }
            counts.push(count);
        }
        counts
    }

    /// A policy by which complaints are to be resolved within a second.
    async fn hurry(desk: &Desk) {
        let body = json!({
            "name": format!("Policy {}", next()), "position": 1, "conditions": { "categories": ["complaint"] },
            "targets": { "resolution": 1.0 / 60.0 }, "pause_statuses": [], "warning_percent": 75
        });
        desk.admin.post("/api/v1/sla/policies", body).await.is(201);
    }

    async fn complaints(desk: &Desk, customer: &str, count: usize) -> Vec<String> {
        let mut made = Vec::new();
        for _ in 0..count {
            let ticket = desk.ticket_with(customer, json!({ "category": "complaint" }));
            made.push(ticket.await.str("id"));
        }
        made
    }

    /// The sweeper is killed, then the one after it stands still for longer than its lease, wakes up and goes on: what is due
    /// is recorded all the same, once, at its instant.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_breach_is_recorded_once_whoever_dies_or_sleeps() {
        let mut cluster = Cluster::start();
        let desk = Desk::on(cluster.server(0)).await;
        hurry(&desk).await;
        let customer = desk.account(json!({})).await;
        let mut tickets = Vec::new();
        for round in 0..3 {
            let desk = Desk::on(cluster.server(round)).await;
            tickets.extend(complaints(&desk, &customer, 25).await);
            cluster.kill_and_restart((round + 1) % 3).await;
        }
        // One after another sleeps for longer than a sweeper's lease, so that the one that sweeps is among them.
        for n in 0..3 {
            cluster.server(n).signal("STOP");
            let awake = Desk::on(cluster.server((n + 1) % 3)).await;
            let more = complaints(&awake, &customer, 10).await;
            eventually("the breaches", async || {
                let found = breaches(&awake, &more).await;
                found.iter().all(|count| *count == 1).then_some(())
            })
            .await;
            tickets.extend(more);
            cluster.server(n).signal("CONT");
        }
        let desk = Desk::on(cluster.server(2)).await;
        let late = complaints(&desk, &customer, 10).await;
        eventually("the last breaches", async || {
            let found = breaches(&desk, &late).await;
            found.iter().all(|count| *count == 1).then_some(())
        })
        .await;
        tickets.extend(late);
        assert_eq!(breaches(&desk, &tickets).await, vec![1; tickets.len()]);
    }

    #[tokio::test]
    async fn a_session_that_is_ended_at_one_server_is_ended_everywhere() {
        let program = Program::new();
        let servers = [program.serve(), program.serve(), program.serve()];
        let desk = Desk::on(&servers[0]).await;
        let agent = desk.agent().await;
        let tokens = sign_in(&servers[0].api(), &agent.username, PASSWORD)
            .await
            .is(200);
        let (access, refresh) = (tokens.str("access"), tokens.str("refresh"));
        for server in &servers {
            let api = server.api().with_token(&access);
            api.get("/api/v1/tickets").await.is(200);
        }
        let body = json!({ "refresh": refresh });
        let out = servers[1].api().with_token(&access);
        out.post("/auth/jwt/logout/", body.clone()).await.is(204);
        for server in &servers {
            server
                .api()
                .post("/auth/jwt/refresh/", body.clone())
                .await
                .is(401);
            // Sessions seen lately are taken as read for a few seconds.
            eventually("the end of the session", async || {
                let api = server.api().with_token(&access);
                (api.get("/api/v1/tickets").await.status == 401).then_some(())
            })
            .await;
        }
    }

    #[tokio::test]
    async fn a_server_that_is_told_to_stop_lets_go_of_its_work() {
        let program = Program::new();
        let database = program.database().expect("PostgreSQL's");
        let is_held = |work| database.content().contains(work);
        let mut server = program.serve();
        eventually("the work", async || {
            (is_held("sla_sweeper") && is_held("retention")).then_some(())
        })
        .await;
        server.terminate();
        assert_eq!(server.wait().code(), Some(0), "{}", server.log());
        assert!(!is_held("sla_sweeper") && !is_held("retention"));
    }
}
