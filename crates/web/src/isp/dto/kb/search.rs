//! Searching articles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::article::ArticleItemDto;
use crate::extract::{Given, Rest};

/// What is searched for.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = KbSearchBody, example = json!({ "query": "wifi slwo in the evening", "language": "en", "limit": 10 }))]
pub struct SearchBody {
    /// Words, 1 to 500 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 500)]
    #[validate(length(max = 500))]
    pub query: Given<String>,
    /// Category, by id or name; what lies below it counts too.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub category: Given<String>,
    /// Tags; an article has to have all of them.
    #[schema(value_type = Option<Vec<String>>, max_items = 20)]
    #[validate(length(max = 20))]
    pub tags: Given<Vec<Given<String>>>,
    /// Language.
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length = 20)]
    pub language: Given<String>,
    /// At most so many results.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    pub limit: Given<u32>,
    /// Leave so many out.
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 10000, default = 0)]
    pub offset: Given<u32>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KbSearchResults)]
pub struct SearchResultsDto<'a> {
    /// The best first.
    pub results: Vec<SearchResultDto<'a>>,
    /// How many fit in all.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}

/// An article that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KbSearchResult)]
pub struct SearchResultDto<'a> {
    /// The article.
    pub article: ArticleItemDto<'a>,
    /// How well it fits, up to 1.
    pub score: f64,
    /// The words, as they were typed, that it was found by; the most telling first.
    pub words: &'a [String],
    /// Where they stand in it: HTML, escaped, with `<mark>` around them.
    pub snippet: &'a str,
}
