//! Teams.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// A group of staff.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Team)]
pub struct TeamDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// Name, unique without regard to case.
    pub name: &'a str,
    /// The categories it takes when routing finds no agent.
    #[schema(value_type = Vec<schema::CategoryName>)]
    pub categories: Vec<&'static str>,
    /// Whether it can be used; `DELETE` switches it off.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A page of teams, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamList)]
pub struct TeamListDto<'a> {
    /// The entries.
    pub items: Vec<TeamDto<'a>>,
    /// How many match in all.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u32,
}

/// A group of staff, as somebody wants it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "name": "Fibre", "categories": ["outage_report"] }))]
pub struct NewTeamBody {
    /// Name, unique without regard to case.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// The categories it takes when routing finds no agent.
    #[schema(value_type = Option<Vec<schema::CategoryName>>)]
    pub categories: Given<Vec<Given<String>>>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What changes; what is left out stays, `null` clears what may be empty.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct TeamPatchBody {
    /// Name, unique without regard to case.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// The categories it takes when routing finds no agent.
    #[schema(value_type = Vec<schema::CategoryName>, required = false)]
    pub categories: Given<Vec<Given<String>>>,
    /// Whether it can be used.
    #[schema(value_type = bool, required = false)]
    pub is_active: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
