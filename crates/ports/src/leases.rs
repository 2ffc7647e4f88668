//! Work that many servers could do and one at a time should.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::store::StoreError;

/// Work that is done by one server at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// Recording what the SLA clocks did while nobody touched the tickets.
    SlaSweeper,
    /// Forgetting what has expired.
    Retention,
    /// Folding the log into the facts that figures are made of.
    Analytics,
    /// Making messages out of events.
    OutboxRelay,
}

impl Work {
    /// All of it.
    pub const ALL: [Self; 4] = [
        Self::SlaSweeper,
        Self::Retention,
        Self::Analytics,
        Self::OutboxRelay,
    ];

    /// What the database and the log call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SlaSweeper => "sla_sweeper",
            Self::Retention => "retention",
            Self::Analytics => "analytics",
            Self::OutboxRelay => "outbox_relay",
        }
    }
}

/// Who does what at the moment.
///
/// A lease saves work that would be done twice; it guarantees nothing, since whoever holds one may sleep past its end and
/// go on. What must not happen twice is refused by versions and unique keys. Time is the database's own, since servers'
/// clocks differ.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes the work, or goes on holding it, unless somebody else holds it. Whoever is told `true` holds it for at least
    /// half of `lease` from now on.
    async fn hold(&self, work: Work, holder: Uuid, lease: Duration) -> Result<bool, StoreError>;

    /// Lets go of the work, if it is held.
    async fn release(&self, work: Work, holder: Uuid) -> Result<(), StoreError>;
}
