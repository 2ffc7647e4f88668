//! A ticket as clients read it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::instant::Instant;
use crate::isp::audience::Nullable;
use crate::isp::schema;

/// A ticket. Fields that staff keep to themselves are left out for customers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct TicketDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// The integer by which older clients know it.
    pub number: i64,
    /// The day and its sequence: `T-20260314-0042`.
    #[schema(example = "T-20260314-0042")]
    pub ticket_number: &'a str,
    /// Whose it is; `null` for tickets of people who did not sign in.
    pub customer_id: Option<Uuid>,
    /// One line.
    #[schema(example = "No signal since noon")]
    pub title: &'a str,
    /// What happened.
    pub description: &'a str,
    /// What it is about.
    #[schema(value_type = schema::CategoryName)]
    pub category: &'static str,
    /// How urgent it is.
    #[schema(value_type = schema::PriorityName)]
    pub priority: &'static str,
    /// Where it stands.
    #[schema(value_type = schema::StatusName)]
    pub status: &'static str,
    /// The service concerned.
    pub service_id: Option<Uuid>,
    /// The person to talk to.
    pub contact_id: Option<Uuid>,
    /// How to reach the customer.
    #[schema(value_type = schema::ContactMethodName)]
    pub contact_method: &'static str,
    /// When to reach the customer.
    pub preferred_contact_time: Option<&'a str>,
    /// Contact details given as free text.
    pub contact_info: Option<&'a str>,
    /// Labels.
    pub tags: Vec<&'a str>,
    /// The agent who works on it.
    pub assigned_to: Option<Uuid>,
    /// The team that works on it.
    pub assigned_team: Option<Uuid>,
    /// 0 to 3; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 3)]
    pub escalation_level: Option<u8>,
    /// A date promised by hand; goes before the SLA's when judging what is overdue.
    pub due_date: Option<Instant>,
    /// Which API it came in by.
    #[schema(value_type = schema::SourceName)]
    pub source: &'static str,
    /// The ticket it was merged into.
    pub merged_into: Option<Uuid>,
    /// Who made it.
    pub created_by: Option<Uuid>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// When staff first answered in public.
    pub first_response_at: Option<Instant>,
    /// When it was resolved, while it is resolved or closed.
    pub resolved_at: Option<Instant>,
    /// When it was closed, while it is closed.
    pub closed_at: Option<Instant>,
    /// How it was resolved, in words.
    pub resolution: Option<&'a str>,
    /// How it was resolved, as a code.
    pub resolution_code: Option<&'a str>,
    /// The canned answer that it was resolved with; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub resolution_template_id: Option<Nullable<Uuid>>,
    /// Counts changes, from 1; in quotes it is the entity tag.
    pub version: i64,
    /// What was promised, and whether it was kept.
    pub sla: SlaDto<'a>,
}

/// What was promised of a ticket, and whether it was kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sla)]
pub struct SlaDto<'a> {
    /// The policy that promises it, `null` where none does; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PolicyName<'a>>)]
    pub policy: Option<Nullable<PolicyName<'a>>>,
    /// The single promises.
    pub targets: TargetsDto,
}

/// A policy by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyName<'a> {
    /// The policy's identity through all its versions.
    pub id: Uuid,
    /// What it is called.
    pub name: &'a str,
    /// Which version.
    pub version: u32,
}

/// The single promises.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaTargets)]
pub struct TargetsDto {
    /// From creation to the first public answer.
    pub first_response: TargetDto,
    /// From the oldest unanswered question to the next public answer.
    pub next_response: TargetDto,
    /// From creation to resolution.
    pub resolution: TargetDto,
}

/// One promise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaTarget)]
pub struct TargetDto {
    /// When it is or was due; `null` while paused, or with nothing running.
    pub due_at: Option<Instant>,
    /// When it was fulfilled.
    pub met_at: Option<Instant>,
    /// When it was missed.
    pub breached_at: Option<Instant>,
    /// When most of its time was used up; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Instant>)]
    pub warned_at: Option<Nullable<Instant>>,
    /// Whether its clock stands still because of the ticket's status.
    pub paused: bool,
    /// Business seconds left, negative when over; `null` with nothing running.
    pub remaining_seconds: Option<i64>,
}

/// A ticket in a few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketSummary<'a> {
    /// Identity.
    pub id: Uuid,
    /// The integer by which older clients know it.
    pub number: i64,
    /// The day and its sequence.
    pub ticket_number: &'a str,
    /// One line.
    pub title: &'a str,
    /// Where it stands.
    #[schema(value_type = schema::StatusName)]
    pub status: &'static str,
    /// How urgent it is.
    #[schema(value_type = schema::PriorityName)]
    pub priority: &'static str,
    /// When it was made.
    pub created_at: Instant,
    /// How it stands to the ticket beside which it is shown: `merged_from`, `merged_into`, `relates_to`, `duplicates`,
    /// `duplicated_by`, `blocks`, `blocked_by`, `caused_by`, `causes`, `same_service`.
    pub relation: &'static str,
}
