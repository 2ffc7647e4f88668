//! Escalations.

use std::collections::HashMap;

use super::super::durations::Durations;
use super::super::fact::Outcome;
use super::super::packed::{Names, Seen, SeenWhat};
use super::super::tally::Figures;

/// Escalations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EscalationFigures {
    /// By level, from 1 to 3.
    pub levels: [u64; 3],
    /// By people, rather than by the clock.
    pub by_hand: u64,
    /// How long after the ticket was made.
    pub after: Durations,
    /// What became of them, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; 4],
    /// How long it then took to resolve.
    pub resolved_after: Durations,
    /// Why.
    reasons: HashMap<String, u64>,
}

impl EscalationFigures {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.outcomes.iter().sum()
    }

    /// Reasons with how often they were given, the commonest first.
    pub fn reasons(&self) -> Vec<(&str, u64)> {
        let mut reasons: Vec<_> = self.reasons.iter().map(|(r, n)| (r.as_str(), *n)).collect();
        reasons.sort_by_key(|(reason, n)| (std::cmp::Reverse(*n), *reason));
        reasons
    }
}

impl Figures for EscalationFigures {
    fn add(&mut self, names: &Names<'_>, seen: &Seen) {
        let SeenWhat::Escalation {
            level,
            by_hand,
            reason,
            after,
            outcome,
            resolved_after,
        } = seen.what
        else {
            return;
        };
        let place = usize::from(level).checked_sub(1);
        if let Some(of) = place.and_then(|place| self.levels.get_mut(place)) {
            *of += 1;
        }
        self.by_hand += u64::from(by_hand);
        self.after.push(after);
        let at = Outcome::ALL.iter().position(|one| *one == outcome);
        self.outcomes[at.unwrap_or_default()] += 1;
        if let Some(time) = resolved_after {
            self.resolved_after.push(time);
        }
        let reason = reason.checked_sub(1).map_or("", |at| names.texts[at]);
        match self.reasons.get_mut(reason) {
            Some(n) => *n += 1,
            None => {
                self.reasons.insert(reason.to_owned(), 1);
            }
        }
    }

    fn weight(&self) -> u64 {
        self.all()
    }
}
