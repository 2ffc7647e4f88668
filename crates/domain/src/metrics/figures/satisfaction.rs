//! What customers think of resolutions.

use super::super::packed::{Names, Seen, SeenWhat};
use super::super::tally::Figures;
use super::share;
use crate::ids::{TicketId, UserId};

/// The most comments that are kept: the newest.
const COMMENTS: usize = 100;

/// Ratings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RatingFigures {
    /// Answers by score, from 1 to 5.
    pub scores: [u64; 5],
    /// Resolutions in the same time, rated or not.
    pub resolved: u64,
    /// What people wrote, oldest first.
    comments: Vec<RatedComment>,
}

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedComment {
    /// When, in seconds since 1970.
    pub second: i64,
    /// Of which ticket.
    pub ticket: TicketId,
    /// Whose work it was.
    pub agent: Option<UserId>,
    /// From 1 to 5.
    pub score: u8,
    /// From 1 to 7.
    pub effort: Option<u8>,
    /// The words.
    pub text: String,
}

impl RatingFigures {
    /// How many answered.
    pub fn answers(&self) -> u64 {
        self.scores.iter().sum()
    }

    /// The share of fours and fives.
    pub fn csat(&self) -> Option<f64> {
        share(self.scores[3] + self.scores[4], self.answers())
    }

    /// The mean score.
    pub fn mean(&self) -> Option<f64> {
        let sum: u64 = (1..).zip(self.scores).map(|(score, n)| score * n).sum();
        share(sum, self.answers())
    }

    /// The newest comments, the newest first.
    pub fn comments(&self) -> Vec<&RatedComment> {
        let mut newest: Vec<_> = self.comments.iter().collect();
        newest.sort_by_key(|comment| (std::cmp::Reverse(comment.second), comment.ticket));
        newest.truncate(COMMENTS);
        newest
    }

    fn comment(&mut self, comment: RatedComment) {
        self.comments.push(comment);
        if self.comments.len() >= 4 * COMMENTS {
            self.comments
                .sort_by_key(|comment| (std::cmp::Reverse(comment.second), comment.ticket));
            self.comments.truncate(COMMENTS);
        }
    }
}

impl Figures for RatingFigures {
    fn add(&mut self, names: &Names<'_>, seen: &Seen) {
        match seen.what {
            SeenWhat::Rating {
                ticket,
                score,
                effort,
                comment,
            } => {
                let place = usize::from(score).checked_sub(1);
                if let Some(of) = place.and_then(|place| self.scores.get_mut(place)) {
                    *of += 1;
                }
                if let Some(at) = comment.checked_sub(1) {
                    self.comment(RatedComment {
                        second: seen.second,
                        ticket,
                        agent: seen.agent.checked_sub(1).map(|at| names.agents[at]),
                        score,
                        effort: (effort > 0).then_some(effort),
                        text: names.texts[at].to_owned(),
                    });
                }
            }
            SeenWhat::Resolution { .. } => self.resolved += 1,
            _ => {}
        }
    }

    fn weight(&self) -> u64 {
        self.answers()
    }
}
