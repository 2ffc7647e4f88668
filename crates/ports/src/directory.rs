//! The directories: customers, contacts, services, teams, users. A larger backend that has customers and users already puts
//! them behind [`crate::elsewhere::People`].

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::class::Category;
use linedesk_domain::ids::{ContactId, CustomerId, ServiceId, TeamId, UserId};
use linedesk_domain::people::Role;

use crate::names::{Names, NamesWanted};
use crate::store::StoreError;

/// A customer account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Identity.
    pub id: CustomerId,
    /// Name of the household or company.
    pub name: String,
    /// The provider's own number for it; unique.
    pub account_number: Option<String>,
    /// Address for mail.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Tier that SLA policies may ask for, e.g. `gold`.
    pub tier: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Whether it is still a customer.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A person to talk to at a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Identity.
    pub id: ContactId,
    /// At which customer.
    pub customer: CustomerId,
    /// Name.
    pub name: String,
    /// Address for mail.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Whether still there.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Something that a customer subscribes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Identity.
    pub id: ServiceId,
    /// Whose it is.
    pub customer: CustomerId,
    /// Name.
    pub name: String,
    /// What kind: `fibre`, `voice`, …
    pub kind: Option<String>,
    /// The provider's own identifier: a circuit, a serial number.
    pub identifier: Option<String>,
    /// Where it is delivered.
    pub site: Option<String>,
    /// The provider's own word for how it is: `active`, `suspended`, …
    pub status: Option<String>,
    /// Whether it is still subscribed to.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A group of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Identity.
    pub id: TeamId,
    /// Name; unique without regard to case.
    pub name: String,
    /// The categories it takes when routing finds no agent.
    pub categories: Vec<Category>,
    /// Whether it still works.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Somebody who can sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// The integer that older clients know the user by; 0 until the store gave one.
    pub number: i64,
    /// Name to sign in with; unique without regard to case.
    pub username: String,
    /// Address for mail; unique without regard to case.
    pub email: Option<String>,
    /// Name for people to read.
    pub name: Option<String>,
    /// bcrypt hash; `None` for accounts that sign in by token only.
    pub password_hash: Option<String>,
    /// What the account may do.
    pub role: Role,
    /// The customer account that a customer user belongs to.
    pub customer: Option<CustomerId>,
    /// Teams, the first one first.
    pub teams: Vec<TeamId>,
    /// What the agent knows, for routing.
    pub skills: Vec<String>,
    /// Unresolved tickets that the agent can hold at once.
    pub capacity: u32,
    /// Whether the account can be used.
    pub is_active: bool,
    /// Whether the agent takes tickets now.
    pub is_available: bool,
    /// Raised to end every session at once.
    pub epoch: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl User {
    /// The name that people read: the given one, else the user name.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.username)
    }
}

impl std::fmt::Debug for User {
    // Without the password's hash and the address: this may end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// One page of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryPage<T> {
    /// The entries, by name.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: u64,
}

/// Which entries of a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryFilter {
    /// Words in names, numbers and addresses.
    pub text: Option<String>,
    /// Of one customer (contacts, services, users).
    pub customer: Option<CustomerId>,
    /// Active ones only, or inactive ones only.
    pub is_active: Option<bool>,
    /// Of one role (users).
    pub role: Option<Role>,
    /// At most so many.
    pub limit: u32,
    /// From here on.
    pub offset: u32,
}

/// Looking people and things up. Writing goes through [`crate::changes::Commit`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Directory: Send + Sync {
    /// One customer.
    async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError>;
    /// Customers by name.
    async fn customers(
        &self,
        filter: DirectoryFilter,
    ) -> Result<DirectoryPage<Customer>, StoreError>;
    /// One contact.
    async fn contact(&self, id: ContactId) -> Result<Option<Contact>, StoreError>;
    /// Contacts by name.
    async fn contacts(&self, filter: DirectoryFilter)
    -> Result<DirectoryPage<Contact>, StoreError>;
    /// One service.
    async fn service(&self, id: ServiceId) -> Result<Option<Service>, StoreError>;
    /// Services by name.
    async fn services(&self, filter: DirectoryFilter)
    -> Result<DirectoryPage<Service>, StoreError>;
    /// One team.
    async fn team(&self, id: TeamId) -> Result<Option<Team>, StoreError>;
    /// Teams by name.
    async fn teams(&self, filter: DirectoryFilter) -> Result<DirectoryPage<Team>, StoreError>;
    /// One user.
    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError>;
    /// The user of that integer id.
    async fn user_by_number(&self, number: i64) -> Result<Option<User>, StoreError>;
    /// The user who signs in by that name or e-mail address, without regard to case.
    async fn user_by_login(&self, login: &str) -> Result<Option<User>, StoreError>;
    /// The names of those, where they exist.
    async fn names(&self, wanted: NamesWanted) -> Result<Names, StoreError>;
    /// Users by name.
    async fn users(&self, filter: DirectoryFilter) -> Result<DirectoryPage<User>, StoreError>;
}
