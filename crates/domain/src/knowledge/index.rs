//! An index of words: which articles hold which, and how telling each is to each audience.
//!
//! It is a value: articles are put in and taken out, and it answers questions. What one audience hears never depends on
//! articles that it may not read: every count is kept for each audience by itself.

mod find;
mod query;

use std::collections::{BTreeMap, HashMap};

use super::audience::Audience;
use super::language::{Endings, Language};
use super::typos::Shape;
use super::words::Term;
use crate::ids::{ArticleId, ShelfId};
use crate::text::Tag;

pub use find::{Asked, Filter, Finding, Match, Matches};

/// A published article as it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Identity.
    pub id: ArticleId,
    /// The narrowest audience that may read it.
    pub audience: Audience,
    /// In which category.
    pub shelf: Option<ShelfId>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// What it is written in.
    pub language: Language,
    /// Its words.
    pub terms: Vec<Term>,
}

/// The index.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Articles, with gaps.
    slots: Vec<Option<Slot>>,
    gaps: Vec<u32>,
    places: HashMap<ArticleId, u32>,
    /// Stems, and where in `terms` each stands. Those that no article holds any more stay.
    vocabulary: BTreeMap<Box<str>, u32>,
    terms: Vec<Held>,
    /// By audience.
    sizes: [Size; 3],
    /// How many articles lose their words' endings so, by audience.
    endings: Vec<(Endings, [u32; 3])>,
}

#[derive(Debug, Clone)]
struct Slot {
    id: ArticleId,
    audience: Audience,
    shelf: Option<ShelfId>,
    tags: Vec<Tag>,
    language: Language,
    /// Sum of its terms' weights.
    length: u32,
    terms: Vec<u32>,
}

/// A stem and who holds it.
#[derive(Debug, Clone)]
struct Held {
    stem: Box<str>,
    shape: Shape,
    /// Articles that hold it, by audience.
    articles: [u32; 3],
    list: Vec<Posting>,
}

#[derive(Debug, Clone, Copy)]
struct Posting {
    slot: u32,
    weight: u16,
}

/// What an audience may read altogether.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    articles: u32,
    length: u64,
}

impl Index {
    /// How many articles are in it.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Puts an article in; another one of that identity goes.
    pub fn put(&mut self, entry: Entry) {
        self.take(entry.id);
        let place = self.gaps.pop().unwrap_or_else(|| {
            self.slots.push(None);
            number(self.slots.len() - 1)
        });
        let mut slot = Slot {
            id: entry.id,
            audience: entry.audience,
            shelf: entry.shelf,
            tags: entry.tags,
            length: entry.terms.iter().map(|term| u32::from(term.weight)).sum(),
            terms: Vec::with_capacity(entry.terms.len()),
            language: entry.language,
        };
        for term in entry.terms {
            let known = self.term(term.stem);
            let held = &mut self.terms[known as usize];
            held.list.push(Posting {
                slot: place,
                weight: term.weight,
            });
            count(&mut held.articles, slot.audience, u32::wrapping_add);
            slot.terms.push(known);
        }
        self.measure(&slot, u32::wrapping_add, u64::wrapping_add);
        self.places.insert(slot.id, place);
        self.slots[place as usize] = Some(slot);
    }

    /// Takes an article out. It is no error if it is not there.
    pub fn take(&mut self, id: ArticleId) {
        let Some(place) = self.places.remove(&id) else {
            return;
        };
        let Some(slot) = self.slots[place as usize].take() else {
            return;
        };
        for term in &slot.terms {
            let held = &mut self.terms[*term as usize];
            held.list.retain(|posting| posting.slot != place);
            count(&mut held.articles, slot.audience, u32::wrapping_sub);
        }
        self.measure(&slot, u32::wrapping_sub, u64::wrapping_sub);
        self.gaps.push(place);
    }

    /// Where a stem stands; it is made room for if it is new.
    fn term(&mut self, stem: String) -> u32 {
        if let Some(known) = self.vocabulary.get(stem.as_str()) {
            return *known;
        }
        let new = number(self.terms.len());
        let stem: Box<str> = stem.into();
        self.terms.push(Held {
            shape: Shape::of(&stem),
            stem: stem.clone(),
            articles: [0; 3],
            list: Vec::new(),
        });
        self.vocabulary.insert(stem, new);
        new
    }

    fn measure(&mut self, slot: &Slot, n: fn(u32, u32) -> u32, sum: fn(u64, u64) -> u64) {
        let endings = slot.language.endings();
        let known = self.endings.iter().position(|(known, _)| *known == endings);
        let known = known.unwrap_or_else(|| {
            self.endings.push((endings, [0; 3]));
            self.endings.len() - 1
        });
        count(&mut self.endings[known].1, slot.audience, n);
        for size in &mut self.sizes[slot.audience as usize..] {
            size.articles = n(size.articles, 1);
            size.length = sum(size.length, u64::from(slot.length));
        }
    }
}

/// Counts something for everybody who may read it.
fn count(by_audience: &mut [u32; 3], least: Audience, step: fn(u32, u32) -> u32) {
    for n in &mut by_audience[least as usize..] {
        *n = step(*n, 1);
    }
}

/// # Panics
/// Beyond four thousand million articles or words, which no memory holds.
fn number(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2^32 articles and words")
}

#[cfg(test)]
mod tests;
