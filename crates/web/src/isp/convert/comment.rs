//! Comments, both ways.

use linedesk_app::models::{CommentView, Items};
use linedesk_app::tickets::AddComment;
use linedesk_domain::people::Role;
use linedesk_domain::text::CommentBody;
use linedesk_domain::ticket::comment::Comment;

use super::attachment::attachment;
use crate::extract::given::list;
use crate::extract::query::Page;
use crate::extract::{Body, Faults, parse};
use crate::isp::audience::Reader;
use crate::isp::dto::comment::{
    AuthorDto, CommentDto, CommentListDto, EditCommentBody, NewCommentBody,
};

impl Body for NewCommentBody {
    type Command = AddComment;

    fn command(self, faults: &mut Faults) -> Option<AddComment> {
        let Self {
            body,
            is_internal,
            attachments,
            rest,
        } = self;
        rest.refuse(faults);
        let files = attachments
            .optional("attachments", faults, Ok)
            .unwrap_or_default();
        let attachments = list(files, "attachments", faults, parse::id);
        let is_internal = is_internal.or("is_internal", faults, false);
        Some(AddComment {
            body: body.required("body", faults, parse::text)?,
            is_internal,
            attachments,
        })
    }
}

impl Body for EditCommentBody {
    type Command = CommentBody;

    fn command(self, faults: &mut Faults) -> Option<CommentBody> {
        let Self { body, rest } = self;
        rest.refuse(faults);
        body.required("body", faults, parse::text)
    }
}

/// A comment as `reader` may read it (which comments those are, the use case decided).
pub fn comment(view: &CommentView, reader: Reader) -> CommentDto<'_> {
    let CommentView {
        comment,
        number: _,
        ticket,
        author_name,
        author_role,
        attachments,
    } = view;
    let Comment {
        id,
        author,
        body,
        is_internal,
        created_at,
        updated_at,
    } = comment;
    CommentDto {
        id: id.0,
        ticket_id: ticket.0,
        author: author.map(|author| AuthorDto {
            id: author.0,
            name: author_name.as_deref(),
            role: author_role.map(Role::name),
        }),
        body: body.as_str(),
        is_internal: *is_internal,
        attachments: attachments
            .iter()
            .map(|file| attachment(file, reader))
            .collect(),
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// A page of comments.
pub fn comments(items: &Items<CommentView>, page: Page, reader: Reader) -> CommentListDto<'_> {
    CommentListDto {
        comments: items
            .items
            .iter()
            .map(|view| comment(view, reader))
            .collect(),
        total: items.total.n,
        total_is_exact: items.total.is_exact,
        limit: page.limit,
        offset: page.offset,
    }
}
