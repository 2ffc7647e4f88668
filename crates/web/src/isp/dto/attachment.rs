//! Files.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::instant::Instant;

/// A file; its bytes are at `GET /attachments/{attachment_id}`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// What it is called.
    #[schema(example = "speedtest.png")]
    pub name: &'a str,
    /// Bytes.
    pub size: u64,
    /// Type by content, whatever its name says.
    #[schema(example = "image/png")]
    pub content_type: &'a str,
    /// When it was uploaded.
    pub created_at: Instant,
    /// Who uploaded it.
    pub uploaded_by: Option<Uuid>,
    /// The comment it came with.
    pub comment_id: Option<Uuid>,
    /// Whether it is for staff alone; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_internal: Option<bool>,
}

/// What was uploaded, in the order of its parts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Uploaded)]
pub struct UploadedDto<'a> {
    /// The files.
    pub attachments: Vec<AttachmentDto<'a>>,
}

/// A ticket's files, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttachmentList)]
pub struct AttachmentListDto<'a> {
    /// The files.
    pub attachments: Vec<AttachmentDto<'a>>,
    /// How many there are in all; at least so many where `total_is_exact` is false.
    pub total: u64,
    /// Whether `total` is all of them.
    pub total_is_exact: bool,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}

/// Files to upload, `multipart/form-data`.
#[derive(Debug, ToSchema)]
#[schema(as = UploadBody)]
pub struct UploadForm {
    /// One part for each file.
    #[schema(value_type = Vec<String>, format = Binary, min_items = 1)]
    pub file: Vec<Vec<u8>>,
}

/// Files to upload to a ticket, `multipart/form-data`.
#[derive(Debug, ToSchema)]
#[schema(as = TicketUploadBody)]
pub struct TicketUploadForm {
    /// One part for each file.
    #[schema(value_type = Vec<String>, format = Binary, min_items = 1)]
    pub file: Vec<Vec<u8>>,
    /// Whether they are for staff alone.
    pub is_internal: Option<bool>,
}
