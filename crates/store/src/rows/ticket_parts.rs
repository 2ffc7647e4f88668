//! What belongs to a ticket: comments and files.

use diesel::prelude::*;
use linedesk_domain::ids::{AttachmentId, CommentId, TicketId, UserId};
use linedesk_domain::text::CommentBody;
use linedesk_domain::ticket::comment::Comment;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Attachment;

use super::checked;
use crate::schema::{attachments, comments};
use crate::types::{At, Key};

/// A comment's row as it is written.
#[derive(Debug, Insertable)]
#[diesel(table_name = comments)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct NewCommentRow {
    pub(crate) id: Key,
    pub(crate) ticket: i64,
    pub(crate) author_id: Option<Key>,
    pub(crate) is_internal: bool,
    pub(crate) created_at: At,
    pub(crate) updated_at: At,
    pub(crate) body: String,
}

/// A comment's row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = comments)]
pub(crate) struct CommentRow {
    pub(crate) seq: i64,
    pub(crate) id: Key,
    pub(crate) ticket: i64,
    author_id: Option<Key>,
    pub(crate) is_internal: bool,
    created_at: At,
    updated_at: At,
    body: String,
}

impl NewCommentRow {
    /// The row of a comment on the ticket at `ticket`.
    pub(crate) fn new(ticket: i64, comment: &Comment) -> Self {
        Self {
            id: Key(comment.id.0),
            ticket,
            author_id: comment.author.map(|id| Key(id.0)),
            is_internal: comment.is_internal,
            created_at: At(comment.created_at),
            updated_at: At(comment.updated_at),
            body: comment.body.as_str().to_owned(),
        }
    }
}

impl CommentRow {
    /// The text.
    pub(crate) fn body(&self) -> &str {
        &self.body
    }

    /// The comment.
    pub(crate) fn into_comment(self) -> Result<Comment, StoreError> {
        Ok(Comment {
            id: CommentId(self.id.0),
            author: self.author_id.map(|key| UserId(key.0)),
            body: checked(
                CommentBody::parse(&self.body),
                "comments",
                "body",
                &self.id.0,
            )?,
            is_internal: self.is_internal,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

/// A file's row, but for its place.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct AttachmentRow {
    pub(crate) id: Key,
    pub(crate) ticket: Option<i64>,
    ticket_id: Option<Key>,
    pub(crate) comment_id: Option<Key>,
    is_internal: bool,
    name: String,
    size: i64,
    content_type: String,
    sha256: Vec<u8>,
    uploaded_by: Option<Key>,
    created_at: At,
}

impl AttachmentRow {
    /// The file's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The row of a file of the ticket at `ticket`.
    pub(crate) fn new(file: Attachment, ticket: Option<i64>) -> Self {
        Self {
            id: Key(file.id.0),
            ticket,
            ticket_id: file.ticket.map(|id| Key(id.0)),
            comment_id: file.comment.map(|id| Key(id.0)),
            is_internal: file.is_internal,
            name: file.name,
            size: i64::try_from(file.size).unwrap_or(i64::MAX),
            content_type: file.content_type,
            sha256: file.sha256.to_vec(),
            uploaded_by: file.uploaded_by.map(|id| Key(id.0)),
            created_at: At(file.created_at),
        }
    }

    /// The file.
    pub(crate) fn into_attachment(self) -> Result<Attachment, StoreError> {
        let row = self.id.0;
        Ok(Attachment {
            id: AttachmentId(row),
            ticket: self.ticket_id.map(|key| TicketId(key.0)),
            comment: self.comment_id.map(|key| CommentId(key.0)),
            is_internal: self.is_internal,
            name: self.name,
            size: checked(u64::try_from(self.size), "attachments", "size", &row)?,
            content_type: self.content_type,
            sha256: checked(
                <[u8; 32]>::try_from(self.sha256.as_slice()),
                "attachments",
                "sha256",
                &row,
            )?,
            uploaded_by: self.uploaded_by.map(|key| UserId(key.0)),
            created_at: self.created_at.0,
        })
    }
}
