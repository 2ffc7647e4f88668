//! The same action on many tickets.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// Which tickets, and what is done to each.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "ticket_ids": ["0190a5f0-0000-7000-8000-000000000003"], "action": "status", "status": "in_progress"
}))]
pub struct BulkBody {
    /// The tickets, at most 1,000, as a job 25,000; or `filter`.
    #[schema(value_type = Option<Vec<Uuid>>, min_items = 1, max_items = 25000)]
    #[validate(length(max = 25000))]
    pub ticket_ids: Given<Vec<Given<String>>>,
    /// Those that match, if they are not more than 1,000, as a job 100,000; or `ticket_ids`. The parameters of `GET /tickets` by name,
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
    pub code: String,
    /// In words.
    pub detail: String,
}

/// A bulk job, whatever became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkJob)]
pub struct BulkJobDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// How it stands.
    #[schema(value_type = schema::JobStateName)]
    pub status: &'static str,
    /// How far it has come.
    pub progress: BulkProgressDto,
    /// How many tickets took it so far.
    pub succeeded: i64,
    /// How many did not.
    pub failed: i64,
    /// When it was asked for.
    pub created_at: Instant,
    /// Who asked for it.
    pub created_by: Uuid,
    /// When it was begun.
    pub started_at: Option<Instant>,
    /// When it came to its end, whatever end.
    pub finished_at: Option<Instant>,
    /// Why it failed.
    pub error: Option<&'a str>,
    /// What was asked for, in short.
    pub request: BulkRequestDto,
}

/// How far a bulk job has come.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = BulkJobProgress)]
pub struct BulkProgressDto {
    /// Tickets that have an outcome.
    pub tickets_done: i64,
    /// Tickets that the job is about.
    pub tickets_total: i64,
}

/// What was asked for, in short.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = BulkJobRequest)]
pub struct BulkRequestDto {
    /// What is done.
    #[schema(value_type = schema::BulkActionName)]
    pub action: &'static str,
}

/// Bulk jobs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkJobList)]
pub struct BulkJobListDto<'a> {
    /// The jobs.
    pub items: Vec<BulkJobDto<'a>>,
    /// How many there are in all.
    pub total: u64,
    /// At most so many on this page.
    pub limit: u32,
    /// So many were left out.
    pub offset: u64,
}

/// What became of a job's tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkResultList)]
pub struct BulkResultListDto {
    /// Each of them.
    pub items: Vec<BulkResult>,
    /// How many there are in all.
    pub total: u64,
    /// At most so many on this page.
    pub limit: u32,
    /// So many were left out.
    pub offset: u64,
}

/// Which outcomes of a job.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BulkResultParams {
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 100_000, default = 0)]
    pub offset: Option<u64>,
    /// Those alone of tickets to which nothing was done.
    #[param(default = false)]
    pub failed: Option<bool>,
}

/// Which outcomes of a job stand in the file.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BulkCsvParams {
    /// Those alone of tickets to which nothing was done.
    #[param(default = false)]
    pub failed: Option<bool>,
}
