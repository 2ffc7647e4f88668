//! Tickets.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::attachment::CrmAttachmentDto;
use super::comment::CrmCommentDto;
use crate::extract::Given;
use crate::instant::Instant;

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrmTicketDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// The day and its sequence.
    pub ticket_number: &'a str,
    /// One line.
    pub subject: &'a str,
    /// What happened.
    pub description: &'a str,
    /// `new`, `assigned`, `in_progress`, `pending`, `resolved` or `closed`.
    pub status: &'static str,
    /// `low`, `medium`, `high` or `urgent`.
    pub priority: &'static str,
    /// `technical`, `billing`, `zone_config`, `account`, `feature_request` or `general`.
    pub category: &'static str,
    /// Whose it is.
    pub company: Option<Uuid>,
    /// That company's name.
    pub company_name: Option<&'a str>,
    /// The person to talk to.
    pub contact: Option<Uuid>,
    /// That person's name.
    pub contact_name: Option<&'a str>,
    /// Who works on it.
    pub assigned_to: Option<Uuid>,
    /// That user's name.
    pub assigned_to_name: Option<&'a str>,
    /// The name of the team that works on it.
    pub assigned_team: Option<&'a str>,
    /// Who made it.
    pub created_by: Option<Uuid>,
    /// That user's name.
    pub created_by_name: Option<&'a str>,
    /// When staff first answered in public.
    pub first_response_at: Option<Instant>,
    /// When it was resolved.
    pub resolved_at: Option<Instant>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// When it should be resolved, as it was promised by hand.
    pub due_date: Option<Instant>,
    /// Hours from the ticket to its first answer, by the clock on the wall.
    pub first_response_time_hours: Option<f64>,
    /// Hours from the ticket to its resolution, by the clock on the wall.
    pub resolution_time_hours: Option<f64>,
    /// Unresolved and past its due time.
    pub is_overdue: bool,
    /// Labels, separated by commas.
    pub tags: String,
    /// Its comments, oldest first, at most the newest thousand; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Vec<CrmCommentDto<'a>>>,
    /// Its files, oldest first, at most the newest thousand; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<CrmAttachmentDto<'a>>>,
    /// Its public comments.
    pub comments_count: u64,
    /// Its internal notes; for staff alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal_notes_count: Option<u64>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A ticket that is to be made, or to become so.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "subject": "Zone offline", "description": "Zone has been offline for 2 hours", "priority": "high",
    "category": "technical", "company": "0190a5f0-0000-7000-8000-000000000001", "due_date": "2030-11-20T17:00:00Z"
}))]
pub struct CrmTicketBody {
    /// One line.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    pub subject: Given<String>,
    /// What happened.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 65536)]
    pub description: Given<String>,
    /// Where it stands.
    #[schema(value_type = Option<String>)]
    pub status: Given<String>,
    /// How urgent it is; medium when a new ticket leaves it out.
    #[schema(value_type = Option<String>)]
    pub priority: Given<String>,
    /// What it is about; general when a new ticket leaves it out.
    #[schema(value_type = Option<String>)]
    pub category: Given<String>,
    /// Whose it is; a customer may leave it out. It cannot be changed afterwards.
    #[schema(value_type = Option<Uuid>)]
    pub company: Given<String>,
    /// The person to talk to.
    #[schema(value_type = Option<Uuid>)]
    pub contact: Given<String>,
    /// Who works on it.
    #[schema(value_type = Option<Uuid>)]
    pub assigned_to: Given<String>,
    /// The team that works on it, by name or identity.
    #[schema(value_type = Option<String>)]
    pub assigned_team: Given<String>,
    /// When it should be resolved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_date: Given<String>,
    /// Labels, separated by commas.
    #[schema(value_type = Option<String>)]
    pub tags: Given<String>,
}

/// What of a ticket is to change; what is left out stays.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "status": "in_progress", "priority": "urgent" }))]
pub struct CrmTicketPatchBody {
    /// One line.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub subject: Given<String>,
    /// What happened.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 65536)]
    pub description: Given<String>,
    /// Where it stands.
    #[schema(value_type = Option<String>)]
    pub status: Given<String>,
    /// How urgent it is.
    #[schema(value_type = Option<String>)]
    pub priority: Given<String>,
    /// What it is about.
    #[schema(value_type = Option<String>)]
    pub category: Given<String>,
    /// As it was made: it cannot be changed.
    #[schema(value_type = Option<Uuid>)]
    pub company: Given<String>,
    /// The person to talk to.
    #[schema(value_type = Option<Uuid>)]
    pub contact: Given<String>,
    /// Who works on it.
    #[schema(value_type = Option<Uuid>)]
    pub assigned_to: Given<String>,
    /// The team that works on it, by name or identity.
    #[schema(value_type = Option<String>)]
    pub assigned_team: Given<String>,
    /// When it should be resolved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_date: Given<String>,
    /// Labels, separated by commas.
    #[schema(value_type = Option<String>)]
    pub tags: Given<String>,
}

/// Who is to work on a ticket.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct CrmAssignBody {
    /// Who; `null` takes the ticket back.
    #[schema(value_type = Option<Uuid>, required = true)]
    pub user_id: Given<String>,
}

/// Which tickets, in which order.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CrmListParams {
    /// Where it stands.
    pub status: Option<String>,
    /// How urgent it is.
    pub priority: Option<String>,
    /// What it is about.
    pub category: Option<String>,
    /// Whose it is.
    pub company: Option<Uuid>,
    /// Who works on it.
    pub assigned_to: Option<Uuid>,
    /// Which team works on it, by name or identity.
    pub assigned_team: Option<String>,
    /// `true`: those that I work on; for a customer, those that I made.
    pub my_tickets: Option<String>,
    /// `true`: those that nobody works on.
    pub unassigned: Option<String>,
    /// `true`: those that are neither resolved nor closed.
    pub open: Option<String>,
    /// Words that have to occur in the ticket's number, subject or description, or in the company's name.
    pub search: Option<String>,
    /// Fields to order by, separated by commas, each with a `-` before it for the largest first: `created_at`,
    /// `updated_at`, `priority`, `status`, `due_date`. Others are ignored.
    pub ordering: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 1_000_000, default = 0)]
    pub offset: Option<u64>,
}
