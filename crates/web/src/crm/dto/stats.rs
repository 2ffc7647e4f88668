//! The front page's counts.

use serde::Serialize;
use utoipa::ToSchema;

/// How many tickets there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrmStatsDto {
    /// In all.
    pub total: u64,
    /// By status.
    pub by_status: CrmByStatus,
    /// By priority.
    pub by_priority: CrmByPriority,
    /// Unresolved ones that I work on; for a customer, that I made.
    pub my_open_tickets: u64,
    /// Unresolved ones that nobody works on.
    pub unassigned: u64,
    /// Unresolved ones past their due time.
    pub overdue: u64,
}

/// Tickets by status.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CrmByStatus {
    /// `new`
    pub new: u64,
    /// `assigned`
    pub assigned: u64,
    /// `in_progress`
    pub in_progress: u64,
    /// `pending`
    pub pending: u64,
    /// `resolved`
    pub resolved: u64,
    /// `closed`
    pub closed: u64,
}

/// Tickets by priority.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CrmByPriority {
    /// `low`
    pub low: u64,
    /// `medium`
    pub medium: u64,
    /// `high`
    pub high: u64,
    /// `urgent`
    pub urgent: u64,
}
