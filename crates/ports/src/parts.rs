//! What belongs to tickets, read by itself: comments and files of all tickets that a caller may see, and counts of them.

use jiff::Timestamp;
use linedesk_domain::ids::{CommentId, CustomerId, UserId};

use crate::queries::{CommentView, Count, TicketFilter};

/// A comment by one of its identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommentKey {
    /// Its UUID.
    Id(CommentId),
    /// Its integer.
    Number(i64),
}

/// A comment with what is said of the ticket that it was written on.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundComment {
    /// The comment.
    pub view: CommentView,
    /// The ticket's integer.
    pub ticket_number: i64,
    /// The ticket's version.
    pub ticket_version: i64,
}

/// How many comments a ticket has, with those of tickets merged into it; each counted up to
/// [`crate::queries::COUNTED_EXACTLY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CommentCounts {
    /// Those that its customer may read.
    pub public: u64,
    /// Internal notes.
    pub internal: u64,
}

/// How many tickets there are, in the ways that a desk's front page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeskStats {
    /// By status, in the order of [`linedesk_domain::workflow::Status::ALL`].
    pub by_status: [Count; 8],
    /// By priority, in the order of [`linedesk_domain::class::Priority::ALL`].
    pub by_priority: [Count; 6],
    /// Unresolved ones of one user's.
    pub mine: Count,
    /// Unresolved ones that nobody works on.
    pub unassigned: Count,
    /// Unresolved ones past their due time.
    pub overdue: Count,
}

/// Whose tickets count as "mine".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mine {
    /// Those that the user works on.
    AssignedTo(UserId),
    /// Those that the user made.
    MadeBy(UserId),
}

/// One word of a search that also looks at customers' names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTerm {
    /// The word; it may be the beginning of one.
    pub word: String,
    /// Customers with such a word in their names: their tickets match whatever they say.
    pub customers: Vec<CustomerId>,
}

/// By what a list is ordered that is ordered by several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderKey {
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// How urgent it is.
    Priority,
    /// How far it has come: [`linedesk_domain::workflow::Status::stage`].
    Status,
    /// The date promised by hand; tickets without one come last either way.
    DueDate,
}

/// One step of such an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub key: OrderKey,
    /// Largest first.
    pub descending: bool,
}

/// A list ordered by several things, of which the first counts most; ties are newest first. Of more matches than are
/// counted one by one, whatever stands behind an instant in the order is left out: hardly two tickets share one.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderedQuery {
    /// Which.
    pub filter: TicketFilter,
    /// In which order.
    pub order: Vec<Order>,
    /// So many are left out.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
    /// What "overdue" is measured against.
    pub now: Timestamp,
}
