//! Linking tickets.

use serde_json::json;

use super::api::each;
use super::desk::{Desk, at};

#[tokio::test]
async fn a_link_shows_on_both_sides_in_its_own_words() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for (relation, back) in [
        ("relates_to", "relates_to"),
        ("duplicates", "duplicated_by"),
        ("blocks", "blocked_by"),
        ("caused_by", "causes"),
    ] {
        let (from, to) = (
            desk.ticket(&customer.id).await,
            desk.ticket(&customer.id).await,
        );
        let answer = desk
            .admin
            .post(
                &at(&from, "/links"),
                json!({ "ticket_id": to, "relation": relation }),
            )
            .await;
        assert!([200, 201].contains(&answer.status), "{answer}");
        let there = desk.read(&from).await.list("related_tickets");
        assert_eq!(
            (each(&there, "id"), each(&there, "relation")),
            (vec![to.clone()], vec![relation.to_owned()])
        );
        let here = desk.read(&to).await.list("related_tickets");
        assert_eq!(
            (each(&here, "id"), each(&here, "relation")),
            (vec![from.clone()], vec![back.to_owned()])
        );
        assert_eq!(
            each(&desk.history(&from).await, "action"),
            ["created", "linked"]
        );
    }
}

#[tokio::test]
async fn links_that_cannot_be_are_refused() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (from, to) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    let path = at(&from, "/links");
    let link = |id: &str, relation: &str| json!({ "ticket_id": id, "relation": relation });
    assert!([200, 201].contains(&desk.admin.post(&path, link(&to, "blocks")).await.status));
    desk.admin
        .post(&path, link(&to, "blocks"))
        .await
        .problem(409, "already_linked");
    desk.admin
        .post(&path, link(&from, "blocks"))
        .await
        .problem(409, "same_ticket");
    desk.admin
        .post(
            &path,
            link("0190a5f0-0000-7000-8000-000000000001", "blocks"),
        )
        .await
        .problem(404, "not_found");
    assert!(
        desk.admin
            .post(&path, link(&to, "loves"))
            .await
            .faulty()
            .contains("relation")
    );
    assert_eq!(desk.admin.post(&path, json!({})).await.faulty().len(), 2);
    assert_eq!(desk.history(&from).await.len(), 2);
}

#[tokio::test]
async fn a_customer_sees_no_foreign_ticket_beside_its_own() {
    let desk = Desk::shared().await;
    let (one, two) = (desk.customer().await, desk.customer().await);
    let (own, foreign) = (desk.ticket(&one.id).await, desk.ticket(&two.id).await);
    let link = json!({ "ticket_id": foreign, "relation": "caused_by" });
    assert!([200, 201].contains(&desk.admin.post(&at(&own, "/links"), link).await.status));
    assert_eq!(desk.read(&own).await.list("related_tickets").len(), 1);
    assert!(
        one.get(&at(&own, ""))
            .await
            .is(200)
            .list("related_tickets")
            .is_empty()
    );
    assert!(
        two.get(&at(&foreign, ""))
            .await
            .is(200)
            .list("related_tickets")
            .is_empty()
    );
    for (person, ticket, other) in [(&one, &own, &foreign), (&two, &foreign, &own)] {
        for rest in ["", "/history"] {
            let answer = person.get(&at(ticket, rest)).await.is(200);
            assert!(!answer.text().contains(other.as_str()), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_merged_ticket_gets_no_links() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (merged, target, other) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
        desk.ticket(&customer.id).await,
    );
    desk.admin
        .post(&at(&target, "/merge"), json!({ "ticket_ids": [merged] }))
        .await
        .is(200);
    let link = json!({ "ticket_id": other, "relation": "blocks" });
    desk.admin
        .post(&at(&merged, "/links"), link)
        .await
        .problem(409, "ticket_merged");
}
