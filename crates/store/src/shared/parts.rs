//! What belongs to tickets and is written as it comes: comments that change, files, links.

use diesel::prelude::*;
use jiff::Timestamp;
use linedesk_domain::ids::{AttachmentId, CommentId, TicketId};
use linedesk_domain::ticket::comment::Comment;
use linedesk_ports::changes::Write;
use linedesk_ports::store::Unique;
use linedesk_ports::tickets::Attachment;

use super::super::{digests, outbox, purge};
use super::{Writing, exactly_one};
use crate::cached::Cached;
use crate::codes::Coded;
use crate::fault::{Fault, explain_duplicate};
use crate::rows::ticket_parts::AttachmentRow;
use crate::schema::{attachments, comments, links, log_cursors};
use crate::types::{At, Key};

impl Writing<'_> {
    pub(super) fn part(&mut self, write: Write) -> Result<(), Fault> {
        match write {
            Write::Comment { comment } => self.comment(&comment),
            Write::DeleteComment { id, at } => self.delete_comment(id, at),
            Write::NewAttachment(file) => self.new_attachment(file),
            Write::Attach {
                ids,
                ticket,
                comment,
                is_internal,
            } => self.attach(&ids, ticket, comment, is_internal),
            Write::ForgetAttachments(ids) => self.forget_attachments(&ids),
            Write::ForgetUploads(ids) => self.forget_uploads(&ids),
            Write::Link {
                from,
                to,
                relation,
                by,
                at,
            } => {
                let row = (
                    links::from_ticket.eq(self.place(from)?),
                    links::to_ticket.eq(self.place(to)?),
                    links::relation.eq(relation.code()),
                    links::created_by.eq(by.map(|id| Key(id.0))),
                    links::created_at.eq(At(at)),
                );
                let inserted = diesel::insert_into(links::table)
                    .values(row)
                    .execute(self.connection);
                explain_duplicate(inserted, |_| Unique::Link)?;
                Ok(())
            }
            Write::Message(message) => {
                let place = message.ticket.map(|id| self.place(id)).transpose()?;
                outbox::put(self.connection, place, &message)
            }
            Write::Gather(gather) => digests::gather(self.connection, &gather),
            Write::Window { receiver, window } => {
                digests::save_window(self.connection, &receiver, window)
            }
            Write::Preferences { user, preferences } => self.preferences(user, &preferences),
            Write::Webhook(webhook) => self.webhook(&webhook),
            Write::DeleteWebhook(id) => self.delete_webhook(id),
            Write::Advance { reader, from, to } => {
                let target = log_cursors::table
                    .find(reader.name())
                    .filter(log_cursors::seq.eq(from));
                let set = log_cursors::seq.eq(to);
                exactly_one(self.connection, diesel::update(target).set(set))
            }
            other => self.write(other),
        }
    }

    fn comment(&mut self, comment: &Comment) -> Result<(), Fault> {
        let target = comments::table
            .filter(comments::id.eq(Key(comment.id.0)))
            .filter(comments::deleted_at.is_null());
        let set = (
            comments::body.eq(comment.body.as_str()),
            comments::updated_at.eq(At(comment.updated_at)),
        );
        exactly_one(self.connection, diesel::update(target).set(set))
    }

    fn delete_comment(&mut self, id: CommentId, at: Timestamp) -> Result<(), Fault> {
        let target = comments::table
            .filter(comments::id.eq(Key(id.0)))
            .filter(comments::deleted_at.is_null());
        exactly_one(
            self.connection,
            diesel::update(target).set(comments::deleted_at.eq(At(at))),
        )?;
        let files = attachments::table.filter(attachments::comment_id.eq(Key(id.0)));
        diesel::update(files)
            .set(attachments::is_internal.eq(true))
            .execute(self.connection)?;
        Ok(())
    }

    fn new_attachment(&mut self, file: Attachment) -> Result<(), Fault> {
        let place = file.ticket.map(|id| self.place(id)).transpose()?;
        diesel::insert_into(attachments::table)
            .values(&AttachmentRow::new(file, place))
            .execute(self.connection)?;
        Ok(())
    }

    fn attach(
        &mut self,
        ids: &[AttachmentId],
        ticket: TicketId,
        comment: Option<CommentId>,
        is_internal: bool,
    ) -> Result<(), Fault> {
        let place = self.place(ticket)?;
        for id in ids {
            let target = attachments::table
                .filter(attachments::id.eq(Key(id.0)))
                .filter(attachments::ticket.is_null());
            let set = (
                attachments::ticket.eq(place),
                attachments::ticket_id.eq(Key(ticket.0)),
                attachments::comment_id.eq(comment.map(|id| Key(id.0))),
                attachments::is_internal.eq(is_internal),
            );
            exactly_one(self.connection, diesel::update(target).set(set))?;
        }
        Ok(())
    }

    fn forget_attachments(&mut self, ids: &[AttachmentId]) -> Result<(), Fault> {
        for id in ids {
            purge::discard(self.connection, Key(id.0))?;
            let target = attachments::table.filter(attachments::id.eq(Key(id.0)));
            Cached(diesel::delete(target)).run(self.connection)?;
        }
        Ok(())
    }

    fn forget_uploads(&mut self, ids: &[AttachmentId]) -> Result<(), Fault> {
        for id in ids {
            let target = attachments::table
                .filter(attachments::id.eq(Key(id.0)))
                .filter(attachments::ticket.is_null());
            if Cached(diesel::delete(target)).change(self.connection)? > 0 {
                purge::discard(self.connection, Key(id.0))?;
            }
        }
        Ok(())
    }
}
