//! Comments.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::attachment::AttachmentDto;
use crate::extract::{Given, Rest};
use crate::instant::Instant;

/// A comment or an internal note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub struct CommentDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// The ticket it was written on: another one than asked for where that one was merged into this.
    pub ticket_id: Uuid,
    /// Who wrote it; `null` for somebody who had not signed in.
    pub author: Option<AuthorDto<'a>>,
    /// The text.
    pub body: &'a str,
    /// Whether it is for staff alone.
    pub is_internal: bool,
    /// Files that came with it.
    pub attachments: Vec<AttachmentDto<'a>>,
    /// When it was written.
    pub created_at: Instant,
    /// When it was last rewritten.
    pub updated_at: Instant,
}

/// Who wrote a comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Author)]
pub struct AuthorDto<'a> {
    /// The user.
    pub id: Uuid,
    /// The user's name.
    pub name: Option<&'a str>,
    /// The user's role.
    pub role: Option<&'static str>,
}

/// Comments, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CommentList)]
pub struct CommentListDto<'a> {
    /// The comments.
    pub comments: Vec<CommentDto<'a>>,
    /// How many there are in all; at least so many where `total_is_exact` is false.
    pub total: u64,
    /// Whether `total` is all of them.
    pub total_is_exact: bool,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}

/// A comment as somebody writes it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = NewCommentBody, example = json!({ "body": "We are on our way.", "is_internal": false }))]
pub struct NewCommentBody {
    /// The text, 1 to 65,536 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 65536)]
    pub body: Given<String>,
    /// Whether it is for staff alone.
    #[schema(value_type = Option<bool>, default = false)]
    pub is_internal: Given<bool>,
    /// Files from `POST /attachments` that go with it.
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 100)]
    #[validate(length(max = 100))]
    pub attachments: Given<Vec<Given<String>>>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// A comment's new text.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = EditCommentBody, example = json!({ "body": "We are on our way, and will be there at noon." }))]
pub struct EditCommentBody {
    /// The text, 1 to 65,536 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 65536)]
    pub body: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
