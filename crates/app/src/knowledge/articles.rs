//! Articles: reading, writing.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{ArticleId, ShelfId};
use linedesk_domain::knowledge::words::terms;
use linedesk_domain::knowledge::{
    Article, Audience, Content, Language, Publication, Revision, Shelves, Slug, Visibility,
};
use linedesk_domain::text::{ArticleBody, Tag, Title};
use linedesk_domain::ticket::edit::Patch;
use linedesk_ports::knowledge::{
    ArticleFilter, ArticleKey, ArticleText, ArticleView, KnowledgeWrite, Slice, Sliced,
};
use linedesk_ports::store::{StoreError, Unique};

use super::{ATTEMPTS, audience, check_slice, markup, outrun, write};
use crate::error::Fault;
use crate::{App, Caller, Error};

/// An article that is wanted.
#[derive(Debug, Clone)]
pub struct NewArticle {
    /// `title`
    pub title: Title,
    /// `body`, Markdown
    pub body: ArticleBody,
    /// `category_id`
    pub shelf: Option<ShelfId>,
    /// `tags`
    pub tags: Vec<Tag>,
    /// `language`; English if left out
    pub language: Option<Language>,
    /// `status`; a draft if left out
    pub publication: Option<Publication>,
    /// `visibility`; customers if left out
    pub visibility: Option<Visibility>,
}

/// A list that a caller wants to read.
#[derive(Debug, Clone)]
pub struct ListArticles {
    /// Which, but for the category.
    pub filter: ArticleFilter,
    /// Category by id or name; what lies below it counts too.
    pub category: Option<String>,
    /// Which part of the list.
    pub slice: Slice,
}

/// Articles that the caller may know of, the one changed last first.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::Store`].
pub async fn list_articles(
    app: &App,
    caller: &Caller,
    list: ListArticles,
) -> Result<Sliced<ArticleView>, Error> {
    let audience = audience(caller)?;
    check_slice(list.slice)?;
    let mut filter = list.filter;
    filter.of.shelves = shelves_of(app, audience, list.category.as_deref()).await?;
    Ok(app.knowledge.articles(audience, filter, list.slice).await?)
}

/// A category by its id or name, with everything below it; `None` where none was asked for, and nothing where there is
/// none.
pub(super) async fn shelves_of(
    app: &App,
    audience: Audience,
    category: Option<&str>,
) -> Result<Option<Vec<ShelfId>>, Error> {
    let Some(category) = category else {
        return Ok(None);
    };
    let tree = Shelves::new(app.knowledge.shelves(audience).await?.shelves);
    let by_id = category.parse().ok().map(ShelfId);
    let found = by_id
        .filter(|id| tree.get(*id).is_some())
        .or_else(|| tree.named(category));
    Ok(Some(found.map_or_else(Vec::new, |id| tree.subtree(id))))
}

/// One article.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] also where the caller may not know of it; [`Error::Store`].
pub async fn article(app: &App, caller: &Caller, key: ArticleKey) -> Result<ArticleView, Error> {
    find(app, audience(caller)?, key).await
}

async fn find(app: &App, audience: Audience, key: ArticleKey) -> Result<ArticleView, Error> {
    let found = app.knowledge.article(audience, key).await?;
    found.ok_or(Error::NotFound("article"))
}

/// Makes an article, and gives it a name.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn create_article(
    app: &App,
    caller: &Caller,
    new: NewArticle,
) -> Result<ArticleView, Error> {
    caller.may(Operation::WriteKnowledge)?;
    let content = Content {
        title: new.title,
        body: new.body,
        shelf: new.shelf,
        tags: distinct(new.tags),
        language: new.language.unwrap_or_else(Language::english),
        publication: new.publication.unwrap_or(Publication::Draft),
        visibility: new.visibility.unwrap_or(Visibility::Customers),
    };
    check(app, &content).await?;
    let (text, now) = (text_of(&content), app.clock.now());
    let id = ArticleId(app.ids.next(now));
    let title = content.title.clone();
    let made = |slug| KnowledgeWrite::Article {
        article: Box::new(Article::create(id, slug, content.clone(), caller.id(), now)),
        text: text.clone(),
        by: caller.id(),
        expected: None,
    };
    let mut written = write(app, caller, made(Slug::of(title.as_str(), id))).await;
    if written == Err(StoreError::Duplicate(Unique::Slug)) {
        // Another article of this title has an id that ends alike.
        written = write(app, caller, made(Slug::in_full(title.as_str(), id))).await;
    }
    written.map_err(refused)?;
    find(app, Audience::Staff, ArticleKey::Id(id)).await
}

/// Changes an article: its next version. Where nothing would change none is made.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Stale`] where it is at none of `expected` any more; [`Error::Invalid`]
/// with all faults; [`Error::Store`].
pub async fn edit_article(
    app: &App,
    caller: &Caller,
    key: ArticleKey,
    expected: Option<Vec<i64>>,
    revision: Revision,
) -> Result<ArticleView, Error> {
    caller.may(Operation::WriteKnowledge)?;
    let audience = audience(caller)?;
    let revision = Revision {
        tags: revision.tags.map(distinct),
        ..revision
    };
    let mut turn = None;
    for _ in 0..ATTEMPTS {
        let found = find(app, audience, key.clone()).await?;
        let old = &found.article;
        if expected
            .as_ref()
            .is_some_and(|any| !any.contains(&old.version))
        {
            return Err(Error::Stale);
        }
        let Some(article) = old.revise(revision.clone(), app.clock.now()) else {
            check_tags(&revision.tags.clone().unwrap_or_default()).map_err(Error::Invalid)?;
            return Ok(found);
        };
        let is_moved = matches!(revision.shelf, Patch::Set(_));
        if is_moved {
            check(app, &article.content).await?;
        } else {
            check_tags(&article.content.tags).map_err(Error::Invalid)?;
        }
        let id = article.id;
        let changed = KnowledgeWrite::Article {
            text: text_of(&article.content),
            by: caller.id(),
            expected: Some(old.version),
            article: Box::new(article),
        };
        match write(app, caller, changed).await {
            Ok(()) => return find(app, audience, ArticleKey::Id(id)).await,
            Err(StoreError::Stale) => super::queue_up(app, &mut turn).await,
            Err(error) => return Err(refused(error)),
        }
    }
    Err(outrun())
}

/// What a text is found by.
pub fn text_of(content: &Content) -> ArticleText {
    let plain = markup::plain(content.body.as_str());
    let tags = content.tags.iter().map(Tag::as_str);
    let terms = terms(
        content.title.as_str(),
        tags,
        &plain,
        content.language.endings(),
    );
    ArticleText { plain, terms }
}

fn distinct(tags: Vec<Tag>) -> Vec<Tag> {
    let mut kept: Vec<Tag> = Vec::with_capacity(tags.len());
    for tag in tags {
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

/// Passes if an article can be so; all faults at once.
async fn check(app: &App, content: &Content) -> Result<(), Error> {
    let mut faults = check_tags(&content.tags).err().unwrap_or_default();
    if let Some(shelf) = content.shelf {
        let shelves = app.knowledge.shelves(Audience::Staff).await?.shelves;
        if !shelves.iter().any(|one| one.id == shelf) {
            faults.push(unknown_category());
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

fn check_tags(tags: &[Tag]) -> Result<(), Vec<Fault>> {
    if tags.len() <= Content::MAX_TAGS {
        return Ok(());
    }
    let message = format!("must have at most {} tags", Content::MAX_TAGS);
    Err(vec![Fault::new("tags", "too_many", message)])
}

fn unknown_category() -> Fault {
    Fault::new("category_id", "unknown", "no category has this id")
}

fn refused(error: StoreError) -> Error {
    match error {
        // The category went this moment.
        StoreError::Dangling => Error::Invalid(vec![unknown_category()]),
        error => error.into(),
    }
}
