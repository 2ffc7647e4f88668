//! Reading for people: read models straight from the database. Every query takes a [`Scope`].

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::class::{Category, Priority};
use linedesk_domain::event::Event;
use linedesk_domain::ids::{CustomerId, ServiceId, TeamId, TicketId, UserId};
use linedesk_domain::people::Role;
use linedesk_domain::sla::SlaBook;
use linedesk_domain::text::Tag;
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::comment::Comment;
use linedesk_domain::ticket::merge::Relation;
use linedesk_domain::workflow::Status;

pub use crate::dashboard::{SlaDashboard, SlaTotals};
use crate::directory::{Contact, Customer, Service, Team, User};
use crate::parts::{
    CommentCounts, CommentKey, DeskStats, FoundComment, Mine, OrderedQuery, SearchTerm,
};
use crate::store::{Scope, StoreError};
use crate::tickets::{Attachment, Numbers, TicketKey};

/// Matches that are counted one by one; beyond them a total is exact only where counters tell it.
pub const COUNTED_EXACTLY: u64 = 10_000;

/// Which tickets. Several values of one filter are alternatives; an empty list filters nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TicketFilter {
    /// Full text over title, description, number: every word has to occur.
    pub text: Option<String>,
    /// Words that have to occur there or in the customer's name; not together with `text`.
    pub search: Vec<SearchTerm>,
    /// Statuses.
    pub status: Vec<Status>,
    /// Priorities.
    pub priority: Vec<Priority>,
    /// Categories.
    pub category: Vec<Category>,
    /// Assignees.
    pub assignee: Vec<UserId>,
    /// Teams.
    pub team: Vec<TeamId>,
    /// Customers.
    pub customer: Vec<CustomerId>,
    /// Services.
    pub service: Vec<ServiceId>,
    /// Tags; a ticket has to have all of them.
    pub tag: Vec<Tag>,
    /// Without (or with) a user who works on it.
    pub unassigned: Option<bool>,
    /// Unresolved and past its due time at [`TicketQuery::now`], or not.
    pub overdue: Option<bool>,
    /// With a missed SLA target, or without.
    pub sla_breach: Option<bool>,
    /// Made at or after.
    pub created_from: Option<Timestamp>,
    /// Made before (exclusive).
    pub created_before: Option<Timestamp>,
    /// Made by.
    pub created_by: Option<UserId>,
}

/// By what a list is ordered; ties go by the ticket's number in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// How urgent it is.
    Priority,
    /// When it is due; tickets without a due time come last either way.
    Due,
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// Largest first.
    pub descending: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// After so many.
    Offset(u64),
    /// After this ticket of the same order.
    After(Cursor),
}

/// A place in an order: the sort key's value as an integer (microseconds, rank; `i64::MAX` where a due time is missing) and the ticket's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The key's value at that place.
    pub value: i64,
    /// The ticket there.
    pub number: i64,
}

/// A list of tickets to read.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketQuery {
    /// Which.
    pub filter: TicketFilter,
    /// In which order.
    pub sort: Sort,
    /// From where.
    pub start: Start,
    /// At most so many.
    pub limit: u32,
    /// Whether totals and the summary are wanted too.
    pub counts: bool,
    /// What "overdue" is measured against.
    pub now: Timestamp,
}

/// A count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// How many; at least so many where it is not exact.
    pub n: u64,
    /// Whether that is all of them.
    pub is_exact: bool,
}

/// Tickets that match every filter but status and SLA breach, by how they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// By status, in the order of [`Status::ALL`].
    pub by_status: [Count; 8],
    /// Unresolved and past their due time.
    pub overdue: Count,
    /// With a missed SLA target.
    pub sla_breach: Count,
}

/// A ticket as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its fields.
    pub data: TicketData,
    /// Its numbers.
    pub numbers: Numbers,
}

/// One page of tickets.
#[derive(Debug, Clone)]
pub struct TicketPage {
    /// The tickets.
    pub items: Vec<Stored>,
    /// How many match in all; `None` when not asked for.
    pub total: Option<Count>,
    /// `None` when not asked for.
    pub summary: Option<Summary>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
    /// Whether it ends before its limit though there are more, since its texts reached [`crate::store::PAGE_TEXTS`].
    pub ends_early: bool,
    /// The SLA policies by which they are judged.
    pub book: Arc<SlaBook>,
}

/// A comment with the names that go with it.
#[derive(Debug, Clone, PartialEq)]
pub struct CommentView {
    /// The comment.
    pub comment: Comment,
    /// The integer that older clients know it by; rising, unique among all comments.
    pub number: i64,
    /// The ticket it was written on (another one than asked for where that one was merged).
    pub ticket: TicketId,
    /// Its author's name.
    pub author_name: Option<String>,
    /// Its author's role now.
    pub author_role: Option<Role>,
    /// Files that came with it.
    pub attachments: Vec<Attachment>,
}

/// An entry of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place among all events.
    pub id: i64,
    /// Its place in the ticket's own history, from 1, without gaps.
    pub sequence: i64,
    /// What happened.
    pub event: Event,
    /// The name of who did it.
    pub actor_name: Option<String>,
}

/// A ticket beside another.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// The other ticket.
    pub ticket: Stored,
    /// Why it is here.
    pub why: Why,
}

/// Why a ticket is shown beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It was merged into this one.
    MergedIntoThis,
    /// This one was merged into it.
    ThisMergedInto,
    /// This one links to it.
    LinkTo(Relation),
    /// It links to this one.
    LinkFrom(Relation),
    /// It concerns the same service and is unresolved.
    SameService,
}

/// A page of something that belongs to a ticket, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Items<T> {
    /// The items.
    pub items: Vec<T>,
    /// How many there are in all, exact up to [`COUNTED_EXACTLY`].
    pub total: Count,
    /// Whether it ends before its limit though there are more, since its texts reached [`crate::store::PAGE_TEXTS`].
    pub ends_early: bool,
}

/// Which part of a ticket's comments or history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// From an offset on, oldest first.
    From {
        /// So many are left out.
        offset: u64,
        /// At most so many.
        limit: u32,
    },
    /// The newest so many, oldest first.
    Last(u32),
}

/// What a reader of a ticket may see and wants to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetailQuery {
    /// Whether internal notes, their files and staff-only history may be shown.
    pub internal: bool,
    /// How much history, newest.
    pub history: Option<u32>,
    /// How many comments, newest.
    pub comments: Option<u32>,
}

/// A ticket with everything around it.
#[derive(Debug, Clone)]
pub struct TicketDetail {
    /// The ticket.
    pub ticket: Stored,
    /// Its customer.
    pub customer: Option<Customer>,
    /// Its service.
    pub service: Option<Service>,
    /// Its contact.
    pub contact: Option<Contact>,
    /// Who works on it.
    pub assignee: Option<User>,
    /// Which team works on it.
    pub team: Option<Team>,
    /// Its history, if asked for.
    pub history: Option<Items<Entry>>,
    /// Its comments, if asked for.
    pub comments: Option<Items<CommentView>>,
    /// Its files (at most 200).
    pub attachments: Vec<Attachment>,
    /// Tickets beside it (at most 50).
    pub related: Vec<Related>,
    /// Its customer's tier.
    pub tier: Option<String>,
    /// The SLA policies by which it is judged.
    pub book: Arc<SlaBook>,
}

/// Reads for people.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Queries: Send + Sync {
    /// A list of tickets with totals.
    async fn list(&self, scope: Scope, query: TicketQuery) -> Result<TicketPage, StoreError>;

    /// A ticket with everything around it.
    async fn detail(
        &self,
        scope: Scope,
        key: TicketKey,
        want: DetailQuery,
    ) -> Result<Option<TicketDetail>, StoreError>;

    /// A ticket's comments, those of tickets merged into it too. `None` where `scope` hides the ticket.
    async fn comments(
        &self,
        scope: Scope,
        key: TicketKey,
        internal: bool,
        part: Part,
    ) -> Result<Option<Items<CommentView>>, StoreError>;

    /// A ticket's history. `None` where `scope` hides the ticket.
    async fn history(
        &self,
        scope: Scope,
        key: TicketKey,
        internal: bool,
        part: Part,
    ) -> Result<Option<Items<Entry>>, StoreError>;

    /// A ticket's files, those of tickets merged into it too. `None` where `scope` hides the ticket.
    async fn files(
        &self,
        scope: Scope,
        key: TicketKey,
        internal: bool,
        part: Part,
    ) -> Result<Option<Items<Attachment>>, StoreError>;

    /// A list ordered by several things, with its total.
    async fn ordered(&self, scope: Scope, query: OrderedQuery) -> Result<TicketPage, StoreError>;

    /// How many tickets there are.
    async fn stats(
        &self,
        scope: Scope,
        mine: Mine,
        now: Timestamp,
    ) -> Result<DeskStats, StoreError>;

    /// A comment, unless `scope` hides its ticket. Without `internal`, internal notes are not found.
    async fn find_comment(
        &self,
        scope: Scope,
        key: CommentKey,
        internal: bool,
    ) -> Result<Option<FoundComment>, StoreError>;

    /// The comments of all tickets, by ticket in order of creation, and oldest first.
    async fn all_comments(
        &self,
        scope: Scope,
        internal: bool,
        offset: u64,
        limit: u32,
    ) -> Result<Items<CommentView>, StoreError>;

    /// The files of all tickets, by ticket in order of creation, and oldest first.
    async fn all_files(
        &self,
        scope: Scope,
        internal: bool,
        offset: u64,
        limit: u32,
    ) -> Result<Items<Attachment>, StoreError>;

    /// The integers of the public comments of each of those tickets and of tickets merged into it, newest first; of all
    /// together at most `limit`, the newest.
    async fn answers(
        &self,
        tickets: &[TicketId],
        limit: u32,
    ) -> Result<HashMap<TicketId, Vec<i64>>, StoreError>;

    /// How many comments each of those tickets has.
    async fn comment_counts(
        &self,
        tickets: &[TicketId],
    ) -> Result<HashMap<TicketId, CommentCounts>, StoreError>;

    /// The SLA dashboard.
    async fn sla_dashboard(&self, offset: u64, limit: u32) -> Result<SlaDashboard, StoreError>;

    /// Tickets that match a filter, by identity, at most `limit`, oldest first: for acting on many at once.
    async fn matching(
        &self,
        scope: Scope,
        filter: TicketFilter,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<TicketId>, StoreError>;

    /// Whether the database answers and its schema is the one this program needs.
    async fn ready(&self) -> Result<(), StoreError>;
}
