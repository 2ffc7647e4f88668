//! Loading tickets.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{AttachmentId, CommentId, TicketId};
use linedesk_domain::sla::SlaBook;
use linedesk_ports::store::{Scope, StoreError};
use linedesk_ports::tickets::{
    Attachment, CreationFacts, CreationKeys, Due, Loaded, StoredComment, TicketKey, Tickets,
};

use super::super::{Store, creation, load};

#[async_trait]
impl Tickets for Store {
    async fn ticket(&self, scope: Scope, key: TicketKey) -> Result<Option<Loaded>, StoreError> {
        let books = self.books();
        self.snapshot(move |connection| load::ticket(connection, &books, scope, key))
            .await
    }

    async fn tickets(&self, scope: Scope, ids: &[TicketId]) -> Result<Vec<Loaded>, StoreError> {
        let (books, ids) = (self.books(), ids.to_vec());
        self.snapshot(move |connection| load::tickets(connection, &books, scope, &ids))
            .await
    }

    async fn creation(&self, keys: CreationKeys) -> Result<CreationFacts, StoreError> {
        let books = self.books();
        self.snapshot(move |connection| creation::creation(connection, &books, &keys))
            .await
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Due, StoreError> {
        let books = self.books();
        self.snapshot(move |connection| load::due(connection, &books, now, limit))
            .await
    }

    async fn put_off(
        &self,
        numbers: &[i64],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<usize, StoreError> {
        let numbers = numbers.to_vec();
        self.write(move |connection| load::put_off(connection, &numbers, now, until))
            .await
    }

    async fn comment(
        &self,
        ticket: TicketId,
        id: CommentId,
    ) -> Result<Option<StoredComment>, StoreError> {
        self.read(move |connection| load::comment(connection, ticket, id))
            .await
    }

    async fn attachments(&self, ids: &[AttachmentId]) -> Result<Vec<Attachment>, StoreError> {
        let ids = ids.to_vec();
        self.read(move |connection| load::attachments(connection, &ids))
            .await
    }

    async fn orphans(&self, since: Timestamp, limit: u32) -> Result<Vec<AttachmentId>, StoreError> {
        self.read(move |connection| load::orphans(connection, since, limit))
            .await
    }

    async fn book(&self) -> Result<Arc<SlaBook>, StoreError> {
        let books = self.books();
        self.snapshot(move |connection| books.current(connection))
            .await
    }

    async fn rearm(
        &self,
        after: i64,
        limit: u32,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        self.write(move |connection| load::rearm(connection, after, limit, now))
            .await
    }
}
