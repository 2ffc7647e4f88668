//! The dialect's three words for a status, both ways.

use linedesk_domain::workflow::Status;

use crate::extract::parse::Word;

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HelpdeskStatus {
    /// `c`: resolved.
    Resolved,
    /// `u`: not resolved.
    Unresolved,
    /// `f`: frozen.
    Frozen,
}

impl HelpdeskStatus {
    /// Every word.
    pub const ALL: &'static [Self] = &[Self::Resolved, Self::Unresolved, Self::Frozen];

    /// As clients write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolved => "c",
            Self::Unresolved => "u",
            Self::Frozen => "f",
        }
    }

    /// How a status reads.
    pub const fn of(status: Status) -> Self {
        match status {
            Status::Open | Status::Reopened | Status::Assigned | Status::InProgress => {
                Self::Unresolved
            }
            Status::PendingCustomer | Status::PendingVendor => Self::Frozen,
            Status::Resolved | Status::Closed => Self::Resolved,
        }
    }

    /// The statuses that read so.
    pub fn read_so(self) -> impl Iterator<Item = Status> {
        Status::ALL
            .into_iter()
            .filter(move |status| Self::of(*status) == self)
    }

    /// The steps that lead a ticket from `present` to the word; none where it reads so already. The way from what is over
    /// leads through a reopening.
    pub fn steps(self, present: Status) -> Vec<Status> {
        if Self::of(present) == self {
            return Vec::new();
        }
        match (self, present.is_done()) {
            (Self::Resolved, _) => vec![Status::Resolved],
            (Self::Frozen, false) => vec![Status::PendingCustomer],
            (Self::Frozen, true) => vec![Status::Reopened, Status::PendingCustomer],
            (Self::Unresolved, false) => vec![Status::InProgress],
            (Self::Unresolved, true) => vec![Status::Reopened],
        }
    }
}

impl Word for HelpdeskStatus {
    const WORDS: &'static [Self] = Self::ALL;

    fn word(self) -> &'static str {
        self.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_as_the_contract_has_it() {
        let read: Vec<_> = Status::ALL
            .into_iter()
            .map(|status| format!("{} {}", status.name(), HelpdeskStatus::of(status).name()))
            .collect();
        assert_eq!(
            read,
            [
                "open u",
                "assigned u",
                "in_progress u",
                "pending_customer f",
                "pending_vendor f",
                "resolved c",
                "closed c",
                "reopened u",
            ]
        );
    }

    #[test]
    fn every_word_is_reached_from_everywhere_by_steps_that_the_workflow_has() {
        for present in Status::ALL {
            for word in HelpdeskStatus::ALL {
                let mut at = present;
                for step in word.steps(present) {
                    assert!(at.allows(step), "{at:?} to {step:?}");
                    at = step;
                }
                assert_eq!(HelpdeskStatus::of(at), *word);
                assert_eq!(at == present, HelpdeskStatus::of(present) == *word);
            }
        }
    }
}
