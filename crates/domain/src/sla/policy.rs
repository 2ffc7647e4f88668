//! Policies: what is promised to whom.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::class::{Category, Priority};
use crate::ids::{CalendarId, PolicyId, PolicyVersionId};
use crate::workflow::Status;

/// What can be promised. The order is that of every array of three in this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// From creation to the first public staff comment.
    FirstResponse,
    /// From the oldest unanswered customer comment to the next public staff comment.
    NextResponse,
    /// From creation to resolution; time spent resolved or closed does not count.
    Resolution,
}

impl Target {
    /// Every target, in order.
    pub const ALL: [Self; 3] = [Self::FirstResponse, Self::NextResponse, Self::Resolution];

    /// Its place in [`Self::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The name that clients read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Resolution => "resolution",
        }
    }

    /// The target of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which tickets a policy is for. Every list that is not empty must contain the ticket's value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    /// Empty for any.
    pub priorities: Vec<Priority>,
    /// Empty for any.
    pub categories: Vec<Category>,
    /// Empty for any, also for tickets whose customer has no tier.
    pub customer_tiers: Vec<String>,
}

/// Open time granted per target; `None` promises nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Targets {
    /// Creation to first public staff comment.
    pub first_response: Option<SignedDuration>,
    /// Customer comment to public staff comment.
    pub next_response: Option<SignedDuration>,
    /// Creation to resolution.
    pub resolution: Option<SignedDuration>,
}

impl Targets {
    /// The limit of that target.
    pub const fn get(&self, target: Target) -> Option<SignedDuration> {
        match target {
            Target::FirstResponse => self.first_response,
            Target::NextResponse => self.next_response,
            Target::Resolution => self.resolution,
        }
    }
}

/// What a policy says; [`Self::check`] tells whether it makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySpec {
    /// What people call it, 1 to [`Self::NAME_MAX`] characters.
    pub name: String,
    /// Policies are tried in ascending order of this, then of name.
    pub position: i32,
    /// Which tickets it is for.
    pub conditions: Conditions,
    /// What it promises.
    pub targets: Targets,
    /// When its clock runs; `None` is around the clock.
    pub calendar: Option<CalendarId>,
    /// Statuses in which its clock stands still.
    pub pause_statuses: Vec<Status>,
    /// Share of a limit, in percent from 1 to 99, after which a warning is due.
    pub warning_percent: u8,
}

/// What is wrong with a policy; [`Self::field`] says where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There is no name.
    #[error("the name is empty")]
    NameEmpty,
    /// The name is longer than [`PolicySpec::NAME_MAX`] characters.
    #[error(
        "the name has {got} characters, at most {} are allowed",
        PolicySpec::NAME_MAX
    )]
    NameTooLong {
        /// Its length in characters.
        got: usize,
    },
    /// A limit is shorter than [`PolicySpec::TARGET_MIN`].
    #[error("a target is at least one second")]
    TargetTooShort {
        /// Which.
        target: Target,
    },
    /// A limit is longer than [`PolicySpec::TARGET_MAX`].
    #[error("a target is at most ten years")]
    TargetTooLong {
        /// Which.
        target: Target,
    },
    /// A status in which the work is over is no pause: the clock stands still there anyway.
    #[error("{:?} cannot pause the clock, since the work is over then", status.name())]
    PausesDone {
        /// Its place in the list, from 0.
        index: usize,
        /// Which.
        status: Status,
    },
    /// A customer tier without a name.
    #[error("the customer tier is empty")]
    TierEmpty {
        /// Its place in the list, from 0.
        index: usize,
    },
    /// A warning must come after the beginning and before the end.
    #[error("{got} percent is not between 1 and 99")]
    WarningPercent {
        /// What was given.
        got: u8,
    },
}

impl PolicyError {
    /// The field that is wrong, as a path into what the client sent: `targets.resolution`.
    pub fn field(&self) -> String {
        match self {
            Self::NameEmpty | Self::NameTooLong { .. } => "name".to_owned(),
            Self::TargetTooShort { target } | Self::TargetTooLong { target } => {
                format!("targets.{target}")
            }
            Self::PausesDone { index, .. } => format!("pause_statuses[{index}]"),
            Self::TierEmpty { index } => format!("conditions.customer_tiers[{index}]"),
            Self::WarningPercent { .. } => "warning_percent".to_owned(),
        }
    }
}

impl PolicySpec {
    /// Longest name in characters.
    pub const NAME_MAX: usize = 100;
    /// Shortest limit.
    pub const TARGET_MIN: SignedDuration = SignedDuration::from_secs(1);
    /// Longest limit: ten years, of 366 days each.
    pub const TARGET_MAX: SignedDuration = SignedDuration::from_hours(10 * 366 * 24);
    /// The warning share of policies that name none.
    pub const WARNING_PERCENT: u8 = 75;
    /// The pauses of policies that name none.
    pub const PAUSE_STATUSES: [Status; 1] = [Status::PendingCustomer];

    /// Whether this can be a policy.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn check(&self) -> Result<(), Vec<PolicyError>> {
        let mut faults = Vec::new();
        match self.name.chars().count() {
            _ if self.name.trim().is_empty() => faults.push(PolicyError::NameEmpty),
            got if got > Self::NAME_MAX => faults.push(PolicyError::NameTooLong { got }),
            _ => {}
        }
        for (index, tier) in self.conditions.customer_tiers.iter().enumerate() {
            if tier.trim().is_empty() {
                faults.push(PolicyError::TierEmpty { index });
            }
        }
        for target in Target::ALL {
            match self.targets.get(target) {
                Some(limit) if limit < Self::TARGET_MIN => {
                    faults.push(PolicyError::TargetTooShort { target });
                }
                Some(limit) if limit > Self::TARGET_MAX => {
                    faults.push(PolicyError::TargetTooLong { target });
                }
                _ => {}
            }
        }
        for (index, &status) in self.pause_statuses.iter().enumerate() {
            if status.is_done() {
                faults.push(PolicyError::PausesDone { index, status });
            }
        }
        if !(1..=99).contains(&self.warning_percent) {
            faults.push(PolicyError::WarningPercent {
                got: self.warning_percent,
            });
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }
}

/// One version of a policy. It never changes; an edit makes the next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// This version.
    pub id: PolicyVersionId,
    /// The policy it is a version of.
    pub policy: PolicyId,
    /// 1 for the first.
    pub version: u32,
    /// From when on it is the policy's present version.
    pub effective_from: Timestamp,
    /// Whether tickets that are not yet resolved are judged again, from `effective_from` on.
    pub applies_to_open: bool,
    /// Withdrawn by this version: no ticket comes under it any more.
    pub retired: bool,
    /// What it says.
    pub spec: PolicySpec,
}
