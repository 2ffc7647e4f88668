//! Bringing messages to people and machines.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::TicketId;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// What a notice says, in plain words for a template: nothing that its reader may not know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The notice's name, which is the template's.
    pub notice: String,
    /// The reader's name.
    pub recipient: Option<String>,
    /// The ticket that it is about.
    pub ticket: Option<TicketWords>,
    /// Who did it.
    pub actor: Option<String>,
    /// What was written: a public comment.
    pub message: Option<String>,
    /// A remark for staff: why a ticket was given to them, or raised.
    pub note: Option<String>,
    /// The status before, as `in_progress`.
    pub from: Option<String>,
    /// The status after.
    pub to: Option<String>,
    /// How it was resolved.
    pub resolution: Option<String>,
    /// The SLA target concerned: `first_response`, `next_response`, `resolution`.
    pub target: Option<String>,
    /// When that target is or was due, RFC 3339 in UTC.
    pub due_at: Option<String>,
    /// The escalation level, 1 to 3.
    pub level: Option<u8>,
    /// The ticket that lives on after a merge.
    pub merged_into: Option<TicketWords>,
    /// A link to follow instead of the ticket's: for a new password.
    pub link: Option<String>,
    /// A link to a short survey about how the ticket was resolved.
    pub survey: Option<String>,
    /// What is told in one letter instead of many.
    pub digest: Option<DigestWords>,
}

/// Tickets that a digest names; the others are counted.
pub const DIGEST_TICKETS: usize = 200;
/// Of each so many notices, the latest.
pub const DIGEST_NOTICES: usize = 12;

/// Many notices in one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestWords {
    /// How many notices there are.
    pub count: usize,
    /// The first of the tickets that they are about, [`DIGEST_TICKETS`] at most.
    pub tickets: Vec<DigestTicket>,
    /// How many other tickets there are.
    pub more: usize,
}

/// A ticket in a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestTicket {
    /// The ticket, without what it describes.
    pub ticket: TicketWords,
    /// What happened to it lately, in order, [`DIGEST_NOTICES`] at most.
    pub notices: Vec<DigestNotice>,
}

/// What happened to a ticket in a digest: fields of the [`Letter`] that it would have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestNotice {
    /// The notice's name.
    pub notice: String,
    /// The SLA target concerned.
    pub target: Option<String>,
    /// When that target is or was due, RFC 3339 in UTC.
    pub due_at: Option<String>,
    /// The escalation level, 1 to 3.
    pub level: Option<u8>,
}

/// A ticket in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketWords {
    /// Its identity.
    pub id: Uuid,
    /// Its integer.
    pub number: i64,
    /// `T-YYYYMMDD-NNNN`.
    pub label: String,
    /// One line.
    pub title: String,
    /// What happened.
    pub description: String,
    /// Its status now, as `in_progress`.
    pub status: String,
    /// As `high`.
    pub priority: String,
    /// As `technical_support`.
    pub category: String,
    /// Where it is found.
    pub url: String,
}

/// An e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The same for every attempt: the local part of its `Message-ID`.
    pub key: String,
    /// The one address that it goes to.
    pub to: String,
    /// What it says.
    pub letter: Letter,
    /// The thread it belongs to; `None`: none.
    pub thread: Option<TicketId>,
    /// When that of which it tells happened.
    pub at: Timestamp,
}

/// A short message to a telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sms {
    /// The same for every attempt.
    pub key: String,
    /// The one number that it goes to, as the directory has it.
    pub to: String,
    /// What it says.
    pub letter: Letter,
}

/// A webhook.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// `webhook-id`: the same for every attempt.
    pub id: String,
    /// Where to.
    pub url: String,
    /// What it is signed with, each on its own: during a change of secrets there are two.
    pub secrets: Vec<Vec<u8>>,
    /// When this attempt is made.
    pub at: Timestamp,
    /// The JSON that is sent, byte for byte.
    pub body: String,
}

impl std::fmt::Debug for Call {
    // Without the secrets and what is sent: this may end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Whose trouble it is that something was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// This message's: others may get through to the same receiver.
    Message,
    /// The receiver's, who does not answer, or not as it should.
    Receiver,
    /// Everybody's: what the channel itself needs is not there (the mail server, the SMS gateway).
    Channel,
}

/// Why something was not delivered. The reason is for operators; it names no secrets and no contents.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Undelivered {
    /// Another attempt may succeed.
    #[error("{reason}")]
    Later {
        /// Why.
        reason: String,
        /// Whose trouble it is.
        trouble: Trouble,
        /// When the receiver wants to be asked again.
        after: Option<Duration>,
    },
    /// No other attempt will succeed.
    #[error("{reason}")]
    Never {
        /// Why.
        reason: String,
    },
    /// The receiver wants nothing any more (HTTP 410).
    #[error("the receiver is gone")]
    Gone,
}

/// Brings messages away. An attempt takes half a minute at most. Whoever asks keeps what was not delivered and tries again.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Couriers: Send + Sync {
    /// By e-mail.
    async fn mail(&self, mail: &Mail) -> Result<(), Undelivered>;

    /// By SMS.
    async fn sms(&self, sms: &Sms) -> Result<(), Undelivered>;

    /// Whether there is a way for SMS at all; without one, people are told by e-mail.
    fn has_sms(&self) -> bool;

    /// By HTTP, to a machine.
    async fn call(&self, call: &Call) -> Result<(), Undelivered>;

    /// Whether webhooks may go to this address, as far as that shows without asking for its name: for whoever registers
    /// one. Each call looks again, at the address that it really connects to.
    ///
    /// # Errors
    /// Why not, in words for that person.
    fn check_target(&self, url: &str) -> Result<(), String>;
}
