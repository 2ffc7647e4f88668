//! Tickets and what belongs to them.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use linedesk_domain::event::Event;
use linedesk_domain::ids::{AttachmentId, CommentId, TicketId, UserId};
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::comment::Comment;
use linedesk_domain::ticket::merge::Relation;
use linedesk_ports::store::{StoreError, Unique};
use linedesk_ports::tickets::{Attachment, Numbers};

use super::{Known, Writing, exactly_one};
use crate::cached::Cached;
use crate::codes::Coded;
use crate::fault::{Fault, explain_duplicate};
use crate::rows::event::NewEventRow;
use crate::rows::ticket::{Placed, TicketRow};
use crate::rows::ticket_parts::{AttachmentRow, NewCommentRow};
use crate::schema::{attachments, comments, events, links, tickets, users};
use crate::slots;
use crate::sqlite::lists::{PLACES, first_place};
use crate::sqlite::search::{Entry, IndexKey};
use crate::sqlite::{counts, search};
use crate::types::{At, Key};

impl Writing<'_> {
    pub(super) fn new_ticket(&mut self, data: &TicketData, day: Date) -> Result<(), Fault> {
        let number = self.batch.next_ticket(self.connection)?;
        let label = self.batch.next_label(self.connection, day)?;
        let place = self.free_place(data.created_at())?;
        let row = TicketRow::new(
            data,
            Placed {
                place,
                numbers: Numbers {
                    number,
                    label: label.clone(),
                },
            },
        );
        let inserted = diesel::insert_into(tickets::table)
            .values(&row)
            .execute(self.connection);
        explain_duplicate(inserted, |_| Unique::Other)?;
        self.batch
            .index(IndexKey::Ticket(place), Some(Entry::of_ticket(&row)));
        slots::slots(&row).for_each(|slot| self.batch.count(slot, 1));
        self.batch.due(counts::due_changes(None, Some(&row)));
        self.note_assignment(row.assigned_to, data.updated_at)?;
        self.known.insert(
            data.id,
            Known {
                place,
                last_event: Some(0),
            },
        );
        self.committed.tickets.push(Numbers { number, label });
        Ok(())
    }

    /// The next place of that instant. Should all of a microsecond's be taken, those of the next ones serve.
    fn free_place(&mut self, created_at: Timestamp) -> Result<i64, Fault> {
        let mut first = first_place(created_at.as_microsecond());
        loop {
            let end = first + PLACES;
            let within = tickets::table
                .filter(tickets::place.ge(first))
                .filter(tickets::place.lt(end));
            let last = within
                .select(tickets::place)
                .order(tickets::place.desc())
                .get_result::<i64>(self.connection);
            match last.optional()? {
                None => return Ok(first),
                Some(last) if last + 1 < end => return Ok(last + 1),
                Some(_) => first = end,
            }
        }
    }

    pub(super) fn ticket(&mut self, data: &TicketData, expected: i64) -> Result<(), Fault> {
        let found = tickets::table
            .filter(tickets::id.eq(Key(data.id.0)))
            .select(TicketRow::as_select());
        let before = found
            .get_result(self.connection)
            .optional()?
            .ok_or(StoreError::Stale)?;
        if before.version != expected {
            return Err(StoreError::Stale.into());
        }
        self.batch.writes();
        let numbers = Numbers {
            number: before.number,
            label: before.label.clone(),
        };
        let after = TicketRow::new(
            data,
            Placed {
                place: before.place,
                numbers,
            },
        );
        let target = tickets::table
            .filter(tickets::place.eq(before.place))
            .filter(tickets::version.eq(expected));
        exactly_one(
            self.connection,
            diesel::update(target).set(before.update_to(&after)),
        )?;
        slots::slots(&before).for_each(|slot| self.batch.count(slot, -1));
        slots::slots(&after).for_each(|slot| self.batch.count(slot, 1));
        self.batch
            .due(counts::due_changes(Some(&before), Some(&after)));
        let is_live = after.deleted_at.is_none();
        if before.deleted_at != after.deleted_at || is_live && search::differs(&before, &after) {
            self.batch.index(
                IndexKey::Ticket(after.place),
                is_live.then(|| Entry::of_ticket(&after)),
            );
        }
        if before.assigned_to != after.assigned_to {
            self.note_assignment(after.assigned_to, data.updated_at)?;
        }
        self.known.entry(data.id).or_insert(Known {
            place: after.place,
            last_event: None,
        });
        Ok(())
    }

    /// Routing gives the next ticket to the agent who has waited longest.
    fn note_assignment(&mut self, assignee: Option<Key>, at: Timestamp) -> Result<(), Fault> {
        if let Some(assignee) = assignee {
            let user = diesel::update(users::table.filter(users::id.eq(assignee)));
            Cached(user.set(users::last_assigned_at.eq(At(at)))).run(self.connection)?;
        }
        Ok(())
    }

    pub(super) fn event(&mut self, ticket: TicketId, event: Event) -> Result<(), Fault> {
        let Known { place, last_event } = self.known(ticket)?;
        let last = if let Some(last) = last_event {
            last
        } else {
            let of_ticket = events::table
                .filter(events::ticket.eq(place))
                .select(events::sequence);
            of_ticket
                .order(events::sequence.desc())
                .get_result(self.connection)
                .optional()?
                .unwrap_or(0)
        };
        let row = NewEventRow::new(place, last + 1, event);
        diesel::insert_into(events::table)
            .values(&row)
            .execute(self.connection)?;
        self.known.insert(
            ticket,
            Known {
                place,
                last_event: Some(last + 1),
            },
        );
        Ok(())
    }

    pub(super) fn new_comment(&mut self, ticket: TicketId, comment: &Comment) -> Result<(), Fault> {
        let row = NewCommentRow::new(self.known(ticket)?.place, comment);
        diesel::insert_into(comments::table)
            .values(&row)
            .execute(self.connection)?;
        Ok(())
    }

    pub(super) fn comment(&mut self, comment: &Comment) -> Result<(), Fault> {
        let target = comments::table
            .filter(comments::id.eq(Key(comment.id.0)))
            .filter(comments::deleted_at.is_null());
        let set = (
            comments::body.eq(comment.body.as_str()),
            comments::updated_at.eq(At(comment.updated_at)),
        );
        exactly_one(self.connection, diesel::update(target).set(set))
    }

    pub(super) fn delete_comment(&mut self, id: CommentId, at: Timestamp) -> Result<(), Fault> {
        let target = comments::table
            .filter(comments::id.eq(Key(id.0)))
            .filter(comments::deleted_at.is_null());
        exactly_one(
            self.connection,
            diesel::update(target).set(comments::deleted_at.eq(At(at))),
        )
    }

    pub(super) fn new_attachment(&mut self, file: Attachment) -> Result<(), Fault> {
        let ticket = file.ticket.map(|id| self.known(id)).transpose()?;
        let row = AttachmentRow::new(file, ticket.map(|known| known.place));
        diesel::insert_into(attachments::table)
            .values(&row)
            .execute(self.connection)?;
        Ok(())
    }

    pub(super) fn attach(
        &mut self,
        ids: &[AttachmentId],
        ticket: TicketId,
        comment: Option<CommentId>,
        is_internal: bool,
    ) -> Result<(), Fault> {
        let place = self.known(ticket)?.place;
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

    pub(super) fn forget_attachments(&mut self, ids: &[AttachmentId]) -> Result<(), Fault> {
        for id in ids {
            let target = attachments::table.filter(attachments::id.eq(Key(id.0)));
            Cached(diesel::delete(target)).run(self.connection)?;
        }
        Ok(())
    }

    pub(super) fn link(
        &mut self,
        from: TicketId,
        to: TicketId,
        relation: Relation,
        by: Option<UserId>,
        at: Timestamp,
    ) -> Result<(), Fault> {
        let row = (
            links::from_ticket.eq(self.known(from)?.place),
            links::to_ticket.eq(self.known(to)?.place),
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
}
