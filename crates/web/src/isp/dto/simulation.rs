//! SLA simulations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::calendar::CalendarBody;
use super::detail::Named;
use super::policy::PolicyBody;
use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// A simulation as somebody wants it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "from": "2026-01-01", "to": "2026-01-31",
    "policy": { "name": "Gold", "position": 5, "conditions": { "customer_tiers": ["gold"] },
                "targets": { "first_response": 15, "resolution": 240 } },
    "filters": { "priorities": ["high", "urgent"] }
}))]
pub struct SimulationBody {
    /// First day of the tickets' creation.
    #[schema(value_type = String, format = Date, required = true)]
    pub from: Given<String>,
    /// Last day of the tickets' creation.
    #[schema(value_type = String, format = Date, required = true)]
    pub to: Given<String>,
    /// The IANA name of the zone of those days; UTC if left out.
    #[schema(value_type = Option<String>)]
    pub timezone: Given<String>,
    /// A policy that is put among the present ones. Needed, unless a calendar takes the place of one.
    #[schema(value_type = Option<PolicyBody>)]
    pub policy: Given<PolicyBody>,
    /// The policy in whose place it comes; it is a new one if left out.
    #[schema(value_type = Option<Uuid>)]
    pub replaces: Given<String>,
    /// A calendar. One that takes nobody's place is the draft policy's.
    #[schema(value_type = Option<CalendarBody>)]
    pub calendar: Given<CalendarBody>,
    /// The calendar in whose place it comes, for every policy that runs on that.
    #[schema(value_type = Option<Uuid>)]
    pub replaces_calendar: Given<String>,
    /// Which of the period's tickets; all if left out.
    #[schema(value_type = Option<SimulationFiltersBody>)]
    pub filters: Given<SimulationFiltersBody>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// Which tickets are judged; what is left out or empty is any.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(default)]
pub struct SimulationFiltersBody {
    /// Of these priorities.
    #[schema(value_type = Option<Vec<schema::PriorityName>>)]
    pub priorities: Given<Vec<Given<String>>>,
    /// Of these categories.
    #[schema(value_type = Option<Vec<schema::CategoryName>>)]
    pub categories: Given<Vec<Given<String>>>,
    /// Of that customer.
    #[schema(value_type = Option<Uuid>)]
    pub customer_id: Given<String>,
    /// Of that team.
    #[schema(value_type = Option<Uuid>)]
    pub team_id: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// A simulation, whatever became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaSimulation)]
pub struct SimulationDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// How it stands.
    #[schema(value_type = schema::JobStateName)]
    pub status: &'static str,
    /// How far it has come.
    pub progress: SimulationProgressDto,
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
    pub request: SimulationRequestDto<'a>,
    /// What came of it; `null` until it is done, and in lists.
    pub result: Option<SimulationResultDto<'a>>,
}

/// How far a simulation has come.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = SlaSimulationProgress)]
pub struct SimulationProgressDto {
    /// Tickets looked at.
    pub tickets_done: i64,
    /// Tickets of the period; 0 while nobody has counted them.
    pub tickets_total: i64,
}

/// What was asked for, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaSimulationRequest)]
pub struct SimulationRequestDto<'a> {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: String,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub to: String,
    /// The zone of those days.
    pub timezone: &'a str,
    /// The draft policy's name.
    pub policy: Option<&'a str>,
    /// Whose place it takes.
    pub replaces: Option<Uuid>,
    /// The draft calendar's name.
    pub calendar: Option<&'a str>,
    /// Whose place it takes.
    pub replaces_calendar: Option<Uuid>,
    /// Which tickets.
    pub filters: SimulationFiltersDto,
}

/// Which tickets are judged; an empty list is any.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaSimulationFilters)]
pub struct SimulationFiltersDto {
    /// Priorities.
    #[schema(value_type = Vec<schema::PriorityName>)]
    pub priorities: Vec<&'static str>,
    /// Categories.
    #[schema(value_type = Vec<schema::CategoryName>)]
    pub categories: Vec<&'static str>,
    /// Customer.
    pub customer_id: Option<Uuid>,
    /// Team.
    pub team_id: Option<Uuid>,
}

/// What came of a simulation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaSimulationResult)]
pub struct SimulationResultDto<'a> {
    /// As of when promises were judged.
    pub judged_at: Instant,
    /// All tickets.
    #[serde(flatten)]
    pub sums: SimulationSumsDto,
    /// By priority; those alone of which there are tickets.
    #[schema(value_type = BTreeMap<String, SimulationSumsDto>)]
    pub by_priority: BTreeMap<&'a str, SimulationSumsDto>,
    /// By team, those with the most changed tickets first, at most 50.
    pub by_team: Vec<TeamSumsDto<'a>>,
    /// How many teams there are tickets of, with "no team".
    pub teams: u64,
    /// By customer, those with the most changed tickets first, at most 50.
    pub by_customer: Vec<CustomerSumsDto<'a>>,
    /// How many customers there are tickets of, with "no customer".
    pub customers: u64,
    /// How many changed tickets can be read one by one.
    pub listed: i64,
}

/// Some tickets, as they were and as they would be.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = SlaSimulationSums)]
pub struct SimulationSumsDto {
    /// How many there are.
    pub tickets: u64,
    /// How many have a promise that stands otherwise.
    pub changed: u64,
    /// How many have a promise missed that was not.
    pub newly_breached: u64,
    /// How many have a promise not missed that was.
    pub no_longer_breached: u64,
    /// By promise.
    pub targets: SimulationTargetsDto,
}

/// By promise.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = SlaSimulationTargets)]
pub struct SimulationTargetsDto {
    /// The first public answer.
    pub first_response: ShiftDto,
    /// The next public answer.
    pub next_response: ShiftDto,
    /// Resolution.
    pub resolution: ShiftDto,
}

/// A promise, before and after.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = SlaSimulationShift)]
pub struct ShiftDto {
    /// As recorded.
    pub before: OutcomesDto,
    /// With the draft.
    pub after: OutcomesDto,
}

/// How many promises stand in which way.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = SlaSimulationOutcomes)]
pub struct OutcomesDto {
    /// Kept.
    pub met: u64,
    /// Missed.
    pub breached: u64,
    /// Neither so far.
    pub pending: u64,
}

/// The tickets of a team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaSimulationTeam)]
pub struct TeamSumsDto<'a> {
    /// The team; `null` is none.
    pub team: Option<Named<'a>>,
    /// Its tickets.
    #[serde(flatten)]
    pub sums: SimulationSumsDto,
}

/// The tickets of a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaSimulationCustomer)]
pub struct CustomerSumsDto<'a> {
    /// The customer; `null` is none.
    pub customer: Option<Named<'a>>,
    /// Its tickets.
    #[serde(flatten)]
    pub sums: SimulationSumsDto,
}

/// Simulations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaSimulationList)]
pub struct SimulationListDto<'a> {
    /// Newest first.
    pub items: Vec<SimulationDto<'a>>,
    /// How many there are in all.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}

/// A ticket with a promise that would stand otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaSimulationTicket)]
pub struct ChangedTicketDto<'a> {
    /// The ticket.
    pub ticket_id: Uuid,
    /// What people call it.
    pub ticket_number: &'a str,
    /// When it was made.
    pub created_at: Instant,
    /// Its priority.
    #[schema(value_type = schema::PriorityName)]
    pub priority: &'a str,
    /// Its category.
    #[schema(value_type = schema::CategoryName)]
    pub category: &'a str,
    /// Its customer.
    pub customer: Option<Named<'a>>,
    /// Its team.
    pub team: Option<Named<'a>>,
    /// The name of the policy that judged it.
    pub policy_before: Option<&'a str>,
    /// The name of the policy that would have.
    pub policy_after: Option<&'a str>,
    /// By promise.
    pub targets: ChangedTargetsDto,
}

/// A ticket's promises.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = SlaSimulationTicketTargets)]
pub struct ChangedTargetsDto {
    /// The first public answer.
    pub first_response: ChangeDto,
    /// The next public answer.
    pub next_response: ChangeDto,
    /// Resolution.
    pub resolution: ChangeDto,
}

/// How a promise stood and how it would stand.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = SlaSimulationChange)]
pub struct ChangeDto {
    /// As recorded.
    #[schema(value_type = schema::OutcomeName)]
    pub before: &'static str,
    /// With the draft.
    #[schema(value_type = schema::OutcomeName)]
    pub after: &'static str,
}

/// Tickets with a promise that would stand otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaSimulationTicketList)]
pub struct ChangedTicketListDto<'a> {
    /// In the order of creation.
    pub items: Vec<ChangedTicketDto<'a>>,
    /// How many can be read one by one: those found so far, at most 10,000.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}
