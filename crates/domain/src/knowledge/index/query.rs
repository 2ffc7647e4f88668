//! What somebody typed, as the stems that may be meant.

use std::collections::HashSet;
use std::ops::Bound;

use super::super::audience::Audience;
use super::super::synonyms;
use super::super::typos::{Shape, distance, tolerated};
use super::super::words::{Word, words};
use super::{Held, Index};

/// The most words of a search that count.
const WORDS: usize = 64;
/// The most words of a text that are looked at.
const TAKEN: usize = 4_096;
/// The most stems that one unknown word may mean.
const GUESSES: usize = 5;
/// The shortest beginning of a word that is looked for.
const BEGINNING: usize = 3;

/// The share of a stem, in letters, that words of one root have in common.
const ROOT: (usize, usize) = (2, 3);
/// The shortest root.
const SHORTEST_ROOT: usize = 4;

/// How much less a stem counts that was not typed.
const SYNONYM: f64 = 0.5;
const BEGUN: f64 = 0.8;
const AKIN: f64 = 0.5;
const MISTYPED: [f64; 3] = [1.0, 0.8, 0.6];

/// A word that was typed.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    /// As it was typed.
    pub(super) text: String,
    /// What it may mean: terms of the index, and how much each counts.
    pub(super) meanings: Vec<(u32, f64)>,
}

impl Index {
    /// The words of a text, each once. `is_begun`: whether the last may be the beginning of one.
    pub(super) fn typed(&self, audience: Audience, text: &str, is_begun: bool) -> Vec<Typed> {
        let mut known = HashSet::new();
        let mut all: Vec<_> = self
            .joined(audience, text)
            .into_iter()
            .filter(|word| !word.is_empty() && known.insert(word.text.clone()))
            .collect();
        all.truncate(WORDS);
        let last = all.len().saturating_sub(1);
        let words = all.into_iter().enumerate();
        let mut seen: HashSet<Vec<u32>> = HashSet::new();
        words
            .map(|(place, word)| Typed {
                meanings: self.meanings(audience, &word.text, is_begun && place == last),
                text: text[word.at].to_owned(),
            })
            // Forms of one word count once.
            .filter(|typed| {
                typed.meanings.is_empty()
                    || seen.insert(typed.meanings.iter().map(|(term, _)| *term).collect())
            })
            .collect()
    }

    /// The words of a text. Two that no article holds, and that one holds as one (`wi fi`), are one.
    fn joined(&self, audience: Audience, text: &str) -> Vec<Word> {
        let is_held = |word: &str| {
            let stems = self.stems(audience, word);
            stems.iter().any(|stem| self.held(audience, stem).is_some())
        };
        let mut all: Vec<Word> = Vec::new();
        for word in words(text).into_iter().take(TAKEN) {
            if let Some(last) = all.last_mut()
                && text[last.at.end..word.at.start].trim().is_empty()
            {
                let whole = format!("{}{}", last.text, word.text);
                if is_held(&whole) && !is_held(&last.text) && !is_held(&word.text) {
                    last.text = whole;
                    last.at.end = word.at.end;
                    continue;
                }
            }
            all.push(word);
        }
        all
    }

    fn meanings(&self, audience: Audience, word: &str, is_begun: bool) -> Vec<(u32, f64)> {
        let stems = self.stems(audience, word);
        let mut found: Vec<(u32, f64)> = stems
            .iter()
            .filter_map(|stem| self.held(audience, stem))
            .map(|term| (term, 1.0))
            .collect();
        if found.is_empty() {
            found = self.begun(audience, word, is_begun);
        }
        if found.is_empty() {
            found = self.mistyped(audience, word, &stems);
        }
        let mut others = synonyms::of(word);
        if found.is_empty() && others.is_empty() {
            others = synonyms::near(word);
        }
        if found.is_empty() && others.is_empty() {
            found = self.akin(audience, &stems);
        }
        for synonym in others {
            for stem in self.stems(audience, synonym) {
                if let Some(term) = self.held(audience, &stem)
                    && found.iter().all(|(known, _)| *known != term)
                {
                    found.push((term, SYNONYM));
                }
            }
        }
        found
    }

    /// A word without its ending, in every way that articles of this reader lose theirs.
    fn stems(&self, audience: Audience, word: &str) -> Vec<String> {
        let mut stems: Vec<String> = self
            .endings
            .iter()
            .filter(|(_, articles)| articles[audience as usize] > 0)
            .map(|(endings, _)| endings.stem(word))
            .collect();
        stems.sort_unstable();
        stems.dedup();
        stems
    }

    /// The term of a stem that this reader's articles hold.
    fn held(&self, audience: Audience, stem: &str) -> Option<u32> {
        let term = *self.vocabulary.get(stem)?;
        self.is_held(audience, &self.terms[term as usize])
            .then_some(term)
    }

    #[expect(clippy::unused_self, reason = "reads as a question to the index")]
    fn is_held(&self, audience: Audience, held: &Held) -> bool {
        held.articles[audience as usize] > 0
    }

    /// What begins so, the most frequent first.
    fn begun(&self, audience: Audience, word: &str, is_begun: bool) -> Vec<(u32, f64)> {
        if !is_begun || word.chars().count() < BEGINNING {
            return Vec::new();
        }
        let from = (Bound::Included(word), Bound::Unbounded);
        let from = self.vocabulary.range::<str, _>(from);
        let begun = from.take_while(|(stem, _)| stem.starts_with(word));
        let held = begun
            .map(|(_, term)| *term)
            .filter(|term| self.is_held(audience, &self.terms[*term as usize]));
        self.most_frequent(audience, held, BEGUN)
    }

    /// What is a slip of the finger or two away, the nearest only.
    fn mistyped(&self, audience: Audience, word: &str, stems: &[String]) -> Vec<(u32, f64)> {
        let mut tried: Vec<&str> = stems.iter().map(String::as_str).collect();
        if !tried.contains(&word) {
            tried.push(word);
        }
        let mut nearest = usize::MAX;
        let mut found: Vec<u32> = Vec::new();
        for text in tried {
            let (shape, limit) = (Shape::of(text), tolerated(text));
            for (place, held) in self.terms.iter().enumerate() {
                if limit == 0 || !self.is_held(audience, held) || !shape.is_near(held.shape, limit)
                {
                    continue;
                }
                match distance(text, &held.stem, limit.min(nearest)) {
                    Some(away) if away < nearest => {
                        nearest = away;
                        found = vec![super::number(place)];
                    }
                    Some(_) => found.push(super::number(place)),
                    None => {}
                }
            }
        }
        let first = word.chars().next();
        let same_first = |term: &u32| self.terms[*term as usize].stem.chars().next() == first;
        if found.iter().any(same_first) {
            found.retain(same_first);
        }
        found.sort_unstable();
        found.dedup();
        let factor = MISTYPED.get(nearest).copied().unwrap_or_default();
        self.most_frequent(audience, found, factor)
    }

    /// What begins like it and only then differs: words of one root, such as `переезд` for `переезжаем`.
    fn akin(&self, audience: Audience, stems: &[String]) -> Vec<(u32, f64)> {
        let mut found = Vec::new();
        for stem in stems {
            let letters = stem.chars().count();
            let root = (letters * ROOT.0).div_ceil(ROOT.1).max(SHORTEST_ROOT);
            if letters < root || stem.chars().any(|letter| letter.is_ascii_digit()) {
                continue;
            }
            let root: String = stem.chars().take(root).collect();
            let from = (Bound::Included(root.as_str()), Bound::Unbounded);
            let begun = self.vocabulary.range::<str, _>(from);
            let begun = begun.take_while(|(known, _)| known.starts_with(&root));
            let is_as_long = |known: &str| known.chars().count() <= letters + 2;
            found.extend(
                begun
                    .filter(|(known, term)| {
                        is_as_long(known) && self.is_held(audience, &self.terms[**term as usize])
                    })
                    .map(|(_, term)| *term),
            );
        }
        found.sort_unstable();
        found.dedup();
        self.most_frequent(audience, found, AKIN)
    }

    fn most_frequent(
        &self,
        audience: Audience,
        terms: impl IntoIterator<Item = u32>,
        factor: f64,
    ) -> Vec<(u32, f64)> {
        let mut terms: Vec<u32> = terms.into_iter().collect();
        terms.sort_by_key(|term| {
            let held = &self.terms[*term as usize];
            (
                std::cmp::Reverse(held.articles[audience as usize]),
                held.stem.clone(),
            )
        });
        terms.truncate(GUESSES);
        terms.into_iter().map(|term| (term, factor)).collect()
    }
}
