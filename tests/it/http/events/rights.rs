//! Who listens hears only what it may know at that moment.

use std::time::Duration;

use serde_json::json;

use super::{Stream, all, kinds, running};
use crate::http::desk::{PASSWORD, at};

/// Everything that a stream still says after its caller may listen no more: nothing, until it ends.
async fn ends_in_silence(mut stream: Stream) {
    let heard = stream.next().await;
    assert!(heard.is_none(), "{heard:?}");
}

#[tokio::test]
async fn who_may_listen_no_more_hears_nothing_of_what_happens_then() {
    let running = running().await;
    let desk = &running.desk;
    let customer = desk.customer().await;
    let body = json!({ "name": "a machine", "scopes": ["tickets:read"] });
    let token = desk.admin.post("/api/v1/tokens", body).await.is(201);
    let machine = desk.anonymous.with_token(&token.str("token"));
    let (agent, lead, out) = (desk.agent().await, desk.lead().await, desk.agent().await);
    let mut streams = Vec::new();
    for api in [&machine, &*agent, &*lead, &*out, &*customer] {
        streams.push(Stream::open(api, None).await);
    }
    // All of them hear what happens before.
    let before = desk.ticket(&customer.id).await;
    for stream in &mut streams {
        let (_, event) = stream.next().await.expect("an event");
        assert_eq!(event["ticket"]["id"], before.as_str());
    }
    desk.admin
        .delete(&format!("/api/v1/tokens/{}", token.str("id")))
        .await
        .is(204);
    let other = desk.account(json!({})).await;
    for (person, change) in [
        (&agent.id, json!({ "is_active": false })),
        (
            &lead.id,
            json!({ "role": "customer", "customer_id": other }),
        ),
        (&customer.person.id, json!({ "customer_id": other })),
    ] {
        desk.admin
            .patch(&format!("/api/v1/users/{person}"), change)
            .await
            .is(200);
    }
    let new = json!({ "current_password": PASSWORD, "new_password": "Copper.Lantern.88" });
    out.post("/auth/users/set_password/", new).await.is(204);
    desk.ticket(&customer.id).await;
    for stream in streams {
        ends_in_silence(stream).await;
    }
}

#[tokio::test]
async fn a_request_that_waits_is_refused_once_its_sender_may_read_no_more() {
    let running = running().await;
    let desk = &running.desk;
    let customer = desk.customer().await;
    let (_, end) = all(&desk.admin, "0", 100).await;
    let body = json!({ "name": "a machine", "scopes": ["tickets:read"] });
    let token = desk.admin.post("/api/v1/tokens", body).await.is(201);
    let machine = desk.anonymous.with_token(&token.str("token"));
    let agent = desk.agent().await;
    let path = format!("/api/v1/events?after={end}&wait=25");
    let (by_machine, by_agent, by_admin, ticket) = tokio::join!(
        machine.get(&path),
        agent.get(&path),
        desk.admin.get(&path),
        async {
            // They wait by now; if they do not, they are refused all the same.
            tokio::time::sleep(Duration::from_millis(300)).await;
            desk.admin
                .delete(&format!("/api/v1/tokens/{}", token.str("id")))
                .await
                .is(204);
            desk.admin
                .patch(
                    &format!("/api/v1/users/{}", agent.id),
                    json!({ "is_active": false }),
                )
                .await
                .is(200);
            desk.ticket(&customer.id).await
        }
    );
    assert_eq!((by_machine.status, by_agent.status), (401, 401));
    let heard = by_admin.is(200).list("events");
    assert_eq!(kinds(&heard, &ticket), ["ticket.created"]);
}

#[tokio::test]
async fn of_a_deleted_ticket_customers_are_told_that_it_was_and_nothing_else() {
    let running = running().await;
    let desk = &running.desk;
    let customer = desk.customer().await;
    let (gone, kept) = (
        desk.ticket_with(&customer.id, json!({ "title": "CANARY-1" })),
        desk.ticket(&customer.id),
    );
    let (gone, kept) = (gone.await.str("id"), kept.await);
    let new = json!({ "title": "CANARY-2" });
    desk.admin.patch(&at(&gone, ""), new).await.is(200);
    let resolved = json!({ "resolution": "CANARY-3" });
    let resolve = at(&gone, "/resolve");
    desk.admin.post(&resolve, resolved).await.is(200);
    let told = |events: &[serde_json::Value]| format!("{events:?}").contains("CANARY");
    let (before, end) = all(&customer, "0", 100).await;
    assert!(told(&before));
    desk.admin.delete(&at(&gone, "")).await.is(204);

    for limit in [1, 100] {
        let (events, _) = all(&customer, "0", limit).await;
        assert!(!told(&events), "{events:?}");
        assert_eq!(kinds(&events, &gone), ["ticket.deleted"]);
        assert_eq!(kinds(&events, &kept), ["ticket.created"]);
        let (news, _) = all(&customer, &end, limit).await;
        assert_eq!(kinds(&news, &gone), ["ticket.deleted"]);
        assert_eq!((news.len(), &news[0]["note"]), (1, &json!(null)));
        assert_eq!(news[0]["changes"], json!([]));
    }
    let (events, _) = all(&desk.admin, "0", 100).await;
    let everything = [
        "ticket.created",
        "ticket.updated",
        "ticket.resolved",
        "ticket.deleted",
    ];
    assert_eq!(kinds(&events, &gone), everything);
    assert!(told(&events));
}
