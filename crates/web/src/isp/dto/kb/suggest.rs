//! What may help with a ticket.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::search::SearchResultDto;
use super::template::TemplateDto;
use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// A ticket in a customer's words.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = SuggestionsBody, example = json!({ "title": "internet slwo", "description": "every evening the wifi crawls" }))]
pub struct SuggestBody {
    /// Title, 1 to 200 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    pub title: Given<String>,
    /// Description, up to 65,536 characters.
    #[schema(value_type = Option<String>, max_length = 65_536)]
    pub description: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What may help.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suggestions)]
pub struct SuggestionsDto<'a> {
    /// Articles, the best first.
    pub articles: Vec<SearchResultDto<'a>>,
    /// Resolved tickets like it. For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similar_tickets: Option<Vec<SimilarTicketDto<'a>>>,
    /// Canned answers. For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution_templates: Option<Vec<SuggestedTemplateDto<'a>>>,
    /// What it is probably about; `null` where nothing tells.
    pub category: Option<GuessDto<'a>>,
    /// How urgent it probably is; `null` where nothing tells.
    pub priority: Option<GuessDto<'a>>,
}

/// A resolved ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimilarTicket)]
pub struct SimilarTicketDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// `T-20260314-0001`
    pub ticket_number: &'a str,
    /// Title.
    pub title: &'a str,
    /// Where it stands.
    #[schema(value_type = schema::StatusName)]
    pub status: &'static str,
    /// What it was about.
    #[schema(value_type = schema::CategoryName)]
    pub category: &'static str,
    /// How it was resolved.
    pub resolution: Option<&'a str>,
    /// The same, for counting.
    pub resolution_code: Option<&'a str>,
    /// When it was resolved.
    pub resolved_at: Option<Instant>,
    /// How alike, up to 1.
    pub score: f64,
    /// The words that made it.
    pub words: &'a [String],
}

/// A canned answer that may fit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuggestedResolutionTemplate)]
pub struct SuggestedTemplateDto<'a> {
    /// The answer.
    pub template: TemplateDto<'a>,
    /// How well it fits, up to 1.
    pub score: f64,
    /// The words that made it.
    pub words: &'a [String],
}

/// What is probable.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuggestedValue)]
pub struct GuessDto<'a> {
    /// What.
    pub value: &'static str,
    /// Its share of all that speaks for anything, below 1.
    pub score: f64,
    /// The words that speak for it.
    pub words: &'a [String],
}
