//! Search: whatever is typed finds something or nothing, and never fails.

use linedesk_domain::people::Actor;
use linedesk_domain::text::{Description, Title};
use linedesk_domain::ticket::edit::Edit;
use linedesk_ports::queries::{Sort, SortKey, Start, TicketFilter, TicketQuery};
use linedesk_ports::store::Scope;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::desk::{Desk, minute, noon};

fn asking(text: &str) -> TicketQuery {
    TicketQuery {
        filter: TicketFilter {
            text: Some(text.to_owned()),
            ..TicketFilter::default()
        },
        sort: Sort {
            key: SortKey::CreatedAt,
            descending: true,
        },
        start: Start::Offset(0),
        limit: 50,
        counts: true,
        now: noon(),
    }
}

async fn found(desk: &Desk, text: &str) -> Vec<i64> {
    let page = desk
        .store
        .list(Scope::Everything, asking(text))
        .await
        .unwrap();
    assert_eq!(page.total.unwrap().n, page.items.len() as u64, "{text:?}");
    page.items
        .iter()
        .map(|stored| stored.numbers.number)
        .collect()
}

async fn desk_with(tickets: &[(&str, &str)]) -> Desk {
    let desk = Desk::open().await;
    for (title, description) in tickets {
        let mut wish = desk.wish(title);
        wish.description = Description::parse(description).unwrap();
        desk.create(wish, noon()).await;
    }
    desk
}

#[tokio::test]
async fn every_word_has_to_occur_and_the_last_may_be_unfinished() {
    let desk = desk_with(&[
        ("Router offline", "since noon"),
        ("Router slow", "offline at night"),
        ("Invoice", "?"),
    ])
    .await;
    assert_eq!(found(&desk, "router offline").await, [2, 1]);
    assert_eq!(found(&desk, "ROUTER noon").await, [1]);
    assert_eq!(found(&desk, "rout").await, [2, 1]);
    assert_eq!(
        found(&desk, "rout slow").await,
        [0_i64; 0],
        "only the last word may be unfinished"
    );
    assert_eq!(found(&desk, "router - !! slow").await, [2]);
}

#[tokio::test]
async fn accents_and_numbers_are_found() {
    let desk = desk_with(&[("Störung in Zürich", "Ärger"), ("Other", "thing")]).await;
    assert_eq!(found(&desk, "storung zurich").await, [1]);
    assert_eq!(found(&desk, "ärger").await, [1]);
    assert_eq!(found(&desk, "T-20261120-0002").await, [2]);
    assert_eq!(found(&desk, "t-20261120").await, [2, 1]);
    assert_eq!(found(&desk, "#2").await, [2]);
    for of_two in ["20261120-0002", "0002", "#2 0002", "T-20261120-0002 thing"] {
        assert_eq!(found(&desk, of_two).await, [2], "{of_two}");
    }
    assert_eq!(found(&desk, "20261120").await, [2, 1]);
    assert_eq!(found(&desk, "20261120-000").await, [2, 1]);
    assert_eq!(found(&desk, "0003").await, [0_i64; 0]);
    assert_eq!(found(&desk, "20261121").await, [0_i64; 0]);
}

#[tokio::test]
async fn what_is_typed_is_never_taken_for_the_searchs_own_language() {
    let desk = desk_with(&[("zst1 OR zst2", "facets : title")]).await;
    let (id, _) = desk.create(desk.wish("plain"), noon()).await;
    assert_eq!(
        found(&desk, "zst1").await,
        [1],
        "a filter's word is another column's"
    );
    for text in [
        "\"",
        "'",
        "*",
        "AND",
        "OR",
        "NOT",
        "(",
        "title:",
        "{",
        "}",
        "^",
        "-",
        "+",
        "a\0b",
        "\u{0}",
        "NEAR(a b)",
    ] {
        found(&desk, text).await;
    }
    assert_eq!(found(&desk, "facets : title").await, [1]);
    let _ = id;
}

#[test]
fn any_text_is_an_answer() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let desk = runtime.block_on(desk_with(&[
        ("Router offline", "\"quoted\" text"),
        ("Ünïcode", "日本語 テスト"),
    ]));
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 400,
        ..ProptestConfig::default()
    });
    runner
        .run(&"\\PC*|[\"'*(){}^:+ a-z\\x00-\\x1f-]{0,40}", |text| {
            let page = runtime.block_on(desk.store.list(Scope::Everything, asking(&text)));
            prop_assert!(page.is_ok(), "{text:?}: {page:?}");
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn the_index_follows_edits_and_forgets_what_is_deleted() {
    let desk = desk_with(&[]).await;
    let (id, _) = desk.create(desk.wish("Router"), noon()).await;
    let edit = Edit {
        title: Some(Title::parse("Modem").unwrap()),
        ..Edit::default()
    };
    desk.change(id, Actor::System, minute(1), |ticket, act| {
        ticket.edit(act, edit)
    })
    .await
    .unwrap();
    assert_eq!(found(&desk, "router").await, [0_i64; 0]);
    assert_eq!(found(&desk, "modem").await, [1]);
    desk.change(id, Actor::System, minute(2), |ticket, act| {
        Ok(ticket.delete(act))
    })
    .await
    .unwrap();
    assert_eq!(found(&desk, "modem").await, [0_i64; 0]);
}
