//! Power cuts: what was answered is there afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::api::{Api, each, text};
use super::desk::{Desk, at, eventually, new_ticket, with};
use super::program::Program;

/// What one client was told to be done: tickets with their titles and comments.
pub(crate) type Acknowledged = Vec<(String, String, Vec<String>)>;

/// Writes until the server is gone.
pub(crate) async fn write(
    api: Api,
    customer: String,
    client: usize,
    count: Arc<AtomicUsize>,
) -> Acknowledged {
    let mut done = Acknowledged::new();
    for n in 0.. {
        let title = format!("Ticket {n} of client {client}");
        let body = with(new_ticket(&customer), json!({ "title": title }));
        let Ok(made) = api
            .ask("POST", "/api/v1/tickets")
            .json(body)
            .try_send()
            .await
        else {
            break;
        };
        assert_eq!(made.status, 201, "{made}");
        count.fetch_add(1, Ordering::Relaxed);
        let id = made.str("id");
        done.push((id.clone(), title, Vec::new()));
        for word in 0..2 {
            let said = format!("Word {word} on ticket {n} of client {client}");
            let ask = api
                .ask("POST", &at(&id, "/comments"))
                .json(json!({ "body": said }));
            let Ok(answer) = ask.try_send().await else {
                return done;
            };
            assert_eq!(answer.status, 201, "{answer}");
            count.fetch_add(1, Ordering::Relaxed);
            done.last_mut().expect("a ticket").2.push(said);
        }
    }
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_of_a_thousand_writes_loses_nothing_that_was_answered() {
    let program = Program::new();
    let mut server = program.serve();
    let mut all = Acknowledged::new();
    for kill_after in [1_000, 60, 250] {
        let desk = Desk::on(&server).await;
        let customer = desk.account(json!({})).await;
        let count = Arc::new(AtomicUsize::new(0));
        let clients: Vec<_> = (0..16)
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
            (count.load(Ordering::Relaxed) >= kill_after).then_some(())
        })
        .await;
        server.kill();
        for client in clients {
            all.extend(client.await.expect("a client"));
        }
        server = program.serve();
    }
    assert!(
        all.iter()
            .map(|(_, _, words)| 1 + words.len())
            .sum::<usize>()
            >= 1_310
    );
    let desk = Desk::on(&server).await;
    for (id, title, words) in all {
        let read = desk.read(&id).await;
        assert_eq!(read.str("title"), title);
        let found = each(&read.list("comments"), "body");
        // One more may have been written and not answered any more.
        assert!(
            found.starts_with(&words) && found.len() <= words.len() + 1,
            "{read}"
        );
        let history = read.list("history");
        assert_eq!(
            history.len(),
            1 + found.len(),
            "every change is one entry: {read}"
        );
        assert_eq!(read.json["version"], history.len(), "{read}");
    }
}

#[tokio::test]
async fn a_file_that_was_answered_is_whole_after_a_kill() {
    let program = Program::new();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let bytes: Vec<u8> = (0..1_000_000_u32)
        .map(|n| u8::try_from(n.wrapping_mul(2_654_435_761) >> 24).expect("a byte"))
        .collect();
    let files = desk
        .admin
        .upload(&at(&ticket, "/attachments"), &[("trace.bin", &bytes)])
        .await
        .is(201)
        .list("attachments");
    server.kill();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let file = desk
        .admin
        .get(&format!("/api/v1/attachments/{}", text(&files[0]["id"])))
        .await
        .is(200);
    assert!(file.bytes == bytes);
}

#[tokio::test]
async fn an_idempotency_key_counts_across_a_kill() {
    let program = Program::new();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.account(json!({})).await;
    let ask = |api: &Api| {
        api.ask("POST", "/api/v1/tickets")
            .header("Idempotency-Key", "once")
            .json(new_ticket(&customer))
    };
    let first = ask(&desk.admin).send().await.is(201);
    server.kill();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let again = ask(&desk.admin).send().await.is(201);
    assert_eq!(
        (again.bytes.clone(), again.header("idempotency-replayed")),
        (first.bytes, "true".to_owned())
    );
    assert_eq!(
        desk.admin.get("/api/v1/tickets").await.is(200).json["total"],
        1
    );
}
