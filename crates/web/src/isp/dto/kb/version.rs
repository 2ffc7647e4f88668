//! Versions of articles, and what they changed.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::AuthorDto;
use crate::instant::Instant;
use crate::isp::schema;

/// A version of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleVersion)]
pub struct ArticleVersionDto<'a> {
    /// Of which article.
    pub article_id: Uuid,
    /// 1 for the first.
    pub version: i64,
    /// Title.
    pub title: &'a str,
    /// The text, in Markdown.
    pub body: &'a str,
    /// In which category it was; that may be gone by now.
    pub category_id: Option<Uuid>,
    /// Tags.
    pub tags: Vec<&'a str>,
    /// Language.
    pub language: &'a str,
    /// How far it had come.
    #[schema(value_type = schema::PublicationName)]
    pub status: &'static str,
    /// Who could read it.
    #[schema(value_type = schema::VisibilityName)]
    pub visibility: &'static str,
    /// Who wrote it.
    pub author: AuthorDto<'a>,
    /// When.
    pub created_at: Instant,
}

/// A page of versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleVersionList)]
pub struct ArticleVersionListDto<'a> {
    /// The versions, the newest first.
    pub items: Vec<ArticleVersionDto<'a>>,
    /// How many there are.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}

/// What a version changed from the one before it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleDiff)]
pub struct DiffDto<'a> {
    /// Which version.
    pub version: i64,
    /// The one before it; `null` for the first.
    pub previous_version: Option<i64>,
    /// Fields other than the text that changed.
    pub changes: Vec<DiffFieldDto<'a>>,
    /// Stretches of the text that changed, with three lines around each.
    pub hunks: Vec<Vec<DiffLineDto<'a>>>,
    /// The same as a unified diff.
    pub unified: &'a str,
}

/// A field that changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleDiffField)]
pub struct DiffFieldDto<'a> {
    /// Which.
    pub field: &'static str,
    /// What it was.
    pub from: Option<&'a str>,
    /// What it became.
    pub to: Option<&'a str>,
}

/// A line of the text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleDiffLine)]
pub struct DiffLineDto<'a> {
    /// What became of it: `same`, `added` or `removed`.
    #[schema(value_type = schema::DiffKind)]
    pub kind: &'static str,
    /// Its number before, from 1.
    pub old_line: Option<usize>,
    /// Its number now, from 1.
    pub new_line: Option<usize>,
    /// The line.
    pub text: &'a str,
}
