//! The SLA dashboard.

use std::sync::Arc;

use linedesk_domain::class::Priority;
use linedesk_domain::sla::SlaBook;

use crate::directory::Team;
use crate::queries::{Count, Stored};

/// How unresolved tickets stand with their SLA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlaTotals {
    /// Nothing missed, no warning.
    pub on_track: u64,
    /// A warning, nothing missed.
    pub at_risk: u64,
    /// Something missed.
    pub breached: u64,
    /// Clock stopped, nothing missed.
    pub paused: u64,
}

/// The SLA dashboard.
#[derive(Debug, Clone)]
pub struct SlaDashboard {
    /// All unresolved tickets.
    pub totals: SlaTotals,
    /// By priority.
    pub by_priority: Vec<(Priority, SlaTotals)>,
    /// By team; `None`: without a team.
    pub by_team: Vec<(Option<Team>, SlaTotals)>,
    /// Those at risk or breached, earliest due time first.
    pub tickets: Vec<Stored>,
    /// How many those are in all.
    pub total: Count,
    /// The SLA policies by which they are judged.
    pub book: Arc<SlaBook>,
}
