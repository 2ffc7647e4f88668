//! What is gone for good: deleted tickets that were kept long enough, and files that nothing refers to any more.

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{AttachmentId, TicketId};
use linedesk_domain::ticket::purge::Remains;

use crate::store::StoreError;
use crate::tickets::Loaded;

/// A deleted ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletedTicket {
    /// Which.
    pub id: TicketId,
    /// Its place in the order of creation.
    pub place: i64,
    /// What is asked of it before it is gone.
    pub remains: Remains,
}

impl DeletedTicket {
    /// Where it stands among the deleted ones.
    pub const fn turn(&self) -> Turn {
        Turn {
            deleted_at: self.remains.deleted_at,
            place: self.place,
        }
    }
}

/// Where a ticket stands in the order in which tickets were deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// Its place in the order of creation, among those that were deleted in the same moment.
    pub place: i64,
}

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Tickets that are gone.
    pub tickets: u64,
    /// Rows that belonged to them and are gone: comments, events, files, links, messages.
    pub rows: u64,
    /// Whether that was all that could go of those that were named. Otherwise more is to be done at once.
    pub is_all: bool,
}

/// Takes away for good.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Purge: Send + Sync {
    /// Up to `limit` tickets that were deleted at or before `until`, behind `behind`, in the order in which they were deleted.
    async fn deleted(
        &self,
        until: Timestamp,
        behind: Option<Turn>,
        limit: u32,
    ) -> Result<Vec<DeletedTicket>, StoreError>;

    /// Up to `limit` tickets that are not deleted and were merged into one of those.
    async fn merged_into(
        &self,
        targets: &[TicketId],
        limit: u32,
    ) -> Result<Vec<Loaded>, StoreError>;

    /// Takes tickets away that were deleted at or before `until`, with all that belongs to them, a bounded number of rows in
    /// one transaction; a ticket's own row is the last of it. Others are left alone, and so are those that another ticket was
    /// merged into. What their files were is told by [`Purge::discarded`] from then on.
    async fn purge(&self, tickets: &[TicketId], until: Timestamp) -> Result<Purged, StoreError>;

    /// Up to `limit` files behind `behind` whose rows are gone and whose bytes may still be there, in the order of their ids.
    async fn discarded(
        &self,
        behind: Option<AttachmentId>,
        limit: u32,
    ) -> Result<Vec<AttachmentId>, StoreError>;

    /// Forgets discarded files, since their bytes are gone.
    async fn forget_discarded(&self, files: &[AttachmentId]) -> Result<(), StoreError>;
}
