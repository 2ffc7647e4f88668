//! Tickets and what belongs to them.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;
use jiff::civil::Date;
use linedesk_domain::event::Event;
use linedesk_domain::ids::TicketId;
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::comment::Comment;
use linedesk_ports::store::{StoreError, Unique};
use linedesk_ports::tickets::Numbers;

use super::{Known, Writing, exactly_one};
use crate::cached::Cached;
use crate::fault::{Fault, explain_duplicate};
use crate::places::{PLACES, first_place};
use crate::rows::event::NewEventRow;
use crate::rows::ticket::{Placed, TicketRow};
use crate::rows::ticket_parts::NewCommentRow;
use crate::schema::{comments, events, tickets, users};
use crate::slots;
use crate::sqlite::search::{Entry, IndexKey};
use crate::sqlite::{counts, search};
use crate::statement::Statement;
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
        let number = self.fresh_number()?;
        self.committed.comments.push(number);
        Ok(())
    }

    /// The number of the comment that was written just now: another one where it was that of a comment that is gone.
    fn fresh_number(&mut self) -> Result<i64, Fault> {
        let number = Statement::<(BigInt, BigInt)>::new(
            "SELECT last_insert_rowid(), value FROM sequences WHERE name = 'comment'",
        );
        let (number, gone): (i64, i64) = number.get_result(self.connection)?;
        if number > gone {
            return Ok(number);
        }
        let renumber = Statement::<BigInt>::new("UPDATE comments SET seq = ")
            .bind(gone + 1)
            .sql(" WHERE seq = ")
            .bind(number)
            .sql(" RETURNING seq");
        Ok(renumber.get_result(self.connection)?)
    }
}
