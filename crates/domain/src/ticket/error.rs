//! Which rule refused an action, with the values.

use jiff::Timestamp;
use thiserror::Error;

use crate::event::Field;
use crate::ids::TicketId;
use crate::workflow::Status;

/// Why a ticket refused an action. The ticket is then unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TicketError {
    /// The workflow has no such step.
    #[error("a ticket that is {} cannot become {}; allowed: {}", from.name(), to.name(), names(from.next()))]
    Transition {
        /// The present status.
        from: Status,
        /// The one asked for.
        to: Status,
    },
    /// `assigned` without anybody to whom.
    #[error("a ticket needs an assignee or a team before it can be assigned")]
    NeedsAssignee,
    /// Merged tickets are closed for good.
    #[error("the ticket was merged into {into}")]
    Merged {
        /// The ticket that lives on.
        into: TicketId,
    },
    /// Closed for longer than the reopen window.
    #[error("the ticket was closed at {closed_at} and can no longer be reopened")]
    ReopenWindowOver {
        /// When it was closed.
        closed_at: Timestamp,
    },
    /// Assigned so already.
    #[error("the ticket is already assigned so")]
    AlreadyAssigned,
    /// Not while resolved or closed.
    #[error("the ticket is {}", status.name())]
    Done {
        /// The present status.
        status: Status,
    },
    /// Only what was resolved can be rated.
    #[error("the ticket is {} and can be rated once it is resolved", status.name())]
    NotResolved {
        /// The present status.
        status: Status,
    },
    /// This resolution was rated already.
    #[error("this resolution was rated already")]
    AlreadyRated,
    /// At or above that level already.
    #[error("the ticket is already escalated to level {level}")]
    EscalatedAlready {
        /// The present level.
        level: u8,
    },
    /// A ticket cannot be merged into, or linked to, itself.
    #[error("a ticket cannot be combined with itself")]
    Itself,
    /// Only tickets of one customer can be merged.
    #[error("the tickets belong to different customers")]
    OtherCustomer,
    /// A customer changed a field that is not its own to change.
    #[error("{} may be changed by staff only", field.name())]
    StaffField {
        /// Which field.
        field: Field,
    },
    /// A customer changed a ticket whose work is over.
    #[error("the ticket is {} and can no longer be changed", status.name())]
    Locked {
        /// The present status.
        status: Status,
    },
    /// More tags than a ticket may have.
    #[error("a ticket may have at most {limit} tags")]
    TooManyTags {
        /// Tags allowed.
        limit: usize,
    },
    /// Linked so already.
    #[error("the tickets are already linked so")]
    AlreadyLinked,
}

impl TicketError {
    /// The stable code that clients read.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transition { .. } => "invalid_transition",
            Self::NeedsAssignee => "needs_assignee",
            Self::Merged { .. } => "ticket_merged",
            Self::ReopenWindowOver { .. } => "reopen_window_over",
            Self::AlreadyAssigned => "already_assigned",
            Self::Done { .. } => "ticket_done",
            Self::NotResolved { .. } => "not_resolved",
            Self::AlreadyRated => "already_rated",
            Self::EscalatedAlready { .. } => "already_escalated",
            Self::Itself => "same_ticket",
            Self::OtherCustomer => "other_customer",
            Self::StaffField { .. } => "staff_field",
            Self::Locked { .. } => "ticket_locked",
            Self::TooManyTags { .. } => "too_many_tags",
            Self::AlreadyLinked => "already_linked",
        }
    }
}

fn names(statuses: &[Status]) -> String {
    statuses
        .iter()
        .map(|status| status.name())
        .collect::<Vec<_>>()
        .join(", ")
}
