//! Tickets, events and comments, as rows to be written together.

use linedesk_domain::event::Event;
use linedesk_domain::ids::TicketId;
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::comment::Comment;
use linedesk_ports::store::StoreError;

use super::Writing;
use crate::fault::Fault;
use crate::places::place;
use crate::rows::event::NewEventRow;
use crate::rows::ticket::{Placed, TicketRow};
use crate::rows::ticket_parts::NewCommentRow;
use crate::types::Key;

impl Writing<'_> {
    pub(super) fn new_ticket(&mut self, data: &TicketData) -> Result<(), Fault> {
        let numbers = self
            .numbers
            .next()
            .ok_or_else(|| StoreError::Refused("a ticket without a number".to_owned()))?;
        let place = place(data.created_at().as_microsecond(), numbers.number);
        let row = TicketRow::new(
            data,
            Placed {
                place,
                numbers: numbers.clone(),
            },
        );
        self.locked.add(data.id, place, data.version);
        self.bulk.new_ticket(row, data.updated_at)?;
        self.committed.tickets.push(numbers);
        Ok(())
    }

    pub(super) fn ticket(&mut self, data: &TicketData) -> Result<(), Fault> {
        let known = self.locked.get_mut(data.id)?;
        // Made in this batch: it is written once, as it is in the end.
        let Some(before) = known.before.clone() else {
            self.bulk.renew(known.place, data);
            return Ok(());
        };
        let numbers = linedesk_ports::tickets::Numbers {
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
        self.bulk.ticket(before, after, data.updated_at);
        Ok(())
    }

    pub(super) fn event(&mut self, ticket: TicketId, event: Event) -> Result<(), Fault> {
        let known = self.locked.get_mut(ticket)?;
        known.last_event += 1;
        let row = NewEventRow::new(known.place, known.last_event, event);
        self.bulk.events.push(row);
        Ok(())
    }

    pub(super) fn new_comment(&mut self, ticket: TicketId, comment: &Comment) -> Result<(), Fault> {
        let place = self.place(ticket)?;
        // Its number is known once all of them are written.
        self.numbered.push((self.outcome, Key(comment.id.0)));
        self.bulk.comments.push(NewCommentRow::new(place, comment));
        Ok(())
    }
}
