//! Whether an article helped.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::AuthorDto;
use crate::extract::{Given, Rest};
use crate::instant::Instant;

/// What somebody says of an article.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = KbFeedbackBody, example = json!({ "article_id": "01980000-0000-7000-8000-0000000000aa", "helpful": true }))]
pub struct FeedbackBody {
    /// Of which article.
    #[schema(value_type = Uuid, required = true)]
    pub article_id: Given<String>,
    /// Whether it helped.
    #[schema(value_type = bool, required = true)]
    pub helpful: Given<bool>,
    /// What else there is to say, up to 4,000 characters.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub comment: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What was said, and how the article stands with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GivenKbFeedback)]
pub struct GivenFeedbackDto<'a> {
    /// Of which article.
    pub article_id: Uuid,
    /// Whether it helped.
    pub helpful: bool,
    /// What else there was to say.
    pub comment: Option<&'a str>,
    /// How many it helped.
    pub helpful_count: u64,
    /// How many it did not.
    pub not_helpful_count: u64,
    /// When it was first said.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// What somebody said of an article, as staff reads it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KbFeedback)]
pub struct FeedbackDto<'a> {
    /// Who.
    pub user: AuthorDto<'a>,
    /// Whether it helped.
    pub helpful: bool,
    /// What else there was to say.
    pub comment: Option<&'a str>,
    /// When it was first said.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A page of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KbFeedbackList)]
pub struct FeedbackListDto<'a> {
    /// The newest first.
    pub items: Vec<FeedbackDto<'a>>,
    /// How many there are.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}
