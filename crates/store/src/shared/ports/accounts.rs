//! Sign-in's own records.

use std::net::IpAddr;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::SessionId;
use linedesk_ports::accounts::{
    Accounts, ApiToken, FailureCount, IdempotencyKey, IdempotencyMark, KeptAnswer, KeptRequest,
    RefreshToken,
};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::super::{Store, accounts};

#[async_trait]
impl Accounts for Store {
    async fn refresh_token(&self, id: Uuid) -> Result<Option<RefreshToken>, StoreError> {
        self.read(move |connection| accounts::refresh_token(connection, id))
            .await
    }

    async fn session_ended(&self, session: SessionId) -> Result<bool, StoreError> {
        self.read(move |connection| accounts::session_ended(connection, session))
            .await
    }

    async fn api_token(&self, hash: [u8; 32]) -> Result<Option<ApiToken>, StoreError> {
        self.read(move |connection| accounts::api_token(connection, hash))
            .await
    }

    async fn api_tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        self.read(accounts::api_tokens).await
    }

    async fn login_failures(
        &self,
        login: &str,
        address: IpAddr,
        since: Timestamp,
    ) -> Result<FailureCount, StoreError> {
        let login = login.to_owned();
        self.read(move |connection| accounts::login_failures(connection, &login, address, since))
            .await
    }

    async fn kept_request(
        &self,
        key: &IdempotencyKey,
        since: Timestamp,
    ) -> Result<Option<KeptRequest>, StoreError> {
        let key = key.clone();
        self.read(move |connection| accounts::kept_request(connection, &key, since))
            .await
    }

    async fn keep_answer(
        &self,
        mark: IdempotencyMark,
        answer: KeptAnswer,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            accounts::keep_answer(connection, mark.clone(), answer.clone())
        })
        .await
    }

    async fn forget(
        &self,
        tokens: Timestamp,
        failures: Timestamp,
        answers: Timestamp,
    ) -> Result<u64, StoreError> {
        self.write(move |connection| accounts::forget(connection, tokens, failures, answers))
            .await
    }
}
