//! What its owner may do to a ticket where there are owners (maintenance API).

use super::draft::{Draft, Says};
use super::{Act, Decision, Ticket, TicketData, TicketError};
use crate::class::Priority;
use crate::event::Action;
use crate::ids::{CustomerId, UserId};
use crate::text::{Description, Title};

/// An owner's edit: the fields given change, the others stay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnEdit {
    /// `title`
    pub title: Option<Title>,
    /// `description`
    pub description: Option<Description>,
    /// `priority`; the SLA policy is matched again
    pub priority: Option<Priority>,
}

impl TicketData {
    /// Whether it is that user's, who belongs to that account: a customer's ticket is that customer's people's, one that is
    /// no customer's belongs to whoever made it.
    pub fn is_own_of(&self, user: UserId, account: Option<CustomerId>) -> bool {
        match self.customer {
            Some(customer) => account == Some(customer),
            None => self.created_by == Some(user),
        }
    }
}

impl Ticket {
    /// Applies an owner's edit. What equals the present value changes nothing.
    ///
    /// # Errors
    /// [`TicketError::Locked`] once it is resolved, [`TicketError::Merged`].
    pub fn edit_own(self, act: &Act<'_>, edit: OwnEdit) -> Result<Decision, TicketError> {
        let mut draft = Draft::begin(self, act);
        let found = draft.data.clone();
        let data = &mut draft.data;
        data.title = edit.title.unwrap_or_else(|| found.title.clone());
        data.description = edit
            .description
            .unwrap_or_else(|| found.description.clone());
        data.priority = edit.priority.unwrap_or(found.priority);
        if draft.data == found {
            return Ok(draft.close());
        }
        draft.not_merged()?;
        if found.status.is_done() {
            return Err(TicketError::Locked {
                status: found.status,
            });
        }
        Ok(draft.finish(Action::Updated, Says::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::tests::{AGENT, CUSTOMER, act, after, book, new_ticket, start};
    use crate::workflow::Status;

    #[test]
    fn an_owner_changes_the_priority_until_the_ticket_is_resolved() {
        let book = book();
        let made = Ticket::create(&act(&book, CUSTOMER, start()), new_ticket(1, Priority::Low));
        let edit = OwnEdit {
            priority: Some(Priority::High),
            ..OwnEdit::default()
        };
        let edited = made.unwrap().ticket;
        let edited = edited.edit_own(&act(&book, CUSTOMER, after(1)), edit.clone());
        let edited = edited.unwrap();
        assert_eq!(edited.ticket.data().priority, Priority::High);
        assert_eq!(edited.events.len(), 1);
        let again = edited.ticket.clone();
        let again = again.edit_own(&act(&book, CUSTOMER, after(2)), edit);
        assert!(!again.unwrap().changed);

        let resolved = edited
            .ticket
            .set_status(&act(&book, AGENT, after(3)), Status::Resolved);
        let edit = OwnEdit {
            title: Some(Title::parse("Other").unwrap()),
            ..OwnEdit::default()
        };
        let resolved = resolved.unwrap().ticket;
        let refused = resolved.edit_own(&act(&book, CUSTOMER, after(4)), edit);
        let status = Status::Resolved;
        assert_eq!(refused, Err(TicketError::Locked { status }));
    }

    #[test]
    fn a_customers_ticket_is_its_peoples_and_anybody_elses_the_makers() {
        let book = book();
        let data = |customer| {
            let mut new = new_ticket(1, Priority::Low);
            new.customer = customer;
            let made = Ticket::create(&act(&book, AGENT, start()), new);
            made.unwrap().ticket.into_data()
        };
        let account = new_ticket(1, Priority::Low).customer;
        let other = Some(CustomerId(uuid::Uuid::from_u128(77)));
        let (maker, colleague) = (AGENT.user().unwrap(), UserId(uuid::Uuid::from_u128(8)));
        assert!(data(account).is_own_of(colleague, account));
        assert!(!data(account).is_own_of(colleague, other));
        assert!(!data(account).is_own_of(maker, None));
        assert!(data(None).is_own_of(maker, None) && !data(None).is_own_of(colleague, None));
    }
}
