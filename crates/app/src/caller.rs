//! Who asks, and what that allows.

use std::sync::Arc;

use jiff::Timestamp;
use linedesk_domain::access::{
    Answer, Operation, Relation, decide, decide_for_surveyed, decide_for_visitor,
};
use linedesk_domain::class::Source;
use linedesk_domain::ids::{CustomerId, UserId};
use linedesk_domain::people::{Actor, Permission, Role};
use linedesk_domain::ticket::TicketData;
use linedesk_ports::accounts::IdempotencyMark;
use linedesk_ports::directory::User;
use linedesk_ports::jobs::ItemOutcome;
use linedesk_ports::store::Scope;

use crate::error::Error;

/// Who asks, for the length of one request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who signed in; nobody's account for a visitor.
    pub user: Arc<User>,
    /// For somebody who did not sign in: what lets them in.
    pub visits: Option<Visit>,
    /// Whether a customer sees the tickets that it made itself, and none of others of its account.
    pub sees_own_only: bool,
    /// What the API token in use allows; `None` for somebody who signed in with a password.
    pub permissions: Option<Vec<Permission>>,
    /// The request's idempotency key, to be marked in the transaction of its effect.
    pub mark: Option<IdempotencyMark>,
    /// Of a job: what became of one of its things, to be written in the transaction of its effect.
    pub outcome: Option<ItemOutcome>,
}

/// What lets somebody in who did not sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// An API that lets visitors in. They have to do with the tickets that visitors made there alone.
    Api(Source),
    /// The link to the survey about a ticket among these.
    Survey(Scope),
}

impl Caller {
    /// Somebody who signed in, with what the API token in use allows.
    pub const fn signed_in(user: Arc<User>, permissions: Option<Vec<Permission>>) -> Self {
        Self {
            user,
            visits: None,
            sees_own_only: false,
            permissions,
            mark: None,
            outcome: None,
        }
    }

    /// The same, who as a customer sees the tickets that it made itself, and no others.
    #[must_use]
    pub fn with_own_tickets(self) -> Self {
        Self {
            sees_own_only: true,
            ..self
        }
    }

    /// Somebody who did not sign in, at an API that lets visitors in.
    pub fn visitor(api: Source) -> Self {
        Self {
            visits: Some(Visit::Api(api)),
            ..Self::signed_in(Arc::new(nobody()), None)
        }
    }

    /// Somebody with the link to the survey about that ticket.
    pub(crate) fn surveyed(ticket: &TicketData) -> Self {
        let tickets = match (ticket.customer, ticket.created_by) {
            (Some(customer), _) => Scope::Account(customer),
            (None, None) => Scope::Visitors(ticket.source),
            // Staff's own: nothing narrower holds it, and the link names no other.
            (None, Some(_)) => Scope::Everything,
        };
        Self {
            visits: Some(Visit::Survey(tickets)),
            ..Self::signed_in(Arc::new(nobody()), None)
        }
    }

    /// As the history names it.
    pub fn actor(&self) -> Actor {
        if self.visits.is_some() {
            return Actor::Anonymous;
        }
        Actor::User {
            id: self.user.id,
            role: self.user.role,
        }
    }

    /// Identity.
    pub fn id(&self) -> UserId {
        self.user.id
    }

    /// Whether this caller sees the world as a customer does.
    pub fn is_customer(&self) -> bool {
        self.user.role == Role::Customer
    }

    /// Whose tickets it may see.
    pub fn scope(&self) -> Scope {
        match self.visits {
            Some(Visit::Api(api)) => return Scope::Visitors(api),
            Some(Visit::Survey(tickets)) => return tickets,
            None => {}
        }
        match (self.user.role, self.user.customer) {
            (Role::Customer, Some(account)) if self.sees_own_only => Scope::MadeBy {
                account,
                maker: self.user.id,
            },
            (Role::Customer, Some(customer)) => Scope::Account(customer),
            // A customer without an account owns nothing: the nil account has no tickets.
            (Role::Customer, None) => Scope::Account(CustomerId(uuid::Uuid::nil())),
            (Role::Service | Role::Agent | Role::Lead | Role::Admin, _) => Scope::Everything,
        }
    }

    /// How it stands to something of that customer's.
    pub fn relation(&self, customer: Option<CustomerId>) -> Relation {
        match self.user.customer {
            Some(own) if customer == Some(own) => Relation::Own,
            _ => Relation::Foreign,
        }
    }

    /// Passes if it may do that to nothing in particular.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub fn may(&self, operation: Operation) -> Result<(), Error> {
        self.may_on(operation, Relation::None)
    }

    /// Passes if it may do that to something of that customer's.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::NotFound`] where it may not even know of it.
    pub fn may_on(&self, operation: Operation, relation: Relation) -> Result<(), Error> {
        let answer = match self.visits {
            // Their scope holds nothing of anybody else's.
            Some(Visit::Api(_)) => decide_for_visitor(operation),
            Some(Visit::Survey(_)) => decide_for_surveyed(operation),
            None => {
                let permissions = self.permissions.as_deref();
                decide(self.user.role, permissions, operation, relation)
            }
        };
        match answer {
            Answer::Allow => Ok(()),
            Answer::Forbid => Err(Error::forbidden()),
            Answer::Hide => Err(Error::NotFound("ticket")),
        }
    }

    /// Whether it may do that to nothing in particular.
    pub fn can(&self, operation: Operation) -> bool {
        self.may(operation).is_ok()
    }
}

/// The account behind a visitor: of no identity, and with no right that a table gives to roles.
fn nobody() -> User {
    User {
        id: UserId(uuid::Uuid::nil()),
        number: 0,
        username: String::new(),
        email: None,
        name: None,
        password_hash: None,
        role: Role::Customer,
        customer: None,
        teams: Vec::new(),
        skills: Vec::new(),
        capacity: 0,
        is_active: false,
        is_available: false,
        epoch: 0,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_nobody_and_sees_what_visitors_made_at_one_api() {
        let visitor = Caller::visitor(Source::Simple);
        assert_eq!(visitor.actor(), Actor::Anonymous);
        assert_eq!(visitor.scope(), Scope::Visitors(Source::Simple));
        assert!(visitor.can(Operation::CreateTicket) && visitor.can(Operation::DeleteTicket));
        assert!(!visitor.can(Operation::ReadInternal) && !visitor.can(Operation::ReadDirectory));
    }
}
