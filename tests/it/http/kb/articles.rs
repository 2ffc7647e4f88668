//! Articles and their versions.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::super::api::each;
use super::super::desk::{Desk, next, with};
use super::{ARTICLES, at, new_article, write};

#[tokio::test]
async fn an_article_comes_back_as_markdown_html_and_text() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let made = write(
        &agent,
        json!({ "tags": ["WiFi", "router", "wifi"], "language": "EN" }),
    )
    .await;
    let id = made.str("id");
    assert_eq!(made.header("location"), at(&id));
    assert_eq!(made.header("etag"), "\"1\"");
    let read = agent.get(&at(&id)).await.is(200);
    assert_eq!(read.json["tags"], json!(["wifi", "router"]));
    assert_eq!(
        (read.str("language"), read.json["version"].clone()),
        ("en".to_owned(), json!(1))
    );
    assert_eq!(
        read.str("text"),
        "Restart\nPull the plug, wait, and plug it in again."
    );
    assert_eq!(
        read.str("html"),
        "<h1>Restart</h1>\n<p>Pull the <em>plug</em>, wait, and plug it in again.</p>\n"
    );
    assert_eq!(read.json["author"]["id"], agent.id);
    assert_eq!(read.json["published_at"], read.json["created_at"]);
    let slug = read.str("slug");
    assert!(slug.starts_with("restart-the-router-"), "{slug}");
    assert_eq!(agent.get(&at(&slug)).await.is(200).str("id"), id);
}

#[tokio::test]
async fn defaults_are_a_draft_for_customers_in_english() {
    let desk = Desk::shared().await;
    let body = json!({ "title": "Only what has to be", "body": "Text" });
    let made = desk.admin.post(ARTICLES, body).await.is(201);
    for (field, value) in [
        ("status", json!("draft")),
        ("visibility", json!("customers")),
        ("language", json!("en")),
        ("category_id", Value::Null),
        ("tags", json!([])),
        ("published_at", Value::Null),
        ("views", json!(0)),
        ("helpful_count", json!(0)),
        ("not_helpful_count", json!(0)),
    ] {
        assert_eq!(made.json[field], value, "{field}");
    }
}

#[tokio::test]
async fn all_faults_come_at_once() {
    let desk = Desk::shared().await;
    let tags: Vec<_> = (0..21).map(|n| format!("tag {n}")).collect();
    let body = json!({
        "title": " ", "body": "x".repeat(200_001), "tags": tags, "language": "klingon", "status": "done",
        "visibility": 7, "category_id": "no uuid", "slug": "mine"
    });
    let refused = desk.admin.post(ARTICLES, body).await;
    let wanted = [
        "title",
        "body",
        "tags",
        "language",
        "status",
        "visibility",
        "category_id",
        "slug",
    ];
    assert_eq!(refused.faulty(), wanted.map(str::to_owned).into());
    let nowhere = json!({ "category_id": "01980000-0000-7000-8000-0000000000ff" });
    let refused = desk.admin.post(ARTICLES, new_article(nowhere)).await;
    assert_eq!(
        refused.faults(),
        BTreeSet::from(["category_id unknown".to_owned()])
    );
}

#[tokio::test]
async fn every_change_is_a_version_that_stays() {
    let desk = Desk::shared().await;
    let (agent, lead) = (desk.agent().await, desk.lead().await);
    let made = write(&agent, json!({ "status": "draft" })).await;
    let id = made.str("id");
    let body = json!({ "body": "# Restart\n\nPress the button.", "tags": ["button"], "status": "published" });
    let changed = lead.put(&at(&id), body).await.is(200);
    assert_eq!(
        (changed.json["version"].clone(), changed.str("slug")),
        (json!(2), made.str("slug"))
    );
    assert_ne!(changed.json["published_at"], Value::Null);
    let same = lead
        .put(&at(&id), json!({ "tags": ["button", "BUTTON"] }))
        .await
        .is(200);
    assert_eq!(same.json["version"], 2);

    let versions = agent.get(&format!("{}/versions", at(&id))).await.is(200);
    assert_eq!(versions.json["total"], 2);
    let items = versions.list("items");
    assert_eq!(
        items
            .iter()
            .map(|one| one["version"].clone())
            .collect::<Vec<_>>(),
        [2, 1]
    );
    assert_eq!(
        (&items[0]["author"]["id"], &items[1]["author"]["id"]),
        (&json!(lead.id), &json!(agent.id))
    );
    let first = agent.get(&format!("{}/versions/1", at(&id))).await.is(200);
    assert_eq!(first.json["body"], made.json["body"]);
    assert_eq!(first.str("status"), "draft");

    let diff = agent
        .get(&format!("{}/versions/2/diff", at(&id)))
        .await
        .is(200);
    assert_eq!(diff.json["previous_version"], 1);
    let fields = each(&diff.list("changes"), "field");
    assert_eq!(fields, ["tags", "status"]);
    let unified = diff.str("unified");
    assert!(
        unified.contains("-Pull the *plug*, wait, and plug it in again.")
            && unified.contains("+Press the button."),
        "{unified}"
    );
    let start = agent
        .get(&format!("{}/versions/1/diff", at(&id)))
        .await
        .is(200);
    assert_eq!(start.json["previous_version"], Value::Null);
    for nothing in ["0", "3", "-1", "x", "99999999999999999999"] {
        agent
            .get(&format!("{}/versions/{nothing}", at(&id)))
            .await
            .is(404);
        agent
            .get(&format!("{}/versions/{nothing}/diff", at(&id)))
            .await
            .is(404);
    }
}

#[tokio::test]
async fn whoever_holds_an_old_version_is_told_so() {
    let desk = Desk::shared().await;
    let id = write(&desk.admin, json!({})).await.str("id");
    let put = |tag: &str, title: &str| {
        let ask = desk.admin.ask("PUT", &at(&id)).header("if-match", tag);
        ask.json(json!({ "title": title })).send()
    };
    put("\"1\"", "Second title").await.is(200);
    put("\"1\"", "Third title").await.problem(412, "stale");
    put("\"7\", \"2\"", "Third title").await.is(200);
    put("*", "Fourth title").await.is(200);
    put("3", "Fifth title")
        .await
        .problem(400, "malformed_if_match");
    let outdated = json!({ "title": "Fifth title", "version": 2 });
    desk.admin
        .put(&at(&id), outdated)
        .await
        .problem(412, "stale");
    let read = desk.admin.get(&at(&id)).await.json;
    assert_eq!(read["version"], 4);

    // The whole object as it was read: that its `html` and `updated_at` are others by now is the same news, not another.
    put("\"4\"", "Fifth title").await.is(200);
    desk.admin
        .put(&at(&id), json!({ "body": "Another body altogether." }))
        .await
        .is(200);
    let whole = with(read.clone(), json!({ "title": "Sixth title" }));
    let ask = desk.admin.ask("PUT", &at(&id)).header("if-match", "\"4\"");
    ask.json(whole.clone()).send().await.problem(412, "stale");
    desk.admin.put(&at(&id), whole).await.problem(412, "stale");
    let forged = json!({ "title": "Sixth title", "html": "<p>" });
    let ask = desk.admin.ask("PUT", &at(&id)).header("if-match", "\"4\"");
    ask.json(forged.clone()).send().await.problem(412, "stale");
    let ask = desk.admin.ask("PUT", &at(&id)).header("if-match", "\"6\"");
    let refused = ask.json(forged).send().await.faults();
    assert_eq!(refused, BTreeSet::from(["html read_only".to_owned()]));
}

#[tokio::test]
async fn the_object_that_was_read_can_be_sent_back() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let read = write(&agent, json!({ "tags": ["a"] })).await.json;
    let back = with(
        read.clone(),
        json!({ "title": "A better title", "views": 99 }),
    );
    let changed = agent
        .put(&at(read["id"].as_str().unwrap()), back)
        .await
        .is(200);
    assert_eq!(
        (changed.str("title"), changed.json["version"].clone()),
        ("A better title".to_owned(), json!(2))
    );
    let forged = with(
        changed.json.clone(),
        json!({ "slug": "mine", "html": "<b>x</b>" }),
    );
    let refused = agent.put(&at(&changed.str("id")), forged).await;
    assert_eq!(
        refused.faults(),
        ["html read_only".to_owned(), "slug read_only".to_owned()].into()
    );
    let cleared = agent
        .put(&at(&changed.str("id")), json!({ "title": null }))
        .await;
    assert_eq!(
        cleared.faults(),
        BTreeSet::from(["title required".to_owned()])
    );
}

#[tokio::test]
async fn articles_of_one_title_have_names_of_their_own_also_when_made_at_once() {
    let desk = Desk::shared().await;
    let title = format!("Тарифы {}", next());
    let made = join_all((0..32).map(|_| {
        let article = new_article(json!({ "title": title, "language": "ru" }));
        desk.admin.post(ARTICLES, article)
    }));
    let slugs: BTreeSet<_> = made
        .await
        .into_iter()
        .map(|made| made.is(201).str("slug"))
        .collect();
    assert_eq!(slugs.len(), 32, "{slugs:?}");
    assert!(
        slugs.iter().all(|slug| slug.starts_with("tarify-")),
        "{slugs:?}"
    );
}

#[tokio::test]
async fn a_readers_browser_is_not_sent_to_strangers_for_images() {
    let desk = Desk::shared().await;
    let described = desk.anonymous.get("/api/v1/openapi.json").await.is(200);
    let here = described.json["servers"][0]["url"].as_str().unwrap();
    let own = format!("{here}/router.png");
    let body = format!(
        "![Own]({own}) ![Path](/pictures/router.png) ![Pixel](https://tracker.example/p.gif)"
    );
    let made = write(&desk.admin, json!({ "body": body })).await;
    let html = desk
        .anonymous
        .get(&at(&made.str("id")))
        .await
        .is(200)
        .str("html");
    for shown in [
        format!("<img src=\"{own}\" alt=\"Own\">"),
        "<img src=\"/pictures/router.png\" alt=\"Path\">".to_owned(),
        "<a href=\"https://tracker.example/p.gif\" rel=\"noopener noreferrer nofollow\">Pixel</a>"
            .to_owned(),
    ] {
        assert!(html.contains(&shown), "{shown} in {html}");
    }
    assert_eq!(made.str("html"), html);
}

#[tokio::test]
async fn a_name_tells_nobody_whether_another_article_has_its_title() {
    let desk = Desk::shared().await;
    let title = format!("Outage plan {}", next());
    let named = title.to_lowercase().replace(' ', "-");
    // The first of that title, and one that comes after a hidden one.
    for visibility in ["public", "internal", "public"] {
        let more = json!({ "title": title, "visibility": visibility });
        let slug = write(&desk.admin, more).await.str("slug");
        let ending = slug.strip_prefix(&format!("{named}-")).unwrap_or_default();
        assert_eq!(ending.len(), 8, "{slug}");
    }
    desk.anonymous.get(&at(&named)).await.is(404);
    desk.admin.get(&at(&named)).await.is(404);
}

#[tokio::test]
async fn nobody_hears_of_articles_that_are_not_for_them() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let tag = format!("secrecy-{}", next());
    let mut ids = Vec::new();
    for (status, visibility) in [
        ("published", "public"),
        ("published", "customers"),
        ("published", "internal"),
        ("draft", "public"),
        ("archived", "public"),
    ] {
        let more = json!({ "status": status, "visibility": visibility, "tags": [tag] });
        ids.push(write(&desk.admin, more).await.str("id"));
    }
    let list = format!("{ARTICLES}?tags={tag}");
    for (api, sees) in [(&desk.anonymous, 1), (&*customer, 2), (&desk.admin, 5)] {
        let page = api.get(&list).await.is(200);
        assert_eq!(page.json["total"], sees);
        let mut listed = each(&page.list("items"), "id");
        listed.reverse();
        assert_eq!(listed, ids[..sees]);
        for (place, id) in ids.iter().enumerate() {
            let wanted = if place < sees { 200 } else { 404 };
            api.get(&at(id)).await.is(wanted);
        }
        let filtered = api
            .get(&format!(
                "{list}&status=draft,archived&visibility=public,internal"
            ))
            .await
            .is(200);
        assert_eq!(filtered.json["total"], if sees == 5 { 2 } else { 0 });
    }
    let public = desk.anonymous.get(&at(&ids[0])).await.is(200);
    assert_eq!(public.json["author"], Value::Null);
    assert_eq!(
        desk.anonymous
            .ask("GET", &at(&ids[0]))
            .header("authorization", "Bearer nonsense")
            .send()
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn what_a_token_is_for_counts_for_articles_too() {
    let desk = Desk::shared().await;
    let id = write(&desk.admin, json!({ "visibility": "internal" }))
        .await
        .str("id");
    let (reader, writer) = (
        desk.machine(&["kb:read"]).await,
        desk.machine(&["kb:write"]).await,
    );
    reader.get(&at(&id)).await.is(200);
    reader.get(&format!("{}/versions", at(&id))).await.is(200);
    reader
        .put(&at(&id), json!({ "title": "Renamed" }))
        .await
        .is(403);
    writer.get(&at(&id)).await.is(403);
    let both = desk.machine(&["kb:read", "kb:write"]).await;
    both.put(&at(&id), json!({ "title": "Renamed" }))
        .await
        .is(200);
}

#[tokio::test]
async fn lists_have_pages_and_refuse_what_cannot_be() {
    let desk = Desk::shared().await;
    let tag = format!("pages-{}", next());
    for _ in 0..5 {
        write(&desk.admin, json!({ "tags": [tag] })).await;
    }
    let all = each(
        &desk
            .admin
            .get(&format!("{ARTICLES}?tags={tag}"))
            .await
            .is(200)
            .list("items"),
        "id",
    );
    assert_eq!(all.len(), 5);
    let page = desk
        .admin
        .get(&format!("{ARTICLES}?tags={tag}&limit=2&offset=2"))
        .await
        .is(200);
    assert_eq!(each(&page.list("items"), "id"), all[2..4]);
    assert_eq!(
        (
            &page.json["total"],
            &page.json["limit"],
            &page.json["offset"]
        ),
        (&json!(5), &json!(2), &json!(2))
    );
    assert!(
        page.list("items")[0]["excerpt"]
            .as_str()
            .unwrap()
            .starts_with("Restart\nPull")
    );
    assert!(page.list("items")[0].get("body").is_none());
    let refused = desk
        .admin
        .get(&format!(
            "{ARTICLES}?limit=101&offset=-1&status=done&colour=red&language=x"
        ))
        .await;
    assert_eq!(
        refused.faulty(),
        ["limit", "offset", "status", "colour", "language"]
            .map(str::to_owned)
            .into()
    );
}

#[tokio::test]
async fn a_repeated_request_makes_one_article() {
    let desk = Desk::shared().await;
    let key = format!("kb-{}", next());
    let body = new_article(json!({}));
    let make = || {
        desk.admin
            .ask("POST", ARTICLES)
            .header("idempotency-key", &key)
            .json(body.clone())
            .send()
    };
    let (first, second) = (make().await.is(201), make().await.is(201));
    assert_eq!(first.str("id"), second.str("id"));
    assert_eq!(second.header("idempotency-replayed"), "true");
}
