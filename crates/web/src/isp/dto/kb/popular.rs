//! What is read, and what of it helps.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::article::ArticleItemDto;

/// A period and a place to look at.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PopularParams {
    /// The first day, UTC; 29 days before `to` if left out. At most 365 days before it.
    #[param(format = Date)]
    pub from: Option<String>,
    /// The last day, UTC; today if left out.
    #[param(format = Date)]
    pub to: Option<String>,
    /// Category, by id or name; what lies below it counts too.
    #[param(max_length = 200)]
    pub category: Option<String>,
    /// Tags, separated by commas; an article has to have all of them.
    #[param(max_length = 1000)]
    pub tags: Option<String>,
    /// Language.
    #[param(max_length = 20)]
    pub language: Option<String>,
}

/// What was read in a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PopularArticles)]
pub struct PopularDto<'a> {
    /// The period.
    pub period: PeriodDto,
    /// The articles, the most popular first.
    pub results: Vec<PopularArticleDto<'a>>,
    /// How many were read or judged.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}

/// Days, both included, UTC.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PopularPeriod)]
pub struct PeriodDto {
    /// The first.
    #[schema(format = Date)]
    pub from: String,
    /// The last.
    #[schema(format = Date)]
    pub to: String,
}

/// An article that was read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PopularArticle)]
pub struct PopularArticleDto<'a> {
    /// The article, with its counts of all times.
    pub article: ArticleItemDto<'a>,
    /// How often it was read in the period: once for a person and day.
    pub views: u64,
    /// How many said in the period that it helped.
    pub helpful_count: u64,
    /// How many said that it did not.
    pub not_helpful_count: u64,
    /// What it is ordered by.
    pub score: f64,
}
