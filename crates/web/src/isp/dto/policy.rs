//! SLA policies.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// A version of an SLA policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaPolicy)]
pub struct PolicyDto<'a> {
    /// The policy's identity through all its versions.
    pub id: Uuid,
    /// This version's own identity.
    pub version_id: Uuid,
    /// 1 for the first.
    pub version: u32,
    /// From when on it is the present version.
    pub effective_from: Instant,
    /// Whether it is for open tickets too (`open`), or for those to come (`new`).
    pub apply_to: &'static str,
    /// Whether this version withdraws the policy.
    pub retired: bool,
    /// What it is called.
    pub name: &'a str,
    /// Policies are tried in ascending order of this, then of name, then of age.
    pub position: i32,
    /// Which tickets it is for.
    pub conditions: ConditionsDto<'a>,
    /// What it promises, in minutes.
    pub targets: PolicyTargetsDto,
    /// The calendar on which its clock runs; `null` is around the clock.
    pub calendar_id: Option<Uuid>,
    /// Statuses in which its clock stands still.
    #[schema(value_type = Vec<schema::StatusName>)]
    pub pause_statuses: Vec<&'static str>,
    /// Share of a target, in percent, after which a warning is due.
    pub warning_percent: u8,
}

/// Which tickets a policy is for; an empty list is any.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaConditions)]
pub struct ConditionsDto<'a> {
    /// Priorities.
    #[schema(value_type = Vec<schema::PriorityName>)]
    pub priorities: Vec<&'static str>,
    /// Categories.
    #[schema(value_type = Vec<schema::CategoryName>)]
    pub categories: Vec<&'static str>,
    /// Customer tiers.
    pub customer_tiers: &'a [String],
}

/// What a policy promises, in minutes; `null` is nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaPolicyTargets)]
pub struct PolicyTargetsDto {
    /// To the first public answer.
    pub first_response: Option<f64>,
    /// To the next public answer.
    pub next_response: Option<f64>,
    /// To resolution.
    pub resolution: Option<f64>,
}

/// Policies, all versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaPolicyList)]
pub struct PolicyListDto<'a> {
    /// In the order in which they are tried, each policy's oldest version first.
    pub items: Vec<PolicyDto<'a>>,
    /// How many versions there are.
    pub total: usize,
}

/// A policy as somebody wants it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "name": "Gold", "position": 5, "conditions": { "customer_tiers": ["gold"] },
    "targets": { "first_response": 15, "resolution": 240 }, "warning_percent": 80
}))]
pub struct PolicyBody {
    /// What it is called, 1 to 100 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 100)]
    pub name: Given<String>,
    /// Policies are tried in ascending order of this, then of name, then of age.
    #[schema(value_type = i32, required = true)]
    pub position: Given<i32>,
    /// Which tickets it is for; all if left out.
    #[schema(value_type = Option<ConditionsBody>)]
    pub conditions: Given<ConditionsBody>,
    /// What it promises.
    #[schema(value_type = TargetsBody, required = true)]
    pub targets: Given<TargetsBody>,
    /// The calendar on which its clock runs; around the clock if left out.
    #[schema(value_type = Option<Uuid>)]
    pub calendar_id: Given<String>,
    /// Statuses in which its clock stands still; `pending_customer` if left out.
    #[schema(value_type = Option<Vec<schema::StatusName>>)]
    pub pause_statuses: Given<Vec<Given<String>>>,
    /// Share of a target, in percent, after which a warning is due.
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 99, default = 75)]
    pub warning_percent: Given<u8>,
    /// For `PUT`: whether open tickets are judged by the new version too; `new` if left out.
    #[schema(value_type = Option<schema::ApplyTo>)]
    pub apply_to: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// Which tickets a policy is for; a list that is empty or left out is any.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(default)]
pub struct ConditionsBody {
    /// Priorities.
    #[schema(value_type = Option<Vec<schema::PriorityName>>)]
    pub priorities: Given<Vec<Given<String>>>,
    /// Categories.
    #[schema(value_type = Option<Vec<schema::CategoryName>>)]
    pub categories: Given<Vec<Given<String>>>,
    /// Customer tiers.
    #[schema(value_type = Option<Vec<String>>)]
    pub customer_tiers: Given<Vec<Given<String>>>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What a policy promises, in minutes, fractions allowed, at least a second; `null` or left out is nothing.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(default)]
pub struct TargetsBody {
    /// To the first public answer.
    #[schema(value_type = Option<f64>, minimum = 0.0167, maximum = 5_270_400)]
    pub first_response: Given<f64>,
    /// To the next public answer.
    #[schema(value_type = Option<f64>, minimum = 0.0167, maximum = 5_270_400)]
    pub next_response: Given<f64>,
    /// To resolution.
    #[schema(value_type = Option<f64>, minimum = 0.0167, maximum = 5_270_400)]
    pub resolution: Given<f64>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
