//! Comments.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::extract::Given;
use crate::instant::Instant;

/// A comment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrmCommentDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// The ticket that it was written on.
    pub ticket: Uuid,
    /// Who wrote it.
    pub author: Option<Uuid>,
    /// That user's name.
    pub author_name: Option<&'a str>,
    /// That user's team, or what the account may do where there is none.
    pub author_role: Option<&'a str>,
    /// The text.
    pub text: &'a str,
    /// For staff alone.
    pub is_internal: bool,
    /// When it was written.
    pub created_at: Instant,
    /// When it was last rewritten.
    pub updated_at: Instant,
}

/// A comment on a ticket that the path names.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "text": "I've restarted the zone device", "is_internal": false }))]
pub struct CrmAddCommentBody {
    /// The text.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 65536)]
    pub text: Given<String>,
    /// For staff alone.
    #[schema(value_type = Option<bool>)]
    pub is_internal: Given<bool>,
}

/// A comment on a ticket that it names itself.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct CrmCommentBody {
    /// The ticket.
    #[schema(value_type = Uuid, required = true)]
    pub ticket: Given<String>,
    /// The text.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 65536)]
    pub text: Given<String>,
    /// For staff alone.
    #[schema(value_type = Option<bool>)]
    pub is_internal: Given<bool>,
}

/// What of a comment is to change.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "text": "Updated comment text" }))]
pub struct CrmEditCommentBody {
    /// The text.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 65536)]
    pub text: Given<String>,
    /// As it was written: a comment stays internal, or public.
    #[schema(value_type = Option<bool>)]
    pub is_internal: Given<bool>,
}

/// Whose comments or files.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CrmPartsParams {
    /// Those of that ticket; without it those of all tickets, by ticket in order of creation.
    pub ticket: Option<Uuid>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 1_000_000, default = 0)]
    pub offset: Option<u64>,
}
