//! The SLA dashboard.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::detail::Named;
use super::ticket::TicketDto;

/// How unresolved tickets stand with their SLA.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaStatus)]
pub struct SlaStatusDto<'a> {
    /// All of them.
    pub totals: SlaTotalsDto,
    /// By priority; every priority is there.
    pub by_priority: BTreeMap<&'static str, SlaTotalsDto>,
    /// By team.
    pub by_team: Vec<TeamTotals<'a>>,
    /// Those at risk or breached, earliest due time first.
    pub tickets: Vec<TicketDto<'a>>,
    /// How many those are in all; at least so many where `total_is_exact` is false.
    pub total: u64,
    /// Whether `total` is all of them.
    pub total_is_exact: bool,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}

/// Unresolved tickets, counted by how they stand.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[schema(as = SlaTotals)]
pub struct SlaTotalsDto {
    /// Nothing missed, no warning.
    pub on_track: u64,
    /// A warning, nothing missed.
    pub at_risk: u64,
    /// Something missed.
    pub breached: u64,
    /// Clock stopped, nothing missed.
    pub paused: u64,
}

/// A team's tickets, counted by how they stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamTotals<'a> {
    /// The team; `null` for tickets without one.
    pub team: Option<Named<'a>>,
    /// The counts.
    #[serde(flatten)]
    pub totals: SlaTotalsDto,
}
