//! Bodies of what is done to tickets.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use linedesk_domain::text::Title;

use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// The shortest title in this dialect (the domain takes shorter ones, which other dialects send).
pub const TITLE_MIN: u64 = 5;
const TITLE_MAX: u64 = Title::MAX_CHARS as u64;
/// The shortest description in this dialect.
pub const DESCRIPTION_MIN: u64 = 10;

/// A ticket as somebody wants it made.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "customer_id": "0190a5f0-0000-7000-8000-000000000001", "title": "No signal since noon",
    "description": "The router's light has been red since twelve.", "category": "outage_report", "priority": "high",
    "tags": ["fibre"]
}))]
pub struct CreateTicketBody {
    /// Whose it is. Staff has to name it; a customer may leave it out, and can name only its own account.
    #[schema(value_type = Option<Uuid>)]
    pub customer_id: Given<String>,
    /// One line, 5 to 200 characters.
    #[schema(value_type = String, required = true, min_length = 5, max_length = 200)]
    #[validate(length(min = TITLE_MIN, max = TITLE_MAX))]
    pub title: Given<String>,
    /// What happened, at least 10 characters.
    #[schema(value_type = String, required = true, min_length = 10, max_length = 65536)]
    #[validate(length(min = DESCRIPTION_MIN))]
    pub description: Given<String>,
    /// What it is about.
    #[schema(value_type = schema::CategoryName, required = true)]
    pub category: Given<String>,
    /// How urgent it is; `medium` if left out.
    #[schema(value_type = Option<schema::PriorityName>)]
    pub priority: Given<String>,
    /// The service concerned: one of the customer's.
    #[schema(value_type = Option<Uuid>)]
    pub service_id: Given<String>,
    /// The person to talk to: a contact of the customer's.
    #[schema(value_type = Option<Uuid>)]
    pub contact_id: Given<String>,
    /// How to reach the customer; `portal` if left out.
    #[schema(value_type = Option<schema::ContactMethodName>)]
    pub contact_method: Given<String>,
    /// When to reach the customer, at most 200 characters.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub preferred_contact_time: Given<String>,
    /// Contact details as free text, at most 200 characters.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub contact_info: Given<String>,
    /// Files from `POST /attachments`.
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 100)]
    #[validate(length(max = 100))]
    pub attachments: Given<Vec<Given<String>>>,
    /// Labels, at most 50 of at most 50 characters, without commas.
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    #[validate(length(max = 50))]
    pub tags: Given<Vec<Given<String>>>,
    /// A date promised by hand.
    #[schema(value_type = Option<Instant>)]
    pub due_date: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// To whom a ticket goes.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "assigned_to": "0190a5f0-0000-7000-8000-000000000002", "notes": "knows the street" }))]
pub struct AssignBody {
    /// An agent or a team, by id (a team by name too); `null` takes the ticket back. Needed unless `assignment_type` is
    /// `auto`.
    #[schema(value_type = Option<String>)]
    pub assigned_to: Given<String>,
    /// What `assigned_to` names: `user` (the default) or `team`; with `auto` routing chooses, and it is left out.
    #[schema(value_type = Option<schema::AssignmentType>)]
    pub assignment_type: Given<String>,
    /// A new priority at the same time.
    #[schema(value_type = Option<schema::PriorityName>)]
    pub priority_change: Given<String>,
    /// A remark for staff, at most 4,000 characters.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub notes: Given<String>,
    /// Whether the customer is told.
    #[schema(value_type = Option<bool>, default = true)]
    pub notify_customer: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// An escalation.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "reason": "the mayor has called", "level": 2 }))]
pub struct EscalateBody {
    /// Why, 1 to 4,000 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 4000)]
    pub reason: Given<String>,
    /// To which level; the next one if left out.
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 3)]
    pub level: Given<u8>,
    /// The agent who gets it at the same time.
    #[schema(value_type = Option<Uuid>)]
    pub assigned_to: Given<String>,
    /// A new priority at the same time.
    #[schema(value_type = Option<schema::PriorityName>)]
    pub priority_change: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// Which tickets go into another.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "ticket_ids": ["0190a5f0-0000-7000-8000-000000000003"], "reason": "the same outage" }))]
pub struct MergeBody {
    /// The tickets that close in favour of the one in the path.
    #[schema(value_type = Vec<Uuid>, required = true, min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100))]
    pub ticket_ids: Given<Vec<Given<String>>>,
    /// Why, at most 4,000 characters.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub reason: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// How the work on a ticket ended.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "resolution": "fibre spliced", "resolution_code": "line_repaired" }))]
pub struct ResolutionBody {
    /// In words, at most 4,000 characters.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub resolution: Given<String>,
    /// As a code, at most 200 characters.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub resolution_code: Given<String>,
    /// The canned answer (resolution template) that it was resolved with; for staff. Its code counts where none is given.
    #[schema(value_type = Option<Uuid>)]
    pub resolution_template_id: Given<String>,
    /// Whether the customer is told.
    #[schema(value_type = Option<bool>, default = true)]
    pub notify_customer: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// Why a ticket is taken up again.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "reason": "it is down again" }))]
pub struct ReopenBody {
    /// Why, 1 to 4,000 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 4000)]
    pub reason: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What a customer thinks of a resolution.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "score": 5, "effort": 6, "comment": "quick and friendly" }))]
pub struct SatisfactionBody {
    /// How content it is, 1 (not at all) to 5 (very).
    #[schema(value_type = u8, required = true, minimum = 1, maximum = 5)]
    pub score: Given<u8>,
    /// How easy it was to get help, 1 (very hard) to 7 (very easy).
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 7)]
    pub effort: Given<u8>,
    /// In its own words, at most 4,000 characters.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub comment: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What the holder of a survey's link thinks of the resolution.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "token": "AZCl8AAAcAC…", "score": 5, "effort": 6, "comment": "quick and friendly" }))]
pub struct SurveyBody {
    /// What stood in the link.
    #[schema(value_type = String, required = true)]
    pub token: Given<String>,
    /// How content it is, 1 (not at all) to 5 (very).
    #[schema(value_type = u8, required = true, minimum = 1, maximum = 5)]
    pub score: Given<u8>,
    /// How easy it was to get help, 1 (very hard) to 7 (very easy).
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 7)]
    pub effort: Given<u8>,
    /// In its own words, at most 4,000 characters.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub comment: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// How a ticket stands to another.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "ticket_id": "0190a5f0-0000-7000-8000-000000000003", "relation": "caused_by" }))]
pub struct LinkBody {
    /// The other ticket.
    #[schema(value_type = Uuid, required = true)]
    pub ticket_id: Given<String>,
    /// How the ticket in the path stands to it.
    #[schema(value_type = schema::RelationName, required = true)]
    pub relation: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
