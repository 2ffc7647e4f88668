//! Articles, their versions, categories, feedback and canned answers.

use diesel::prelude::*;
use linedesk_domain::class::Category;
use linedesk_domain::ids::{ArticleId, ShelfId, TemplateId, UserId};
use linedesk_domain::knowledge::words::{ANALYSIS, Term};
use linedesk_domain::knowledge::{
    Article, ArticleVersion, Audience, Content, Language, Publication, Shelf, Slug, Template,
};
use linedesk_domain::text::{ArticleBody, Label, Note, Tag, TemplateBody, Title};
use linedesk_ports::knowledge::{ArticleText, Feedback};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::{at, checked, decoded, instant, known};
use crate::codes::Coded as _;
use crate::schema::{kb_articles, kb_feedback, kb_shelves, kb_versions, resolution_templates};
use crate::types::{At, Json, Key};

const ARTICLES: &str = "kb_articles";
const VERSIONS: &str = "kb_versions";
const SHELVES: &str = "kb_shelves";
const TEMPLATES: &str = "resolution_templates";

/// Who may read an article, as a number that each audience reads up to.
pub(crate) fn reach(content: &Content) -> i16 {
    match content.publication {
        Publication::Published => up_to(Audience::least(content.visibility)),
        Publication::Draft | Publication::Archived => up_to(Audience::Staff) + 1,
    }
}

/// The last reach of published articles that an audience reads.
pub(crate) const fn up_to(audience: Audience) -> i16 {
    match audience {
        Audience::Anybody => 0,
        Audience::Customers => 1,
        Audience::Staff => 2,
    }
}

/// An article's row as it is written.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = kb_articles)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct NewArticleRow {
    id: Key,
    slug: String,
    title: String,
    body: String,
    shelf_id: Option<Key>,
    tags: Json<Vec<String>>,
    language: String,
    publication: i16,
    visibility: i16,
    reach: i16,
    version: i64,
    author_id: Key,
    created_at: At,
    updated_at: At,
    published_at: Option<At>,
    plain: String,
    terms: String,
    analysis: i16,
    changed: i64,
}

impl NewArticleRow {
    pub(crate) fn new(article: &Article, text: ArticleText, changed: i64) -> Self {
        let content = &article.content;
        Self {
            id: Key(article.id.0),
            slug: article.slug.as_str().to_owned(),
            title: content.title.as_str().to_owned(),
            body: content.body.as_str().to_owned(),
            shelf_id: content.shelf.map(|id| Key(id.0)),
            tags: tags(&content.tags),
            language: content.language.as_str().to_owned(),
            publication: content.publication.code(),
            visibility: content.visibility.code(),
            reach: reach(content),
            version: article.version,
            author_id: Key(article.author.0),
            created_at: At(article.created_at),
            updated_at: At(article.updated_at),
            published_at: at(article.published_at),
            plain: text.plain,
            terms: lines(&text.terms),
            analysis: ANALYSIS,
            changed,
        }
    }
}

fn tags(tags: &[Tag]) -> Json<Vec<String>> {
    Json(tags.iter().map(|tag| tag.as_str().to_owned()).collect())
}

/// Words and their weights, one a line.
fn lines(terms: &[Term]) -> String {
    let line = |term: &Term| format!("{} {}\n", term.stem, term.weight);
    terms.iter().map(line).collect()
}

/// The same, read back. A line that is none is left out.
pub(crate) fn terms(lines: &str) -> Vec<Term> {
    let term = |line: &str| {
        let (stem, weight) = line.split_once(' ')?;
        Some(Term {
            stem: stem.to_owned(),
            weight: weight.parse().ok()?,
        })
    };
    lines.lines().filter_map(term).collect()
}

/// An article's row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = kb_articles)]
pub(crate) struct ArticleRow {
    pub(crate) seq: i64,
    pub(crate) id: Key,
    slug: String,
    title: String,
    body: String,
    shelf_id: Option<Key>,
    tags: Json<Vec<String>>,
    language: String,
    publication: i16,
    visibility: i16,
    version: i64,
    pub(crate) author_id: Key,
    created_at: At,
    updated_at: At,
    published_at: Option<At>,
}

impl TryFrom<ArticleRow> for Article {
    type Error = StoreError;

    fn try_from(row: ArticleRow) -> Result<Self, StoreError> {
        let id = row.id.0;
        Ok(Self {
            id: ArticleId(id),
            slug: known(Slug::parse(&row.slug), ARTICLES, "slug", &id)?,
            version: row.version,
            author: UserId(row.author_id.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            published_at: instant(row.published_at),
            content: Written {
                title: row.title,
                body: row.body,
                shelf_id: row.shelf_id,
                tags: row.tags,
                language: row.language,
                publication: row.publication,
                visibility: row.visibility,
            }
            .read(ARTICLES, id)?,
        })
    }
}

/// The columns of what people write.
struct Written {
    title: String,
    body: String,
    shelf_id: Option<Key>,
    tags: Json<Vec<String>>,
    language: String,
    publication: i16,
    visibility: i16,
}

impl Written {
    fn read(self, table: &'static str, id: Uuid) -> Result<Content, StoreError> {
        let tag = |tag: &String| checked(Tag::parse(tag), table, "tags", &id);
        Ok(Content {
            title: checked(Title::parse(&self.title), table, "title", &id)?,
            body: checked(ArticleBody::parse(&self.body), table, "body", &id)?,
            shelf: self.shelf_id.map(|key| ShelfId(key.0)),
            tags: self.tags.0.iter().map(tag).collect::<Result<_, _>>()?,
            language: checked(Language::parse(&self.language), table, "language", &id)?,
            publication: decoded(self.publication, table, "publication", &id)?,
            visibility: decoded(self.visibility, table, "visibility", &id)?,
        })
    }
}

/// A version's row.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = kb_versions)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct VersionRow {
    article: i64,
    version: i64,
    title: String,
    body: String,
    shelf_id: Option<Key>,
    tags: Json<Vec<String>>,
    language: String,
    publication: i16,
    visibility: i16,
    pub(crate) by_id: Key,
    at: At,
}

impl VersionRow {
    /// Of the article at `seq`.
    pub(crate) fn new(seq: i64, version: ArticleVersion) -> Self {
        let content = version.content;
        Self {
            article: seq,
            version: version.version,
            title: content.title.as_str().to_owned(),
            body: content.body.as_str().to_owned(),
            shelf_id: content.shelf.map(|id| Key(id.0)),
            tags: tags(&content.tags),
            language: content.language.as_str().to_owned(),
            publication: content.publication.code(),
            visibility: content.visibility.code(),
            by_id: Key(version.by.0),
            at: At(version.at),
        }
    }

    pub(crate) fn into_version(self, article: ArticleId) -> Result<ArticleVersion, StoreError> {
        let written = Written {
            title: self.title,
            body: self.body,
            shelf_id: self.shelf_id,
            tags: self.tags,
            language: self.language,
            publication: self.publication,
            visibility: self.visibility,
        };
        Ok(ArticleVersion {
            article,
            version: self.version,
            content: written.read(VERSIONS, article.0)?,
            by: UserId(self.by_id.0),
            at: self.at.0,
        })
    }
}

/// A category's row.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = kb_shelves)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct ShelfRow {
    id: Key,
    parent_id: Option<Key>,
    name: String,
    description: Option<String>,
    position: i32,
    created_at: At,
    updated_at: At,
}

impl From<Shelf> for ShelfRow {
    fn from(shelf: Shelf) -> Self {
        Self {
            id: Key(shelf.id.0),
            parent_id: shelf.parent.map(|id| Key(id.0)),
            name: shelf.name.as_str().to_owned(),
            description: shelf.description.map(|text| text.as_str().to_owned()),
            position: shelf.position,
            created_at: At(shelf.created_at),
            updated_at: At(shelf.updated_at),
        }
    }
}

impl TryFrom<ShelfRow> for Shelf {
    type Error = StoreError;

    fn try_from(row: ShelfRow) -> Result<Self, StoreError> {
        let id = row.id.0;
        let description = row.description.as_deref().map(Note::parse).transpose();
        Ok(Self {
            id: ShelfId(id),
            parent: row.parent_id.map(|key| ShelfId(key.0)),
            name: checked(Label::parse(&row.name), SHELVES, "name", &id)?,
            description: checked(description, SHELVES, "description", &id)?,
            position: row.position,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}

/// The row of what somebody said.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = kb_feedback)]
pub(crate) struct FeedbackRow {
    pub(crate) user_id: Key,
    helpful: bool,
    comment: Option<String>,
    created_at: At,
    updated_at: At,
}

impl FeedbackRow {
    pub(crate) fn into_feedback(self, article: ArticleId) -> Result<Feedback, StoreError> {
        let comment = self.comment.as_deref().map(Note::parse).transpose();
        Ok(Feedback {
            article,
            user: UserId(self.user_id.0),
            helpful: self.helpful,
            comment: checked(comment, "kb_feedback", "comment", &article)?,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

/// A canned answer's row.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = resolution_templates)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct TemplateRow {
    id: Key,
    name: String,
    name_key: String,
    category: Option<i16>,
    body: String,
    resolution_code: Option<String>,
    author_id: Key,
    created_at: At,
    updated_at: At,
}

impl From<Template> for TemplateRow {
    fn from(template: Template) -> Self {
        Self {
            id: Key(template.id.0),
            name_key: template.name.as_str().to_lowercase(),
            name: template.name.as_str().to_owned(),
            category: template.category.map(Category::code),
            body: template.body.as_str().to_owned(),
            resolution_code: template
                .resolution_code
                .map(|code| code.as_str().to_owned()),
            author_id: Key(template.author.0),
            created_at: At(template.created_at),
            updated_at: At(template.updated_at),
        }
    }
}

impl TryFrom<TemplateRow> for Template {
    type Error = StoreError;

    fn try_from(row: TemplateRow) -> Result<Self, StoreError> {
        let id = row.id.0;
        let category = row
            .category
            .map(|code| decoded(code, TEMPLATES, "category", &id));
        let code = row.resolution_code.as_deref().map(Label::parse).transpose();
        Ok(Self {
            id: TemplateId(id),
            name: checked(Label::parse(&row.name), TEMPLATES, "name", &id)?,
            category: category.transpose()?,
            body: checked(TemplateBody::parse(&row.body), TEMPLATES, "body", &id)?,
            resolution_code: checked(code, TEMPLATES, "resolution_code", &id)?,
            author: UserId(row.author_id.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}
