//! What one person, or one team, got done.

use super::super::durations::Durations;
use super::super::packed::{Names, Seen, SeenWhat};
use super::super::tally::Figures;
use super::flow::Attainment;
use super::satisfaction::RatingFigures;

/// What was got done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgentFigures {
    /// Resolutions.
    pub handled: u64,
    /// Of those, at the first contact.
    pub at_first_contact: u64,
    /// First responses, by the clock on the wall.
    pub responses: Durations,
    /// Resolutions, by the clock on the wall.
    pub resolutions: Durations,
    /// Promises.
    pub sla: Attainment,
    /// Ratings.
    pub ratings: RatingFigures,
}

impl Figures for AgentFigures {
    fn add(&mut self, names: &Names<'_>, seen: &Seen) {
        match seen.what {
            SeenWhat::Resolution {
                wall,
                replies,
                reopens,
                came_back,
                ..
            } => {
                self.handled += 1;
                let first = replies <= 1 && reopens == 0 && !came_back;
                self.at_first_contact += u64::from(first);
                self.resolutions.push(wall);
            }
            SeenWhat::Response { wall, .. } => self.responses.push(wall),
            SeenWhat::Sla { target, met } => self.sla.add(target, met),
            SeenWhat::Rating { .. } => self.ratings.add(names, seen),
            _ => {}
        }
    }

    fn weight(&self) -> u64 {
        self.handled.max(self.responses.count())
    }
}
