//! How much it takes until a ticket is resolved for good.

use super::super::packed::{Names, Seen, SeenWhat};
use super::super::tally::Figures;

/// Resolutions, and how many the first contact was enough for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FirstContact {
    /// Resolutions.
    pub resolved: u64,
    /// One public answer at most, and never reopened.
    pub at_first_contact: u64,
    /// More than one public answer, and never reopened.
    pub several_replies: u64,
    /// Reopened before or afterwards, however many answers there were.
    pub reopened: u64,
    /// Of those, reopened afterwards.
    pub came_back: u64,
}

impl Figures for FirstContact {
    fn add(&mut self, _: &Names<'_>, seen: &Seen) {
        if let SeenWhat::Resolution {
            replies,
            reopens,
            came_back,
            ..
        } = seen.what
        {
            let (several, reopened) = (replies > 1, reopens > 0 || came_back);
            self.resolved += 1;
            self.several_replies += u64::from(several && !reopened);
            self.reopened += u64::from(reopened);
            self.came_back += u64::from(came_back);
            self.at_first_contact += u64::from(!several && !reopened);
        }
    }

    fn weight(&self) -> u64 {
        self.resolved
    }
}

/// What customers say of the effort, and what can be seen of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Answers by how easy it was, from 1 to 7.
    pub efforts: [u64; 7],
    /// Resolutions.
    pub resolved: u64,
    /// How often customers got in touch about those.
    pub contacts: u64,
    /// How often those had come back.
    pub reopens: u64,
    /// How often those went from one to another.
    pub handovers: u64,
}

impl Figures for Work {
    fn add(&mut self, _: &Names<'_>, seen: &Seen) {
        match seen.what {
            SeenWhat::Resolution {
                contacts,
                reopens,
                handovers,
                ..
            } => {
                self.resolved += 1;
                self.contacts += u64::from(contacts);
                self.reopens += u64::from(reopens);
                self.handovers += u64::from(handovers);
            }
            SeenWhat::Rating { effort, .. } => {
                let place = usize::from(effort).checked_sub(1);
                if let Some(of) = place.and_then(|place| self.efforts.get_mut(place)) {
                    *of += 1;
                }
            }
            _ => {}
        }
    }

    fn weight(&self) -> u64 {
        self.resolved
    }
}
