//! Articles, both ways.

use linedesk_app::Caller;
use linedesk_app::knowledge::markup::{self, Images};
use linedesk_app::knowledge::{ListArticles, MAX_LIMIT, MAX_OFFSET, NewArticle};
use linedesk_app::models::{ArticleFilter, ArticleView, Slice, Sliced};
use linedesk_domain::access::Operation;
use linedesk_domain::knowledge::index::Filter;
use linedesk_domain::knowledge::{Article, Content, Language, Revision};
use linedesk_domain::text::{Label, Tag};

use super::author;
use crate::extract::faults::Wrong;
use crate::extract::given::list;
use crate::extract::query::{FromQuery, QueryReader};
use crate::extract::{Body, Faults, parse};
use crate::isp::dto::kb::article::{
    ArticleDto, ArticleHeadDto, ArticleItemDto, ArticleListDto, EditArticleBody, NewArticleBody,
};

/// Which part of a list of the knowledge base.
#[derive(Debug, Clone, Copy)]
pub struct KbPage(pub Slice);

impl FromQuery for KbPage {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let (limit, offset) = query.page(super::LIMIT, MAX_LIMIT, MAX_OFFSET);
        Some(Self(Slice { limit, offset }))
    }
}

/// A list of articles that is asked for.
#[derive(Debug)]
pub struct ArticlesQuery(pub ListArticles);

impl FromQuery for ArticlesQuery {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let KbPage(slice) = KbPage::read(query)?;
        let category = query.one("category", parse::text::<Label>);
        let filter = ArticleFilter {
            of: Filter {
                shelves: None,
                tags: query.several("tags", parse::text::<Tag>),
                language: query.one("language", language),
            },
            publication: query.several("status", parse::word),
            visibility: query.several("visibility", parse::word),
        };
        Some(Self(ListArticles {
            filter,
            category: category.map(|name| name.as_str().to_owned()),
            slice,
        }))
    }
}

/// A language tag.
pub fn language(tag: impl AsRef<str>) -> Result<Language, Wrong> {
    Language::parse(tag.as_ref()).map_err(|error| ("not_a_language", error.to_string()))
}

impl Body for NewArticleBody {
    type Command = NewArticle;
    const OPERATION: Option<Operation> = Some(Operation::WriteKnowledge);

    fn command(self, faults: &mut Faults) -> Option<NewArticle> {
        self.rest.refuse(faults);
        let title = self.title.required("title", faults, parse::text);
        let body = self.body.required("body", faults, parse::text);
        let category = self.category_id.optional("category_id", faults, parse::id);
        let tags = self.tags.optional("tags", faults, Ok).unwrap_or_default();
        let tags = list(tags, "tags", faults, parse::text::<Tag>);
        let language = self.language.optional("language", faults, language);
        let publication = self.status.optional("status", faults, parse::word);
        let visibility = self.visibility.optional("visibility", faults, parse::word);
        Some(NewArticle {
            title: title?,
            body: body?,
            shelf: category,
            tags,
            language,
            publication,
            visibility,
        })
    }
}

/// An edit, and the version that it was made on if it says so.
#[derive(Debug)]
pub struct Edited {
    /// What changes.
    pub revision: Revision,
    /// The version that was read.
    pub version: Option<i64>,
}

impl Body for EditArticleBody {
    type Command = Edited;
    const OPERATION: Option<Operation> = Some(Operation::WriteKnowledge);
    const READ_ONLY: &[&str] = &[
        "id",
        "slug",
        "html",
        "text",
        "author",
        "created_at",
        "updated_at",
        "published_at",
    ];

    fn command(self, faults: &mut Faults) -> Option<Edited> {
        self.rest.refuse(faults);
        let tags = self.tags.unless_null("tags", faults, Ok);
        let revision = Revision {
            title: self.title.unless_null("title", faults, parse::text),
            body: self.body.unless_null("body", faults, parse::text),
            shelf: self.category_id.patch("category_id", faults, parse::id),
            tags: tags.map(|tags| list(tags, "tags", faults, parse::text::<Tag>)),
            language: self.language.unless_null("language", faults, language),
            publication: self.status.unless_null("status", faults, parse::word),
            visibility: self
                .visibility
                .unless_null("visibility", faults, parse::word),
        };
        let version = self.version.unless_null("version", faults, Ok);
        Some(Edited { revision, version })
    }
}

/// What is told of an article everywhere.
pub fn head<'a>(view: &'a ArticleView, caller: &Caller) -> ArticleHeadDto<'a> {
    let Article {
        id,
        slug,
        content,
        version,
        author: by,
        created_at,
        updated_at,
        published_at,
    } = &view.article;
    let Content {
        title,
        body: _,
        shelf,
        tags,
        language,
        publication,
        visibility,
    } = content;
    let is_known = caller.visits.is_none();
    ArticleHeadDto {
        id: id.0,
        slug: slug.as_str(),
        title: title.as_str(),
        category_id: shelf.map(|id| id.0),
        tags: tags.iter().map(Tag::as_str).collect(),
        language: language.as_str(),
        status: publication.name(),
        visibility: visibility.name(),
        version: *version,
        author: is_known.then(|| author(*by, view.author_name.as_deref())),
        helpful_count: view.standing.helpful,
        not_helpful_count: view.standing.not_helpful,
        views: view.standing.views,
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
        published_at: published_at.map(Into::into),
    }
}

/// An article, with the images that may be shown.
pub fn article<'a>(view: &'a ArticleView, caller: &Caller, images: &Images) -> ArticleDto<'a> {
    let body = view.article.content.body.as_str();
    ArticleDto {
        head: head(view, caller),
        body,
        html: markup::html(body, images),
        text: &view.plain,
    }
}

/// A page of articles.
pub fn articles<'a>(
    page: &'a Sliced<ArticleView>,
    slice: Slice,
    caller: &Caller,
) -> ArticleListDto<'a> {
    let item = |view: &'a ArticleView| ArticleItemDto {
        head: head(view, caller),
        excerpt: &view.plain,
    };
    ArticleListDto {
        items: page.items.iter().map(item).collect(),
        total: page.total,
        limit: slice.limit,
        offset: slice.offset,
    }
}
