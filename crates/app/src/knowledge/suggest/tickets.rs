//! Resolved tickets that may be like a new one.

use std::collections::HashSet;

use linedesk_domain::knowledge::words::words;
use linedesk_ports::queries::{Sort, SortKey, Start, Stored, TicketFilter, TicketQuery};

use crate::{App, Caller, Error};

/// So many of the longest words are looked for.
const WORDS: usize = 5;
/// So many of them in pairs first.
const PAIRED: usize = 4;
/// With so many tickets found in pairs, single words are not looked for.
const ENOUGH: usize = 15;
/// So many of the newest tickets with the same words are looked at.
const NEWEST: u32 = 25;

/// Resolved tickets that share words with a text, of those that the caller may see: the newest that have two of its longest words
/// together, or one of them.
pub(super) async fn candidates(
    app: &App,
    caller: &Caller,
    text: &str,
) -> Result<Vec<Stored>, Error> {
    let words = telling(text);
    let mut found = Vec::new();
    let mut known = HashSet::new();
    let paired = &words[..words.len().min(PAIRED)];
    for (place, first) in paired.iter().enumerate() {
        for second in &paired[place + 1..] {
            let both = format!("{first} {second}");
            let pair = with(app, caller, both).await?;
            found.extend(pair.into_iter().filter(|one| known.insert(one.data.id)));
        }
    }
    if found.len() < ENOUGH {
        for word in &words {
            let single = with(app, caller, word.clone()).await?;
            found.extend(single.into_iter().filter(|one| known.insert(one.data.id)));
        }
    }
    Ok(found)
}

/// The longest words: they tell most, and are in the fewest tickets.
fn telling(text: &str) -> Vec<String> {
    let mut known = HashSet::new();
    let mut all: Vec<String> = words(text)
        .into_iter()
        .filter(|word| !word.is_empty() && word.text.chars().count() > 2)
        // As it was typed: tickets are found by whole words, accents or not.
        .map(|word| text[word.at].to_lowercase())
        .filter(|word| known.insert(word.clone()))
        .collect();
    all.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    all.truncate(WORDS);
    all
}

async fn with(app: &App, caller: &Caller, words: String) -> Result<Vec<Stored>, Error> {
    // Not by status: words alone are found fastest, and most tickets are resolved.
    let query = TicketQuery {
        filter: TicketFilter {
            text: Some(words),
            ..TicketFilter::default()
        },
        sort: Sort {
            key: SortKey::CreatedAt,
            descending: true,
        },
        start: Start::Offset(0),
        limit: NEWEST,
        counts: false,
        now: app.clock.now(),
    };
    let page = app.queries.list(caller.scope(), query).await?;
    let is_resolved = |one: &Stored| one.data.resolved_at.is_some();
    Ok(page.items.into_iter().filter(is_resolved).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_words_are_looked_for_each_once() {
        assert_eq!(
            telling(
                "Hello, my Internet is very slow, internet keeps dropping every evening since Monday"
            ),
            ["internet", "dropping", "evening", "monday", "keeps"]
        );
        assert_eq!(telling("it is so"), [""; 0]);
    }
}
