//! People whom a larger backend keeps itself: it says who there is, what they may do, and who sends a request.

use async_trait::async_trait;
use linedesk_domain::ids::{CustomerId, UserId};
use linedesk_domain::people::Role;

use crate::store::StoreError;

/// Somebody as the backend knows them. What routing wants to know (teams, skills, capacity, whether they take tickets now)
/// is kept with the desk.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Identity; the same person has the same one for ever.
    pub id: UserId,
    /// Name to sign in with; unique without regard to case.
    pub username: String,
    /// Address for mail; unique without regard to case.
    pub email: Option<String>,
    /// Name for people to read.
    pub name: Option<String>,
    /// bcrypt hash, for those who shall be able to sign in at the desk itself.
    pub password_hash: Option<String>,
    /// What they may do.
    pub role: Role,
    /// The customer account, for a customer's user and nobody else.
    pub customer: Option<CustomerId>,
    /// Whether they may do anything at all.
    pub is_active: bool,
}

impl std::fmt::Debug for Person {
    // Without the password's hash and the address: this may end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A customer account as the backend knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Identity; the same account has the same one for ever.
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
}

/// The backend's own table of people, and its own sessions. Asked at every request, so it should answer from memory or an
/// index.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait People: Send + Sync {
    /// One person; `None` for nobody that the backend has (any more).
    async fn person(&self, id: UserId) -> Result<Option<Person>, StoreError>;

    /// Whoever signs in by that name or e-mail address, without regard to case.
    async fn person_by_login(&self, login: &str) -> Result<Option<Person>, StoreError>;

    /// One customer account; `None` for none that the backend has (any more).
    async fn account(&self, id: CustomerId) -> Result<Option<Account>, StoreError>;

    /// Who holds that token (what stands behind `Bearer` in a request), where it is one of the backend's own and still good.
    async fn holder(&self, token: &str) -> Result<Option<UserId>, StoreError>;
}
