//! Adding up what a draft would have changed.

use super::policy::Target;
use super::what_if::{Outcome, Standing};

/// How many promises stand in which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Kept.
    pub met: u64,
    /// Missed.
    pub breached: u64,
    /// Neither so far.
    pub pending: u64,
}

/// One kind of promise, as it was and as it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shift {
    /// As recorded.
    pub before: Counts,
    /// With the draft.
    pub after: Counts,
}

/// Some tickets, as they were and as they would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many there are.
    pub tickets: u64,
    /// How many of them have a promise that stands otherwise.
    pub changed: u64,
    /// How many have a promise missed that was not missed.
    pub newly_breached: u64,
    /// How many have a promise not missed any more that was missed.
    pub no_longer_breached: u64,
    /// By [`Target::index`].
    pub targets: [Shift; 3],
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::NotPromised => {}
            Outcome::Pending => self.pending += 1,
            Outcome::Met => self.met += 1,
            Outcome::Breached => self.breached += 1,
        }
    }
}

impl Tally {
    /// Adds a ticket. Answers whether a promise of its stands otherwise.
    pub fn add(&mut self, before: &Standing, after: &Standing) -> bool {
        self.tickets += 1;
        let (mut newly, mut no_longer) = (false, false);
        for target in Target::ALL {
            let index = target.index();
            let (was, is) = (before.outcomes[index], after.outcomes[index]);
            let shift = &mut self.targets[index];
            shift.before.add(was);
            shift.after.add(is);
            newly |= is == Outcome::Breached && was != Outcome::Breached;
            no_longer |= was == Outcome::Breached && is != Outcome::Breached;
        }
        let has_changed = before.outcomes != after.outcomes;
        self.changed += u64::from(has_changed);
        self.newly_breached += u64::from(newly);
        self.no_longer_breached += u64::from(no_longer);
        has_changed
    }
}
