//! What resolves what.

use std::collections::HashMap;

use super::super::durations::Durations;
use super::super::fact::Part;
use super::super::packed::{Damaged, Facts, SeenWhat};
use super::super::period::Period;
use super::super::tally::{Filter, Sieve};
use crate::class::Category;
use crate::ids::TemplateId;

/// A way to resolve a kind of ticket.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern {
    /// What the tickets were about.
    pub category: Category,
    /// The code that they were resolved with.
    pub code: Option<String>,
    /// The canned answer that they were resolved with.
    pub template: Option<TemplateId>,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatternFigures {
    /// Resolutions.
    pub resolved: u64,
    /// Of those, came back.
    pub came_back: u64,
    /// How long they took, by the clock on the wall.
    pub times: Durations,
}

/// A way through the statuses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathFigures {
    /// Resolutions.
    pub resolved: u64,
    /// How long they took, by the clock on the wall.
    pub times: Durations,
}

/// Things with their figures, in order.
pub type Ordered<K, F> = Vec<(K, F)>;

/// What resolves what.
#[derive(Debug, Default)]
pub struct Patterns {
    patterns: HashMap<Pattern, PatternFigures>,
    paths: HashMap<String, PathFigures>,
}

impl Patterns {
    /// Takes in the resolutions of a blob.
    ///
    /// # Errors
    /// [`Damaged`]
    pub fn read(&mut self, blob: &[u8], period: &Period, filter: &Filter) -> Result<(), Damaged> {
        let facts = Facts::of(blob)?;
        let sieve = Sieve::new(filter, &facts.names);
        facts.each(Part::Resolutions, |names, seen| {
            let SeenWhat::Resolution {
                wall,
                came_back,
                code,
                template,
                path,
                ..
            } = seen.what
            else {
                return;
            };
            if period.part(seen.second).is_none() || !sieve.passes(&seen) {
                return;
            }
            let text = |place: usize| place.checked_sub(1).map(|at| names.texts[at]);
            let pattern = Pattern {
                category: Category::ALL[seen.category],
                code: text(code).map(str::to_owned),
                template: template.checked_sub(1).map(|at| names.templates[at]),
            };
            let figures = self.patterns.entry(pattern).or_default();
            figures.resolved += 1;
            figures.came_back += u64::from(came_back);
            figures.times.push(wall);
            let path = text(path).unwrap_or_default();
            if !self.paths.contains_key(path) {
                self.paths.insert(path.to_owned(), PathFigures::default());
            }
            if let Some(figures) = self.paths.get_mut(path) {
                figures.resolved += 1;
                figures.times.push(wall);
            }
        })
    }

    /// Patterns and paths, the commonest first.
    pub fn into_ordered(
        self,
    ) -> (
        Ordered<Pattern, PatternFigures>,
        Ordered<String, PathFigures>,
    ) {
        let mut patterns: Vec<_> = self.patterns.into_iter().collect();
        patterns.sort_by(|(a, of_a), (b, of_b)| {
            of_b.resolved.cmp(&of_a.resolved).then_with(|| a.cmp(b))
        });
        let mut paths: Vec<_> = self.paths.into_iter().collect();
        paths.sort_by(|(a, of_a), (b, of_b)| {
            of_b.resolved.cmp(&of_a.resolved).then_with(|| a.cmp(b))
        });
        (patterns, paths)
    }
}
