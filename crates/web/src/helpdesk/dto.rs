//! The shapes of the dialect's bodies.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::extract::Given;
use crate::instant::Instant;

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpdeskTicketDto<'a> {
    /// Its integer.
    pub id: i64,
    /// The integer of whoever made it.
    pub from_user_id: Option<i64>,
    /// That user's name.
    pub from_user: Option<&'a str>,
    /// What was asked.
    pub message: &'a str,
    /// `c` resolved, `u` not resolved, `f` frozen.
    pub status: &'static str,
    /// The integer of the support user who set the status last.
    pub changed_status: Option<i64>,
    /// Where its answers are, newest first.
    pub answers: Vec<String>,
    /// When it was made.
    pub created_at: Instant,
}

/// An answer that was just written.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpdeskWrittenDto<'a> {
    /// Its integer.
    pub id: i64,
    /// The text.
    pub message: &'a str,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpdeskCommentDto<'a> {
    /// Its integer.
    pub id: i64,
    /// The integer of whoever wrote it.
    pub from_user_id: Option<i64>,
    /// That user's name.
    pub from_user: Option<&'a str>,
    /// Where the ticket is that it answers.
    pub to_ticket: String,
    /// The text.
    pub message: &'a str,
    /// When it was written.
    pub answered_at: Instant,
}

/// A status that was just set.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpdeskStatusDto {
    /// `c` resolved, `u` not resolved, `f` frozen.
    pub status: &'static str,
    /// The integer of the support user who set it.
    pub changed_status: Option<i64>,
}

/// A question.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "message": "Some message like FOO BAR BIZ" }))]
pub struct HelpdeskTicketBody {
    /// What is asked. Its first line becomes the ticket's title.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 65536)]
    pub message: Given<String>,
    /// For staff: whose ticket it is.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub customer_id: Given<String>,
}

/// An answer.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "message": "answer message" }))]
pub struct HelpdeskAnswerBody {
    /// The text.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 65536)]
    pub message: Given<String>,
}

/// A status.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "status": "c" }))]
pub struct HelpdeskStatusBody {
    /// `c` resolved, `u` not resolved, `f` frozen.
    #[schema(value_type = String, required = true)]
    pub status: Given<String>,
}

/// Which tickets.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HelpdeskListParams {
    /// `c`, `u` or `f`.
    pub status: Option<String>,
    /// At most so many; without it all of them.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 10000, default = 0)]
    pub offset: Option<u64>,
}
