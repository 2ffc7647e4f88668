//! Every version of every policy and calendar, and the choice among them.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::calendar::CalendarVersion;
use super::policy::PolicyVersion;
use crate::class::{Category, Priority};
use crate::ids::{CalendarId, CalendarVersionId, PolicyId, PolicyVersionId};

/// All versions of all policies and calendars: an immutable value, made anew after an edit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SlaBook {
    policies: Vec<PolicyVersion>,
    calendars: Vec<CalendarVersion>,
    policy_places: HashMap<PolicyVersionId, usize>,
    calendar_places: HashMap<CalendarVersionId, usize>,
    /// The versions that apply to open tickets, in the order in which they take effect.
    for_open: Vec<ForOpen>,
}

/// A version that applies to open tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ForOpen {
    from: Timestamp,
    /// Where it is a calendar's: only tickets of policies with that calendar have to do with it.
    calendar: Option<CalendarId>,
}

/// When a ticket was last asked which policy applies to it, and by what book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched {
    /// The instant.
    pub at: Timestamp,
    /// The book's [`SlaBook::versions_for_open`] of that instant.
    pub knew: u32,
}

impl Matched {
    /// A match by a book of which nothing is known: it counts as one that knew all that had taken effect.
    pub const fn by_anybody(at: Timestamp) -> Self {
        Self { at, knew: u32::MAX }
    }
}

/// What of a ticket decides about its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Its priority.
    pub priority: Priority,
    /// Its category.
    pub category: Category,
    /// Its customer's tier, if it has a customer and that has a tier.
    pub customer_tier: Option<&'a str>,
}

/// Which versions a ticket is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Judge {
    /// The policy version.
    pub policy: PolicyVersionId,
    /// The calendar version; `None` is around the clock.
    pub calendar: Option<CalendarVersionId>,
}

/// A policy that was considered for a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The version that was effective then; of a policy that was not yet effective, its first.
    pub policy: &'a PolicyVersion,
    /// What came of it.
    pub candidacy: Candidacy,
}

/// Why a policy applies or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Candidacy {
    /// It is the first that matches.
    Chosen,
    /// It is not for this priority.
    OtherPriority,
    /// It is not for this category.
    OtherCategory,
    /// It is not for this customer tier.
    OtherCustomerTier,
    /// It matches, but so does one before it.
    LaterInOrder,
    /// It was withdrawn.
    Retired,
    /// None of its versions had taken effect.
    NotYetEffective,
}

impl Candidacy {
    /// The name that clients read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::OtherPriority => "other_priority",
            Self::OtherCategory => "other_category",
            Self::OtherCustomerTier => "other_customer_tier",
            Self::LaterInOrder => "later_in_order",
            Self::Retired => "retired",
            Self::NotYetEffective => "not_yet_effective",
        }
    }
}

/// What cannot be in a book.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// Two policy versions have one id.
    #[error("policy version {0} is there twice")]
    DuplicatePolicyVersion(PolicyVersionId),
    /// Two calendar versions have one id.
    #[error("calendar version {0} is there twice")]
    DuplicateCalendarVersion(CalendarVersionId),
    /// A policy names a calendar of which there is no version.
    #[error("policy version {policy} names calendar {calendar}, of which there is no version")]
    UnknownCalendar {
        /// The policy version.
        policy: PolicyVersionId,
        /// What it names.
        calendar: CalendarId,
    },
}

impl SlaBook {
    /// A book of these versions, in any order.
    ///
    /// # Errors
    /// The first contradiction found.
    pub fn new(
        policies: Vec<PolicyVersion>,
        calendars: Vec<CalendarVersion>,
    ) -> Result<Self, BookError> {
        let mut book = Self {
            policies,
            calendars,
            ..Self::default()
        };
        for (place, version) in book.calendars.iter().enumerate() {
            if book.calendar_places.insert(version.id, place).is_some() {
                return Err(BookError::DuplicateCalendarVersion(version.id));
            }
        }
        for (place, version) in book.policies.iter().enumerate() {
            if book.policy_places.insert(version.id, place).is_some() {
                return Err(BookError::DuplicatePolicyVersion(version.id));
            }
            if let Some(calendar) = version.spec.calendar
                && !book
                    .calendars
                    .iter()
                    .any(|version| version.calendar == calendar)
            {
                return Err(BookError::UnknownCalendar {
                    policy: version.id,
                    calendar,
                });
            }
        }
        book.for_open = book.find_for_open();
        Ok(book)
    }

    fn find_for_open(&self) -> Vec<ForOpen> {
        let policies = self.policies.iter().filter(|one| one.applies_to_open);
        let policies = policies.map(|one| ForOpen {
            from: one.effective_from,
            calendar: None,
        });
        let calendars = self.calendars.iter().filter(|one| one.applies_to_open);
        let calendars = calendars.map(|one| ForOpen {
            from: one.effective_from,
            calendar: Some(one.calendar),
        });
        let mut all: Vec<_> = policies.chain(calendars).collect();
        all.sort_unstable();
        all
    }

    /// That policy version. `None` may mean that this book is older than the version.
    pub fn policy(&self, id: PolicyVersionId) -> Option<&PolicyVersion> {
        self.policy_places
            .get(&id)
            .map(|place| &self.policies[*place])
    }

    /// That calendar version. `None` may mean that this book is older than the version.
    pub fn calendar(&self, id: CalendarVersionId) -> Option<&CalendarVersion> {
        self.calendar_places
            .get(&id)
            .map(|place| &self.calendars[*place])
    }

    /// The versions of that judge, with the built-in calendar for one without. `None` may mean that this book is older.
    pub fn judged_by(&self, judge: &Judge) -> Option<(&PolicyVersion, &CalendarVersion)> {
        let calendar = match judge.calendar {
            Some(id) => self.calendar(id)?,
            None => CalendarVersion::around_the_clock(),
        };
        self.policy(judge.policy).map(|policy| (policy, calendar))
    }

    /// All versions of all policies, in no order.
    pub fn policies(&self) -> impl Iterator<Item = &PolicyVersion> {
        self.policies.iter()
    }

    /// All versions of all calendars, in no order.
    pub fn calendars(&self) -> impl Iterator<Item = &CalendarVersion> {
        self.calendars.iter()
    }

    /// The versions that apply to such a ticket at `at`: of the policies' present versions the first that matches, and the
    /// present version of its calendar. `None` when nothing is promised to such a ticket.
    pub fn choose(&self, facts: &Facts<'_>, at: Timestamp) -> Option<Judge> {
        let present = self
            .present(at)
            .into_iter()
            .filter(|version| mismatch(version, facts).is_none());
        let chosen = present.min_by(|a, b| order(a).cmp(&order(b)))?;
        let calendar = chosen
            .spec
            .calendar
            .and_then(|calendar| self.present_calendar(calendar, at));
        Some(Judge {
            policy: chosen.id,
            calendar: calendar.map(|version| version.id),
        })
    }

    /// Every policy in the order in which [`Self::choose`] tries them, with what came of it.
    pub fn candidates(&self, facts: &Facts<'_>, at: Timestamp) -> Vec<Candidate<'_>> {
        let mut policies = self.present(at);
        policies.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
        let mut taken = false;
        let outcome = |policy| {
            let candidacy = mismatch(policy, facts).unwrap_or_else(|| {
                let first = !std::mem::replace(&mut taken, true);
                if first {
                    Candidacy::Chosen
                } else {
                    Candidacy::LaterInOrder
                }
            });
            Candidate { policy, candidacy }
        };
        let mut found: Vec<_> = policies.into_iter().map(outcome).collect();
        found.extend(self.not_yet_effective(at));
        found
    }

    /// How many versions that apply to open tickets had taken effect by `at`. Versions only ever come, so a book that knows
    /// more of them is the newer one.
    pub fn versions_for_open(&self, at: Timestamp) -> u32 {
        let known = self.for_open.partition_point(|version| version.from <= at);
        u32::try_from(known).unwrap_or(u32::MAX)
    }

    /// When a ticket that is judged by `judge` (`None`: by no policy) and was matched like that has to be matched again, if by
    /// `until`: the instant at which the first version that applies to open tickets took effect since, of any policy or of
    /// the judge's calendar. Or that of the match itself, where a version that had taken effect by then was not known to it.
    pub fn superseded(
        &self,
        judge: Option<&Judge>,
        matched: Matched,
        until: Timestamp,
    ) -> Option<Timestamp> {
        if self.versions_for_open(matched.at) > matched.knew {
            return Some(matched.at);
        }
        let calendar = judge
            .and_then(|judge| self.policy(judge.policy))
            .and_then(|policy| policy.spec.calendar);
        let seen = self
            .for_open
            .partition_point(|version| version.from <= matched.at);
        let mut unseen = self.for_open[seen..]
            .iter()
            .take_while(|version| version.from <= until);
        let next =
            unseen.find(|version| version.calendar.is_none() || version.calendar == calendar);
        next.map(|version| version.from)
    }

    /// Each policy's version of that time, retired ones too, in no order.
    fn present(&self, at: Timestamp) -> Vec<&PolicyVersion> {
        let mut latest: BTreeMap<PolicyId, &PolicyVersion> = BTreeMap::new();
        for version in self
            .policies
            .iter()
            .filter(|version| version.effective_from <= at)
        {
            let entry = latest.entry(version.policy).or_insert(version);
            if (entry.effective_from, entry.version) < (version.effective_from, version.version) {
                *entry = version;
            }
        }
        latest.into_values().collect()
    }

    fn not_yet_effective(&self, at: Timestamp) -> Vec<Candidate<'_>> {
        let mut first: BTreeMap<PolicyId, &PolicyVersion> = BTreeMap::new();
        for version in &self.policies {
            let entry = first.entry(version.policy).or_insert(version);
            if (version.effective_from, version.version) < (entry.effective_from, entry.version) {
                *entry = version;
            }
        }
        let mut later: Vec<_> = first
            .into_values()
            .filter(|version| version.effective_from > at)
            .collect();
        later.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
        let candidate = |policy| Candidate {
            policy,
            candidacy: Candidacy::NotYetEffective,
        };
        later.into_iter().map(candidate).collect()
    }

    /// The calendar's version of that time; before its first took effect, the first, since a policy that is effective
    /// needs hours.
    fn present_calendar(&self, calendar: CalendarId, at: Timestamp) -> Option<&CalendarVersion> {
        let versions = || {
            self.calendars
                .iter()
                .filter(|version| version.calendar == calendar)
        };
        let age = |version: &&CalendarVersion| (version.effective_from, version.version);
        let present = versions()
            .filter(|version| version.effective_from <= at)
            .max_by_key(age);
        present.or_else(|| versions().min_by_key(age))
    }
}

fn order(version: &PolicyVersion) -> (i32, &str, PolicyId) {
    (version.spec.position, &version.spec.name, version.policy)
}

fn mismatch(version: &PolicyVersion, facts: &Facts<'_>) -> Option<Candidacy> {
    let conditions = &version.spec.conditions;
    let tiers = &conditions.customer_tiers;
    if version.retired {
        Some(Candidacy::Retired)
    } else if !conditions.priorities.is_empty() && !conditions.priorities.contains(&facts.priority)
    {
        Some(Candidacy::OtherPriority)
    } else if !conditions.categories.is_empty() && !conditions.categories.contains(&facts.category)
    {
        Some(Candidacy::OtherCategory)
    } else if !tiers.is_empty()
        && !facts
            .customer_tier
            .is_some_and(|tier| tiers.iter().any(|one| one == tier))
    {
        Some(Candidacy::OtherCustomerTier)
    } else {
        None
    }
}
