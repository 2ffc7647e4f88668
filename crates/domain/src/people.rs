//! Who acts: roles, actors, and the rules for accounts.

use crate::ids::UserId;

/// What an account may do at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Belongs to one customer account and sees only its tickets.
    Customer,
    /// A machine: portal backend, monitoring. Acts within the scopes of its token.
    Service,
    /// Works on tickets.
    Agent,
    /// An agent who also deletes, acts in bulk and edits SLA policies.
    Lead,
    /// A lead who also manages people, customers and settings.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Customer,
        Self::Service,
        Self::Agent,
        Self::Lead,
        Self::Admin,
    ];

    /// Agent or above.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Agent | Self::Lead | Self::Admin)
    }

    /// The name that clients read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Service => "service",
            Self::Agent => "agent",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Who did something to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Somebody who signed in.
    User {
        /// Who.
        id: UserId,
        /// As what, at that moment.
        role: Role,
    },
    /// Somebody who did not sign in (the simple API on a loopback address).
    Anonymous,
    /// The program itself: its SLA clock, its routing.
    System,
}

impl Actor {
    /// The user, if one signed in.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(id),
            Self::Anonymous | Self::System => None,
        }
    }

    /// Whether this is an agent or above.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::User { role, .. } if role.is_staff())
    }

    /// Whether what this actor writes in public is the customer's word.
    pub const fn is_customer(self) -> bool {
        matches!(
            self,
            Self::User {
                role: Role::Customer,
                ..
            } | Self::Anonymous
        )
    }

    /// Whether this is a customer's user.
    pub const fn is_signed_in_customer(self) -> bool {
        matches!(
            self,
            Self::User {
                role: Role::Customer,
                ..
            }
        )
    }

    /// `customer`, `agent`, …, `anonymous` or `system`.
    pub const fn role_name(self) -> &'static str {
        match self {
            Self::User { role, .. } => role.name(),
            Self::Anonymous => "anonymous",
            Self::System => "system",
        }
    }
}

/// What an API token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// `tickets:read`
    TicketsRead,
    /// `tickets:write`
    TicketsWrite,
    /// `kb:read`
    KbRead,
    /// `kb:write`
    KbWrite,
    /// `analytics:read`
    AnalyticsRead,
    /// `directory:read`
    DirectoryRead,
    /// `directory:write`
    DirectoryWrite,
    /// `admin`: all of it.
    Admin,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 8] = [
        Self::TicketsRead,
        Self::TicketsWrite,
        Self::KbRead,
        Self::KbWrite,
        Self::AnalyticsRead,
        Self::DirectoryRead,
        Self::DirectoryWrite,
        Self::Admin,
    ];

    /// The name that clients use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TicketsRead => "tickets:read",
            Self::TicketsWrite => "tickets:write",
            Self::KbRead => "kb:read",
            Self::KbWrite => "kb:write",
            Self::AnalyticsRead => "analytics:read",
            Self::DirectoryRead => "directory:read",
            Self::DirectoryWrite => "directory:write",
            Self::Admin => "admin",
        }
    }

    /// The permission of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }
}
