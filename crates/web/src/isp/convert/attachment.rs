//! Files outward.

use linedesk_app::models::{Attachment, Items};

use crate::extract::query::Page;
use crate::isp::audience::Reader;
use crate::isp::dto::attachment::{AttachmentDto, AttachmentListDto, UploadedDto};

/// A file as `reader` may read of it (which files those are, the use case decided).
pub fn attachment(file: &Attachment, reader: Reader) -> AttachmentDto<'_> {
    let Attachment {
        id,
        ticket: _,
        comment,
        is_internal,
        name,
        size,
        content_type,
        sha256: _,
        uploaded_by,
        created_at,
    } = file;
    AttachmentDto {
        id: id.0,
        name,
        size: *size,
        content_type,
        created_at: (*created_at).into(),
        uploaded_by: uploaded_by.map(|user| user.0),
        comment_id: comment.map(|comment| comment.0),
        is_internal: reader.audience.staff_only(*is_internal),
    }
}

/// A page of a ticket's files.
pub fn attachments(items: &Items<Attachment>, page: Page, reader: Reader) -> AttachmentListDto<'_> {
    AttachmentListDto {
        attachments: items
            .items
            .iter()
            .map(|file| attachment(file, reader))
            .collect(),
        total: items.total.n,
        total_is_exact: items.total.is_exact,
        limit: page.limit,
        offset: page.offset,
    }
}

/// What was uploaded just now.
pub fn uploaded(files: &[Attachment], reader: Reader) -> UploadedDto<'_> {
    UploadedDto {
        attachments: files.iter().map(|file| attachment(file, reader)).collect(),
    }
}
