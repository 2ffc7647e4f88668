//! Who asks, and what that allows.

use std::sync::Arc;

use linedesk_domain::access::{Answer, Operation, Relation, decide};
use linedesk_domain::ids::{CustomerId, UserId};
use linedesk_domain::people::{Actor, Permission, Role};
use linedesk_ports::accounts::IdempotencyMark;
use linedesk_ports::directory::User;
use linedesk_ports::store::Scope;

use crate::error::Error;

/// Somebody who signed in, for the length of one request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub user: Arc<User>,
    /// What the API token in use allows; `None` for somebody who signed in with a password.
    pub permissions: Option<Vec<Permission>>,
    /// The request's idempotency key, to be marked in the transaction of its effect.
    pub mark: Option<IdempotencyMark>,
}

impl Caller {
    /// As the history names it.
    pub fn actor(&self) -> Actor {
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
        match (self.user.role, self.user.customer) {
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
        match decide(
            self.user.role,
            self.permissions.as_deref(),
            operation,
            relation,
        ) {
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
