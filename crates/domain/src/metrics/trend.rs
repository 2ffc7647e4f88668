//! What rises: words, tags and categories of new tickets against the period before.

use std::collections::HashMap;

use super::fact::Part;
use super::figures::share;
use super::packed::{Damaged, Facts, SeenWhat};
use super::period::Period;
use super::tally::{Filter, Sieve};
use crate::class::Category;

/// New tickets in two periods: now, and before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Twice {
    /// In the period.
    pub now: u64,
    /// In the period before.
    pub before: u64,
}

/// What can rise.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Tickets of a category.
    Category(Category),
    /// Tickets with a tag.
    Tag(String),
    /// Tickets with a word in their title.
    Word(String),
}

/// Something that rises.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// What.
    pub topic: Topic,
    /// How many tickets.
    pub tickets: Twice,
    /// The growth of tickets a day, as a share of those before; `None` where there were none.
    pub rise: Option<f64>,
    /// How probable so large a rise would be if nothing had changed.
    pub p_value: f64,
    /// The same, corrected for how many things were looked at (Benjamini and Hochberg).
    pub q_value: f64,
}

/// Counts of new tickets.
#[derive(Debug)]
pub struct Topics {
    period: Period,
    before: Option<Period>,
    filter: Filter,
    /// All of them.
    pub tickets: Twice,
    /// By part of the period.
    pub series: Vec<u64>,
    /// By category.
    categories: Vec<Twice>,
    terms: HashMap<String, Twice>,
}

impl Topics {
    /// None yet. Where there is no time before, nothing rises.
    pub fn new(period: Period, before: Option<Period>, filter: Filter) -> Self {
        let series = vec![0; period.parts().len()];
        Self {
            series,
            period,
            before,
            filter,
            tickets: Twice::default(),
            categories: vec![Twice::default(); Category::ALL.len()],
            terms: HashMap::new(),
        }
    }

    /// Takes in the new tickets of a blob.
    ///
    /// # Errors
    /// [`Damaged`]
    pub fn read(&mut self, blob: &[u8]) -> Result<(), Damaged> {
        let facts = Facts::of(blob)?;
        let sieve = Sieve::new(&self.filter, &facts.names);
        // Counted by place first: the same words come again and again within a blob.
        let mut counts = vec![Twice::default(); facts.names.texts.len() + 1];
        facts.each(Part::Terms, |_, seen| {
            let SeenWhat::Terms(terms) = &seen.what else {
                return;
            };
            let before = self.before.as_ref();
            let before = before.and_then(|before| before.part(seen.second));
            let one = match (self.period.part(seen.second), before) {
                _ if !sieve.passes(&seen) => return,
                (Some(part), _) => {
                    self.series[part] += 1;
                    Twice { now: 1, before: 0 }
                }
                (None, Some(_)) => Twice { now: 0, before: 1 },
                (None, None) => return,
            };
            self.tickets.add(one);
            self.categories[seen.category].add(one);
            for place in terms {
                counts[*place].add(one);
            }
        })?;
        for (text, count) in facts.names.texts.iter().zip(&counts[1..]) {
            if *count == Twice::default() {
                continue;
            }
            match self.terms.get_mut(*text) {
                Some(known) => known.add(*count),
                None => {
                    self.terms.insert((*text).to_owned(), *count);
                }
            }
        }
        Ok(())
    }

    /// The growth of tickets a day, as a share of those before; `None` where there were none.
    pub fn rise(&self, tickets: Twice) -> Option<f64> {
        let days = |period: &Period| period.days().unsigned_abs();
        let before = tickets.before * days(&self.period);
        let times = share(tickets.now * days(self.before.as_ref()?), before);
        times.map(|times| times - 1.0)
    }

    /// What rose and has at least `least` tickets now, the surest rise first.
    pub fn rising(&self, least: u64) -> Vec<Trend> {
        let Some(before) = &self.before else {
            return Vec::new();
        };
        let categories = Category::ALL.iter().zip(&self.categories);
        let categories = categories.map(|(category, n)| (Topic::Category(*category), *n));
        let terms = self.terms.iter().map(|(term, n)| {
            let topic = term.strip_prefix('#').map_or_else(
                || Topic::Word(term.clone()),
                |tag| Topic::Tag(tag.to_owned()),
            );
            (topic, *n)
        });
        let length = |period: &Period| period.ends() - period.begins();
        let now = length(&self.period);
        let part = ratio(now, now + length(before));
        let mut trends: Vec<Trend> = categories
            .chain(terms)
            .filter(|(_, n)| n.now >= least)
            .map(|(topic, tickets)| Trend {
                topic,
                tickets,
                rise: self.rise(tickets),
                // What does not rise is only counted, as one more that was looked at.
                p_value: if rises(tickets, part) {
                    chance_of_as_many(tickets.now, tickets.now + tickets.before, part)
                } else {
                    1.0
                },
                q_value: 1.0,
            })
            .collect();
        trends.sort_by(|a, b| {
            a.p_value
                .total_cmp(&b.p_value)
                .then_with(|| b.tickets.now.cmp(&a.tickets.now))
                .then_with(|| a.topic.cmp(&b.topic))
        });
        correct(&mut trends);
        trends.retain(|trend| rises(trend.tickets, part));
        trends
    }
}

impl Twice {
    const fn add(&mut self, more: Self) {
        self.now += more.now;
        self.before += more.before;
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of a decade fit into 53 bits"
)]
fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn rises(tickets: Twice, part: f64) -> bool {
    tickets.now as f64 * (1.0 - part) > tickets.before as f64 * part
}

/// Sorted by p: the smallest q of this one and of all behind it.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn correct(trends: &mut [Trend]) {
    let looked_at = trends.len() as f64;
    let mut smallest = 1.0_f64;
    for (place, trend) in trends.iter_mut().enumerate().rev() {
        smallest = smallest.min(trend.p_value * looked_at / (place as f64 + 1.0));
        trend.q_value = smallest;
    }
}

/// How probable it is that at least `now` of `all` tickets fall into a period that has `part` of the time, if tickets come
/// independently and as often as before: two Poisson counts are compared by the binomial law of one given their sum.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub fn chance_of_as_many(now: u64, all: u64, part: f64) -> f64 {
    if now == 0 {
        return 1.0;
    }
    let (n, k) = (all as f64, now as f64);
    let first = ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
        + k * part.ln()
        + (n - k) * (1.0 - part).ln();
    // From the first term upwards each is its neighbour times a factor; they are added until they no longer count.
    let odds = part / (1.0 - part);
    let (mut term, mut sum, mut at) = (1.0_f64, 1.0_f64, k);
    while at < n {
        term *= (n - at) / (at + 1.0) * odds;
        sum += term;
        at += 1.0;
        if term < sum * 1e-16 {
            break;
        }
    }
    (first + sum.ln()).exp().min(1.0)
}

/// Stirling's series above 20, exact below.
fn ln_factorial(n: f64) -> f64 {
    if n < 20.0 {
        let mut product = 1.0;
        let mut i = 2.0;
        while i <= n {
            product *= i;
            i += 1.0;
        }
        return product.ln();
    }
    let x = n + 1.0;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + 1.0 / (12.0 * x)
        - 1.0 / (360.0 * x.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_the_binomial_law() {
        // 8 of 10 with even odds: (45 + 10 + 1) / 1024.
        assert!((chance_of_as_many(8, 10, 0.5) - 56.0 / 1024.0).abs() < 1e-12);
        assert!((chance_of_as_many(5, 10, 0.5) - 638.0 / 1024.0).abs() < 1e-12);
        assert!((chance_of_as_many(1, 1, 0.25) - 0.25).abs() < 1e-12);
        assert!((chance_of_as_many(0, 50, 0.5) - 1.0).abs() < 1e-12);
        // 550 of 1,000 lie 3.13 standard deviations above the middle.
        let chance = chance_of_as_many(550, 1_000, 0.5);
        assert!((8.0e-4..9.0e-4).contains(&chance), "{chance}");
        assert!(chance_of_as_many(1_000_000, 1_900_000, 0.5) < 1e-300);
    }

    #[test]
    fn corrected_chances_never_fall_below_their_neighbours() {
        let trend = |p_value| Trend {
            topic: Topic::Word(String::new()),
            tickets: Twice::default(),
            rise: None,
            p_value,
            q_value: 0.0,
        };
        let mut trends = [0.001, 0.02, 0.025, 0.9].map(trend);
        correct(&mut trends);
        let q: Vec<f64> = trends.iter().map(|trend| trend.q_value).collect();
        let wanted = [0.004, 0.1 / 3.0, 0.1 / 3.0, 0.9];
        assert!(
            q.iter().zip(wanted).all(|(q, w)| (q - w).abs() < 1e-12),
            "{q:?}"
        );
    }
}
