//! What each question is answered with.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::dto::SpreadDto;

/// Work that came and went, and promises kept.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct PerformanceDto {
    /// Tickets made.
    pub created: u64,
    /// Resolutions; a ticket that comes back can have several.
    pub resolved: u64,
    /// Reopenings in the period, whenever the ticket was resolved.
    pub reopened: u64,
    /// Unresolved tickets at the end.
    pub backlog: i64,
    /// Promises.
    pub sla: SlaDto,
}

/// Promises decided.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct SlaDto {
    /// Of all targets.
    #[serde(flatten)]
    pub all: DecidedDto,
    /// First responses.
    pub first_response: DecidedDto,
    /// Answers to customers' comments.
    pub next_response: DecidedDto,
    /// Resolutions.
    pub resolution: DecidedDto,
}

/// Targets decided.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct DecidedDto {
    /// Met.
    pub met: u64,
    /// Missed.
    pub missed: u64,
    /// The share that was met, of those decided; `null` where none was.
    pub attainment: Option<f64>,
}

/// How long it took.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct TimesDto {
    /// From a ticket's making to staff's first public answer.
    pub first_response: ClocksDto,
    /// Unresolved time until a resolution.
    pub resolution: ClocksDto,
}

/// Durations by two clocks.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ClocksDto {
    /// By the clock on the wall.
    pub wall_clock: Option<SpreadDto>,
    /// In business time of the calendar that judged the ticket, without pauses.
    pub business: Option<SpreadDto>,
}

/// For how many the first contact was enough.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct FirstContactDto {
    /// Resolutions.
    pub resolved: u64,
    /// Of those, with one public answer at most and never reopened.
    pub first_contact: u64,
    /// Their share.
    pub first_contact_rate: Option<f64>,
    /// Of those, with more than one public answer, and never reopened.
    pub several_replies: u64,
    /// Of those, reopened before or afterwards, however many answers there were. The three add up to `resolved`.
    pub reopened: u64,
    /// Of those that were reopened, afterwards.
    pub came_back: u64,
}

/// What customers think of resolutions.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct RatingDto {
    /// Answers.
    pub responses: u64,
    /// The share of fours and fives.
    pub csat: Option<f64>,
    /// The mean score.
    pub mean_score: Option<f64>,
    /// Answers by score.
    pub distribution: StarsDto,
    /// Resolutions in the same time.
    pub resolved: u64,
    /// Answers for each resolution; above 1 where more is answered than resolved, since each counts on its own day.
    pub response_rate: Option<f64>,
}

/// Answers by score.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct StarsDto {
    /// Not at all content.
    #[serde(rename = "1")]
    pub one: u64,
    /// Not content.
    #[serde(rename = "2")]
    pub two: u64,
    /// So-so.
    #[serde(rename = "3")]
    pub three: u64,
    /// Content.
    #[serde(rename = "4")]
    pub four: u64,
    /// Very content.
    #[serde(rename = "5")]
    pub five: u64,
}

/// How easy it was for customers.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct EffortDto {
    /// Answers.
    pub responses: u64,
    /// The mean, from 1 (very hard) to 7 (very easy).
    pub mean_effort: Option<f64>,
    /// Answers by score.
    pub distribution: EffortsDto,
    /// Resolutions.
    pub resolved: u64,
    /// How often customers got in touch for each.
    pub contacts_per_resolution: Option<f64>,
    /// How often they had come back, for each.
    pub reopens_per_resolution: Option<f64>,
    /// How often they went from one agent or team to another, for each.
    pub handovers_per_resolution: Option<f64>,
}

/// Answers by score.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct EffortsDto {
    /// Very hard.
    #[serde(rename = "1")]
    pub one: u64,
    /// Hard.
    #[serde(rename = "2")]
    pub two: u64,
    /// Rather hard.
    #[serde(rename = "3")]
    pub three: u64,
    /// So-so.
    #[serde(rename = "4")]
    pub four: u64,
    /// Rather easy.
    #[serde(rename = "5")]
    pub five: u64,
    /// Easy.
    #[serde(rename = "6")]
    pub six: u64,
    /// Very easy.
    #[serde(rename = "7")]
    pub seven: u64,
}

/// Who has how much to do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct LoadDto {
    /// Unresolved tickets at the end.
    pub open: i64,
    /// How many can be held at once: by the agent, by those of the team who take tickets, in total by all who do and whom the
    /// filters mean. As it is now, also for periods that are over.
    pub capacity: Option<u64>,
    /// Unresolved tickets for each that can be held.
    pub utilization: Option<f64>,
    /// Whether the agent takes tickets.
    pub is_available: Option<bool>,
    /// Tickets made in the period.
    pub created: u64,
    /// Resolutions in the period.
    pub resolved: u64,
}

/// What was got done.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct AgentDto {
    /// Resolutions.
    pub handled: u64,
    /// The share of those at the first contact.
    pub first_contact_rate: Option<f64>,
    /// First responses, by the clock on the wall.
    pub first_response: Option<SpreadDto>,
    /// Resolutions, by the clock on the wall.
    pub resolution: Option<SpreadDto>,
    /// Promises.
    pub sla: SlaDto,
    /// Ratings.
    pub ratings: u64,
    /// The share of fours and fives.
    pub csat: Option<f64>,
}

/// New tickets in both periods.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct TrendTotals {
    /// In the period.
    pub tickets: u64,
    /// In the one before.
    pub tickets_before: u64,
    /// The growth of tickets a day, as a share of those before; `null` where there were none.
    pub rise: Option<f64>,
}

/// New tickets.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct TrendPoint {
    /// So many.
    pub tickets: u64,
}

/// Something that rises.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrendRow {
    /// `category`, `tag` or `word` (of titles).
    pub kind: &'static str,
    /// Which.
    pub name: String,
    /// New tickets in the period.
    pub tickets: u64,
    /// In the one before.
    pub tickets_before: u64,
    /// The growth of tickets a day, as a share of those before; `null` where there were none.
    pub rise: Option<f64>,
    /// How probable so large a rise would be if nothing had changed.
    pub p_value: f64,
    /// The same, corrected for how many things were looked at.
    pub q_value: f64,
    /// Whether that is less than one in twenty.
    pub is_significant: bool,
}

/// Escalations.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct EscalationsDto {
    /// All of them.
    pub escalations: u64,
    /// By level.
    pub by_level: LevelsDto,
    /// By people.
    pub by_hand: u64,
    /// By the SLA's clock.
    pub by_clock: u64,
    /// How long after the ticket was made.
    pub time_to_escalate: Option<SpreadDto>,
    /// What became of them.
    pub outcomes: OutcomesDto,
    /// How long it then took to resolve.
    pub time_to_resolve: Option<SpreadDto>,
}

/// Escalations by level.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct LevelsDto {
    /// To level 1.
    pub level_1: u64,
    /// To level 2.
    pub level_2: u64,
    /// To level 3.
    pub level_3: u64,
}

/// What became of escalated tickets next.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct OutcomesDto {
    /// Not resolved yet.
    pub open: u64,
    /// Resolved before the promised resolution was missed.
    pub resolved_in_time: u64,
    /// Resolved after that.
    pub resolved_late: u64,
    /// Merged into another ticket.
    pub merged: u64,
}

/// Resolutions.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct PatternTotals {
    /// So many.
    pub resolved: u64,
    /// Of those, reopened afterwards.
    pub came_back: u64,
    /// Their share.
    pub reopen_rate: Option<f64>,
}

/// A kind of ticket, and what resolved it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PatternRow {
    /// What the tickets were about.
    pub category: &'static str,
    /// The code that they were resolved with.
    pub resolution_code: Option<String>,
    /// The canned answer (resolution template) that they were resolved with.
    pub resolution_template_id: Option<Uuid>,
    /// What it is called; `null` too where it is there no more.
    pub resolution_template: Option<String>,
    /// Resolutions.
    pub resolved: u64,
    /// Of all resolutions.
    pub share: Option<f64>,
    /// Of those, reopened afterwards.
    pub came_back: u64,
    /// Their share.
    pub reopen_rate: Option<f64>,
    /// How long they took, by the clock on the wall.
    pub time: Option<SpreadDto>,
}
