//! Passwords and signed tokens.
#![cfg_attr(
    feature = "mock",
    expect(clippy::ref_option_ref, reason = "written by mockall")
)]

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{SessionId, TicketId, UserId};
use thiserror::Error;
use uuid::Uuid;

/// Slow password hashing, on threads of its own behind a bounded queue.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Passwords: Send + Sync {
    /// A salted hash of `password` (8 characters to 72 bytes; checked by the caller).
    async fn hash(&self, password: &str) -> Result<String, PasswordError>;

    /// Whether `password` made `hash`. With `None` (no such account) it takes as long and answers `false`,
    /// so that nobody can tell by the clock which accounts exist.
    async fn verify<'a>(
        &self,
        password: &str,
        hash: Option<&'a str>,
    ) -> Result<bool, PasswordError>;
}

/// Why hashing gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Too many are waiting; try again in a moment.
    #[error("too many passwords are being checked")]
    Busy,
    /// Over 72 bytes, which bcrypt would cut silently.
    #[error("the password is longer than 72 bytes")]
    TooLong,
}

/// What a signed token is good for. A token of one purpose is never accepted for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Calling the API for a few minutes.
    Access,
    /// Getting the next pair of tokens, once.
    Refresh,
    /// Setting a new password without the old one, once.
    PasswordReset,
}

/// What a signed token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// What it is good for.
    pub purpose: Purpose,
    /// Whose it is.
    pub user: UserId,
    /// The user's integer id, as older clients want it in the token.
    pub user_number: i64,
    /// The user's token epoch when it was signed; a later epoch makes the token void.
    pub epoch: i64,
    /// The sign-in it descends from.
    pub session: SessionId,
    /// The token's own identity.
    pub id: Uuid,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// When it stops being good.
    pub expires_at: Timestamp,
}

/// What the link to a survey says: it is good for one resolution of one ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurveyPass {
    /// Which ticket.
    pub ticket: TicketId,
    /// When it was resolved, to the microsecond. No two resolutions of a ticket share that.
    pub resolved_at: Timestamp,
    /// The account of whoever got the link, if it has one.
    pub user: Option<UserId>,
}

/// Signs tokens and reads them back.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Signer: Send + Sync {
    /// The signed token.
    fn sign(&self, claims: &Claims) -> String;

    /// What a token says, if this server's key signed it for that purpose and it has not expired at `now`.
    fn verify(&self, token: &str, purpose: Purpose, now: Timestamp) -> Option<Claims>;

    /// The signed token of a survey, short and fit for a link.
    fn sign_survey(&self, pass: &SurveyPass) -> String;

    /// What the token of a survey says, if this server's key signed it.
    fn verify_survey(&self, token: &str) -> Option<SurveyPass>;
}
