//! Articles.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::AuthorDto;
use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// What is told of an article everywhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleHead)]
pub struct ArticleHeadDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// Its name in addresses; made of its first title, and it stays.
    pub slug: &'a str,
    /// Title.
    pub title: &'a str,
    /// In which category.
    pub category_id: Option<Uuid>,
    /// Tags.
    pub tags: Vec<&'a str>,
    /// What it is written in: a language tag in lower case.
    pub language: &'a str,
    /// How far it has come.
    #[schema(value_type = schema::PublicationName)]
    pub status: &'static str,
    /// Who may read it once it is published.
    #[schema(value_type = schema::VisibilityName)]
    pub visibility: &'static str,
    /// 1 for the first; every change makes the next.
    pub version: i64,
    /// Who began it; `null` for readers who have not signed in.
    pub author: Option<AuthorDto<'a>>,
    /// How many it helped.
    pub helpful_count: u64,
    /// How many it did not.
    pub not_helpful_count: u64,
    /// How often it was read: once for a person and day.
    pub views: u64,
    /// When it was begun.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// When it was last published.
    pub published_at: Option<Instant>,
}

/// An article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Article)]
pub struct ArticleDto<'a> {
    #[serde(flatten)]
    pub head: ArticleHeadDto<'a>,
    /// The text, in Markdown.
    pub body: &'a str,
    /// The same as sanitised HTML.
    pub html: String,
    /// The same as plain text.
    pub text: &'a str,
}

/// An article in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleItem)]
pub struct ArticleItemDto<'a> {
    #[serde(flatten)]
    pub head: ArticleHeadDto<'a>,
    /// How its text begins, without Markdown.
    pub excerpt: &'a str,
}

/// A page of articles.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleList)]
pub struct ArticleListDto<'a> {
    /// The articles, the one changed last first.
    pub items: Vec<ArticleItemDto<'a>>,
    /// How many match in all.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}

/// Which articles.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticleParams {
    /// Category, by id or name; what lies below it counts too.
    #[param(max_length = 200)]
    pub category: Option<String>,
    /// Tags, separated by commas; an article has to have all of them.
    #[param(max_length = 1000)]
    pub tags: Option<String>,
    /// Language.
    #[param(max_length = 20)]
    pub language: Option<String>,
    /// Statuses, separated by commas.
    pub status: Option<String>,
    /// Visibilities, separated by commas.
    pub visibility: Option<String>,
}

/// An article as somebody writes it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "title": "Restart the router", "body": "# Restart\n\n1. Pull the plug.\n2. Wait ten seconds.",
    "tags": ["router", "wifi"], "language": "en", "status": "published", "visibility": "public"
}))]
pub struct NewArticleBody {
    /// Title, 1 to 200 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    pub title: Given<String>,
    /// The text in Markdown, 1 to 200,000 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200_000)]
    pub body: Given<String>,
    /// In which category.
    #[schema(value_type = Option<Uuid>)]
    pub category_id: Given<String>,
    /// Tags.
    #[schema(value_type = Option<Vec<String>>, max_items = 20)]
    #[validate(length(max = 20))]
    pub tags: Given<Vec<Given<String>>>,
    /// What it is written in: a language tag such as `en`, `ru`, `pt-br`; `en` if left out.
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length = 20)]
    pub language: Given<String>,
    /// How far it has come; `draft` if left out.
    #[schema(value_type = Option<schema::PublicationName>)]
    pub status: Given<String>,
    /// Who may read it once it is published; `customers` if left out.
    #[schema(value_type = Option<schema::VisibilityName>)]
    pub visibility: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What changes; what is left out stays.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "status": "published" }))]
pub struct EditArticleBody {
    /// Title, 1 to 200 characters.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub title: Given<String>,
    /// The text in Markdown, 1 to 200,000 characters.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200_000)]
    pub body: Given<String>,
    /// In which category; `null` for none.
    #[schema(value_type = Option<Uuid>)]
    pub category_id: Given<String>,
    /// Tags, all of them.
    #[schema(value_type = Vec<String>, required = false, max_items = 20)]
    #[validate(length(max = 20))]
    pub tags: Given<Vec<Given<String>>>,
    /// What it is written in.
    #[schema(value_type = String, required = false, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length = 20)]
    pub language: Given<String>,
    /// How far it has come.
    #[schema(value_type = schema::PublicationName, required = false)]
    pub status: Given<String>,
    /// Who may read it once it is published.
    #[schema(value_type = schema::VisibilityName, required = false)]
    pub visibility: Given<String>,
    /// The version that was read; 412 if it is another by now.
    #[schema(value_type = i64, required = false)]
    pub version: Given<i64>,
    /// What readers do meanwhile is no reason to refuse an edit.
    #[schema(ignore)]
    pub views: Given<Value>,
    #[schema(ignore)]
    pub helpful_count: Given<Value>,
    #[schema(ignore)]
    pub not_helpful_count: Given<Value>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
