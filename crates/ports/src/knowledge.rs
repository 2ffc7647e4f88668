//! The knowledge base: what there is to read, and what is written. Every query takes the reader's [`Audience`].

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use linedesk_domain::ids::{ArticleId, ShelfId, TemplateId, UserId};
use linedesk_domain::knowledge::index::{Filter, Finding};
use linedesk_domain::knowledge::words::Term;
use linedesk_domain::knowledge::{
    Article, ArticleVersion, Audience, Publication, Shelf, Slug, Template, Visibility,
};
use linedesk_domain::text::Note;
use uuid::Uuid;

use crate::store::StoreError;

/// An article by one of its identities.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ArticleKey {
    /// Its UUID.
    Id(ArticleId),
    /// Its name in addresses.
    Slug(Slug),
}

/// What an article is found by; written together with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleText {
    /// Its text without Markdown.
    pub plain: String,
    /// Its words.
    pub terms: Vec<Term>,
}

/// What readers make of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// How often it was read: once per person and day.
    pub views: u64,
    /// How many it helped.
    pub helpful: u64,
    /// How many it did not.
    pub not_helpful: u64,
}

/// An article with what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleView {
    /// The article.
    pub article: Article,
    /// Its author's name.
    pub author_name: Option<String>,
    /// Its text without Markdown; in lists only how it begins.
    pub plain: String,
    /// What readers make of it.
    pub standing: Standing,
}

/// Which articles. Several values of one filter are alternatives; an empty list filters nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleFilter {
    /// Categories, tags, language.
    pub of: Filter,
    /// How far they have come.
    pub publication: Vec<Publication>,
    /// Who may read them.
    pub visibility: Vec<Visibility>,
}

/// A page that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// At most so many.
    pub limit: u32,
    /// So many are left out.
    pub offset: u64,
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Sliced<T> {
    /// The entries.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: u64,
}

/// A version with its author's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionView {
    /// The version.
    pub version: ArticleVersion,
    /// The name of who wrote it.
    pub by_name: Option<String>,
}

/// The categories, and how many articles the reader may know of in each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShelfCounts {
    /// Changes with every change of a category.
    pub tree: i64,
    /// The categories.
    pub shelves: Vec<Shelf>,
    /// Articles directly in each; `None`: in none of them.
    pub articles: HashMap<Option<ShelfId>, u64>,
}

/// What is searched for, among published articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Words.
    pub text: String,
    /// How they have to be found.
    pub finding: Finding,
    /// Which articles.
    pub filter: Filter,
    /// Which page of the results.
    pub slice: Slice,
}

/// An article that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The article.
    pub view: ArticleView,
    /// How well it fits, up to 1.
    pub score: f64,
    /// The words of the search that it was found by, the most telling first.
    pub words: Vec<String>,
    /// Where they stand in it: HTML in which they are marked.
    pub snippet: String,
}

/// What somebody says of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Of which article.
    pub article: ArticleId,
    /// Who.
    pub user: UserId,
    /// Whether it helped.
    pub helpful: bool,
    /// What else there is to say.
    pub comment: Option<Note>,
    /// When it was first said.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Feedback with its author's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedbackView {
    /// The feedback.
    pub feedback: Feedback,
    /// The name of who gave it.
    pub user_name: Option<String>,
}

/// Days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

/// Something of the knowledge base to write.
#[derive(Debug, Clone, PartialEq)]
pub enum KnowledgeWrite {
    /// An article that is new or changed, and its version.
    Article {
        /// The article as it is now.
        article: Box<Article>,
        /// What it is found by.
        text: ArticleText,
        /// Who wrote this version.
        by: UserId,
        /// The version that it was read at; `None` for a new one. `Stale` when the stored one is another.
        expected: Option<i64>,
    },
    /// A category that is new or changed. `Stale` when the tree is not that which was read.
    Shelf {
        /// The category as it is now.
        shelf: Shelf,
        /// [`ShelfCounts::tree`] as it was read.
        tree: i64,
    },
    /// A category to be gone. `Stale` when the tree is not that which was read; `Dangling` when articles lie in it.
    DeleteShelf {
        /// Which.
        id: ShelfId,
        /// [`ShelfCounts::tree`] as it was read.
        tree: i64,
    },
    /// Somebody read an article; counted once for a person and day.
    View {
        /// Which article.
        article: ArticleId,
        /// Who: the user, or what stands for somebody who has not signed in.
        viewer: Uuid,
        /// On which day.
        day: Date,
    },
    /// What somebody says of an article now; what they said before is gone.
    Feedback(Feedback),
    /// A canned answer that is new or changed. `Stale` when the stored one was changed at another instant than `expected`.
    Template {
        /// The answer as it is now.
        template: Template,
        /// The instant of the change that it was read at; `None` for a new one.
        expected: Option<Timestamp>,
    },
    /// A canned answer to be gone.
    DeleteTemplate {
        /// Which.
        id: TemplateId,
    },
}

/// Reads the knowledge base.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Knowledge: Send + Sync {
    /// One article, `None` where this reader may not know of it.
    async fn article(
        &self,
        audience: Audience,
        key: ArticleKey,
    ) -> Result<Option<ArticleView>, StoreError>;

    /// Articles, the one changed last first.
    async fn articles(
        &self,
        audience: Audience,
        filter: ArticleFilter,
        slice: Slice,
    ) -> Result<Sliced<ArticleView>, StoreError>;

    /// An article's versions, the newest first. For staff.
    async fn versions(
        &self,
        id: ArticleId,
        slice: Slice,
    ) -> Result<Sliced<VersionView>, StoreError>;

    /// One version of an article. For staff.
    async fn version(&self, id: ArticleId, version: i64)
    -> Result<Option<VersionView>, StoreError>;

    /// The categories, and how many articles of them this reader may know of.
    async fn shelves(&self, audience: Audience) -> Result<ShelfCounts, StoreError>;

    /// Published articles that fit best, the best first, and how many fit.
    async fn search(&self, audience: Audience, search: Search) -> Result<Sliced<Hit>, StoreError>;

    /// Whether a reading is counted already.
    async fn is_counted(
        &self,
        article: ArticleId,
        viewer: Uuid,
        day: Date,
    ) -> Result<bool, StoreError>;

    /// What somebody said of an article.
    async fn feedback(
        &self,
        article: ArticleId,
        user: UserId,
    ) -> Result<Option<Feedback>, StoreError>;

    /// What everybody said of an article, the newest first. For staff.
    async fn all_feedback(
        &self,
        article: ArticleId,
        slice: Slice,
    ) -> Result<Sliced<FeedbackView>, StoreError>;

    /// What was read or judged on those days: published articles that pass the filter, with their standing of those days
    /// alone.
    async fn read_on(
        &self,
        audience: Audience,
        filter: ArticleFilter,
        days: Days,
    ) -> Result<Vec<(ArticleId, Standing)>, StoreError>;

    /// Articles by identity, in that order; those that the reader may not know of are left out.
    async fn articles_of(
        &self,
        audience: Audience,
        ids: Vec<ArticleId>,
    ) -> Result<Vec<ArticleView>, StoreError>;

    /// Canned answers, by name. For staff.
    async fn templates(&self) -> Result<Vec<Template>, StoreError>;

    /// One canned answer. For staff.
    async fn template(&self, id: TemplateId) -> Result<Option<Template>, StoreError>;
}
