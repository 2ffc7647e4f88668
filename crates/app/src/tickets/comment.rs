//! Writing on a ticket.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{AttachmentId, CommentId};
use linedesk_domain::text::CommentBody;
use linedesk_domain::ticket::comment::NewComment;
use linedesk_domain::ticket::{Act, Ticket};
use linedesk_ports::changes::Write;
use linedesk_ports::queries::CommentView;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::{Attachment, Loaded, StoredComment, TicketKey};

use super::TicketView;
use super::attach::usable_files;
use crate::change::{Decided, Wanted, change_ticket_with};
use crate::{App, Caller, Error};

/// A comment as a caller wants it written.
#[derive(Debug, Clone)]
pub struct AddComment {
    /// The text.
    pub body: CommentBody,
    /// For staff alone.
    pub is_internal: bool,
    /// Files uploaded before.
    pub attachments: Vec<AttachmentId>,
}

/// Writes a comment or an internal note.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for a customer's internal note, [`Error::Invalid`] for files that cannot
/// be used, [`Error::Ticket`] on a merged ticket or one closed too long ago.
pub async fn add_comment(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    new: AddComment,
) -> Result<(TicketView, CommentView), Error> {
    let operation = if new.is_internal {
        Operation::ReadInternal
    } else {
        Operation::Comment
    };
    let wanted = Wanted {
        operation,
        key,
        expected,
    };
    caller.may(Operation::Comment)?;
    let id = CommentId(app.ids.next(app.clock.now()));
    let AddComment {
        body,
        is_internal,
        attachments,
    } = new;
    let new = NewComment {
        id,
        body,
        is_internal,
        attachments,
    };
    let files = async |_: &Loaded| usable_files(app, caller, &new.attachments).await;
    let decide = |ticket: Ticket, act: &Act<'_>, files: &Vec<Attachment>| {
        let ticket_id = ticket.data().id;
        let (decision, comment) = ticket.comment(act, &new)?;
        let mut writes = vec![Write::NewComment {
            ticket: ticket_id,
            comment: comment.clone(),
        }];
        if !new.attachments.is_empty() {
            writes.push(Write::Attach {
                ids: new.attachments.clone(),
                ticket: ticket_id,
                comment: Some(id),
                is_internal: new.is_internal,
            });
        }
        Ok(Decided {
            decision,
            writes,
            extra: (comment, files.clone()),
        })
    };
    let changed = change_ticket_with(app, caller, wanted, files, decide).await?;
    let (comment, files) = changed.extra;
    let number = changed.committed.comments.first().copied();
    let comment = StoredComment {
        comment,
        number: number.ok_or(Error::Store(StoreError::Unknown))?,
    };
    let comment = written(&changed.view, comment, caller, files);
    Ok((changed.view, comment))
}

fn written(
    view: &TicketView,
    StoredComment { comment, number }: StoredComment,
    caller: &Caller,
    files: Vec<Attachment>,
) -> CommentView {
    let ticket = view.ticket.data.id;
    let now_attached = |file: Attachment| Attachment {
        ticket: Some(ticket),
        comment: Some(comment.id),
        is_internal: comment.is_internal,
        ..file
    };
    CommentView {
        ticket,
        attachments: files.into_iter().map(now_attached).collect(),
        author_name: Some(caller.user.display_name().to_owned()),
        author_role: Some(caller.user.role),
        comment,
        number,
    }
}

/// Rewrites a comment: its author, or a lead.
///
/// # Errors
/// [`Error::NotFound`] for the ticket or the comment, [`Error::Forbidden`] for somebody else's comment.
pub async fn edit_comment(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    id: CommentId,
    body: CommentBody,
) -> Result<(TicketView, CommentView), Error> {
    let wanted = Wanted {
        operation: Operation::Comment,
        key,
        expected,
    };
    let present = async |loaded: &Loaded| own_comment(app, caller, loaded, id).await;
    let decide = |ticket: Ticket, act: &Act<'_>, present: &StoredComment| {
        let StoredComment { comment, number } = present;
        let (decision, after) = ticket.edit_comment(act, comment, body.clone())?;
        let rewritten = after.body != comment.body;
        let writes = if rewritten {
            vec![Write::Comment {
                comment: after.clone(),
            }]
        } else {
            Vec::new()
        };
        Ok(Decided {
            decision,
            writes,
            extra: StoredComment {
                comment: after,
                number: *number,
            },
        })
    };
    let changed = change_ticket_with(app, caller, wanted, present, decide).await?;
    let (view, comment) = (changed.view, changed.extra);
    let view_of_comment = match comment.comment.author {
        Some(author) if author != caller.id() => {
            let author = app.directory.user(author).await?;
            CommentView {
                author_name: author.as_ref().map(|user| user.display_name().to_owned()),
                author_role: author.map(|user| user.role),
                ..written(&view, comment, caller, Vec::new())
            }
        }
        _ => written(&view, comment, caller, Vec::new()),
    };
    Ok((view, view_of_comment))
}

/// Takes a comment back: its author, or a lead. Its text stays in the history for staff, and so do its files with the ticket.
///
/// # Errors
/// As [`edit_comment`].
pub async fn delete_comment(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    id: CommentId,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Comment,
        key,
        expected,
    };
    let present = async |loaded: &Loaded| own_comment(app, caller, loaded, id).await;
    let decide = |ticket: Ticket, act: &Act<'_>, present: &StoredComment| {
        let decision = ticket.delete_comment(act, &present.comment)?;
        Ok(Decided {
            decision,
            writes: vec![Write::DeleteComment { id, at: act.at }],
            extra: (),
        })
    };
    Ok(change_ticket_with(app, caller, wanted, present, decide)
        .await?
        .view)
}

/// A comment of that ticket that the caller may see and may change.
async fn own_comment(
    app: &App,
    caller: &Caller,
    loaded: &Loaded,
    id: CommentId,
) -> Result<StoredComment, Error> {
    let found = app.tickets.comment(loaded.ticket.data().id, id).await?;
    let visible =
        found.filter(|found| !found.comment.is_internal || caller.can(Operation::ReadInternal));
    let comment = visible.ok_or(Error::NotFound("comment"))?;
    if comment.comment.author != Some(caller.id()) {
        caller.may(Operation::ModerateComments)?;
    }
    Ok(comment)
}
