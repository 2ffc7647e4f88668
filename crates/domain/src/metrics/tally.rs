//! Figures in total, by part of a period and by group.

use std::collections::HashMap;
use std::sync::Arc;

use super::fact::Part;
use super::packed::{Damaged, Facts, Names, Seen, SeenWhat};
use super::period::{Period, Stretch};
use crate::class::{Category, Priority};
use crate::ids::{CustomerId, TeamId, UserId};

/// Which facts count. Several values of one filter are alternatives; an empty list filters nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Whose tickets.
    pub customers: Vec<CustomerId>,
    /// What they are about.
    pub categories: Vec<Category>,
    /// How urgent they are.
    pub priorities: Vec<Priority>,
    /// Which team has them; `None` is none.
    pub teams: Vec<Option<TeamId>>,
    /// Whose work it is; `None` is nobody's.
    pub agents: Vec<Option<UserId>>,
}

/// By what figures can be grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Whose work it is.
    Agent,
    /// Which team's.
    Team,
    /// What it is about.
    Category,
    /// How urgent it is.
    Priority,
    /// Whose ticket.
    Customer,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 5] = [
        Self::Agent,
        Self::Team,
        Self::Category,
        Self::Priority,
        Self::Customer,
    ];

    /// The name that clients use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Team => "team",
            Self::Category => "category",
            Self::Priority => "priority",
            Self::Customer => "customer",
        }
    }
}

/// A group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GroupKey {
    /// Of one agent, or of nobody.
    Agent(Option<UserId>),
    /// Of one team, or of none.
    Team(Option<TeamId>),
    /// Of one category.
    Category(Category),
    /// Of one priority.
    Priority(Priority),
    /// Of one customer, or of people who have not signed in.
    Customer(Option<CustomerId>),
}

/// What is made of facts.
pub trait Figures: Default + PartialEq {
    /// Takes in a fact of the period.
    fn add(&mut self, names: &Names<'_>, seen: &Seen);

    /// Takes in a fact of before it.
    fn add_before(&mut self, _seen: &Seen) {}

    /// By what groups are ordered, the largest first.
    fn weight(&self) -> u64;

    /// Whether there is nothing to tell of. How the facts before the period were summed up makes no difference to it.
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Figures as they come together.
#[derive(Debug)]
pub struct Tally<F> {
    period: Arc<Period>,
    filter: Filter,
    dimension: Option<Dimension>,
    /// Of all facts.
    pub totals: F,
    /// Of the facts of each part of the period.
    pub series: Vec<F>,
    groups: Vec<(GroupKey, F)>,
    places: HashMap<GroupKey, usize>,
}

impl<F: Figures> Tally<F> {
    /// Nothing yet.
    pub fn new(period: Arc<Period>, filter: Filter, dimension: Option<Dimension>) -> Self {
        let series = period.parts().map(|_| F::default()).collect();
        Self {
            period,
            filter,
            dimension,
            totals: F::default(),
            series,
            groups: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Takes in the facts of some parts of a blob.
    ///
    /// # Errors
    /// [`Damaged`]
    pub fn read(&mut self, blob: &[u8], parts: &[Part]) -> Result<(), Damaged> {
        let facts = Facts::of(blob)?;
        let sieve = Sieve::new(&self.filter, &facts.names);
        let mut slots = Slots::default();
        for part in parts {
            facts.each(*part, |names, seen| {
                if sieve.passes(&seen) {
                    self.take(names, &seen, &mut slots);
                }
            })?;
        }
        Ok(())
    }

    fn take(&mut self, names: &Names<'_>, seen: &Seen, slots: &mut Slots) {
        let is_before =
            matches!(seen.what, SeenWhat::Standing(_)) || seen.second < self.period.begins();
        // Facts come in order of time: most lie in the same part as the one before.
        let here = match slots.here {
            Some(here) if here.holds(seen.second) => here,
            _ => *slots.here.insert(self.period.stretch(seen.second)),
        };
        let part = here.part;
        if !is_before && part.is_none() {
            return;
        }
        let group = self
            .dimension
            .map(|dimension| self.group(dimension, names, seen, slots));
        let group = group.map(|at| &mut self.groups[at].1);
        if is_before {
            self.totals.add_before(seen);
            if let Some(figures) = group {
                figures.add_before(seen);
            }
            return;
        }
        self.totals.add(names, seen);
        if let Some(figures) = group {
            figures.add(names, seen);
        }
        if let Some(part) = part {
            self.series[part].add(names, seen);
        }
    }

    /// Where the fact's group is.
    fn group(&mut self, by: Dimension, names: &Names<'_>, seen: &Seen, slots: &mut Slots) -> usize {
        let place = match by {
            Dimension::Agent => seen.agent,
            Dimension::Team => seen.team,
            Dimension::Category => seen.category,
            Dimension::Priority => seen.priority,
            Dimension::Customer => seen.customer,
        };
        if let Some(Some(known)) = slots.groups.get(place) {
            return *known;
        }
        let at = |place: usize| place.checked_sub(1);
        let key = match by {
            Dimension::Agent => GroupKey::Agent(at(place).map(|at| names.agents[at])),
            Dimension::Team => GroupKey::Team(at(place).map(|at| names.teams[at])),
            Dimension::Category => GroupKey::Category(Category::ALL[place]),
            Dimension::Priority => GroupKey::Priority(Priority::ALL[place]),
            Dimension::Customer => GroupKey::Customer(at(place).map(|at| names.customers[at])),
        };
        let next = self.groups.len();
        let known = *self.places.entry(key).or_insert(next);
        if known == next {
            self.groups.push((key, F::default()));
        }
        if slots.groups.len() <= place {
            slots.groups.resize(place + 1, None);
        }
        slots.groups[place] = Some(known);
        known
    }

    /// The groups, the weightiest first.
    pub fn into_groups(self) -> (F, Vec<F>, Vec<(GroupKey, F)>) {
        let mut groups = self.groups;
        groups.retain(|(_, figures)| !figures.is_empty());
        groups.sort_by_key(|(key, figures)| (std::cmp::Reverse(figures.weight()), *key));
        (self.totals, self.series, groups)
    }
}

/// What is known while a blob is read: where the groups of what it names are, and in which part the last fact lay.
#[derive(Default)]
struct Slots {
    groups: Vec<Option<usize>>,
    here: Option<Stretch>,
}

/// A filter in the places of one blob.
#[derive(Debug)]
pub struct Sieve {
    categories: Option<Vec<bool>>,
    priorities: Option<Vec<bool>>,
    teams: Option<Vec<bool>>,
    agents: Option<Vec<bool>>,
    customers: Option<Vec<bool>>,
}

impl Sieve {
    /// The filter among those names.
    pub fn new(filter: &Filter, names: &Names<'_>) -> Self {
        Self {
            categories: marks(&filter.categories, Category::ALL.iter().copied()),
            priorities: marks(&filter.priorities, Priority::ALL.iter().copied()),
            teams: marks(&filter.teams, with_none(&names.teams)),
            agents: marks(&filter.agents, with_none(&names.agents)),
            customers: marks(
                &filter
                    .customers
                    .iter()
                    .copied()
                    .map(Some)
                    .collect::<Vec<_>>(),
                with_none(&names.customers),
            ),
        }
    }

    /// Whether the fact counts.
    pub fn passes(&self, seen: &Seen) -> bool {
        let in_it = |marks: &Option<Vec<bool>>, place: usize| {
            marks.as_ref().is_none_or(|marks| marks[place])
        };
        in_it(&self.categories, seen.category)
            && in_it(&self.priorities, seen.priority)
            && in_it(&self.teams, seen.team)
            && in_it(&self.agents, seen.agent)
            && in_it(&self.customers, seen.customer)
    }
}

fn with_none<T: Copy>(names: &[T]) -> impl Iterator<Item = Option<T>> + '_ {
    std::iter::once(None).chain(names.iter().copied().map(Some))
}

fn marks<T: PartialEq>(wanted: &[T], there: impl Iterator<Item = T>) -> Option<Vec<bool>> {
    (!wanted.is_empty()).then(|| there.map(|one| wanted.contains(&one)).collect())
}
