//! Canned answers.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// A canned answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResolutionTemplate)]
pub struct TemplateDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// What it is called.
    pub name: &'a str,
    /// For tickets of which category; `null`: of any.
    #[schema(value_type = Option<schema::CategoryName>)]
    pub category: Option<&'static str>,
    /// The answer, with placeholders such as `{{customer.name}}`.
    pub body: &'a str,
    /// The resolution code that goes with it.
    pub resolution_code: Option<&'a str>,
    /// The placeholders in it, each once.
    #[schema(value_type = Vec<schema::PlaceholderName>)]
    pub placeholders: Vec<&'static str>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// Canned answers, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResolutionTemplateList)]
pub struct TemplateListDto<'a> {
    /// All of them.
    pub items: Vec<TemplateDto<'a>>,
    /// How many.
    pub total: usize,
}

/// Which canned answers.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TemplateParams {
    /// Those for tickets of this category and those for any.
    #[param(value_type = Option<schema::CategoryName>)]
    pub category: Option<String>,
}

/// A canned answer as somebody writes it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = NewResolutionTemplateBody, example = json!({
    "name": "Router restarted", "category": "technical_support", "resolution_code": "restart",
    "body": "Dear {{customer.name}},\n\na restart solved {{ticket.number}}.\n\n{{agent.name}}"
}))]
pub struct NewTemplateBody {
    /// What it is called.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// For tickets of which category; of any if left out.
    #[schema(value_type = Option<schema::CategoryName>)]
    pub category: Given<String>,
    /// The answer, 1 to 20,000 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 20_000)]
    pub body: Given<String>,
    /// The resolution code that goes with it.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub resolution_code: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What changes of a canned answer; what is left out stays.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = EditResolutionTemplateBody)]
pub struct EditTemplateBody {
    /// What it is called.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// For tickets of which category; `null` for any.
    #[schema(value_type = Option<schema::CategoryName>)]
    pub category: Given<String>,
    /// The answer, 1 to 20,000 characters.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 20_000)]
    pub body: Given<String>,
    /// The resolution code that goes with it; `null` for none.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub resolution_code: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What fills a canned answer in.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = RenderResolutionTemplateBody)]
pub struct RenderTemplateBody {
    /// The ticket.
    #[schema(value_type = Uuid, required = true)]
    pub ticket_id: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// A canned answer that is filled in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RenderedResolutionTemplate)]
pub struct RenderedDto<'a> {
    /// The text.
    pub body: &'a str,
    /// The resolution code that goes with it.
    pub resolution_code: Option<&'a str>,
    /// Placeholders for which the ticket had nothing.
    #[schema(value_type = Vec<schema::PlaceholderName>)]
    pub missing: Vec<&'static str>,
}
