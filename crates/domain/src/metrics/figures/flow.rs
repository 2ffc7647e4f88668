//! Work that comes and goes, and promises kept.

use super::super::fact::Flow;
use super::super::packed::{Names, Seen, SeenWhat};
use super::super::tally::Figures;
use super::share;
use crate::sla::Target;

/// Targets decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decisions {
    /// Met.
    pub met: u64,
    /// Missed.
    pub missed: u64,
}

impl Decisions {
    /// The share that was met, of those decided.
    pub fn attainment(self) -> Option<f64> {
        share(self.met, self.met + self.missed)
    }
}

/// Decisions of each target, in the order of [`Target::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attainment(pub [Decisions; 3]);

impl Attainment {
    /// Takes in a decision.
    pub const fn add(&mut self, target: Target, met: bool) {
        let of = &mut self.0[target.index()];
        if met {
            of.met += 1;
        } else {
            of.missed += 1;
        }
    }

    /// Of all targets together.
    pub fn all(self) -> Decisions {
        Decisions {
            met: self.0.iter().map(|of| of.met).sum(),
            missed: self.0.iter().map(|of| of.missed).sum(),
        }
    }
}

/// Work that comes and goes, and promises kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Performance {
    /// Tickets made.
    pub created: u64,
    /// Resolutions.
    pub resolved: u64,
    /// Tickets that came back.
    pub reopened: u64,
    /// The backlog when the period began.
    pub opening: i64,
    /// What became of it in the period.
    pub change: i64,
    /// Promises.
    pub sla: Attainment,
}

impl Performance {
    /// The backlog at the end of the period.
    pub const fn backlog(&self) -> i64 {
        self.opening + self.change
    }
}

impl Figures for Performance {
    fn add(&mut self, _: &Names<'_>, seen: &Seen) {
        match seen.what {
            SeenWhat::Flow(flow) => {
                self.change += flow.change();
                match flow {
                    Flow::Created => self.created += 1,
                    Flow::Resolved => self.resolved += 1,
                    Flow::Reopened => self.reopened += 1,
                    Flow::MovedIn | Flow::MovedOut | Flow::Merged => {}
                }
            }
            SeenWhat::Sla { target, met } => self.sla.add(target, met),
            _ => {}
        }
    }

    fn add_before(&mut self, seen: &Seen) {
        match seen.what {
            SeenWhat::Flow(flow) => self.opening += flow.change(),
            SeenWhat::Standing(tickets) => {
                self.opening += i64::try_from(tickets).unwrap_or(i64::MAX);
            }
            _ => {}
        }
    }

    fn weight(&self) -> u64 {
        self.created
            .max(self.resolved)
            .max(self.backlog().unsigned_abs())
    }
}
