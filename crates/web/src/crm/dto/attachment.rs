//! Files.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::instant::Instant;

/// A file.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrmAttachmentDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// The ticket that it belongs to.
    pub ticket: Option<Uuid>,
    /// The path of its bytes, for whoever may read the ticket.
    pub file: String,
    /// What it is called.
    pub name: &'a str,
    /// Bytes.
    pub size: u64,
    /// Who uploaded it.
    pub uploaded_by: Option<Uuid>,
    /// That user's name.
    pub uploaded_by_name: Option<&'a str>,
    /// When.
    pub created_at: Instant,
}

/// An upload.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes a form that is read part by part")]
pub struct CrmUploadForm {
    /// The ticket.
    ticket: Uuid,
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}
