//! What a title says, word by word.

use std::collections::BTreeSet;

/// Shorter words say too little.
const SHORTEST: usize = 3;
/// Longer ones are no words.
const LONGEST: usize = 32;
/// The most terms of one ticket.
const MOST: usize = 32;

/// Words that are in every title: English, German, Russian.
const COMMON: [&str; 72] = [
    "about", "after", "again", "all", "also", "and", "any", "are", "auf", "aus", "bei", "but",
    "can", "cannot", "das", "dem", "den", "der", "des", "die", "does", "ein", "eine", "for",
    "from", "für", "get", "had", "has", "have", "hat", "her", "his", "how", "into", "ist", "its",
    "kein", "keine", "mit", "more", "nach", "nicht", "not", "off", "only", "our", "out", "over",
    "please", "seit", "since", "than", "that", "the", "their", "there", "they", "this", "und",
    "very", "von", "was", "when", "with", "you", "your", "zum", "для", "или", "как", "что",
];

/// The words of a title and the tags, these with a `#` before them; each once, in order. Words with digits in them are left
/// out: they name one thing, not a kind of thing.
pub fn terms(title: &str, tags: &[String]) -> Vec<String> {
    let words = title
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .map(|word| word.trim_matches('-').to_lowercase())
        .filter(|word| is_telling(word));
    let tags = tags.iter().map(|tag| format!("#{}", tag.to_lowercase()));
    let found: BTreeSet<String> = words.chain(tags).collect();
    found.into_iter().take(MOST).collect()
}

fn is_telling(word: &str) -> bool {
    let length = word.chars().count();
    (SHORTEST..=LONGEST).contains(&length)
        && !word.chars().any(|c| c.is_ascii_digit())
        && !COMMON.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_fall_into_words_that_tell_something() {
        let tags = ["VIP".to_owned()];
        assert_eq!(
            terms("The Wi-Fi is DOWN again, wi-fi 5GHz (Störung!)", &tags),
            ["#vip", "down", "störung", "wi-fi"]
        );
        assert!(terms("?! 17 B", &[]).is_empty());
    }
}
