//! Stopping: what is in flight is finished.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::api::each;
use super::crash::write;
use super::desk::{Desk, at, eventually, new_ticket, sign_in};
use super::program::{ADMIN, Program};

#[tokio::test]
async fn a_request_in_flight_is_finished_before_the_server_ends() {
    let program = Program::new();
    let mut server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let token = sign_in(&server.api(), ADMIN.0, ADMIN.1)
        .await
        .is(200)
        .str("access");
    let body = new_ticket(&customer.id).to_string();
    let mut stream = server.connect();
    let head = format!(
        "POST /api/v1/tickets HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    let mut answer = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut line = String::new();
    answer.read_line(&mut line).expect("an answer");
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");

    server.terminate();
    stream.write_all(body.as_bytes()).expect("it still reads");
    let mut rest = String::new();
    answer
        .read_to_string(&mut rest)
        .expect("the answer, and then the end");
    assert!(rest.contains("HTTP/1.1 201"), "{rest}");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());

    let id = rest.split_once("\"id\":\"").expect("an id").1[..36].to_owned();
    let server = program.serve();
    Desk::on(&server)
        .await
        .admin
        .get(&at(&id, ""))
        .await
        .is(200);
}

#[tokio::test]
async fn an_idle_server_ends_at_once_and_cleanly() {
    let program = Program::new();
    let mut server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    server.terminate();
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    let again = program.serve();
    let desk = Desk::on(&again).await;
    desk.admin
        .post(&at(&ticket, "/comments"), json!({ "body": "Still here." }))
        .await
        .is(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_under_load_loses_nothing_that_was_answered() {
    let program = Program::new();
    let mut server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.account(json!({})).await;
    let count = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..8)
        .map(|client| {
            tokio::spawn(write(
                desk.admin.clone(),
                customer.clone(),
                client,
                Arc::clone(&count),
            ))
        })
        .collect();
    eventually("the writes", || async {
        (count.load(Ordering::Relaxed) >= 100).then_some(())
    })
    .await;
    server.terminate();
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    let server = program.serve();
    let desk = Desk::on(&server).await;
    for client in clients {
        for (id, title, words) in client.await.expect("a client") {
            let read = desk.read(&id).await;
            assert_eq!(read.str("title"), title);
            assert!(
                each(&read.list("comments"), "body").starts_with(&words),
                "{read}"
            );
        }
    }
}

#[tokio::test]
async fn who_waits_for_events_is_answered_at_once_when_the_server_stops() {
    let program = Program::new();
    let mut server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let end = customer.get("/api/v1/events?after=now").await.is(200);
    let path = format!("/api/v1/events?after={}&wait=60", end.str("next"));
    let (by_admin, by_customer, ()) = tokio::join!(
        desk.admin.get("/api/v1/events?after=now&wait=60"),
        customer.get(&path),
        async {
            // They wait by now.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            server.terminate();
        }
    );
    assert!(by_admin.is(200).list("events").is_empty());
    let answer = by_customer.is(200);
    assert_eq!(
        (answer.list("events"), answer.str("next")),
        (vec![], end.str("next"))
    );
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
}
