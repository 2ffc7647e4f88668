//! What the customer thinks of a resolution.

use jiff::Timestamp;

use super::draft::{Draft, Says};
use super::{Act, Decision, Ticket, TicketError};
use crate::event::Action;
use crate::text::Note;

/// How content somebody is, from 1 (not at all) to 5 (very).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

/// How easy it was to get help, from 1 (very hard) to 7 (very easy).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Effort(u8);

macro_rules! scale {
    ($name:ident, $max:literal) => {
        impl $name {
            /// The best.
            pub const MAX: u8 = $max;

            /// The score, if it is on the scale from 1 on.
            pub const fn new(score: u8) -> Option<Self> {
                match score {
                    1..=$max => Some(Self(score)),
                    _ => None,
                }
            }

            /// As a number.
            pub const fn get(self) -> u8 {
                self.0
            }
        }
    };
}

scale!(Score, 5);
scale!(Effort, 7);

/// What a customer thinks of a resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// How content it is.
    pub score: Score,
    /// How easy it was.
    pub effort: Option<Effort>,
    /// In its own words.
    pub comment: Option<Note>,
}

/// A rating as the ticket keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Satisfaction {
    /// How content the customer is.
    pub score: Score,
    /// How easy it was.
    pub effort: Option<Effort>,
    /// In its own words.
    pub comment: Option<Note>,
    /// When it said so.
    pub at: Timestamp,
}

impl Ticket {
    /// Keeps what the customer thinks of the resolution, once for each.
    ///
    /// # Errors
    /// [`TicketError::NotResolved`], [`TicketError::AlreadyRated`], [`TicketError::Merged`].
    pub fn rate(self, act: &Act<'_>, rating: Rating) -> Result<Decision, TicketError> {
        let mut draft = Draft::begin(self, act);
        draft.not_merged()?;
        let status = draft.data.status;
        if !status.is_done() {
            return Err(TicketError::NotResolved { status });
        }
        if draft.data.satisfaction.is_some() {
            return Err(TicketError::AlreadyRated);
        }
        let Rating {
            score,
            effort,
            comment,
        } = rating;
        let note = comment.as_ref().map(|comment| comment.as_str().to_owned());
        draft.data.satisfaction = Some(Satisfaction {
            score,
            effort,
            comment,
            at: draft.at(),
        });
        Ok(draft.finish(
            Action::Rated,
            Says {
                note,
                ..Says::default()
            },
        ))
    }
}
