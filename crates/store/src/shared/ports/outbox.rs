//! Messages on their way to receivers.

use std::time::Duration;

use async_trait::async_trait;
use linedesk_ports::changes::{Changes, Commit as _, Write};
use linedesk_ports::outbox::{
    Claim, Gathered, Lane, Message, MessageState, NewMessage, Outbox, Reach,
};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::super::{Store, digests, outbox};

#[async_trait]
impl Outbox for Store {
    async fn put(&self, messages: Vec<NewMessage>) -> Result<(), StoreError> {
        let changes = Changes {
            writes: messages.into_iter().map(Write::Message).collect(),
            mark: None,
        };
        self.commit(changes).await.map(drop)
    }

    async fn claim(
        &self,
        holder: Uuid,
        from: Lane,
        limit: u32,
        lease: Duration,
    ) -> Result<Vec<Message>, StoreError> {
        self.write(move |connection| outbox::claim(connection, holder, &from, limit, lease))
            .await
    }

    async fn inherit(&self, holder: Uuid) -> Result<(), StoreError> {
        self.write(move |connection| outbox::inherit(connection, holder))
            .await
    }

    async fn done(&self, claim: Claim) -> Result<bool, StoreError> {
        self.write(move |connection| outbox::done(connection, claim))
            .await
    }

    async fn gathered(&self, receiver: &str, limit: u32) -> Result<Vec<Gathered>, StoreError> {
        let receiver = receiver.to_owned();
        self.read(move |connection| digests::gathered(connection, &receiver, limit))
            .await
    }

    async fn done_with(&self, claim: Claim, last: i64) -> Result<bool, StoreError> {
        self.write(move |connection| digests::done_with(connection, claim, last))
            .await
    }

    async fn retry(
        &self,
        claim: Claim,
        wait: Duration,
        error: &str,
        reach: Reach,
    ) -> Result<bool, StoreError> {
        let error = error.to_owned();
        self.write(move |connection| outbox::retry(connection, claim, wait, &error, reach))
            .await
    }

    async fn postpone(&self, claim: Claim, wait: Duration) -> Result<bool, StoreError> {
        self.write(move |connection| outbox::postpone(connection, claim, wait))
            .await
    }

    async fn park(&self, claim: Claim, error: &str) -> Result<bool, StoreError> {
        let error = error.to_owned();
        self.write(move |connection| outbox::park(connection, claim, &error))
            .await
    }

    async fn messages(
        &self,
        state: MessageState,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        self.read(move |connection| outbox::messages(connection, state, after, limit))
            .await
    }

    async fn message(&self, id: i64) -> Result<Option<Message>, StoreError> {
        self.read(move |connection| outbox::message(connection, id))
            .await
    }

    async fn discard(&self, id: i64) -> Result<bool, StoreError> {
        self.write(move |connection| outbox::discard(connection, id))
            .await
    }

    async fn waiting(&self, limit: u32) -> Result<[u64; 3], StoreError> {
        self.read(move |connection| outbox::waiting(connection, limit))
            .await
    }

    async fn replay(&self, id: i64) -> Result<bool, StoreError> {
        self.write(move |connection| outbox::replay(connection, id))
            .await
    }
}
