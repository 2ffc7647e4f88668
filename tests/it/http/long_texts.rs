//! Texts as long as they may be, many of them: pages end early, and whoever goes on meets everything once.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};

use super::api::{Answer, Api, text};
use super::desk::{Customer, Desk, at};
use super::program::PATIENCE;

/// The longest text, in the longest characters.
pub(super) fn longest() -> String {
    "🔥".repeat(65_536)
}

/// Texts that do not fit on one page of 8 MiB.
pub(super) const MANY: usize = 40;

/// A customer with so many tickets of the longest text.
pub(super) async fn customer_with_long_tickets(desk: &Desk, many: usize) -> Customer {
    let customer = desk.customer().await;
    for n in 0..many {
        let priority = ["low", "urgent"][n % 2];
        let new = json!({
            "title": format!("Long story {n}"), "description": longest(), "category": "complaint", "priority": priority,
        });
        customer.post("/api/v1/tickets", new).await.is(201);
    }
    customer
}

fn numbers(list: &[Value], name: &str) -> Vec<i64> {
    list.iter().filter_map(|it| it[name].as_i64()).collect()
}

/// Everything once, on more than one page, of which none is empty.
#[track_caller]
fn all_once<T: Ord + std::fmt::Debug>(pages: Vec<Vec<T>>, many: usize) {
    let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
    assert!(pages.len() > 1 && !sizes.contains(&0), "{sizes:?}");
    assert_eq!(sizes.iter().sum::<usize>(), many, "{sizes:?}");
    let all: BTreeSet<T> = pages.into_iter().flatten().collect();
    assert_eq!(all.len(), many, "{sizes:?}");
}

/// What is listed page by page, where the next page begins behind what came so far.
async fn by_offset<T>(
    api: &Api,
    path: &str,
    many: usize,
    items: impl Fn(&Answer) -> Vec<T>,
) -> Vec<Vec<T>> {
    let (mut pages, mut shown) = (Vec::new(), 0);
    while shown < many {
        let page = api
            .get(&format!("{path}?limit=1000&offset={shown}"))
            .await
            .is(200);
        let found = items(&page);
        assert!(!found.is_empty(), "{path} at {shown}");
        shown += found.len();
        pages.push(found);
    }
    pages
}

/// What is listed page by page as a client of the CRM's API does, which follows `next`.
async fn by_links<T>(api: &Api, path: &str, item: impl Fn(&Value) -> T) -> Vec<Vec<T>> {
    let (mut pages, mut next) = (Vec::new(), path.to_owned());
    loop {
        let page = api.get(&next).await.is(200);
        pages.push(page.list("results").iter().map(&item).collect());
        match page.json["next"].as_str() {
            Some(link) => {
                let place = link.find("/crm/").expect("a path");
                link[place..].clone_into(&mut next);
            }
            None => return pages,
        }
    }
}

#[tokio::test]
async fn lists_of_long_tickets_end_early_and_go_on_from_there() {
    let desk = Desk::shared().await;
    let customer = customer_with_long_tickets(&desk, MANY).await;
    let isp = |page: &Answer| numbers(&page.list("tickets"), "number");
    for sort in ["-created_at", "updated_at", "-priority", "due"] {
        let path = format!("/api/v1/tickets?limit=1000&sort={sort}");
        let (mut pages, mut more) = (Vec::new(), String::new());
        loop {
            let page = customer.get(&format!("{path}{more}")).await.is(200);
            assert_eq!(
                (&page.json["total"], &page.json["limit"]),
                (&json!(MANY), &json!(1000))
            );
            assert!(page.bytes.len() < 10 * 1024 * 1024, "{}", page.bytes.len());
            pages.push(isp(&page));
            match page.json["next_cursor"].as_str() {
                Some(cursor) => more = format!("&cursor={cursor}"),
                None => break,
            }
        }
        all_once(pages, MANY);
    }
    all_once(
        by_offset(&customer, "/api/v1/tickets", MANY, isp).await,
        MANY,
    );
    for ordering in ["-created_at", "priority,-created_at", "due_date", "status"] {
        let path = format!("/crm/api/v1/tickets/?limit=1000&ordering={ordering}");
        all_once(by_links(&customer, &path, |it| text(&it["id"])).await, MANY);
    }
    let maintenance = |page: &Answer| {
        assert_eq!(page.header("x-total-count"), MANY.to_string());
        numbers(page.json.as_array().expect("a list"), "id")
    };
    all_once(
        by_offset(&customer, "/maintenance", MANY, maintenance).await,
        MANY,
    );
    // These have no pages: they are sent part by part.
    for path in ["/tickets", "/api/ticket"] {
        let whole = customer.get(path).await.is(200);
        let whole = numbers(whole.json.as_array().expect("a list"), "id");
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), MANY, "{path}");
    }
    let me = customer.get("/auth/users/me/").await.is(200);
    assert_eq!(me.list("tickets").len(), MANY);
}

#[tokio::test]
async fn what_is_done_with_all_long_tickets_is_done_with_all_of_them() {
    let desk = Desk::shared().await;
    let customer = customer_with_long_tickets(&desk, MANY).await;
    let lead = desk.lead().await;
    let filter = json!({ "customer_id": customer.id });
    let bulk = json!({ "filter": filter, "action": "tag", "add": ["long"] });
    let told = lead.post("/api/v1/tickets/bulk", bulk).await;
    assert_eq!(told.list("results").len(), MANY, "{told}");
}

#[tokio::test]
async fn lists_of_long_comments_end_early_and_details_show_the_newest() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let made = desk.ticket_with(&customer.id, json!({})).await;
    let (ticket, number) = (made.str("id"), made.json["number"].clone());
    for n in 0..MANY {
        let body = format!("{n:05}{}", &longest()[..4 * 65_000]);
        customer
            .post(&at(&ticket, "/comments"), json!({ "body": body }))
            .await
            .is(201);
    }
    let begins = |it: &Value, name: &str| text(&it[name])[..5].to_owned();
    let isp = |page: &Answer| {
        let listed = page.list("comments");
        listed
            .iter()
            .map(|it| begins(it, "body"))
            .collect::<Vec<_>>()
    };
    all_once(
        by_offset(&customer, &at(&ticket, "/comments"), MANY, isp).await,
        MANY,
    );
    let of_ticket = format!("/crm/api/v1/ticket-comments/?limit=1000&ticket={ticket}");
    for path in [
        of_ticket.as_str(),
        "/crm/api/v1/ticket-comments/?limit=1000",
    ] {
        all_once(
            by_links(&customer, path, |it| begins(it, "text")).await,
            MANY,
        );
    }
    let messages = format!("/maintenance/{number}/messages");
    let maintenance = |page: &Answer| {
        let listed = page.list("messages");
        listed
            .iter()
            .map(|it| begins(it, "message"))
            .collect::<Vec<_>>()
    };
    all_once(
        by_offset(&customer, &messages, MANY, maintenance).await,
        MANY,
    );
    let newest = format!("{:05}", MANY - 1);
    for (path, list, name) in [
        (at(&ticket, ""), "comments", "body"),
        (format!("/crm/api/v1/tickets/{ticket}/"), "comments", "text"),
        (format!("/maintenance/{number}"), "messages", "message"),
    ] {
        let shown = customer.get(&path).await.is(200).list(list);
        assert!((20..MANY).contains(&shown.len()), "{path}: {}", shown.len());
        let last = shown.last().expect("a comment");
        assert_eq!(begins(last, name), newest, "{path}");
    }
    let listed = customer.get("/maintenance?limit=1000").await.is(200);
    let shown = listed.json[0]["messages"].as_array().expect("messages");
    assert!((20..MANY).contains(&shown.len()), "{}", shown.len());
}

#[tokio::test]
async fn long_histories_and_the_feed_of_what_happened_go_on_where_a_page_ended() {
    const EDITS: usize = 20;
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let before = desk
        .admin
        .get("/api/v1/events?after=now")
        .await
        .is(200)
        .str("next");
    let ticket = desk.ticket(&customer.id).await;
    for n in 0..EDITS {
        let description = format!("{n:05}{}", &longest()[..4 * 65_000]);
        let edit = json!({ "description": description });
        desk.admin.patch(&at(&ticket, ""), edit).await.is(200);
    }
    let history = at(&ticket, "/history");
    let sequences = |page: &Answer| numbers(&page.list("history"), "sequence");
    all_once(
        by_offset(&desk.admin, &history, EDITS + 1, sequences).await,
        EDITS + 1,
    );

    let (mut seen, mut after, mut pages) = (BTreeSet::new(), before, 0);
    let began = Instant::now();
    while seen.len() < EDITS + 1 {
        assert!(began.elapsed() < PATIENCE, "{} edits", seen.len());
        let path = format!("/api/v1/events?limit=1000&wait=5&after={after}");
        let page = desk.admin.get(&path).await.is(200);
        assert!(page.bytes.len() < 20 * 1024 * 1024, "{}", page.bytes.len());
        after = page.str("next");
        let events = page.list("events");
        pages += usize::from(!events.is_empty());
        let ours = events
            .iter()
            .filter(|it| it["ticket"]["id"] == ticket.as_str());
        seen.extend(ours.map(|it| text(&it["id"])));
    }
    assert!(pages > 1);
    let shown = desk.read(&ticket).await.list("history");
    assert!((10..EDITS).contains(&shown.len()), "{}", shown.len());
}
