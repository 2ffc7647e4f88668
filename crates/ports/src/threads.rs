//! Tickets with what was written on them, many at a time, for clients that read everything at once.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{TicketId, UserId};
use linedesk_domain::people::Role;
use linedesk_domain::text::CommentBody;

use crate::queries::{Items, Part, Stored};
use crate::store::{Scope, StoreError};
use crate::tickets::TicketKey;

/// Somebody who made or wrote something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Identity.
    pub id: UserId,
    /// Name to sign in with.
    pub username: String,
    /// What the account may do now.
    pub role: Role,
}

/// A public comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The integer that older clients know it by; rising, unique among all comments.
    pub number: i64,
    /// Who wrote it; `None` for somebody who had not signed in.
    pub author: Option<Person>,
    /// The text.
    pub body: CommentBody,
    /// When it was written.
    pub created_at: Timestamp,
}

/// What was written on a ticket and on those merged into it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thread {
    /// Who made the ticket; `None` for somebody who had not signed in.
    pub maker: Option<Person>,
    /// Public comments, oldest first.
    pub messages: Vec<Message>,
}

/// Tickets in order of their numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered {
    /// The tickets.
    pub items: Vec<Stored>,
    /// Whether there may be more.
    pub may_be_more: bool,
}

/// Reads for such clients.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Threads: Send + Sync {
    /// Tickets with a number above `after`, in order of numbers, at most `limit`, and no more once their texts reach
    /// [`crate::store::PAGE_TEXTS`].
    async fn by_number(&self, scope: Scope, after: i64, limit: u32)
    -> Result<Numbered, StoreError>;

    /// What was written on those tickets: of each the newest `newest` messages, but of all together no more, the newest of
    /// each first, once their texts reach [`crate::store::PAGE_TEXTS`]. Those that `scope` hides are left out.
    async fn threads(
        &self,
        scope: Scope,
        tickets: Vec<TicketId>,
        newest: u32,
    ) -> Result<HashMap<TicketId, Thread>, StoreError>;

    /// A ticket's messages. `None` where `scope` hides the ticket.
    async fn messages(
        &self,
        scope: Scope,
        key: TicketKey,
        part: Part,
    ) -> Result<Option<Items<Message>>, StoreError>;
}
