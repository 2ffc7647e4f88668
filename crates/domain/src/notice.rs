//! What people are told of, and who is told.

mod gathering;
mod told;

pub use gathering::{Gathering, Turn, Window};
pub use told::{Addressee, Telling, staff_message, status_change, told};

/// One kind of thing that somebody is told of. Its name is also that of its template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Notice {
    /// To the customer who made a ticket: it has arrived.
    Receipt,
    /// To the customer: staff has made a ticket for it.
    Created,
    /// To the customer: somebody works on the ticket.
    Assigned,
    /// To the customer: staff has answered.
    Reply,
    /// To the customer: the status has changed.
    StatusChanged,
    /// To the customer: the ticket was merged into another.
    Merged,
    /// To staff: the ticket is theirs now.
    AssignedToYou,
    /// To staff: the customer has written.
    CustomerReplied,
    /// To staff: much of an SLA target's time is used up.
    SlaWarning,
    /// To staff: an SLA target was missed.
    SlaBreach,
    /// To staff: the ticket was raised to a higher level.
    Escalated,
    /// To staff: what happened to the clocks of several tickets, in one letter.
    Digest,
    /// To the owner of an account who forgot the password.
    PasswordReset,
}

impl Notice {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Receipt,
        Self::Created,
        Self::Assigned,
        Self::Reply,
        Self::StatusChanged,
        Self::Merged,
        Self::AssignedToYou,
        Self::CustomerReplied,
        Self::SlaWarning,
        Self::SlaBreach,
        Self::Escalated,
        Self::Digest,
        Self::PasswordReset,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Created => "created",
            Self::Assigned => "assigned",
            Self::Reply => "reply",
            Self::StatusChanged => "status_changed",
            Self::Merged => "merged",
            Self::AssignedToYou => "assigned_to_you",
            Self::CustomerReplied => "customer_replied",
            Self::SlaWarning => "sla_warning",
            Self::SlaBreach => "sla_breach",
            Self::Escalated => "escalated",
            Self::Digest => "digest",
            Self::PasswordReset => "password_reset",
        }
    }

    /// Whether many of it, in a short time to one reader, are gathered into a [`Self::Digest`]: those that the clock makes, of
    /// which an outage makes thousands.
    pub const fn can_be_gathered(self) -> bool {
        matches!(self, Self::SlaWarning | Self::SlaBreach | Self::Escalated)
    }

    /// The notice of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }
}
