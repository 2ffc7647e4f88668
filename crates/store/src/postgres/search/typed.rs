//! What people type, cut into words.

use super::cut::cut;
use crate::labels::{Numbered, as_indexed, numbered};

/// What somebody typed.
pub(super) struct Typed {
    pub(super) words: Vec<String>,
    /// The last word, where it may be the beginning of one.
    pub(super) beginning: Option<String>,
    /// Words that may be parts of labels.
    pub(super) numbered: Vec<NumberedWord>,
}

/// A word that may be a part of a label.
pub(super) struct NumberedWord {
    /// As texts hold it.
    pub(super) words: Vec<String>,
    /// Whether it is the last one, which may be the beginning of a word.
    pub(super) may_go_on: bool,
    pub(super) says: Numbered,
}

pub(super) fn typed(text: &str) -> Option<Typed> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<_> = words
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    let (last, others) = words.split_last()?;
    let begins = last.chars().nth(1).is_some();
    let mut typed = Typed {
        words: Vec::new(),
        beginning: None,
        numbered: Vec::new(),
    };
    for word in others {
        typed.take(word, false);
    }
    typed.take(last, begins);
    Some(typed)
}

impl Typed {
    fn take(&mut self, word: &str, may_go_on: bool) {
        let mut words = cut(&as_indexed(word));
        if let Some(says) = numbered(word) {
            self.numbered.push(NumberedWord {
                words,
                may_go_on,
                says,
            });
            return;
        }
        if may_go_on {
            self.beginning = words.pop();
        }
        self.words.extend(words);
    }
}
