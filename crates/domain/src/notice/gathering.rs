//! How many letters somebody gets in a short time before the rest is gathered into one.

use jiff::{SignedDuration, Timestamp};

/// The rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gathering {
    /// So many letters go by themselves within a window.
    pub singly: u32,
    /// How long a window is; above zero.
    pub window: SignedDuration,
}

/// What somebody was told lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// When its first letter was written.
    pub began_at: Timestamp,
    /// Letters that went by themselves since then.
    pub letters: u32,
}

/// What becomes of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It goes by itself.
    Singly,
    /// It goes together with others, when the window ends.
    Gathered {
        /// In so long.
        wait: SignedDuration,
    },
}

impl Gathering {
    /// What becomes of the next letter, written at `now`, and what its reader was told lately from then on.
    pub fn next(self, lately: Option<Window>, now: Timestamp) -> (Window, Turn) {
        let passed = |window: &Window| now.duration_since(window.began_at);
        // One that began in the future was written by a clock that went wrong.
        let open = lately.filter(|window| {
            let passed = passed(window);
            !passed.is_negative() && passed < self.window
        });
        let window = open.unwrap_or(Window {
            began_at: now,
            letters: 0,
        });
        if window.letters < self.singly {
            let letters = window.letters + 1;
            return (Window { letters, ..window }, Turn::Singly);
        }
        let wait = self.window - passed(&window);
        (window, Turn::Gathered { wait })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULE: Gathering = Gathering {
        singly: 2,
        window: SignedDuration::from_mins(10),
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::constant(1_750_000_000, 0) + SignedDuration::from_secs(seconds)
    }

    /// What becomes of letters at those seconds.
    fn turns(rule: Gathering, seconds: &[i64]) -> Vec<Turn> {
        let mut lately = None;
        let mut turns = Vec::new();
        for second in seconds {
            let (window, turn) = rule.next(lately, at(*second));
            lately = Some(window);
            turns.push(turn);
        }
        turns
    }

    fn gathered(wait: i64) -> Turn {
        Turn::Gathered {
            wait: SignedDuration::from_secs(wait),
        }
    }

    #[test]
    fn beyond_the_first_few_letters_wait_for_the_end_of_the_window() {
        use Turn::Singly;
        let turns = turns(RULE, &[0, 100, 101, 599, 600, 601, 602, 1_200]);
        let expected = [
            Singly,
            Singly,
            gathered(499),
            gathered(1),
            Singly,
            Singly,
            gathered(598),
            Singly,
        ];
        assert_eq!(turns, expected);
    }

    #[test]
    fn a_window_of_the_future_is_none() {
        let wrong = Window {
            began_at: at(10_000),
            letters: 7,
        };
        let (window, turn) = RULE.next(Some(wrong), at(0));
        assert_eq!((window.began_at, turn), (at(0), Turn::Singly));
    }

    #[test]
    fn where_none_goes_by_itself_all_are_gathered() {
        let rule = Gathering { singly: 0, ..RULE };
        assert_eq!(turns(rule, &[0, 1]), [gathered(600), gathered(599)]);
    }

    proptest! {
        #[test]
        fn no_window_has_more_letters_than_allowed_and_none_waits_longer_than_one(
            mut seconds in prop::collection::vec(0_i64..10_000, 1..80),
            singly in 0_u32..6,
        ) {
            seconds.sort_unstable();
            let rule = Gathering { singly, ..RULE };
            let turns = turns(rule, &seconds);
            for (place, second) in seconds.iter().enumerate() {
                // Two windows at most touch any stretch of that length.
                let near = seconds.iter().zip(&turns).skip(place);
                let near = near.take_while(|(other, _)| **other < second + 600);
                let single = near.filter(|(_, turn)| **turn == Turn::Singly).count();
                prop_assert!(single <= 2 * singly as usize);
            }
            for turn in turns {
                if let Turn::Gathered { wait } = turn {
                    prop_assert!(!wait.is_negative() && !wait.is_zero() && wait <= rule.window);
                }
            }
        }
    }
}
