//! How long it takes.

use super::super::durations::Durations;
use super::super::packed::{Names, Seen, SeenWhat};
use super::super::tally::Figures;

/// How long first responses and resolutions took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResponseTimes {
    /// First responses by the clock on the wall.
    pub response_wall: Durations,
    /// First responses in business time.
    pub response_business: Durations,
    /// Resolutions by the clock on the wall.
    pub resolution_wall: Durations,
    /// Resolutions in business time.
    pub resolution_business: Durations,
}

impl Figures for ResponseTimes {
    fn add(&mut self, _: &Names<'_>, seen: &Seen) {
        match seen.what {
            SeenWhat::Response { wall, business } => {
                self.response_wall.push(wall);
                if let Some(time) = business {
                    self.response_business.push(time);
                }
            }
            SeenWhat::Resolution { wall, business, .. } => {
                self.resolution_wall.push(wall);
                if let Some(time) = business {
                    self.resolution_business.push(time);
                }
            }
            _ => {}
        }
    }

    fn weight(&self) -> u64 {
        self.response_wall.count().max(self.resolution_wall.count())
    }
}
