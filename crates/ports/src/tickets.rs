//! Loading what a decision about a ticket needs.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::class::Category;
use linedesk_domain::ids::{
    AttachmentId, CommentId, ContactId, CustomerId, ServiceId, TicketId, UserId,
};
use linedesk_domain::routing::Candidate;
use linedesk_domain::sla::SlaBook;
use linedesk_domain::ticket::Ticket;
use linedesk_domain::ticket::comment::Comment;

use crate::directory::{Contact, Customer, Service, Team};
use crate::store::{Scope, StoreError};

/// A ticket by one of its identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TicketKey {
    /// Its UUID.
    Id(TicketId),
    /// Its integer.
    Number(i64),
}

/// What the store gave a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// The integer that older clients know it by; rising, unique.
    pub number: i64,
    /// `T-YYYYMMDD-NNNN`: the day and its sequence.
    pub label: String,
}

/// A ticket with what decisions about it need.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The ticket.
    pub ticket: Ticket,
    /// Its numbers.
    pub numbers: Numbers,
    /// Its customer's tier.
    pub tier: Option<String>,
    /// The SLA policies and calendars, all versions.
    pub book: Arc<SlaBook>,
}

/// Tickets whose time has come.
#[derive(Debug, Clone, Default)]
pub struct Due {
    /// Earliest first.
    pub tickets: Vec<Loaded>,
    /// Numbers of those that cannot be read.
    pub unreadable: Vec<i64>,
}

/// A file as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Identity; also where its bytes are kept.
    pub id: AttachmentId,
    /// The ticket it belongs to; `None` until it is attached.
    pub ticket: Option<TicketId>,
    /// The comment it came with.
    pub comment: Option<CommentId>,
    /// For staff alone.
    pub is_internal: bool,
    /// What it is called: a base name without control characters.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Type by content.
    pub content_type: String,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// Who uploaded it.
    pub uploaded_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}

/// A comment as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredComment {
    /// The comment.
    pub comment: Comment,
    /// The integer that older clients know it by.
    pub number: i64,
}

/// What a ticket that is being made refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreationKeys {
    /// Whose it will be.
    pub customer: Option<CustomerId>,
    /// The service concerned.
    pub service: Option<ServiceId>,
    /// The person to talk to.
    pub contact: Option<ContactId>,
    /// Files that go with it.
    pub attachments: Vec<AttachmentId>,
    /// For routing.
    pub category: Option<Category>,
}

/// What there is of that. Missing things are `None`, missing files are left out.
#[derive(Debug, Clone)]
pub struct CreationFacts {
    /// The customer.
    pub customer: Option<Customer>,
    /// The service.
    pub service: Option<Service>,
    /// The contact.
    pub contact: Option<Contact>,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// The SLA policies and calendars.
    pub book: Arc<SlaBook>,
    /// The teams that take the category.
    pub teams: Vec<Team>,
    /// Agents with skills, with their loads; empty where no agent has any.
    pub agents: Vec<Candidate>,
}

/// Loads tickets and what decisions need beside them.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Tickets: Send + Sync {
    /// The ticket, or `None` where it does not exist, was deleted, or is outside `scope`.
    async fn ticket(&self, scope: Scope, key: TicketKey) -> Result<Option<Loaded>, StoreError>;

    /// Several tickets, in the order of `ids`; those that `scope` hides are left out.
    async fn tickets(&self, scope: Scope, ids: &[TicketId]) -> Result<Vec<Loaded>, StoreError>;

    /// What a new ticket refers to.
    async fn creation(&self, keys: CreationKeys) -> Result<CreationFacts, StoreError>;

    /// Up to `limit` tickets whose `next_timer_at` is at or before `now`. One that cannot be read keeps no other.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Due, StoreError>;

    /// Lets tickets, by number, whose time has come at `now` and that nothing can be done about, come up again at `until`
    /// only. Answers how many did.
    async fn put_off(
        &self,
        numbers: &[i64],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<usize, StoreError>;

    /// A comment of a ticket, unless it was deleted.
    async fn comment(
        &self,
        ticket: TicketId,
        id: CommentId,
    ) -> Result<Option<StoredComment>, StoreError>;

    /// Files by identity; missing ones are left out.
    async fn attachments(&self, ids: &[AttachmentId]) -> Result<Vec<Attachment>, StoreError>;

    /// Unattached files from before `since`, at most `limit`.
    async fn orphans(&self, since: Timestamp, limit: u32) -> Result<Vec<AttachmentId>, StoreError>;

    /// The SLA policies and calendars, all versions.
    async fn book(&self) -> Result<Arc<SlaBook>, StoreError>;

    /// Makes the sweeper look at up to `limit` unresolved tickets with a number above `after` at once, since a
    /// policy that applies to open tickets changed. Answers the last number touched, `None` at the end.
    async fn rearm(
        &self,
        after: i64,
        limit: u32,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError>;
}
