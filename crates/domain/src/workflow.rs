//! The status workflow, as one table.
//!
//! [`Status::next`] is the table of transitions (`GET /workflow` answers it);
//! everything else (who may, what it needs) is decided elsewhere and never loosens it.

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Waiting for somebody to take it.
    Open,
    /// Has an assignee or a team that has not started yet.
    Assigned,
    /// Being worked on.
    InProgress,
    /// Waiting for the customer's answer.
    PendingCustomer,
    /// Waiting for a supplier or carrier.
    PendingVendor,
    /// Work is done; the customer may still object.
    Resolved,
    /// Finished. May be reopened for a while, unless merged.
    Closed,
    /// Came back after it was resolved or closed.
    Reopened,
}

/// What kind of standing a status is: who has to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Support has to move.
    Active,
    /// Somebody else has to move.
    Waiting,
    /// Nobody has to move.
    Done,
}

impl Kind {
    /// The name that clients read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Done => "done",
        }
    }
}

impl Status {
    /// Every status, in the order of the contract's table.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Assigned,
        Self::InProgress,
        Self::PendingCustomer,
        Self::PendingVendor,
        Self::Resolved,
        Self::Closed,
        Self::Reopened,
    ];

    /// The statuses that may follow this one. Staying is not a transition.
    #[expect(clippy::match_same_arms, reason = "one line per status, as the contract's table has it")]
    #[rustfmt::skip]
    pub const fn next(self) -> &'static [Self] {
        use Status as S;
        match self {
            S::Open => &[S::Assigned, S::InProgress, S::PendingCustomer, S::PendingVendor, S::Resolved, S::Closed],
            S::Assigned => &[S::Open, S::InProgress, S::PendingCustomer, S::PendingVendor, S::Resolved, S::Closed],
            S::InProgress => &[S::Open, S::Assigned, S::PendingCustomer, S::PendingVendor, S::Resolved, S::Closed],
            S::PendingCustomer => &[S::Assigned, S::InProgress, S::PendingVendor, S::Resolved, S::Closed],
            S::PendingVendor => &[S::Assigned, S::InProgress, S::PendingCustomer, S::Resolved, S::Closed],
            S::Resolved => &[S::Closed, S::Reopened],
            S::Closed => &[S::Reopened],
            S::Reopened => &[S::Assigned, S::InProgress, S::PendingCustomer, S::PendingVendor, S::Resolved, S::Closed],
        }
    }

    /// Whether the table allows `to` straight after this status.
    pub fn allows(self, to: Self) -> bool {
        self.next().contains(&to)
    }

    /// Who has to move.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Open | Self::Assigned | Self::InProgress | Self::Reopened => Kind::Active,
            Self::PendingCustomer | Self::PendingVendor => Kind::Waiting,
            Self::Resolved | Self::Closed => Kind::Done,
        }
    }

    /// Whether the work is over: resolved or closed.
    pub const fn is_done(self) -> bool {
        matches!(self.kind(), Kind::Done)
    }

    /// How far the work has come, for lists in order of status: before anybody took it, taken, being worked on, waiting,
    /// done, over.
    pub const fn stage(self) -> u8 {
        match self {
            Self::Open | Self::Reopened => 0,
            Self::Assigned => 1,
            Self::InProgress => 2,
            Self::PendingCustomer | Self::PendingVendor => 3,
            Self::Resolved => 4,
            Self::Closed => 5,
        }
    }

    /// The name that `isp` clients and the history use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Assigned => "assigned",
            Self::InProgress => "in_progress",
            Self::PendingCustomer => "pending_customer",
            Self::PendingVendor => "pending_vendor",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn reachable(from: Status) -> BTreeSet<Status> {
        let mut seen = BTreeSet::from([from]);
        let mut todo = vec![from];
        while let Some(status) = todo.pop() {
            todo.extend(
                status
                    .next()
                    .iter()
                    .copied()
                    .filter(|next| seen.insert(*next)),
            );
        }
        seen
    }

    #[test]
    fn the_table_is_the_contracts() {
        let drawn: Vec<String> = Status::ALL
            .into_iter()
            .map(|from| {
                let to: Vec<_> = from.next().iter().map(|to| to.name()).collect();
                format!("{}: {}", from.name(), to.join(" "))
            })
            .collect();
        assert_eq!(
            drawn,
            [
                "open: assigned in_progress pending_customer pending_vendor resolved closed",
                "assigned: open in_progress pending_customer pending_vendor resolved closed",
                "in_progress: open assigned pending_customer pending_vendor resolved closed",
                "pending_customer: assigned in_progress pending_vendor resolved closed",
                "pending_vendor: assigned in_progress pending_customer resolved closed",
                "resolved: closed reopened",
                "closed: reopened",
                "reopened: assigned in_progress pending_customer pending_vendor resolved closed",
            ]
        );
    }

    #[test]
    fn every_status_is_reachable_from_a_new_ticket() {
        assert_eq!(reachable(Status::Open), BTreeSet::from(Status::ALL));
    }

    #[test]
    fn closed_is_the_only_status_with_no_way_but_reopening() {
        let ends: Vec<_> = Status::ALL
            .into_iter()
            .filter(|s| s.next() == [Status::Reopened])
            .collect();
        assert_eq!(ends, [Status::Closed]);
        assert!(
            Status::ALL
                .into_iter()
                .all(|s| s == Status::Closed || s.allows(Status::Closed))
        );
    }

    #[test]
    fn no_waiting_status_is_a_dead_end() {
        for status in Status::ALL
            .into_iter()
            .filter(|s| s.kind() == Kind::Waiting)
        {
            assert!(
                status.next().iter().any(|next| next.kind() == Kind::Active),
                "{status:?}"
            );
            assert!(status.allows(Status::Resolved), "{status:?}");
        }
    }

    #[test]
    fn no_status_follows_itself_and_none_is_listed_twice() {
        for status in Status::ALL {
            let distinct: BTreeSet<_> = status.next().iter().collect();
            assert!(!status.allows(status), "{status:?}");
            assert_eq!(distinct.len(), status.next().len(), "{status:?}");
        }
    }

    #[test]
    fn names_are_read_back() {
        assert!(
            Status::ALL
                .into_iter()
                .all(|s| Status::parse(s.name()) == Some(s))
        );
        assert_eq!(Status::parse("Open"), None);
    }
}
