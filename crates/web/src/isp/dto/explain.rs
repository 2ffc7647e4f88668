//! Why a ticket's SLA stands as it does.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ticket::PolicyName;
use crate::instant::Instant;

/// Why a ticket's SLA stands as it does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaExplanation)]
pub struct ExplanationDto<'a> {
    /// The ticket.
    pub ticket_id: Uuid,
    /// The instant of the explanation.
    pub now: Instant,
    /// The policy version that judges the ticket; `null` where none applies.
    pub policy: Option<PolicyName<'a>>,
    /// The calendar on which the clock runs.
    pub calendar: Option<CalendarName<'a>>,
    /// Since when these apply.
    pub since: Option<Instant>,
    /// Every policy in the order in which they are tried, and what came of it.
    pub candidates: Vec<CandidateDto<'a>>,
    /// The single promises.
    pub targets: Vec<TargetExplanationDto>,
    /// When it escalates next if nothing happens.
    pub next_escalation: Option<Instant>,
}

/// A calendar by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarName<'a> {
    /// The calendar's identity through all its versions; `null` for the built-in one that is always open.
    pub id: Option<Uuid>,
    /// What it is called.
    pub name: &'a str,
    /// The zone whose wall clock its hours are read on.
    pub timezone: &'a str,
    /// Which version.
    pub version: u32,
}

/// A policy that was tried.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaCandidate)]
pub struct CandidateDto<'a> {
    /// Which.
    pub policy: PolicyName<'a>,
    /// `chosen`, `other_priority`, `other_category`, `other_customer_tier`, `later_in_order`, `retired` or
    /// `not_yet_effective`.
    pub outcome: &'static str,
}

/// How one promise stands, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaTargetExplanation)]
pub struct TargetExplanationDto {
    /// `first_response`, `next_response` or `resolution`.
    pub target: &'static str,
    /// Business seconds granted; `null` where nothing is promised.
    pub limit_seconds: Option<i64>,
    /// Business seconds used.
    pub elapsed_seconds: i64,
    /// Business seconds left, negative when over.
    pub remaining_seconds: Option<i64>,
    /// When its time began.
    pub starts_at: Option<Instant>,
    /// When its warning is or was due.
    pub warn_at: Option<Instant>,
    /// When it is or was due.
    pub due_at: Option<Instant>,
    /// When it was fulfilled.
    pub met_at: Option<Instant>,
    /// When it was missed.
    pub breached_at: Option<Instant>,
    /// What its due time rests on: `no_target`, `not_started`, `reached`, `projected`, `held` by a pause, or `never`
    /// (the calendar opens too rarely).
    pub basis: &'static str,
    /// Its time so far, stretch by stretch.
    pub steps: Vec<StepDto>,
}

/// A stretch of time in which a clock was in one state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaStep)]
pub struct StepDto {
    /// Its beginning.
    pub from: Instant,
    /// Its end.
    pub to: Instant,
    /// `counted`, `paused` or `stopped`.
    pub state: &'static str,
    /// The status that paused or stopped it.
    pub status: Option<&'static str>,
    /// Business seconds in it.
    pub open_seconds: i64,
    /// What of them counts.
    pub counted_seconds: i64,
    /// What was used at its end.
    pub elapsed_seconds: i64,
    /// What was left at its end.
    pub remaining_seconds: Option<i64>,
}
