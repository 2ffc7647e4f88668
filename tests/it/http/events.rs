//! The change feed and the live stream.

mod rights;

use std::time::Duration;

use serde_json::{Value, json};

use super::api::Api;
use super::desk::{Desk, at};
use super::program::{PATIENCE, Program, Server};

/// A server of the test's own, on which nothing else happens.
struct Running {
    desk: Desk,
    server: Server,
    _program: Program,
}

async fn running() -> Running {
    let program = Program::new();
    let server = program.serve();
    Running {
        desk: Desk::on(&server).await,
        server,
        _program: program,
    }
}

/// Everything behind `after`, page by page, and where it ends.
async fn all(api: &Api, after: &str, limit: u32) -> (Vec<Value>, String) {
    let (mut events, mut after) = (Vec::new(), after.to_owned());
    loop {
        let page = api
            .get(&format!("/api/v1/events?after={after}&limit={limit}"))
            .await
            .is(200);
        assert!(page.list("events").len() <= limit as usize);
        let next = page.str("next");
        events.extend(page.list("events"));
        if next == after {
            return (events, next);
        }
        after = next;
    }
}

fn kinds<'a>(events: &'a [Value], ticket: &str) -> Vec<&'a str> {
    let own = events
        .iter()
        .filter(|event| event["ticket"]["id"] == ticket);
    own.filter_map(|event| event["type"].as_str()).collect()
}

#[tokio::test]
async fn the_feed_tells_everything_once_and_in_order_whatever_the_pages() {
    let running = running().await;
    let desk = &running.desk;
    let customer = desk.customer().await;
    let mut tickets = Vec::new();
    for _ in 0..5 {
        let ticket = desk.ticket(&customer.id).await;
        desk.admin
            .patch(&at(&ticket, ""), json!({ "priority": "high" }))
            .await
            .is(200);
        desk.admin
            .post(&at(&ticket, "/close"), json!({}))
            .await
            .is(200);
        tickets.push(ticket);
    }
    let (once, end) = all(&desk.admin, "0", 1000).await;
    for limit in [1, 4, 15] {
        assert_eq!(
            all(&desk.admin, "0", limit).await,
            (once.clone(), end.clone())
        );
    }
    for ticket in &tickets {
        assert_eq!(
            kinds(&once, ticket),
            ["ticket.created", "ticket.updated", "ticket.closed"]
        );
    }
    let places: Vec<i64> = once
        .iter()
        .map(|event| event["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(places.is_sorted());
}

#[tokio::test]
async fn customers_read_of_their_own_tickets_what_they_may_know_and_count_nothing_else() {
    let running = running().await;
    let desk = &running.desk;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let (own, foreign) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&other.id).await,
    );
    let note = json!({ "body": "CANARY-4711", "is_internal": true });
    desk.admin.post(&at(&own, "/comments"), note).await.is(201);
    desk.admin
        .post(&at(&own, "/escalate"), json!({ "reason": "CANARY-4712" }))
        .await
        .is(200);
    desk.admin
        .post(&at(&own, "/comments"), json!({ "body": "Hello" }))
        .await
        .is(201);
    let (events, end) = all(&customer, "0", 2).await;
    assert_eq!(kinds(&events, &own), ["ticket.created", "ticket.commented"]);
    assert_eq!(kinds(&events, &foreign), [""; 0]);
    assert!(!format!("{events:?}").contains("CANARY"));
    // Its places are no numbers that could be counted with.
    let places: Vec<u64> = events
        .iter()
        .map(|event| u64::from_str_radix(event["id"].as_str().unwrap(), 16).unwrap())
        .collect();
    assert!(places[0].abs_diff(places[1]) > 1_000_000, "{places:?}");
    // Nothing new; and a place that was never given is none.
    assert_eq!(all(&customer, &end, 10).await.0, Vec::<Value>::new());
    let now = customer.get("/api/v1/events?after=now").await.is(200);
    assert_eq!((now.list("events"), now.str("next")), (vec![], end));
    customer.get("/api/v1/events?after=12").await.is(400);
    desk.admin.get("/api/v1/events?after=x").await.is(400);
    desk.anonymous.get("/api/v1/events").await.is(401);
}

#[tokio::test]
async fn a_request_waits_for_what_has_not_happened_yet() {
    let running = running().await;
    let desk = &running.desk;
    let customer = desk.customer().await;
    let (_, end) = all(&customer, "0", 100).await;
    let path = format!("/api/v1/events?after={end}&wait=25");
    let (waited, ticket) = tokio::join!(customer.get(&path), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        desk.ticket(&customer.id).await
    });
    assert_eq!(
        kinds(&waited.is(200).list("events"), &ticket),
        ["ticket.created"]
    );
}

/// A live stream under way.
struct Stream {
    response: reqwest::Response,
    text: String,
}

/// An event of a stream: its id and what it says.
type Heard = (String, Value);

impl Stream {
    async fn open(api: &Api, last: Option<&str>) -> Self {
        let mut ask = api
            .ask("GET", "/api/v1/events")
            .header("Accept", "text/event-stream");
        if let Some(last) = last {
            ask = ask.header("Last-Event-ID", last);
        }
        let response = ask.open().await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let mut stream = Self {
            response,
            text: String::new(),
        };
        stream.until("retry: 3000\n\n").await;
        stream
    }

    /// What comes up to `end`; `None` once the stream has ended.
    async fn until(&mut self, end: &str) -> Option<String> {
        loop {
            if let Some((before, after)) = self.text.clone().split_once(end) {
                after.clone_into(&mut self.text);
                return Some(before.to_owned());
            }
            let more = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let more = more.expect("something in time").ok()??;
            self.text
                .push_str(std::str::from_utf8(&more).expect("UTF-8"));
        }
    }

    /// The next event.
    async fn next(&mut self) -> Option<Heard> {
        loop {
            let block = self.until("\n\n").await?;
            let field = |name: &str| {
                let mut lines = block.lines();
                lines
                    .find_map(|line| line.strip_prefix(name))
                    .map(str::to_owned)
            };
            if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
                let data: Value = serde_json::from_str(&data).expect("JSON");
                assert_eq!(data["id"], id.as_str());
                assert_eq!(field("event: ").as_deref(), data["type"].as_str());
                return Some((id, data));
            }
        }
    }
}

#[tokio::test]
async fn a_stream_tells_what_happens_and_goes_on_where_it_broke_off() {
    let running = running().await;
    let desk = &running.desk;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    desk.ticket(&customer.id).await;
    let mut stream = Stream::open(&customer, None).await;
    desk.ticket(&other.id).await;
    let first = desk.ticket(&customer.id).await;
    let (place, event) = stream.next().await.expect("an event");
    assert_eq!(
        (&event["ticket"]["id"], &event["type"]),
        (&json!(first), &json!("ticket.created"))
    );
    drop(stream);
    desk.admin
        .post(
            &at(&first, "/comments"),
            json!({ "body": "CANARY", "is_internal": true }),
        )
        .await
        .is(201);
    desk.admin
        .post(&at(&first, "/close"), json!({}))
        .await
        .is(200);
    let mut stream = Stream::open(&customer, Some(&place)).await;
    let (_, event) = stream.next().await.expect("what was missed");
    assert_eq!(event["type"], "ticket.closed");
    desk.admin
        .post(&at(&first, "/reopen"), json!({ "reason": "Again" }))
        .await
        .is(200);
    assert_eq!(
        stream.next().await.expect("and on").1["type"],
        "ticket.reopened"
    );
}

#[tokio::test]
async fn many_listen_to_everything_that_many_do() {
    let running = running().await;
    let desk = &running.desk;
    let customer = desk.customer().await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(Stream::open(&desk.admin, None).await);
    }
    let making = async {
        let makers = (0..40).map(|_| desk.ticket(&customer.id));
        let mut made = futures_util::future::join_all(makers).await;
        made.sort();
        made
    };
    let listening = streams.iter_mut().map(async |stream| {
        let mut heard = Vec::new();
        while heard.len() < 40 {
            let (_, event) = stream.next().await.expect("an event");
            heard.push(event["ticket"]["id"].as_str().expect("an id").to_owned());
        }
        heard.sort();
        heard
    });
    let (made, heard) = tokio::join!(making, futures_util::future::join_all(listening));
    assert!(heard.iter().all(|heard| *heard == made));
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops_or_the_caller_may_listen_no_more() {
    let mut running = running().await;
    let desk = &running.desk;
    let customer = desk.customer().await;
    let agent = desk.agent().await;
    let (mut ended, mut stopped) = (
        Stream::open(&agent, None).await,
        Stream::open(&desk.admin, None).await,
    );
    let off = json!({ "is_active": false });
    desk.admin
        .patch(&format!("/api/v1/users/{}", agent.id), off)
        .await
        .is(200);
    desk.ticket(&customer.id).await;
    // It may have been on its way already.
    while let Some((_, event)) = ended.next().await {
        assert_eq!(event["type"], "ticket.created");
    }
    assert!(stopped.next().await.is_some());
    running.server.terminate();
    assert!(stopped.next().await.is_none());
    assert!(running.server.wait().success());
}

mod postgres_only {
    use super::*;

    #[tokio::test]
    async fn what_happens_at_one_server_is_heard_at_another() {
        let program = Program::new();
        let servers = [program.serve(), program.serve()];
        let (here, there) = (Desk::on(&servers[0]).await, Desk::on(&servers[1]).await);
        let customer = here.customer().await;
        let mut stream = Stream::open(&here.admin, None).await;
        let mut made = Vec::new();
        for desk in [&there, &here, &there] {
            made.push(desk.ticket(&customer.id).await);
        }
        for ticket in made {
            let (_, event) = stream.next().await.expect("an event");
            assert_eq!(event["ticket"]["id"], ticket.as_str());
        }
    }
}
