//! Clients that read slowly, or not at all.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use super::desk::{Desk, eventually, new_ticket};
use super::long_texts::{MANY, customer_with_long_tickets};
use super::program::{Program, Server};

const LIST: &str = "/api/v1/tickets?limit=1000";

/// Asks for that, and reads the first bytes of the answer.
fn ask(server: &Server, path: &str, token: &str) -> TcpStream {
    let mut stream = server.connect();
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    let mut first = [0; 15];
    stream.read_exact(&mut first).expect("an answer begins");
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    stream
}

#[tokio::test]
async fn who_does_not_read_is_cut_off_and_until_then_long_answers_have_their_bounds() {
    let program = Program::new()
        .set("http.send_timeout", "6s")
        .set("http.send_memory", "1MiB");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = customer_with_long_tickets(&desk, MANY).await;
    let machine = desk.machine_token(&["tickets:read"]).await;
    let mut stalled = ask(&server, LIST, &machine);
    let refused = customer
        .ask("GET", LIST)
        .try_send()
        .await
        .expect("an answer");
    let refused = refused.problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "10");
    // Short ones are as ever, and whatever was done is told.
    customer.get("/api/v1/workflow").await.is(200);
    desk.admin
        .post("/api/v1/tickets", new_ticket(&customer.id))
        .await
        .is(201);
    let whole = eventually("room for another answer", || async {
        let answer = customer
            .ask("GET", LIST)
            .try_send()
            .await
            .expect("an answer");
        (answer.status == 200).then_some(answer)
    })
    .await;
    let mut rest = Vec::new();
    let _cut_off = stalled.read_to_end(&mut rest);
    assert!(rest.len() < whole.bytes.len(), "{}", rest.len());
}

#[tokio::test]
async fn who_reads_slowly_gets_everything() {
    let program = Program::new().set("http.send_timeout", "1s");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let _customer = customer_with_long_tickets(&desk, MANY).await;
    let machine = desk.machine_token(&["tickets:read"]).await;
    let slow = ask(&server, LIST, &machine);
    let read = tokio::task::spawn_blocking(move || {
        let mut slow = slow;
        let (mut part, mut all) = (vec![0; 128 * 1024], 0);
        loop {
            match slow.read(&mut part).expect("it goes on") {
                0 => return all,
                some => all += some,
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let whole = desk.admin.get(LIST).await.is(200);
    assert!(read.await.expect("it ends") > whole.bytes.len());
}

#[tokio::test]
async fn a_stream_on_which_nothing_happens_stays() {
    let program = Program::new().set("http.send_timeout", "1s");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let following = desk
        .admin
        .ask("GET", "/api/v1/events")
        .header("accept", "text/event-stream");
    let mut stream = following.open().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let made = desk.ticket_with(&customer.id, json!({})).await;
    let mut seen = String::new();
    while !seen.contains(&made.str("id")) {
        let part = stream
            .chunk()
            .await
            .expect("it goes on")
            .expect("it goes on");
        seen.push_str(&String::from_utf8_lossy(&part));
    }
}
