//! Shapes of this dialect: one type, of which some answers hold a part, and one for all that is sent.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::extract::Given;
use crate::instant::Instant;
use crate::schema;

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 12, "title": "No heating", "description": "The radiator in room 4 stays cold.", "status": "open",
    "priority": "high", "owner": { "id": "0190a5f0-0000-7000-8000-000000000001", "username": "ann" },
    "staff_message": null, "messages": [], "created_at": "2030-03-14T09:26:53Z", "updated_at": "2030-03-14T09:26:53Z"
}))]
pub struct MaintenanceTicket<'a> {
    /// Its integer.
    pub id: i64,
    /// One line.
    pub title: &'a str,
    /// What happened.
    pub description: &'a str,
    /// Where it stands.
    #[schema(value_type = schema::StatusName)]
    pub status: &'a str,
    /// How urgent it is.
    #[schema(value_type = schema::PriorityName)]
    pub priority: &'a str,
    /// Who made it; `null` for somebody who had not signed in.
    pub owner: Option<MaintenancePerson<'a>>,
    /// What staff says to the owner.
    pub staff_message: Option<&'a str>,
    /// The newest hundred messages, oldest first.
    pub messages: Vec<MaintenanceMessage<'a>>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaintenancePerson<'a> {
    /// Identity.
    pub id: Uuid,
    /// Name to sign in with.
    pub username: &'a str,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaintenanceMessage<'a> {
    /// Its integer.
    pub id: i64,
    /// Who wrote it; `null` for somebody who had not signed in.
    pub author: Option<MaintenancePerson<'a>>,
    /// Whether that is staff.
    pub is_staff: bool,
    /// The text.
    pub message: &'a str,
    /// When it was written.
    pub created_at: Instant,
}

/// Of a ticket its staff message alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaintenanceStaffMessage<'a> {
    /// The ticket's integer.
    pub id: i64,
    /// What staff says to the owner.
    pub staff_message: Option<&'a str>,
}

/// Of a ticket its messages alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaintenanceMessages<'a> {
    /// The ticket's integer.
    pub id: i64,
    /// Oldest first.
    pub messages: Vec<MaintenanceMessage<'a>>,
}

/// Everything that is ever sent. Each request takes its part of it and leaves the rest alone, so that the whole object may
/// always be sent back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "title": "No heating", "description": "The radiator in room 4 stays cold.", "priority": "high"
}))]
pub struct MaintenanceBody {
    /// One line, at most 200 characters.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub title: Given<String>,
    /// What happened.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 65536)]
    pub description: Given<String>,
    /// How urgent it is; `medium` for a new ticket that leaves it out.
    #[schema(value_type = Option<schema::PriorityName>)]
    pub priority: Given<String>,
    /// Where the ticket shall stand (`POST …/status`).
    #[schema(value_type = Option<schema::StatusName>)]
    pub status: Given<String>,
    /// What staff says to the owner (`PUT …/staff`); `null` and nothing take it back.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub staff_message: Given<String>,
    /// What to write (`POST …/messages`).
    #[schema(value_type = Option<String>, min_length = 1, max_length = 65536)]
    pub message: Given<String>,
}

/// Which tickets.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `convert` reads")]
pub struct MaintenanceListParams {
    /// Statuses, separated by commas.
    status: Option<String>,
    /// Priorities, separated by commas.
    priority: Option<String>,
    /// Words that occur in title or description.
    q: Option<String>,
    /// Made on that day (UTC) or later.
    from: Option<String>,
    /// Made on that day (UTC) or earlier.
    to: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 10000, default = 0)]
    offset: Option<u64>,
}

/// Which messages.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `convert` reads")]
pub struct MaintenancePageParams {
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 1000)]
    limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 10000, default = 0)]
    offset: Option<u64>,
}
