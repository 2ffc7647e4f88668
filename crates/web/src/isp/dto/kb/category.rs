//! Categories of articles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;

/// A category of articles, with what lies in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleCategory)]
pub struct ArticleCategoryDto {
    /// Identity.
    pub id: Uuid,
    /// The category that it lies in.
    pub parent_id: Option<Uuid>,
    /// Name, unique among its siblings without regard to case.
    pub name: String,
    /// What belongs here.
    pub description: Option<String>,
    /// Siblings are shown in ascending order of this, then of name.
    pub position: i32,
    /// Published articles directly in it that the caller may read.
    pub article_count: u64,
    /// Those below it counted too.
    pub total_article_count: u64,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Categories in it.
    #[schema(no_recursion)]
    pub children: Vec<ArticleCategoryDto>,
}

/// The categories of articles.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleCategoryTree)]
pub struct ArticleCategoryTreeDto {
    /// Those at the top.
    pub items: Vec<ArticleCategoryDto>,
    /// How many there are in all.
    pub total: usize,
}

/// A category of articles as somebody wants it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "name": "Wi-Fi", "description": "Everything without a cable", "position": 2 }))]
pub struct NewArticleCategoryBody {
    /// Name, unique among its siblings without regard to case.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// The category that it lies in; at the top if left out. At most five levels.
    #[schema(value_type = Option<Uuid>)]
    pub parent_id: Given<String>,
    /// What belongs here, up to 4,000 characters.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub description: Given<String>,
    /// Siblings are shown in ascending order of this, then of name; 0 if left out.
    #[schema(value_type = Option<i32>)]
    pub position: Given<i32>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What changes of a category; what is left out stays.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct EditArticleCategoryBody {
    /// Name, unique among its siblings without regard to case.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// The category that it is moved to; `null` for the top.
    #[schema(value_type = Option<Uuid>)]
    pub parent_id: Given<String>,
    /// What belongs here; `null` for nothing.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub description: Given<String>,
    /// Siblings are shown in ascending order of this, then of name.
    #[schema(value_type = i32, required = false)]
    pub position: Given<i32>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
