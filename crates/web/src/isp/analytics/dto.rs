//! The shape that every answer has.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::instant::Instant;

/// Figures: in total, over time, and by group.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answered<T, S, B> {
    /// Of which time.
    pub period: PeriodDto,
    /// Of which tickets; what filters nothing is left out.
    pub filters: FiltersDto,
    /// Up to when everything that happened is in it: a second or so ago.
    pub as_of: Instant,
    /// Whether every ticket is in it: not while all figures are made anew.
    pub is_complete: bool,
    /// Of all of it.
    pub totals: T,
    /// Of each part of the period.
    pub series: Vec<S>,
    /// Of each group, at most 200 of a kind, the largest first.
    pub breakdown: Vec<B>,
    /// How many groups there are in all.
    pub breakdown_total: usize,
    /// The newest comments (satisfaction).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Vec<CommentedDto>>,
    /// Why tickets were escalated, the commonest first (escalations).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<ReasonDto>>,
    /// The commonest ways through the statuses (resolution patterns).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paths: Option<Vec<PathDto>>,
    /// The period that it is compared with, as far as the desk was there (trending issues).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<PeriodDto>,
}

/// A period of whole days.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodDto {
    /// The first day.
    #[schema(format = Date)]
    pub from: String,
    /// The last day.
    #[schema(format = Date)]
    pub to: String,
    /// The time zone whose days these are.
    pub timezone: String,
    /// How long the parts of the series are: `day`, `week` (from Monday) or `month`.
    pub step: &'static str,
}

/// What the answer was narrowed by.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct FiltersDto {
    /// Agents; `null` is nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agent: Vec<Option<Uuid>>,
    /// Teams; `null` is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<Option<Uuid>>,
    /// Categories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<&'static str>,
    /// Priorities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<&'static str>,
    /// Customers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customer: Vec<Uuid>,
}

/// Figures of a part of the period.
#[derive(Debug, Serialize, ToSchema)]
pub struct Point<T> {
    /// Its first day.
    #[schema(format = Date)]
    pub from: String,
    /// Its last day.
    #[schema(format = Date)]
    pub to: String,
    /// The figures.
    #[serde(flatten)]
    pub figures: T,
}

/// Figures of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct Row<T> {
    /// What the groups are: `agent`, `team`, `category`, `priority` or `customer`.
    pub by: &'static str,
    /// Its id, or its name where it has none; `null` for nobody's.
    pub id: Option<String>,
    /// What people call it.
    pub name: Option<String>,
    /// The figures.
    #[serde(flatten)]
    pub figures: T,
}

/// What a customer wrote with a rating.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentedDto {
    /// The ticket.
    pub ticket_id: Uuid,
    /// Whose work it was.
    pub agent_id: Option<Uuid>,
    /// 1 to 5.
    pub score: u8,
    /// 1 to 7.
    pub effort: Option<u8>,
    /// The words.
    pub comment: String,
    /// When, to the second.
    pub created_at: Instant,
}

/// Why tickets were escalated.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonDto {
    /// What a person wrote, or what the clock found.
    pub reason: String,
    /// How often.
    pub escalations: u64,
}

/// A way through the statuses.
#[derive(Debug, Serialize, ToSchema)]
pub struct PathDto {
    /// The statuses, one after the other.
    pub statuses: Vec<&'static str>,
    /// How many resolutions came about so.
    pub resolved: u64,
    /// Of all resolutions.
    pub share: Option<f64>,
    /// How long they took, by the clock on the wall.
    pub time: Option<SpreadDto>,
}

/// What many durations come to, in seconds.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct SpreadDto {
    /// How many there are.
    pub count: u64,
    /// Their mean.
    pub mean_seconds: f64,
    /// Half of them are shorter.
    pub p50_seconds: f64,
    /// Nine of ten are shorter.
    pub p90_seconds: f64,
    /// Nineteen of twenty are shorter.
    pub p95_seconds: f64,
}
