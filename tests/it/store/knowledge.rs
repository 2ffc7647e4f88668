//! The knowledge base.

use jiff::civil::date;
use linedesk_domain::ids::{ArticleId, ShelfId, UserId};
use linedesk_domain::knowledge::index::{Filter, Finding};
use linedesk_domain::knowledge::words::terms;
use linedesk_domain::knowledge::{
    Article, Audience, Content, Language, Publication, Revision, Shelf, Slug, Visibility,
};
use linedesk_domain::people::Role;
use linedesk_domain::text::{ArticleBody, Label, Tag, Title};
use linedesk_domain::ticket::edit::Patch;
use linedesk_ports::changes::Write;
use linedesk_ports::knowledge::{
    ArticleFilter, ArticleKey, ArticleText, Days, Feedback, KnowledgeWrite, Search, Slice,
};
use linedesk_ports::store::{StoreError, Unique};
use uuid::Uuid;

use super::desk::{Desk, minute, noon};

const ALL: Slice = Slice {
    limit: 100,
    offset: 0,
};

fn write(article: &Article, by: UserId, expected: Option<i64>) -> Write {
    let content = &article.content;
    let tags = content.tags.iter().map(Tag::as_str);
    let plain = content.body.as_str().to_owned();
    let terms = terms(
        content.title.as_str(),
        tags,
        &plain,
        content.language.endings(),
    );
    Write::Knowledge(KnowledgeWrite::Article {
        article: Box::new(article.clone()),
        text: ArticleText { plain, terms },
        by,
        expected,
    })
}

/// A published article for everybody.
async fn article(desk: &Desk, by: UserId, title: &str, body: &str) -> Article {
    let content = Content {
        title: Title::parse(title).unwrap(),
        body: ArticleBody::parse(body).unwrap(),
        shelf: None,
        tags: vec![Tag::parse("tag").unwrap()],
        language: Language::english(),
        publication: Publication::Published,
        visibility: Visibility::Public,
    };
    let id = ArticleId(desk.uuid());
    let article = Article::create(id, Slug::of(title, id), content, by, noon());
    desk.write([write(&article, by, None)]).await.unwrap();
    article
}

async fn found(desk: &Desk, audience: Audience, text: &str) -> Vec<ArticleId> {
    let search = Search {
        text: text.to_owned(),
        finding: Finding::Search,
        filter: Filter::default(),
        slice: ALL,
    };
    let hits = desk.store.search(audience, search).await.unwrap();
    assert_eq!(hits.total, hits.items.len() as u64);
    hits.items.iter().map(|hit| hit.view.article.id).collect()
}

#[tokio::test]
async fn an_article_is_read_as_it_was_written_and_its_versions_stay() {
    let desk = Desk::open().await;
    let by = desk.user("ada", Role::Agent).await;
    let first = article(&desk, by, "Router restart", "Pull the plug.").await;
    let change = Revision {
        title: Title::parse("Modem restart").ok(),
        tags: Some(Vec::new()),
        ..Revision::default()
    };
    let second = first.revise(change, minute(1)).unwrap();
    desk.write([write(&second, by, Some(1))]).await.unwrap();
    let stale = desk.write([write(&second, by, Some(1))]).await;
    assert_eq!(stale, Err(StoreError::Stale));
    for key in [
        ArticleKey::Id(first.id),
        ArticleKey::Slug(first.slug.clone()),
    ] {
        let view = desk
            .store
            .article(Audience::Anybody, key)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (&view.article, view.author_name.as_deref()),
            (&second, Some("ada"))
        );
    }
    let versions = desk.store.versions(first.id, ALL).await.unwrap();
    assert_eq!(versions.total, 2);
    let read: Vec<_> = versions
        .items
        .into_iter()
        .map(|view| view.version)
        .collect();
    assert_eq!(read, [second.as_version(by), first.as_version(by)]);
    assert_eq!(desk.store.version(first.id, 3).await.unwrap(), None);
}

#[tokio::test]
async fn a_name_in_addresses_is_taken_once() {
    let desk = Desk::open().await;
    let by = desk.user("ada", Role::Agent).await;
    let mut twin = article(&desk, by, "Same", "One").await;
    twin.id = ArticleId(desk.uuid());
    let taken = desk.write([write(&twin, by, None)]).await;
    assert_eq!(taken, Err(StoreError::Duplicate(Unique::Slug)));
    assert_eq!(found(&desk, Audience::Staff, "same").await.len(), 1);
}

#[tokio::test]
async fn a_search_finds_what_was_written_before_it_also_after_a_restart() {
    let desk = Desk::open().await;
    let by = desk.user("ada", Role::Agent).await;
    assert_eq!(found(&desk, Audience::Anybody, "router").await, []);
    let router = article(&desk, by, "Router", "Restart it").await;
    let museum = article(&desk, by, "Museum", "A router of older days").await;
    assert_eq!(
        found(&desk, Audience::Anybody, "routers").await,
        [router.id, museum.id]
    );
    let desk = desk.reopened();
    assert_eq!(
        found(&desk, Audience::Anybody, "ruoter").await,
        [router.id, museum.id]
    );
    let hide = Revision {
        visibility: Some(Visibility::Internal),
        ..Revision::default()
    };
    let hidden = router.revise(hide, minute(1)).unwrap();
    desk.write([write(&hidden, by, Some(1))]).await.unwrap();
    assert_eq!(
        found(&desk, Audience::Customers, "router").await,
        [museum.id]
    );
    assert_eq!(
        found(&desk, Audience::Staff, "router").await,
        [router.id, museum.id]
    );
    let archive = Revision {
        publication: Some(Publication::Archived),
        ..Revision::default()
    };
    let archived = hidden.revise(archive, minute(2)).unwrap();
    desk.write([write(&archived, by, Some(2))]).await.unwrap();
    assert_eq!(found(&desk, Audience::Staff, "router").await, [museum.id]);
}

#[tokio::test]
async fn many_articles_are_taken_in_at_once() {
    let desk = Desk::open().await;
    let by = desk.user("ada", Role::Agent).await;
    for n in 0..1_100 {
        let word = if n % 10 == 0 { "needle" } else { "hay" };
        article(&desk, by, &format!("Number {n}"), word).await;
    }
    let search = Search {
        text: "needles".to_owned(),
        finding: Finding::Search,
        filter: Filter::default(),
        slice: Slice {
            limit: 10,
            offset: 105,
        },
    };
    let page = desk.store.search(Audience::Anybody, search).await.unwrap();
    assert_eq!((page.total, page.items.len()), (110, 5));
}

#[tokio::test]
async fn a_category_is_written_into_the_tree_that_was_read() {
    let desk = Desk::open().await;
    let by = desk.user("ada", Role::Agent).await;
    let shelf = Shelf {
        id: ShelfId(desk.uuid()),
        parent: None,
        name: Label::parse("Wi-Fi").unwrap(),
        description: None,
        position: 3,
        created_at: noon(),
        updated_at: noon(),
    };
    let tree = desk.store.shelves(Audience::Staff).await.unwrap().tree;
    let save = |tree| {
        Write::Knowledge(KnowledgeWrite::Shelf {
            shelf: shelf.clone(),
            tree,
        })
    };
    desk.write([save(tree)]).await.unwrap();
    assert_eq!(desk.write([save(tree)]).await, Err(StoreError::Stale));
    let placed = article(&desk, by, "Placed", "Here").await;
    let into = Revision {
        shelf: Patch::Set(shelf.id),
        ..Revision::default()
    };
    let placed = placed.revise(into, minute(1)).unwrap();
    desk.write([write(&placed, by, Some(1))]).await.unwrap();
    let read = desk.store.shelves(Audience::Anybody).await.unwrap();
    assert_eq!(
        (read.shelves, read.articles.get(&Some(shelf.id))),
        (vec![shelf.clone()], Some(&1))
    );
    let delete = KnowledgeWrite::DeleteShelf {
        id: shelf.id,
        tree: read.tree,
    };
    let refused = desk.write([Write::Knowledge(delete.clone())]).await;
    assert_eq!(refused, Err(StoreError::Dangling));
    let nowhere = Revision {
        shelf: Patch::Set(ShelfId(desk.uuid())),
        ..Revision::default()
    };
    let lost = placed.revise(nowhere, minute(2)).unwrap();
    assert_eq!(
        desk.write([write(&lost, by, Some(2))]).await,
        Err(StoreError::Dangling)
    );
    let out = Revision {
        shelf: Patch::Clear,
        ..Revision::default()
    };
    let out = placed.revise(out, minute(2)).unwrap();
    desk.write([write(&out, by, Some(2))]).await.unwrap();
    desk.write([Write::Knowledge(delete)]).await.unwrap();
    assert_eq!(
        desk.store.shelves(Audience::Staff).await.unwrap().shelves,
        []
    );
}

#[tokio::test]
async fn readings_count_once_a_day_and_readers_are_forgotten() {
    let desk = Desk::open().await;
    let by = desk.user("ada", Role::Agent).await;
    let read = article(&desk, by, "Read", "Me").await;
    let day = |n| date(2026, 11, n);
    let view = |viewer: u128, n| {
        Write::Knowledge(KnowledgeWrite::View {
            article: read.id,
            viewer: Uuid::from_u128(viewer),
            day: day(n),
        })
    };
    for (viewer, n) in [(1, 20), (1, 20), (2, 20), (1, 21)] {
        desk.write([view(viewer, n)]).await.unwrap();
    }
    let is_counted = |viewer, n| {
        let (store, id) = (&desk.store, read.id);
        async move {
            store
                .is_counted(id, Uuid::from_u128(viewer), day(n))
                .await
                .unwrap()
        }
    };
    assert!(is_counted(1, 21).await && !is_counted(2, 21).await);
    // The first reading of another day has made it forget.
    assert!(!is_counted(2, 20).await);
    let said = Feedback {
        article: read.id,
        user: by,
        helpful: true,
        comment: None,
        created_at: noon(),
        updated_at: noon(),
    };
    desk.write([Write::Knowledge(KnowledgeWrite::Feedback(said.clone()))])
        .await
        .unwrap();
    assert_eq!(desk.store.feedback(read.id, by).await.unwrap(), Some(said));
    let view = desk
        .store
        .article(Audience::Staff, ArticleKey::Id(read.id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (
            view.standing.views,
            view.standing.helpful,
            view.standing.not_helpful
        ),
        (3, 1, 0)
    );
    for (from, to, views, helpful) in [(20, 20, 2, 1), (21, 21, 1, 0), (20, 21, 3, 1)] {
        let days = Days {
            from: day(from),
            to: day(to),
        };
        let read = desk
            .store
            .read_on(Audience::Anybody, ArticleFilter::default(), days)
            .await
            .unwrap();
        let standing = read[0].1;
        assert_eq!(
            (standing.views, standing.helpful),
            (views, helpful),
            "{from} {to}"
        );
    }
    let nobody = Write::Knowledge(KnowledgeWrite::View {
        article: ArticleId(desk.uuid()),
        viewer: Uuid::from_u128(1),
        day: day(20),
    });
    assert_eq!(desk.write([nobody]).await, Err(StoreError::Dangling));
}
