//! The tickets of a period one after the other, with what happened to them as far as the SLA cares: for looking back over
//! very many.

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::class::{Category, Priority};
use linedesk_domain::ids::{CustomerId, TeamId, TicketId};
use linedesk_domain::sla::{SlaRecord, Timeline};

use crate::store::{Scope, StoreError};

/// Which tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Made then or later.
    pub from: Timestamp,
    /// Made before then.
    pub until: Timestamp,
    /// Of that customer.
    pub customer: Option<CustomerId>,
}

/// A ticket of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodTicket {
    /// Its place in the order of creation, from which reading goes on.
    pub place: i64,
    /// Identity.
    pub id: TicketId,
    /// What people call it, `T-…`.
    pub label: String,
    /// Its priority now.
    pub priority: Priority,
    /// Its category now.
    pub category: Category,
    /// Its customer.
    pub customer: Option<PeriodCustomer>,
    /// Its team.
    pub team: Option<TeamId>,
    /// What happened to it.
    pub timeline: Timeline,
    /// What was recorded of its SLA.
    pub record: Option<SlaRecord>,
}

/// What of a customer matters then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodCustomer {
    /// Identity.
    pub id: CustomerId,
    /// Name.
    pub name: String,
    /// Tier now.
    pub tier: Option<String>,
}

/// Reads the tickets of a period. Deleted ones are left out.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Periods: Send + Sync {
    /// How many there are.
    async fn count(&self, scope: Scope, period: Period) -> Result<u64, StoreError>;

    /// The next of them in the order of creation: those after that place, at most `limit`.
    async fn tickets(
        &self,
        scope: Scope,
        period: Period,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PeriodTicket>, StoreError>;
}
