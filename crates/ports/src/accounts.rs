//! Sign-in's own records: refresh tokens, API tokens, failed logins; and the answers kept for idempotency keys.

use std::net::IpAddr;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{SessionId, TicketId, TokenId, UserId};
use linedesk_domain::people::Permission;
use uuid::Uuid;

use crate::store::StoreError;

/// A refresh token as the store knows it: never the token itself, only its identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The token's own identity (`jti`).
    pub id: Uuid,
    /// The sign-in it descends from.
    pub session: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// When it stops being good.
    pub expires_at: Timestamp,
    /// When it was used; a second use revokes the whole session.
    pub used_at: Option<Timestamp>,
    /// When its session was ended.
    pub revoked_at: Option<Timestamp>,
}

/// An API token as the store knows it: its hash, never the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Identity.
    pub id: TokenId,
    /// What the admin called it.
    pub name: String,
    /// Whose rights it carries.
    pub user: UserId,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// What it may be used for.
    pub permissions: Vec<Permission>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops being good; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
}

/// One failed sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginFailure {
    /// The name that was tried, in lower case.
    pub login: String,
    /// From where.
    pub address: IpAddr,
    /// When.
    pub at: Timestamp,
}

/// How often signing in failed lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FailureCount {
    /// For this name from this address.
    pub of_login: u32,
    /// From this address, whatever the name.
    pub of_address: u32,
    /// The oldest of those that count against the name, and against the address.
    pub oldest_of_login: Option<Timestamp>,
    /// As above, of the address.
    pub oldest_of_address: Option<Timestamp>,
}

/// What an idempotency key belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// Caller, method and path.
    pub scope: String,
    /// The key as the client chose it, at most 255 characters.
    pub key: String,
}

/// That a request with an idempotency key took effect; written in the transaction of the effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyMark {
    /// Which key.
    pub key: IdempotencyKey,
    /// SHA-256 of the request's body.
    pub fingerprint: [u8; 32],
    /// When the request came.
    pub at: Timestamp,
}

impl IdempotencyMark {
    /// That the request took effect on one ticket of the many it names.
    #[must_use]
    pub fn of_ticket(&self, ticket: TicketId) -> Self {
        let mut part = self.clone();
        part.key.scope = format!("{} {ticket}", self.key.scope);
        part
    }
}

/// An answer as a client got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Status code.
    pub status: u16,
    /// Headers worth repeating, by name.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// What is known of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRequest {
    /// SHA-256 of the first request's body.
    pub fingerprint: [u8; 32],
    /// When it came.
    pub at: Timestamp,
    /// Its answer; `None` while that is not known yet (it runs, or its server died right after the commit).
    pub answer: Option<KeptAnswer>,
}

/// Reading and writing these records. What belongs to a use case's own transaction goes through [`crate::changes::Commit`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Accounts: Send + Sync {
    /// One refresh token.
    async fn refresh_token(&self, id: Uuid) -> Result<Option<RefreshToken>, StoreError>;

    /// Whether that sign-in was ended. `false` for one of which nothing is known any more.
    async fn session_ended(&self, session: SessionId) -> Result<bool, StoreError>;

    /// The API token with that hash.
    async fn api_token(&self, hash: [u8; 32]) -> Result<Option<ApiToken>, StoreError>;

    /// Every API token, newest first, withdrawn ones too.
    async fn api_tokens(&self) -> Result<Vec<ApiToken>, StoreError>;

    /// Failures since `since` that count against a sign-in.
    async fn login_failures(
        &self,
        login: &str,
        address: IpAddr,
        since: Timestamp,
    ) -> Result<FailureCount, StoreError>;

    /// What is known of a key, if it is not older than `since`.
    async fn kept_request(
        &self,
        key: &IdempotencyKey,
        since: Timestamp,
    ) -> Result<Option<KeptRequest>, StoreError>;

    /// Keeps the answer for a key, whether or not it was marked before.
    async fn keep_answer(
        &self,
        mark: IdempotencyMark,
        answer: KeptAnswer,
    ) -> Result<(), StoreError>;

    /// Forgets what has expired: tokens, failures and answers from before these instants. Answers how many rows.
    async fn forget(
        &self,
        tokens: Timestamp,
        failures: Timestamp,
        answers: Timestamp,
    ) -> Result<u64, StoreError>;
}
