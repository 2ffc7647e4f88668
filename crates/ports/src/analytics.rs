//! Facts of tickets, kept for the desk's figures.
//!
//! What is kept of a ticket is a function of its history ([`linedesk_domain::metrics`]), by UTC day, as packed bytes. Whoever
//! folds the log into it replaces what is kept of the tickets that something happened to, and says with it how far it has come:
//! all of that in one transaction, so that nothing is counted twice or left out, whatever happens in between. Facts of a day
//! are put together into one blob for each part ("sealed") when they have come to rest, so that a year is read in a moment.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::event::Event;
use linedesk_domain::ids::TicketId;
use linedesk_domain::metrics::{Damaged, GroupKey, Part, Subject};
use linedesk_domain::sla::SlaBook;

use crate::store::{Scope, StoreError};

/// How far the facts have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The last event whose ticket was folded.
    pub seen: i64,
    /// While everything is made anew: the place of the last ticket that was.
    pub rebuilding: Option<i64>,
    /// The format of what is kept; 0 before anything was.
    pub format: i16,
    /// When the log was last folded to its end.
    pub folded_at: Timestamp,
    /// The newest event.
    pub newest: i64,
    /// Where they are read from a copy of the database: up to when it follows. `None`: from the database itself.
    pub copied_until: Option<Timestamp>,
}

impl Progress {
    /// Whether every ticket is among the facts.
    pub const fn is_complete(&self) -> bool {
        self.rebuilding.is_none() && self.format > 0
    }
}

/// What is kept of a ticket of one day, or of all tickets of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The UTC day, in days since 1970.
    pub day: i64,
    /// Packed facts.
    pub facts: Vec<u8>,
}

/// A ticket's history, and what is kept of it.
#[derive(Debug, Clone)]
pub struct History {
    /// The ticket's place in the order of creation.
    pub place: i64,
    /// The ticket.
    pub subject: Subject,
    /// All that happened to it, in order.
    pub events: Vec<Event>,
    /// What is kept of it, by day.
    pub kept: Vec<Kept>,
}

/// Histories, with the policies that judged them.
#[derive(Debug, Clone)]
pub struct Histories {
    /// In the order of creation.
    pub tickets: Vec<History>,
    /// Every policy and calendar.
    pub book: Arc<SlaBook>,
}

/// Which histories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Of these tickets.
    Of(Vec<TicketId>),
    /// Of the first tickets behind a place.
    Behind {
        /// The place.
        place: i64,
        /// How many.
        limit: u32,
    },
}

/// What is kept from now on of one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refolded {
    /// The ticket's place.
    pub place: i64,
    /// All that is kept of it, by day.
    pub kept: Vec<Kept>,
}

/// A step forward.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    /// Where it begins; [`StoreError::Stale`] where the store is elsewhere by now.
    pub from: Progress,
    /// Where it ends.
    pub to: Progress,
    /// Tickets of which something else is kept now.
    pub tickets: Vec<Refolded>,
    /// Parts of days that are another now.
    pub changed: Vec<(Part, i64)>,
}

/// A day with parts that are to be put together anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsealed {
    /// The day.
    pub day: i64,
    /// Which parts.
    pub parts: Vec<Part>,
    /// What is kept of the day's tickets, in the order of creation.
    pub rows: Vec<Vec<u8>>,
}

/// A part of a day, put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which part.
    pub part: Part,
    /// Of which day.
    pub day: i64,
    /// Its facts.
    pub facts: Vec<u8>,
}

/// Which facts to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactQuery {
    /// Which parts.
    pub parts: Vec<Part>,
    /// From this day on.
    pub first: i64,
    /// To this day.
    pub last: i64,
    /// Whether the steps into and out of the backlog are wanted from the beginning of time (summed up as far as they are).
    pub with_backlog: bool,
}

/// Takes in some parts of a blob. Blobs come in no order.
pub type See = Box<dyn FnMut(&[u8], &[Part]) -> Result<(), Damaged> + Send>;

/// Reads facts, for reports. They may be read from a copy that follows the database.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Facts: Send + Sync {
    /// How far they have come.
    async fn progress(&self) -> Result<Progress, StoreError>;

    /// Hands facts to `see`.
    async fn scan(&self, scope: Scope, query: FactQuery, see: See) -> Result<(), StoreError>;

    /// What people call agents, teams and customers. What is not there any more has no name; no other groups do.
    async fn names(&self, keys: Vec<GroupKey>) -> Result<HashMap<GroupKey, String>, StoreError>;
}

/// Keeps facts.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Analytics: Send + Sync {
    /// How far they have come.
    async fn progress(&self) -> Result<Progress, StoreError>;

    /// How many tickets there are, roughly: the highest number.
    async fn tickets(&self) -> Result<u64, StoreError>;

    /// Forgets all facts, so that they are made anew. Tickets are then folded in the order of creation, and after them what
    /// happened since.
    async fn restart(&self) -> Result<(), StoreError>;

    /// Histories to be folded. Deleted tickets are among them.
    async fn histories(&self, which: Which) -> Result<Histories, StoreError>;

    /// Keeps what was folded.
    async fn fold(&self, fold: Fold) -> Result<(), StoreError>;

    /// Up to `limit` days that are to be sealed, the oldest first.
    async fn unsealed(&self, limit: u32) -> Result<Vec<Unsealed>, StoreError>;

    /// Keeps sealed parts of days. [`StoreError::Stale`] where something was folded since `at`.
    async fn seal(&self, at: Progress, sealed: Vec<Sealed>) -> Result<(), StoreError>;

    /// The first day with facts, and the last day whose standing is known.
    async fn span(&self) -> Result<(Option<i64>, Option<i64>), StoreError>;

    /// Hands facts to `see`, from the database itself.
    async fn scan(&self, scope: Scope, query: FactQuery, see: See) -> Result<(), StoreError>;

    /// All that is kept of tickets: place, day and facts, in order. For checks: it may be much.
    async fn rows(&self) -> Result<Vec<(i64, Kept)>, StoreError>;
}
