//! Ranking: BM25 over stems, where a title's and a tag's words count more than the text's.
//!
//! Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).

use std::collections::BTreeSet;

use super::super::audience::Audience;
use super::super::language::Language;
use super::query::Typed;
use super::{Index, Slot};
use crate::ids::{ArticleId, ShelfId};
use crate::text::Tag;

/// How soon a word that occurs again stops counting.
const K1: f64 = 1.2;
/// How much a long article has to hold a word more often.
const B: f64 = 0.6;
/// What a word that no article holds is taken to tell, as a share of the rarest word.
const UNKNOWN: f64 = 0.5;
/// Of the most words that any one article has of a search, an article has to have so many thirds.
const THIRDS: usize = 2;

/// How words have to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Somebody searches: two thirds of the words that can be found together have to be there, and the last word may be the
    /// beginning of one.
    Search,
    /// Somebody tells a story: any word counts.
    Suggest,
}

/// Which articles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Categories; `Some` of none is none at all.
    pub shelves: Option<Vec<ShelfId>>,
    /// Tags; an article has to have all of them.
    pub tags: Vec<Tag>,
    /// Language.
    pub language: Option<Language>,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Words.
    pub text: &'a str,
    /// How they have to be found.
    pub finding: Finding,
    /// Which articles.
    pub filter: &'a Filter,
}

/// What was found, the best first.
#[derive(Debug, Clone)]
pub struct Matches {
    /// Places in the index, and how well each fits, up to 1.
    ranked: Vec<(u32, f64)>,
    audience: Audience,
    typed: Vec<Typed>,
}

impl Matches {
    /// How many.
    pub fn len(&self) -> usize {
        self.ranked.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.ranked.is_empty()
    }
}

/// One of them, with the words that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Which article.
    pub id: ArticleId,
    /// How well it fits, up to 1.
    pub score: f64,
    /// The words, as they were typed, that it was found by; the most telling first.
    pub words: Vec<String>,
    /// What they are in the article, without their endings.
    pub stems: BTreeSet<String>,
}

impl Filter {
    fn lets(&self, slot: &Slot) -> bool {
        let is_in = |shelves: &Vec<ShelfId>| slot.shelf.is_some_and(|own| shelves.contains(&own));
        self.shelves.as_ref().is_none_or(is_in)
            && self.tags.iter().all(|tag| slot.tags.contains(tag))
            && self
                .language
                .as_ref()
                .is_none_or(|language| *language == slot.language)
    }
}

impl Index {
    /// Articles that this reader may read and that fit, the best first; of equals the older one.
    pub fn find(&self, audience: Audience, asked: &Asked<'_>) -> Matches {
        let typed = self.typed(audience, asked.text, asked.finding == Finding::Search);
        let mut sums = vec![(0.0_f64, 0_usize); self.slots.len()];
        let mut best = vec![0.0_f64; self.slots.len()];
        for word in &typed {
            let mut touched = Vec::new();
            for (term, factor) in &word.meanings {
                for posting in &self.terms[*term as usize].list {
                    let place = posting.slot as usize;
                    let worth = factor * self.worth(audience, *term, posting.slot, posting.weight);
                    if best[place] == 0.0 {
                        touched.push(place);
                    }
                    best[place] = best[place].max(worth);
                }
            }
            for place in touched {
                sums[place].0 += best[place];
                sums[place].1 += 1;
                best[place] = 0.0;
            }
        }
        let ranked = self.ranked(audience, asked, &sums, self.ideal(audience, &typed));
        Matches {
            ranked,
            audience,
            typed,
        }
    }

    /// Some of what was found.
    pub fn page(&self, matches: &Matches, offset: usize, limit: usize) -> Vec<Match> {
        let page = matches.ranked.iter().skip(offset).take(limit);
        page.filter_map(|(place, score)| self.explained(matches, *place, *score))
            .collect()
    }

    fn ranked(
        &self,
        audience: Audience,
        asked: &Asked<'_>,
        sums: &[(f64, usize)],
        ideal: f64,
    ) -> Vec<(u32, f64)> {
        let mut found: Vec<(u32, ArticleId, f64, usize)> = Vec::new();
        for (place, (sum, words)) in sums.iter().enumerate().filter(|(_, (_, n))| *n > 0) {
            let Some(slot) = &self.slots[place] else {
                continue;
            };
            if slot.audience <= audience && asked.filter.lets(slot) {
                found.push((super::number(place), slot.id, sum / ideal, *words));
            }
        }
        if asked.finding == Finding::Search {
            let most = found.iter().map(|(.., words)| *words).max();
            let needed = (most.unwrap_or_default() * THIRDS).div_ceil(3);
            found.retain(|(.., words)| *words >= needed);
        }
        found.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.1.cmp(&b.1)));
        found
            .into_iter()
            .map(|(place, _, score, _)| (place, score))
            .collect()
    }

    /// What a term tells of an article that holds it with that weight.
    fn worth(&self, audience: Audience, term: u32, slot: u32, weight: u16) -> f64 {
        let Some(slot) = &self.slots[slot as usize] else {
            return 0.0;
        };
        let size = self.sizes[audience as usize];
        #[expect(clippy::cast_precision_loss, reason = "far fewer words than 2^52")]
        let mean = size.length as f64 / f64::from(size.articles.max(1));
        let weight = f64::from(weight);
        let length = 1.0 - B + B * f64::from(slot.length) / mean.max(1.0);
        self.rarity(audience, term) * weight * (K1 + 1.0) / (weight + K1 * length)
    }

    /// How telling a term is: the fewer articles hold it, the more.
    fn rarity(&self, audience: Audience, term: u32) -> f64 {
        let held = self.terms[term as usize].articles[audience as usize];
        self.rarity_of(audience, held)
    }

    fn rarity_of(&self, audience: Audience, held: u32) -> f64 {
        let all = f64::from(self.sizes[audience as usize].articles);
        let held = f64::from(held);
        (1.0 + (all - held + 0.5).max(0.0) / (held + 0.5)).ln()
    }

    /// The sum of an article that says nothing but these words.
    fn ideal(&self, audience: Audience, typed: &[Typed]) -> f64 {
        let unknown = UNKNOWN * self.rarity_of(audience, 0);
        let of_word = |word: &Typed| {
            let meanings = word.meanings.iter();
            let rarities = meanings.map(|(term, factor)| factor * self.rarity(audience, *term));
            rarities.reduce(f64::max).unwrap_or(unknown)
        };
        let sum: f64 = typed.iter().map(of_word).sum();
        (sum * (K1 + 1.0)).max(f64::MIN_POSITIVE)
    }

    fn explained(&self, matches: &Matches, place: u32, score: f64) -> Option<Match> {
        let slot = self.slots[place as usize].as_ref()?;
        let mut words = Vec::new();
        let mut stems = BTreeSet::new();
        for word in &matches.typed {
            let mut most = 0.0_f64;
            for (term, factor) in &word.meanings {
                let held = &self.terms[*term as usize];
                let posting = held.list.iter().find(|posting| posting.slot == place);
                if let Some(posting) = posting {
                    let worth = self.worth(matches.audience, *term, place, posting.weight);
                    most = most.max(factor * worth);
                    stems.insert(held.stem.to_string());
                }
            }
            if most > 0.0 {
                words.push((word.text.clone(), most));
            }
        }
        words.sort_by(|a, b| b.1.total_cmp(&a.1));
        Some(Match {
            id: slot.id,
            score: score.min(1.0),
            words: words.into_iter().map(|(word, _)| word).collect(),
            stems,
        })
    }
}
