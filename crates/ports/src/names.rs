//! The names of what read models refer to by identity: one look for a whole page.

use std::collections::HashMap;

use linedesk_domain::ids::{ContactId, CustomerId, TeamId, UserId};
use linedesk_domain::people::Role;

/// Whose names are wanted. Each may be named more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamesWanted {
    /// Customers.
    pub customers: Vec<CustomerId>,
    /// Contacts.
    pub contacts: Vec<ContactId>,
    /// Teams.
    pub teams: Vec<TeamId>,
    /// Users.
    pub users: Vec<UserId>,
}

/// The names found; what does not exist is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Customers' names.
    pub customers: HashMap<CustomerId, String>,
    /// Contacts' names.
    pub contacts: HashMap<ContactId, String>,
    /// Teams' names, those of the users' first teams too.
    pub teams: HashMap<TeamId, String>,
    /// Users.
    pub users: HashMap<UserId, UserNames>,
}

/// What a user is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserNames {
    /// The integer that older clients know the user by.
    pub number: i64,
    /// Name to sign in with.
    pub username: String,
    /// The name that people read.
    pub display: String,
    /// What the account may do.
    pub role: Role,
    /// The first of the user's teams.
    pub team: Option<TeamId>,
}
