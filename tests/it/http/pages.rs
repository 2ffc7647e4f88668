//! Reading long lists in pieces.

use serde_json::{Value, json};

use super::api::{each, text};
use super::desk::{Desk, at};

const PRIORITIES: [&str; 4] = ["low", "high", "emergency", "medium"];

async fn walk(desk: &Desk, customer: &str, sort: &str, limit: usize) -> Vec<Value> {
    let (mut read, mut after) = (Vec::new(), String::new());
    loop {
        let path =
            format!("/api/v1/tickets?customer_id={customer}&sort={sort}&limit={limit}{after}");
        let page = desk.admin.get(&path).await.is(200);
        let tickets = page.list("tickets");
        assert!(tickets.len() <= limit);
        read.extend(tickets);
        assert!(read.len() <= 100, "the cursor does not end");
        if page.json["next_cursor"].is_null() {
            return read;
        }
        after = format!("&cursor={}", page.str("next_cursor"));
    }
}

#[tokio::test]
async fn a_walk_by_cursor_reads_what_offsets_read_in_every_order() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for n in 0..13 {
        let mut more = json!({ "priority": PRIORITIES[n % 4] });
        if n % 3 == 0 {
            more["due_date"] = json!(format!("2030-01-{:02}T00:00:00Z", 1 + n % 2));
        }
        desk.ticket_with(&customer.id, more).await;
    }
    for sort in [
        "created_at",
        "-created_at",
        "updated_at",
        "-updated_at",
        "priority",
        "-priority",
        "due",
        "-due",
    ] {
        let mut by_offset = Vec::new();
        for offset in [0, 4, 8, 12] {
            let path = format!(
                "/api/v1/tickets?customer_id={}&sort={sort}&limit=4&offset={offset}",
                customer.id
            );
            by_offset.extend(each(
                &desk.admin.get(&path).await.is(200).list("tickets"),
                "id",
            ));
        }
        assert_eq!(by_offset.len(), 13);
        for limit in [1, 4, 13, 50] {
            assert_eq!(
                each(&walk(&desk, &customer.id, sort, limit).await, "id"),
                by_offset,
                "{sort} {limit}"
            );
        }
    }
}

#[tokio::test]
async fn a_walk_misses_nothing_that_was_there_while_tickets_come_and_go() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let mut before = Vec::new();
    for _ in 0..6 {
        before.push(desk.ticket(&customer.id).await);
    }
    let first = desk
        .admin
        .get(&format!(
            "/api/v1/tickets?customer_id={}&limit=3",
            customer.id
        ))
        .await
        .is(200);
    desk.ticket(&customer.id).await;
    desk.admin
        .delete(&at(&text(&first.list("tickets")[2]["id"]), ""))
        .await
        .is(204);
    let path = format!(
        "/api/v1/tickets?customer_id={}&limit=10&cursor={}",
        customer.id,
        first.str("next_cursor")
    );
    let mut read = each(&first.list("tickets"), "id");
    read.extend(each(
        &desk.admin.get(&path).await.is(200).list("tickets"),
        "id",
    ));
    before.reverse();
    assert_eq!(read, before);
}

#[tokio::test]
async fn pages_have_limits() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for _ in 0..3 {
        desk.ticket(&customer.id).await;
    }
    let path = |query: &str| format!("/api/v1/tickets?customer_id={}&{query}", customer.id);
    let page = desk.admin.get(&path("limit=2&offset=1")).await.is(200);
    assert_eq!(
        (
            &page.json["limit"],
            &page.json["offset"],
            &page.json["total"]
        ),
        (&json!(2), &json!(1), &json!(3))
    );
    assert_eq!(desk.admin.get(&path("")).await.is(200).json["limit"], 50);
    desk.admin.get(&path("limit=1000")).await.is(200);
    desk.admin.get(&path("offset=10000")).await.is(200);
    for query in [
        "limit=0",
        "limit=1001",
        "limit=-1",
        "limit=x",
        "limit=1.5",
        "limit=99999999999999999999",
    ] {
        assert!(
            desk.admin
                .get(&path(query))
                .await
                .faulty()
                .contains("limit"),
            "{query}"
        );
    }
    let deep = desk.admin.get(&path("offset=10001")).await;
    assert!(deep.faulty().contains("offset"));
    assert!(deep.text().contains("cursor"), "{deep}");
    let beyond = desk.admin.get(&path("offset=3")).await.is(200);
    assert!(
        beyond.list("tickets").is_empty() && beyond.json["total"] == 3,
        "{beyond}"
    );
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused_or_harmless() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for _ in 0..3 {
        desk.ticket(&customer.id).await;
    }
    let path = |query: &str| {
        format!(
            "/api/v1/tickets?customer_id={}&limit=1&{query}",
            customer.id
        )
    };
    let cursor = desk
        .admin
        .get(&path("sort=priority"))
        .await
        .is(200)
        .str("next_cursor");
    let answer = desk
        .admin
        .get(&path(&format!("sort=-created_at&cursor={cursor}")))
        .await;
    assert!(answer.faulty().contains("cursor"), "{answer}");
    for broken in [
        "x",
        "AAAA",
        "%00",
        "9223372036854775808",
        "....",
        &format!("{cursor}x"),
    ] {
        let answer = desk
            .admin
            .get(&path(&format!("sort=priority&cursor={broken}")))
            .await;
        assert!(answer.faulty().contains("cursor"), "{broken}: {answer}");
    }
    let both = desk
        .admin
        .get(&path(&format!("sort=priority&offset=1&cursor={cursor}")))
        .await;
    assert!([200, 400].contains(&both.status), "{both}");
}
