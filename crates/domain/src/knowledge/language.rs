//! What a text is written in, and how its words lose their endings.

use std::fmt;

use rust_stemmers::{Algorithm, Stemmer};
use thiserror::Error;

/// A language, as BCP 47 tags it: `en`, `ru`, `pt-br`; in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(String);

/// Why a tag was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be a language tag such as en, ru or pt-br")]
pub struct NotALanguage;

impl Language {
    /// The longest tag.
    pub const MAX_CHARS: usize = 20;

    /// A tag: two or three letters, then groups of up to eight letters and digits.
    ///
    /// # Errors
    /// [`NotALanguage`].
    pub fn parse(raw: &str) -> Result<Self, NotALanguage> {
        let tag = raw.trim().to_ascii_lowercase();
        let mut groups = tag.split('-');
        let primary = groups.next().unwrap_or_default();
        let is_primary =
            (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
        let is_group = |group: &str| {
            (1..=8).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        if is_primary && groups.all(is_group) && tag.len() <= Self::MAX_CHARS {
            Ok(Self(tag))
        } else {
            Err(NotALanguage)
        }
    }

    /// English.
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The endings that its words lose.
    pub fn endings(&self) -> Endings {
        let primary = self.0.split('-').next().unwrap_or_default();
        let known = [
            ("ar", Algorithm::Arabic),
            ("da", Algorithm::Danish),
            ("de", Algorithm::German),
            ("el", Algorithm::Greek),
            ("en", Algorithm::English),
            ("es", Algorithm::Spanish),
            ("fi", Algorithm::Finnish),
            ("fr", Algorithm::French),
            ("hu", Algorithm::Hungarian),
            ("it", Algorithm::Italian),
            ("nl", Algorithm::Dutch),
            ("no", Algorithm::Norwegian),
            ("pt", Algorithm::Portuguese),
            ("ro", Algorithm::Romanian),
            ("ru", Algorithm::Russian),
            ("sv", Algorithm::Swedish),
            ("ta", Algorithm::Tamil),
            ("tr", Algorithm::Turkish),
        ];
        let place = known.iter().position(|(tag, _)| *tag == primary);
        Endings(place.map(|place| known[place].1))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How words of a text lose their endings.
#[derive(Debug, Clone, Copy)]
pub struct Endings(Option<Algorithm>);

impl PartialEq for Endings {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Eq for Endings {}

impl std::hash::Hash for Endings {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.code().hash(state);
    }
}

impl Endings {
    fn code(self) -> Option<u8> {
        self.0.map(|algorithm| algorithm as u8)
    }

    /// A word without its ending. Texts mix languages: a word in Cyrillic letters is taken as Russian, and a Latin one in
    /// a text of another script as English.
    pub fn stem(self, word: &str) -> String {
        let algorithm = match self.0 {
            Some(own) if is_of(own, word) => Some(own),
            own => stranger(own, word),
        };
        match algorithm {
            Some(algorithm) => Stemmer::create(algorithm).stem(word).into_owned(),
            None => word.to_owned(),
        }
    }
}

/// Whether a word is in the script of that language.
fn is_of(algorithm: Algorithm, word: &str) -> bool {
    let script: fn(char) -> bool = match algorithm {
        Algorithm::Russian => is_cyrillic,
        Algorithm::Arabic => |c| matches!(c, '\u{600}'..='\u{6FF}'),
        Algorithm::Greek => |c| matches!(c, '\u{370}'..='\u{3FF}'),
        Algorithm::Tamil => |c| matches!(c, '\u{B80}'..='\u{BFF}'),
        _ => is_latin,
    };
    word.chars().all(script)
}

fn stranger(own: Option<Algorithm>, word: &str) -> Option<Algorithm> {
    if word.chars().all(is_cyrillic) {
        return own.map(|_| Algorithm::Russian);
    }
    let own_script_is_another = matches!(
        own,
        Some(Algorithm::Russian | Algorithm::Arabic | Algorithm::Greek | Algorithm::Tamil)
    );
    (own_script_is_another && word.chars().all(is_latin)).then_some(Algorithm::English)
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{4FF}')
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(language: &str, words: &[&str]) -> Vec<String> {
        let endings = Language::parse(language).unwrap().endings();
        words.iter().map(|word| endings.stem(word)).collect()
    }

    #[test]
    fn tags_are_lowered_and_checked() {
        assert_eq!(Language::parse(" pt-BR ").unwrap().as_str(), "pt-br");
        for bad in ["", "e", "english", "en_us", "en-", "12", "en-toolonggroup"] {
            assert_eq!(Language::parse(bad), Err(NotALanguage), "{bad}");
        }
    }

    #[test]
    fn forms_of_a_word_come_to_one_stem() {
        assert_eq!(
            stems("en", &["connection", "connections", "connected"]),
            ["connect"; 3]
        );
        let russian = stems("ru", &["роутера", "роутером", "роутеры"]);
        assert!(
            russian.iter().all(|stem| *stem == russian[0]),
            "{russian:?}"
        );
    }

    #[test]
    fn words_of_another_script_have_their_own_endings() {
        assert_eq!(stems("ru", &["routers"]), stems("en", &["routers"]));
        assert_eq!(stems("en", &["роутеры"]), stems("ru", &["роутеры"]));
        assert_eq!(stems("en", &["691", "ax3000"]), ["691", "ax3000"]);
        assert_eq!(stems("ja", &["routers"]), ["routers"]);
    }
}
