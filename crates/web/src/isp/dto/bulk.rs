//! The same action on many tickets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::isp::schema;

/// Which tickets, and what is done to each.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "ticket_ids": ["0190a5f0-0000-7000-8000-000000000003"], "action": "status", "status": "in_progress"
}))]
pub struct BulkBody {
    /// The tickets, at most 1,000; or `filter`.
    #[schema(value_type = Option<Vec<Uuid>>, min_items = 1, max_items = 1000)]
    #[validate(length(max = 1000))]
    pub ticket_ids: Given<Vec<Given<String>>>,
    /// Those that match, if they are not more than 1,000; or `ticket_ids`. The parameters of `GET /tickets` by name,
    /// with strings as values.
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub filter: Given<std::collections::BTreeMap<String, String>>,
    /// What is done.
    #[schema(value_type = schema::BulkActionName, required = true)]
    pub action: Given<String>,
    /// `assign`: to whom; `null` for nobody.
    #[schema(value_type = Option<String>)]
    pub assigned_to: Given<String>,
    /// `assign`: what that names.
    #[schema(value_type = Option<schema::AssignmentType>)]
    pub assignment_type: Given<String>,
    /// `status`: which.
    #[schema(value_type = schema::StatusName, required = false)]
    pub status: Given<String>,
    /// `priority`: which.
    #[schema(value_type = schema::PriorityName, required = false)]
    pub priority: Given<String>,
    /// `tag`: tags that each gets.
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    #[validate(length(max = 50))]
    pub add: Given<Vec<Given<String>>>,
    /// `tag`: tags that each loses.
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    #[validate(length(max = 50))]
    pub remove: Given<Vec<Given<String>>>,
    /// `comment`: the text.
    #[schema(value_type = Option<String>, max_length = 65536)]
    pub body: Given<String>,
    /// `comment`: whether it is for staff alone.
    #[schema(value_type = Option<bool>, default = false)]
    pub is_internal: Given<bool>,
    /// `close`: how it was resolved, in words.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub resolution: Given<String>,
    /// `close`: how it was resolved, as a code.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub resolution_code: Given<String>,
    /// `close`: the canned answer that it was resolved with.
    #[schema(value_type = Option<Uuid>)]
    pub resolution_template_id: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What became of the tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkOutcome)]
pub struct BulkDto {
    /// How many took it.
    pub succeeded: usize,
    /// How many did not.
    pub failed: usize,
    /// Each of them, in the order given.
    pub results: Vec<BulkResult>,
}

/// What became of one ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    /// Which.
    pub ticket_id: Uuid,
    /// The status code that the same action on this ticket alone would have had.
    #[schema(example = 200)]
    pub status: u16,
    /// Why nothing was done to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<BulkError>,
}

/// Why nothing was done to a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkError {
    /// A stable name for programs.
    #[schema(example = "invalid_transition")]
    pub code: &'static str,
    /// In words.
    pub detail: String,
}
