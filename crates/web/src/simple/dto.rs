//! Shapes of this dialect, in the order of its document.

use linedesk_domain::text::Title;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::extract::Given;

const TITLE_MAX: u64 = Title::MAX_CHARS as u64;

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 3, "title": "Issue with login", "description": "User cannot login to the system",
    "contact_info": "user@example.com", "status": "pending",
    "updated_at": "2024-11-11T00:00:00", "created_at": "2024-11-11T00:00:00"
}))]
pub struct SimpleTicketDto<'a> {
    /// Its integer.
    pub id: i64,
    /// One line.
    pub title: &'a str,
    /// What happened.
    pub description: &'a str,
    /// Whom to ask; empty where nobody said.
    pub contact_info: &'a str,
    /// `pending`, `in_progress`, `resolved` or `closed`.
    pub status: &'a str,
    /// When it was last changed, in UTC.
    pub updated_at: String,
    /// When it was made, in UTC.
    pub created_at: String,
}

/// A ticket as somebody wants it made.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "title": "Issue with login", "description": "User cannot login to the system",
    "contact_info": "user@example.com", "status": "pending"
}))]
pub struct SimpleCreateBody {
    /// One line, at most 200 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = TITLE_MAX))]
    pub title: Given<String>,
    /// What happened.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 65536)]
    pub description: Given<String>,
    /// Whom to ask, at most 200 characters; may be empty.
    #[schema(value_type = String, required = true, max_length = 200)]
    pub contact_info: Given<String>,
    /// `pending`, `in_progress`, `resolved`, `closed`, or another name of a status; `pending` if left out.
    #[schema(value_type = Option<String>)]
    pub status: Given<String>,
}

/// A status that somebody wants.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "status": "resolved" }))]
pub struct SimpleUpdateBody {
    /// `pending`, `in_progress`, `resolved`, `closed`, or another name of a status.
    #[schema(value_type = String, required = true)]
    pub status: Given<String>,
}
