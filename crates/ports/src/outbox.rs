//! Messages on their way to receivers, shared out among servers; and the log of events that they are made from.
//!
//! Messages about one ticket to one receiver go in the order in which they were put: none is handed out while an older one
//! is pending. A message is handed out for a while, and again when that is over and nobody said what became of it: a receiver
//! may get it twice and never misses it.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::class::Source;
use linedesk_domain::event::Event;
use linedesk_domain::ids::{CustomerId, TicketId, UserId};
use uuid::Uuid;

use crate::store::StoreError;
use crate::tickets::Numbers;

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// By e-mail.
    Email,
    /// By SMS.
    Sms,
    /// By HTTP, to a machine.
    Webhook,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Webhook];

    /// What clients and metrics call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Webhook => "webhook",
        }
    }
}

/// Messages that are delivered together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// How they travel.
    pub channel: Channel,
    /// To whom; `None`: to anybody.
    pub receiver: Option<String>,
}

impl From<Channel> for Lane {
    fn from(channel: Channel) -> Self {
        Self {
            channel,
            receiver: None,
        }
    }
}

/// Whether a message is still to be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// Waiting for its turn, or held by somebody who tries.
    Pending,
    /// Given up until somebody asks for another try. Those behind it go on.
    Parked,
}

impl MessageState {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Pending, Self::Parked];

    /// What clients call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Parked => "parked",
        }
    }
}

/// A message to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The event that it tells of, by its place among all events. One event makes one message for a receiver on a channel;
    /// putting it again changes nothing while the first one is there. `None`: no event made it.
    pub event: Option<i64>,
    /// The ticket that it is about, if it is about one.
    pub ticket: Option<TicketId>,
    /// How.
    pub channel: Channel,
    /// To whom, in the words of the channel: an address, an endpoint's id.
    pub receiver: String,
    /// What, as JSON. It comes back byte for byte.
    pub payload: String,
}

/// Letters that go to a receiver together, in one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    /// The message that takes them along. There is one for a receiver: where there is one already, they join it.
    pub digest: NewMessage,
    /// After how long it is due, where there was none.
    pub wait: Duration,
    /// The letters.
    pub letters: Vec<NewLetter>,
}

/// A letter that is to wait for the message that takes it along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// The ticket that it is about.
    pub ticket: TicketId,
    /// What it says, as JSON.
    pub payload: String,
}

/// A letter that waits for the message that takes it along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// Identity, rising.
    pub id: i64,
    /// What it says, as JSON.
    pub payload: String,
}

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Identity, rising.
    pub id: i64,
    /// What was put.
    pub new: NewMessage,
    /// When.
    pub created_at: Timestamp,
    /// How often it was claimed.
    pub attempts: i64,
    /// Not handed out before; while somebody holds it, when that ends.
    pub next_attempt_at: Timestamp,
    /// Whether it is still to be delivered.
    pub state: MessageState,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// The right to say what became of a message. Void once its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Which message.
    pub id: i64,
    /// Whose.
    pub holder: Uuid,
    /// Which attempt: an older claim of the same holder is void, too.
    pub attempt: i64,
}

/// How much waits together with a message that could not be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What comes behind it, about the same ticket to the same receiver.
    Ticket,
    /// Everything for that receiver, who does not answer at all: so its messages do not take the turns of others'.
    Receiver,
}

/// Keeps messages until they are delivered. Time is the database's own, since servers' clocks differ.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Puts messages, all or none. [`crate::changes::Write::Message`] does so together with other changes.
    async fn put(&self, messages: Vec<NewMessage>) -> Result<(), StoreError>;

    /// Up to `limit` messages of a lane whose turn it is, the longest due first; nobody else gets them for as long as
    /// `lease`.
    async fn claim(
        &self,
        holder: Uuid,
        from: Lane,
        limit: u32,
        lease: Duration,
    ) -> Result<Vec<Message>, StoreError>;

    /// Whoever had this name before has died: what it held is due now.
    async fn inherit(&self, holder: Uuid) -> Result<(), StoreError>;

    /// It was delivered, and is forgotten. `false`: the claim was void, and nothing happened.
    async fn done(&self, claim: Claim) -> Result<bool, StoreError>;

    /// Up to `limit` letters that a receiver's digest takes along, oldest first.
    async fn gathered(&self, receiver: &str, limit: u32) -> Result<Vec<Gathered>, StoreError>;

    /// A digest was delivered with the letters up to `last`, which are forgotten; so is the digest, unless others have joined
    /// it since, for which it is due again. `false`: the claim was void, and nothing happened.
    async fn done_with(&self, claim: Claim, last: i64) -> Result<bool, StoreError>;

    /// It was not delivered, and is due again after `wait`. `false`: the claim was void, and nothing happened.
    async fn retry(
        &self,
        claim: Claim,
        wait: Duration,
        error: &str,
        reach: Reach,
    ) -> Result<bool, StoreError>;

    /// It was not tried: its receiver is to be left alone, and all that waits for it is due after `wait`. `false`: the claim
    /// was void, and nothing happened.
    async fn postpone(&self, claim: Claim, wait: Duration) -> Result<bool, StoreError>;

    /// It will not be delivered unless somebody asks for it. `false`: the claim was void, and nothing happened.
    async fn park(&self, claim: Claim, error: &str) -> Result<bool, StoreError>;

    /// Up to `limit` messages with ids above `after`, in order of their ids.
    async fn messages(
        &self,
        state: MessageState,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError>;

    /// A message.
    async fn message(&self, id: i64) -> Result<Option<Message>, StoreError>;

    /// Makes a parked message due now, as if it was never tried. `false`: there is no such message.
    async fn replay(&self, id: i64) -> Result<bool, StoreError>;

    /// Forgets a parked message undelivered, and what it would have taken along. `false`: there is no such message.
    async fn discard(&self, id: i64) -> Result<bool, StoreError>;

    /// How many wait on each channel, counted up to `limit`, in the order of [`Channel::ALL`].
    async fn waiting(&self, limit: u32) -> Result<[u64; 3], StoreError>;
}

impl Message {
    /// The right of whoever has just claimed it.
    pub const fn claim(&self, holder: Uuid) -> Claim {
        Claim {
            id: self.id,
            holder,
            attempt: self.attempts,
        }
    }
}

/// An event at its place among all.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Its place among all events.
    pub seq: i64,
    /// Of which ticket.
    pub ticket: TicketId,
    /// The ticket's numbers.
    pub numbers: Numbers,
    /// Whose ticket it is.
    pub customer: Option<CustomerId>,
    /// Which API the ticket came in by.
    pub source: Source,
    /// Who made the ticket.
    pub created_by: Option<UserId>,
    /// Whether the ticket was deleted by now.
    pub is_deleted: bool,
    /// Its place among the ticket's events, from 1 without gaps.
    pub sequence: i64,
    /// What happened.
    pub event: Event,
    /// The name of who did it.
    pub actor_name: Option<String>,
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogPage {
    /// Events, in order.
    pub events: Vec<Logged>,
    /// Where to go on.
    pub next: i64,
    /// Whether it ends before its limit though there may be more, since its texts reached [`crate::store::PAGE_TEXTS`].
    pub ends_early: bool,
}

/// Who reads the log to its end and goes on from where it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogReader {
    /// Makes messages out of events.
    Notifications,
    /// Counts what happened.
    Analytics,
}

impl LogReader {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Notifications, Self::Analytics];

    /// What the database calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notifications => "notifications",
            Self::Analytics => "analytics",
        }
    }
}

/// The log of everything that happened.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Up to `limit` events behind `after` (0: from the beginning). Whoever goes on from `next` each time meets every event
    /// once and in order: none is passed that may still appear. There may be more even where none are answered.
    async fn events_after(&self, after: i64, limit: u32) -> Result<LogPage, StoreError>;

    /// The place of the newest event; 0 where there is none.
    async fn end(&self) -> Result<i64, StoreError>;

    /// How far a reader has come. It moves by [`crate::changes::Write::Advance`], together with what the reader made of
    /// the events.
    async fn position(&self, reader: LogReader) -> Result<i64, StoreError>;
}
