//! API tokens.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// An API token; the token itself is shown once, when it is made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub struct TokenDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// The token itself, in the answer that made it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
    /// What it is called.
    pub name: &'a str,
    /// Whose rights it carries.
    pub user_id: Uuid,
    /// What it may be used for.
    #[schema(value_type = Vec<schema::ScopeName>)]
    pub scopes: Vec<&'static str>,
    /// When it was made.
    pub created_at: Instant,
    /// When it stops being good; `null`: never.
    pub expires_at: Option<Instant>,
    /// When it was withdrawn.
    pub revoked_at: Option<Instant>,
}

/// API tokens, newest first, withdrawn ones too.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiTokenList)]
pub struct TokenListDto<'a> {
    /// The tokens.
    pub items: Vec<TokenDto<'a>>,
    /// How many there are.
    pub total: usize,
}

/// An API token that is wanted.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "name": "portal", "scopes": ["tickets:read", "tickets:write"] }))]
pub struct TokenBody {
    /// What to call it; without `user_id`, also the service user that is made for it.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 100)]
    #[validate(length(min = 1, max = 100))]
    pub name: Given<String>,
    /// Whose rights it carries; a new service user's if left out.
    #[schema(value_type = Option<Uuid>)]
    pub user_id: Given<String>,
    /// What it may be used for; at least one.
    #[schema(value_type = Vec<schema::ScopeName>, required = true, min_items = 1)]
    pub scopes: Given<Vec<Given<String>>>,
    /// When it stops being good; never if left out.
    #[schema(value_type = Option<Instant>)]
    pub expires_at: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
