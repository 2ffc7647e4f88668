//! What is gone for good.

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{AttachmentId, TicketId};
use linedesk_ports::purge::{DeletedTicket, Purge, Purged, Turn};
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Loaded;

use super::super::{Store, load, purge};

#[async_trait]
impl Purge for Store {
    async fn deleted(
        &self,
        until: Timestamp,
        behind: Option<Turn>,
        limit: u32,
    ) -> Result<Vec<DeletedTicket>, StoreError> {
        self.read(move |connection| purge::deleted(connection, until, behind, limit))
            .await
    }

    async fn merged_into(
        &self,
        targets: &[TicketId],
        limit: u32,
    ) -> Result<Vec<Loaded>, StoreError> {
        let (books, targets) = (self.books(), targets.to_vec());
        self.snapshot(move |connection| load::merged_into(connection, &books, &targets, limit))
            .await
    }

    async fn purge(&self, tickets: &[TicketId], until: Timestamp) -> Result<Purged, StoreError> {
        let tickets = tickets.to_vec();
        self.write(move |connection| purge::purge(connection, &tickets, until))
            .await
    }

    async fn discarded(
        &self,
        behind: Option<AttachmentId>,
        limit: u32,
    ) -> Result<Vec<AttachmentId>, StoreError> {
        self.read(move |connection| purge::discarded(connection, behind, limit))
            .await
    }

    async fn forget_discarded(&self, files: &[AttachmentId]) -> Result<(), StoreError> {
        if files.is_empty() {
            return Ok(());
        }
        let files = files.to_vec();
        self.write(move |connection| purge::forget_discarded(connection, &files))
            .await
    }
}
