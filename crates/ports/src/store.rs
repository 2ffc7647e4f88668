//! What every database port shares.

use linedesk_domain::class::Source;
use linedesk_domain::ids::{CustomerId, UserId};
use thiserror::Error;

/// Bytes of text (UTF-8) after which a page of tickets, comments or history ends early, however few its items are: the item
/// that reaches it is the last one. So a page is bounded in memory whatever people write; of texts of the usual length it
/// holds the thousand that a client may ask for.
pub const PAGE_TEXTS: usize = 8 * 1024 * 1024;

/// Whose tickets a caller may see. Every read takes one, so that forgetting it does not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Everything,
    /// Those of one customer account.
    Account(CustomerId),
    /// Those of one customer account that one user made.
    MadeBy {
        /// The account.
        account: CustomerId,
        /// The user.
        maker: UserId,
    },
    /// Those that came in by one API from people who did not sign in. They are read one by one and in order of their numbers:
    /// other lists and counts of them find nothing.
    Visitors(Source),
}

/// Why a database did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// A row had moved on since it was read; nothing was written.
    #[error("the row has changed in the meantime")]
    Stale,
    /// Something that must be unique exists already; nothing was written.
    #[error("{0} exists already")]
    Duplicate(Unique),
    /// A row points to one that is not there; nothing was written.
    #[error("a row that is referred to does not exist")]
    Dangling,
    /// A stored row cannot be what it claims to be.
    #[error("corrupt row in {table}, {row}: {what}")]
    Corrupt {
        /// Which table.
        table: &'static str,
        /// Which row.
        row: String,
        /// What is wrong with it.
        what: String,
    },
    /// The database cannot be used at the moment; nothing was written.
    #[error("the database is not available: {0}")]
    Unavailable(&'static str),
    /// A commit whose outcome nobody knows.
    #[error("the outcome of the commit is unknown")]
    Unknown,
    /// The database refused a statement that it should have taken: a bug.
    #[error("the database refused a statement: {0}")]
    Refused(String),
}

/// What has to be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unique {
    /// A user name, without regard to case.
    #[error("username")]
    Username,
    /// An e-mail address, without regard to case.
    #[error("email")]
    Email,
    /// A customer's account number.
    #[error("account_number")]
    AccountNumber,
    /// A team's name.
    #[error("team name")]
    TeamName,
    /// A link between two tickets.
    #[error("link")]
    Link,
    /// An article's name in addresses.
    #[error("slug")]
    Slug,
    /// What became of one of the things that a job has to do.
    #[error("outcome")]
    ItemOutcome,
    /// An idempotency key.
    #[error("idempotency key")]
    IdempotencyKey,
    /// Anything else.
    #[error("row")]
    Other,
}
