//! Text that people write, with its limits. All of it is trimmed, and none may hold control characters
//! other than line breaks and tabs (a NUL is stored by one database and refused by the other).

use std::fmt;

use thiserror::Error;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Longer than its limit.
    #[error("must have at most {limit} characters, not {got}")]
    TooLong {
        /// Characters allowed.
        limit: usize,
        /// Characters given.
        got: usize,
    },
    /// Holds a control character.
    #[error("must not contain control characters")]
    Control,
}

fn clean(raw: &str, limit: usize, lines: bool) -> Result<String, TextError> {
    let text = raw.trim();
    let got = text.chars().count();
    let allowed = |c: char| !c.is_control() || lines && matches!(c, '\n' | '\r' | '\t');
    match got {
        0 => Err(TextError::Empty),
        _ if got > limit => Err(TextError::TooLong { limit, got }),
        _ if !text.chars().all(allowed) => Err(TextError::Control),
        _ => Ok(text.to_owned()),
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $max:literal, $lines:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The longest allowed, in characters.
            pub const MAX_CHARS: usize = $max;

            /// Trims and checks.
            ///
            /// # Errors
            /// [`TextError`] when empty, too long, or holding control characters.
            pub fn parse(raw: &str) -> Result<Self, TextError> {
                clean(raw, Self::MAX_CHARS, $lines).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

texts! {
    /// One line that says what is wrong.
    Title, 200, false;
    /// What happened, at length.
    Description, 65_536, true;
    /// What somebody writes on a ticket.
    CommentBody, 65_536, true;
    /// A remark that goes with an action: a reason, an assignment note, a resolution.
    Note, 4_000, true;
    /// A short free text: preferred contact time, contact details, a resolution code, a name.
    Label, 200, false;
}

/// A label to group tickets by, in lower case and without commas (clients send lists of them separated by commas).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(String);

impl Tag {
    /// The longest allowed, in characters.
    pub const MAX_CHARS: usize = 50;
    /// Tags on one ticket.
    pub const MAX_PER_TICKET: usize = 50;

    /// Trims, lowers and checks.
    ///
    /// # Errors
    /// [`TextError`] when empty, too long, or holding a comma or control characters.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        let text = clean(raw, Self::MAX_CHARS, false)?.to_lowercase();
        if text.contains(',') {
            Err(TextError::Control)
        } else {
            Ok(Self(text))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_trimmed_and_bounded() {
        assert_eq!(
            Title::parse("  No signal \n").unwrap().as_str(),
            "No signal"
        );
        assert_eq!(Title::parse(" \t "), Err(TextError::Empty));
        assert_eq!(
            Title::parse(&"ü".repeat(200))
                .unwrap()
                .as_str()
                .chars()
                .count(),
            200
        );
        assert_eq!(
            Title::parse(&"ü".repeat(201)),
            Err(TextError::TooLong {
                limit: 200,
                got: 201
            })
        );
    }

    #[test]
    fn control_characters_are_refused_but_lines_may_break() {
        assert_eq!(Title::parse("a\0b"), Err(TextError::Control));
        assert_eq!(Title::parse("a\nb"), Err(TextError::Control));
        assert_eq!(CommentBody::parse("a\0b"), Err(TextError::Control));
        assert_eq!(CommentBody::parse("a\r\n\tb").unwrap().as_str(), "a\r\n\tb");
    }

    #[test]
    fn tags_are_lowered_and_hold_no_comma() {
        assert_eq!(Tag::parse(" VIP ").unwrap().as_str(), "vip");
        assert_eq!(Tag::parse("a,b"), Err(TextError::Control));
    }
}
