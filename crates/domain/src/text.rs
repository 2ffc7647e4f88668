//! Text that people write, with its limits. All of it is trimmed, and none may hold control characters
//! other than line breaks and tabs (a NUL is stored by one database and refused by the other). In a single line nothing
//! may turn the direction of writing either: it could make the rest of a list read as what it is not.

use std::fmt;

use thiserror::Error;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing to be seen.
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
    /// Holds a comma, which would end it in a list of them.
    #[error("must not contain commas")]
    Comma,
}

/// Whether nothing is to be seen of it by itself: white space, and characters that only act on others.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// Whether it changes the direction of the writing around it: Unicode's embeddings, overrides and isolates.
pub const fn turns_writing(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn clean(raw: &str, limit: usize, lines: bool) -> Result<String, TextError> {
    let text = raw.trim();
    let got = text.chars().count();
    let allowed = |c: char| match c {
        '\n' | '\r' | '\t' => lines,
        c => !c.is_control() && (lines || !turns_writing(c)),
    };
    match got {
        _ if text.chars().all(is_blank) => Err(TextError::Empty),
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
    /// An article of the knowledge base, in Markdown.
    ArticleBody, 200_000, true;
    /// A canned answer, with its placeholders.
    TemplateBody, 20_000, true;
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
            Err(TextError::Comma)
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
    fn a_text_of_which_nothing_is_seen_is_empty() {
        for text in [
            "\u{200B}",
            "\u{2060}\u{FEFF}",
            " \u{AD} \u{200D}",
            "\u{3164}",
            "\u{202E}",
        ] {
            assert_eq!(Title::parse(text), Err(TextError::Empty), "{text:?}");
            assert_eq!(CommentBody::parse(text), Err(TextError::Empty), "{text:?}");
        }
        // Family and flag: what acts on others is fine among them.
        for text in [
            "\u{1F468}\u{200D}\u{1F469}",
            "\u{2764}\u{FE0F}",
            "می\u{200C}خواهم",
        ] {
            assert_eq!(Title::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn one_line_cannot_turn_the_writing_of_others() {
        for turn in ['\u{202A}', '\u{202E}', '\u{2066}', '\u{2069}'] {
            let text = format!("bill{turn}fdp.exe");
            assert_eq!(Title::parse(&text), Err(TextError::Control));
            assert_eq!(Label::parse(&text), Err(TextError::Control));
            assert_eq!(Tag::parse(&text), Err(TextError::Control));
            assert_eq!(CommentBody::parse(&text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn tags_are_lowered_and_hold_no_comma() {
        assert_eq!(Tag::parse(" VIP ").unwrap().as_str(), "vip");
        assert_eq!(Tag::parse("a,b"), Err(TextError::Comma));
    }
}
