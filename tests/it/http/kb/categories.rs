//! Categories of articles.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::super::api::each;
use super::super::desk::{Desk, Person, next, with};
use super::{ARTICLES, CATEGORIES, at, write};

async fn category(lead: &Person, more: Value) -> String {
    let body = with(json!({ "name": format!("Category {}", next()) }), more);
    lead.post(CATEGORIES, body).await.is(201).str("id")
}

/// The category of that id, wherever it is in a tree.
fn find(items: &[Value], id: &str) -> Option<Value> {
    items.iter().find_map(|item| {
        if item["id"] == id {
            return Some(item.clone());
        }
        find(item["children"].as_array().expect("children"), id)
    })
}

#[tokio::test]
async fn categories_are_a_tree_with_counts_that_the_reader_may_know() {
    let desk = Desk::shared().await;
    let (lead, customer) = (desk.lead().await, desk.customer().await);
    let top = category(
        &lead,
        json!({ "description": "Everything without a cable" }),
    )
    .await;
    let below = category(&lead, json!({ "parent_id": top })).await;
    let hidden = category(&lead, json!({ "parent_id": top })).await;
    write(&lead, json!({ "category_id": top })).await;
    write(
        &lead,
        json!({ "category_id": below, "visibility": "customers" }),
    )
    .await;
    write(&lead, json!({ "category_id": below, "status": "draft" })).await;
    write(
        &lead,
        json!({ "category_id": hidden, "visibility": "internal" }),
    )
    .await;
    for (api, direct, all, children) in [
        (&desk.anonymous, 1, 1, vec![]),
        (&*customer, 1, 2, vec![&below]),
        (&*lead, 1, 3, vec![&below, &hidden]),
    ] {
        let tree = api.get(CATEGORIES).await.is(200);
        let found = find(&tree.list("items"), &top).expect("it is there");
        assert_eq!(
            (&found["article_count"], &found["total_article_count"]),
            (&json!(direct), &json!(all))
        );
        let shown = each(found["children"].as_array().unwrap(), "id");
        assert_eq!(shown.iter().collect::<Vec<_>>(), children);
        let listed = api
            .get(&format!("{ARTICLES}?category={top}&status=published"))
            .await
            .is(200);
        assert_eq!(listed.json["total"], all);
    }
}

#[tokio::test]
async fn a_category_can_be_moved_but_not_into_itself() {
    let desk = Desk::shared().await;
    let lead = desk.lead().await;
    let a = category(&lead, json!({})).await;
    let b = category(&lead, json!({ "parent_id": a })).await;
    let c = category(&lead, json!({ "parent_id": b })).await;
    let to = |id: &str, parent: Value| {
        let path = format!("{CATEGORIES}/{id}");
        let lead = &lead;
        async move { lead.put(&path, json!({ "parent_id": parent })).await }
    };
    for parent in [&a, &b, &c] {
        let refused = to(&a, json!(parent)).await;
        assert_eq!(
            refused.faults(),
            BTreeSet::from(["parent_id cycle".to_owned()])
        );
    }
    let unknown = to(&a, json!("01980000-0000-7000-8000-0000000000ff")).await;
    assert_eq!(
        unknown.faults(),
        BTreeSet::from(["parent_id unknown".to_owned()])
    );
    to(&b, Value::Null).await.is(200);
    let moved = to(&a, json!(c)).await.is(200);
    assert_eq!(moved.str("parent_id"), c);
    let mut deep = a.clone();
    for _ in 0..2 {
        deep = category(&lead, json!({ "parent_id": deep })).await;
    }
    let refused = lead
        .post(CATEGORIES, json!({ "name": "Too deep", "parent_id": deep }))
        .await;
    assert_eq!(
        refused.faults(),
        BTreeSet::from(["parent_id too_deep".to_owned()])
    );
}

#[tokio::test]
async fn moves_at_once_never_make_a_circle() {
    let desk = Desk::shared().await;
    let lead = desk.lead().await;
    let (a, b) = (
        category(&lead, json!({})).await,
        category(&lead, json!({})).await,
    );
    let (a_path, b_path) = (format!("{CATEGORIES}/{a}"), format!("{CATEGORIES}/{b}"));
    let (first, second) = tokio::join!(
        lead.put(&a_path, json!({ "parent_id": b })),
        lead.put(&b_path, json!({ "parent_id": a })),
    );
    let mut both = [first.status, second.status];
    both.sort_unstable();
    assert_eq!(both, [200, 400]);
    let tree = lead.get(CATEGORIES).await.is(200).list("items");
    assert!(find(&tree, &a).is_some() && find(&tree, &b).is_some());
}

#[tokio::test]
async fn categories_made_at_once_are_all_made() {
    let desk = Desk::shared().await;
    let lead = desk.lead().await;
    let parent = category(&lead, json!({})).await;
    let made = join_all((0..24).map(|n| {
        let name = format!("Shelf {n} of many");
        lead.post(CATEGORIES, json!({ "name": name, "parent_id": parent }))
    }));
    for answer in made.await {
        answer.is(201);
    }
    let tree = lead.get(CATEGORIES).await.is(200).list("items");
    let children = &find(&tree, &parent).unwrap()["children"];
    assert_eq!(children.as_array().map(Vec::len), Some(24));
}

#[tokio::test]
async fn only_an_empty_category_can_be_deleted() {
    let desk = Desk::shared().await;
    let lead = desk.lead().await;
    let a = category(&lead, json!({})).await;
    let b = category(&lead, json!({ "parent_id": a })).await;
    let article = write(&lead, json!({ "category_id": b })).await.str("id");
    let delete = |id: &str| {
        let path = format!("{CATEGORIES}/{id}");
        let lead = &lead;
        async move { lead.delete(&path).await }
    };
    delete(&a).await.problem(409, "not_empty");
    delete(&b).await.problem(409, "not_empty");
    lead.put(&at(&article), json!({ "category_id": null }))
        .await
        .is(200);
    delete(&b).await.is(204);
    delete(&a).await.is(204);
    delete(&a).await.is(404);
    let version = lead
        .get(&format!("{}/versions/1", at(&article)))
        .await
        .is(200);
    assert_eq!(version.str("category_id"), b);
}

#[tokio::test]
async fn names_are_unique_among_siblings() {
    let desk = Desk::shared().await;
    let lead = desk.lead().await;
    let name = format!("Wi-Fi {}", next());
    let top = category(&lead, json!({ "name": name })).await;
    let taken = lead
        .post(CATEGORIES, json!({ "name": name.to_uppercase() }))
        .await;
    assert_eq!(taken.faults(), BTreeSet::from(["name unique".to_owned()]));
    category(&lead, json!({ "name": name, "parent_id": top })).await;
    let faults = lead
        .post(CATEGORIES, json!({ "position": "first", "colour": "red" }))
        .await;
    assert_eq!(
        faults.faulty(),
        ["name", "position", "colour"].map(str::to_owned).into()
    );
    let found = lead.get(CATEGORIES).await.is(200).list("items");
    let read = find(&found, &top).unwrap();
    let back = with(read, json!({ "position": 7 }));
    let changed = lead.put(&format!("{CATEGORIES}/{top}"), back).await.is(200);
    assert_eq!(
        (changed.json["position"].clone(), changed.str("name")),
        (json!(7), name)
    );
}
