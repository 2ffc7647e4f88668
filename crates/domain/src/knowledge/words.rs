//! Texts as words, and articles as the words that they are found by.

use std::collections::BTreeMap;
use std::ops::Range;

use super::language::Endings;

/// How texts are cut, stemmed and weighed. Whoever changes any of that raises it: what was analysed by another one is
/// analysed anew when it is read.
pub const ANALYSIS: i16 = 1;

/// A word longer than this is cut, in texts and in searches alike.
const LONGEST: usize = 40;
/// How often a word of the title counts.
const TITLE: u16 = 6;
/// How often a tag's word counts.
const TAG: u16 = 4;
/// A word counts at most so often.
const MOST: u16 = 1_000;

/// Words that say nothing about what a text is about, among them what customers begin and end with: English, Russian.
const EMPTY: [&str; 2] = [
    "a about after again annoyed asap all also am an and any are aren't as at be because been before being but by can can't \
    cannot could couldn't dear did didn't do does doesn't doing don't for from get gets getting going good got had has \
    hasn't have haven't having he hello help her here hey hi him his how i i'd i'll i'm i've if in into is isn't \
    it it's its just kind like me more morning most my need no not now of on or our out please really regards she should so some \
    sorry still such than thank thanks that that's the their them then there these they thing this those to too \
    try tried trying us very want was wasn't we were what when where which while who why will with won't would yet \
    you your",
    "а без бы был была были было быть в вам вас ваш во вот все всё вы где да для до добрый еще ещё если есть же за \
    здравствуйте и из или им их к как ко когда кто ли меня мне мой моя мы на нам нас наш не него нее нет ни них но \
    ну о об он она они оно от по подскажите пожалуйста помогите почему при привет с себя со спасибо так там то \
    тоже только тот ты у уже хочу что чтобы эта эти это этот я",
];

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where in the text, in bytes.
    pub at: Range<usize>,
    /// The word in lower case and without accents.
    pub text: String,
}

impl Word {
    /// Whether it says nothing about what a text is about.
    pub fn is_empty(&self) -> bool {
        static FOLDED: std::sync::OnceLock<std::collections::HashSet<String>> =
            std::sync::OnceLock::new();
        let folded = FOLDED.get_or_init(|| {
            let all = EMPTY.iter().flat_map(|all| words(all));
            all.map(|word| word.text).collect()
        });
        folded.contains(&self.text)
    }
}

/// The words of a text, in its order: runs of letters and digits. Small words before a hyphen belong to what follows
/// (`Wi-Fi`, `e-mail`), and an apostrophe belongs to what is around it (`don't`) except for a possessive `'s`.
pub fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut letters = text.char_indices().peekable();
    let mut open: Option<Word> = None;
    while let Some((at, letter)) = letters.next() {
        let end = at + letter.len_utf8();
        if is_mark(letter) {
            if let Some(word) = &mut open {
                word.at.end = end;
            }
        } else if letter.is_alphanumeric() {
            let word = open.get_or_insert_with(|| Word {
                at: at..at,
                text: String::new(),
            });
            word.at.end = end;
            push(&mut word.text, letter);
        } else {
            let follows = letters.peek().map(|(_, next)| *next);
            let joins = open
                .as_ref()
                .is_some_and(|word| joins(word, letter, follows));
            if !joins && let Some(word) = open.take() {
                found.push(word);
            }
        }
    }
    found.extend(open);
    for word in &mut found {
        let raw = &text[word.at.clone()];
        if let Some(stripped) = raw.strip_suffix("'s").or_else(|| raw.strip_suffix("’s")) {
            word.at.end = word.at.start + stripped.len();
            word.text.pop();
        }
    }
    found
}

/// Whether a word goes on after that sign.
fn joins(word: &Word, sign: char, follows: Option<char>) -> bool {
    let is_letter = |c: char| c.is_alphabetic();
    let goes_on = follows.is_some_and(is_letter) && word.text.chars().all(is_letter);
    match sign {
        '\'' | '’' => goes_on,
        '-' | '\u{2010}' | '\u{2011}' => goes_on && word.text.chars().count() <= 3,
        _ => false,
    }
}

fn push(word: &mut String, letter: char) {
    for lower in letter.to_lowercase() {
        if !is_mark(lower) && word.chars().count() < LONGEST {
            word.push(without_accent(lower));
        }
    }
}

/// A combining accent: part of the letter before it.
pub const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36F}')
}

/// A small letter without its accent: Latin ones, and the Russian `ё`.
pub const fn without_accent(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ọ' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        other => other,
    }
}

/// A word by which an article is found, and how much it counts there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word without its ending.
    pub stem: String,
    /// How often it counts: in the title and in tags more than in the text.
    pub weight: u16,
}

/// The words by which a text with that title and those tags is found, in order.
pub fn terms<'a>(
    title: &str,
    tags: impl IntoIterator<Item = &'a str>,
    text: &str,
    endings: Endings,
) -> Vec<Term> {
    let mut weights: BTreeMap<String, u16> = BTreeMap::new();
    let mut add = |text: &str, weight: u16| {
        for word in words(text).into_iter().filter(|word| !word.is_empty()) {
            let sum = weights.entry(endings.stem(&word.text)).or_default();
            *sum = sum.saturating_add(weight).min(MOST);
        }
    };
    add(title, TITLE);
    tags.into_iter().for_each(|tag| add(tag, TAG));
    add(text, 1);
    weights
        .into_iter()
        .map(|(stem, weight)| Term { stem, weight })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Language;

    fn cut(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn texts_become_words_without_accents() {
        assert_eq!(cut("Café-Zürich, ÉCOLE!"), ["cafe", "zurich", "ecole"]);
        assert_eq!(cut("e\u{301}tage; Ещё раз"), ["etage", "еще", "раз"]);
        assert_eq!(cut("error 691 (AX-3000)"), ["error", "691", "ax", "3000"]);
        assert_eq!(cut(" \0'-\\:*& "), Vec::<String>::new());
    }

    #[test]
    fn small_words_before_a_hyphen_and_apostrophes_join() {
        assert_eq!(
            cut("Wi-Fi wi‑fi WIFI e-mail"),
            ["wifi", "wifi", "wifi", "email"]
        );
        assert_eq!(cut("веб-сайт set-top"), ["вебсайт", "settop"]);
        assert_eq!(cut("don't router's router’s"), ["dont", "router", "router"]);
        assert_eq!(cut("high-speed -x- 5-6"), ["high", "speed", "x", "5", "6"]);
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "Ärger: Wi-Fi's gone";
        let found: Vec<_> = words(text).into_iter().map(|word| &text[word.at]).collect();
        assert_eq!(found, ["Ärger", "Wi-Fi", "gone"]);
    }

    #[test]
    fn words_that_say_nothing_are_known_in_every_spelling() {
        for word in words("Hello, PLEASE don't ещё все") {
            assert!(word.is_empty(), "{word:?}");
        }
        for word in words("router down интернет") {
            assert!(!word.is_empty(), "{word:?}");
        }
    }

    #[test]
    fn titles_and_tags_count_more_than_the_text() {
        let endings = Language::english().endings();
        let found = terms(
            "Routers",
            ["wifi"],
            "Restart the router. Restarting heals.",
            endings,
        );
        let found: Vec<_> = found
            .iter()
            .map(|term| (term.stem.as_str(), term.weight))
            .collect();
        assert_eq!(
            found,
            [("heal", 1), ("restart", 2), ("router", 7), ("wifi", 4)]
        );
    }

    #[test]
    fn a_text_of_one_word_repeated_for_ever_has_an_end() {
        let found = terms(
            "",
            [],
            &"slow ".repeat(40_000),
            Language::english().endings(),
        );
        assert_eq!((found.len(), found[0].weight), (1, MOST));
    }
}
