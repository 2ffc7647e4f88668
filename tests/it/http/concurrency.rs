//! Many at once.

use std::collections::BTreeSet;

use serde_json::json;

use super::api::{Api, each};
use super::desk::{Desk, at, new_ticket};

#[tokio::test]
async fn thirty_two_clients_on_one_ticket_leave_as_many_entries_as_successes() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let clients: Vec<_> = (0..32)
        .map(|n| {
            let (staff, own, ticket) = (desk.admin.clone(), Api::clone(&customer), ticket.clone());
            tokio::spawn(async move {
                let mut done = 0;
                for round in 0..4 {
                    let answer = match (n + round) % 4 {
                        0 => {
                            staff
                                .patch(
                                    &at(&ticket, ""),
                                    json!({ "title": format!("Title {n} in round {round}") }),
                                )
                                .await
                        }
                        1 => {
                            own.post(
                                &at(&ticket, "/comments"),
                                json!({ "body": format!("Word {n} in round {round}") }),
                            )
                            .await
                        }
                        2 => {
                            staff
                                .patch(
                                    &at(&ticket, ""),
                                    json!({ "tags": [format!("tag-{n}-{round}")] }),
                                )
                                .await
                        }
                        _ => {
                            let version = staff.get(&at(&ticket, "")).await.header("etag");
                            let ask = staff
                                .ask("PATCH", &at(&ticket, ""))
                                .header("If-Match", &version);
                            ask.json(
                                json!({ "contact_info": format!("room {n} in round {round}") }),
                            )
                            .send()
                            .await
                        }
                    };
                    match answer.status {
                        200 | 201 => done += 1,
                        412 => {}
                        _ => panic!("{answer}"),
                    }
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for client in clients {
        done += client.await.expect("a client");
    }
    assert!(
        done >= 32 * 3,
        "only writes with a tag may be refused: {done}"
    );
    let read = desk.read(&ticket).await;
    let history = desk.history(&ticket).await;
    assert_eq!(read.json["version"], done + 1);
    assert_eq!(history.len(), done + 1);
    let sequences: Vec<_> = history
        .iter()
        .filter_map(|entry| entry["sequence"].as_u64())
        .collect();
    assert_eq!(
        sequences,
        (1..=u64::try_from(done + 1).expect("a count")).collect::<Vec<_>>()
    );
    let words = desk
        .admin
        .get(&at(&ticket, "/comments?limit=1000"))
        .await
        .is(200)
        .list("comments");
    assert_eq!(words.len(), 32);
    // The history is a chain: every change of the title begins where the one before ended.
    let mut title = "No signal on the line".to_owned();
    for change in history
        .iter()
        .flat_map(|entry| entry["changes"].as_array().expect("changes"))
    {
        if change["field"] == "title" && !change["from"].is_null() {
            assert_eq!(change["from"], title);
            change["to"]
                .as_str()
                .expect("a title")
                .clone_into(&mut title);
        }
    }
    assert_eq!(read.str("title"), title);
}

#[tokio::test]
async fn numbers_are_unique_under_sixty_four_creations_at_once() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let makers: Vec<_> = (0..64)
        .map(|_| {
            let (api, body) = (desk.admin.clone(), new_ticket(&customer.id));
            tokio::spawn(async move {
                let mut made = Vec::new();
                for _ in 0..3 {
                    made.push(api.post("/api/v1/tickets", body.clone()).await.is(201).json);
                }
                made
            })
        })
        .collect();
    let mut made = Vec::new();
    for maker in makers {
        made.extend(maker.await.expect("tickets"));
    }
    let distinct = |name: &str| each(&made, name).into_iter().collect::<BTreeSet<_>>().len();
    assert_eq!((distinct("id"), distinct("ticket_number")), (192, 192));
    let numbers: BTreeSet<_> = made
        .iter()
        .map(|ticket| ticket["number"].as_i64())
        .collect();
    assert_eq!(numbers.len(), 192);
    let listed = desk
        .admin
        .get(&format!("/api/v1/tickets?customer_id={}", customer.id))
        .await
        .is(200);
    assert_eq!(
        (&listed.json["total"], &listed.json["summary"]["open"]),
        (&json!(192), &json!(192))
    );
}

#[tokio::test]
async fn opposite_merges_at_once_end_with_one_open_ticket() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for _ in 0..5 {
        let (one, two) = (
            desk.ticket(&customer.id).await,
            desk.ticket(&customer.id).await,
        );
        let merge = |into: &str, from: &str| {
            let (api, path, body) = (
                desk.admin.clone(),
                at(into, "/merge"),
                json!({ "ticket_ids": [from] }),
            );
            tokio::spawn(async move { api.post(&path, body).await.status })
        };
        let (there, back) = (merge(&one, &two), merge(&two, &one));
        let mut statuses = [
            there.await.expect("an answer"),
            back.await.expect("an answer"),
        ];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let left = [desk.read(&one).await, desk.read(&two).await];
        let merged = left
            .iter()
            .filter(|ticket| !ticket.json["merged_into"].is_null())
            .count();
        assert_eq!(merged, 1);
    }
}
