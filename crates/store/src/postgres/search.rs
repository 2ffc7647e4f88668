//! The search index: one row per ticket, its words beside what is filtered by together with them.
//!
//! Words and those facets that seldom change (whether it is resolved, too) lie in one inverted index, so that one look
//! answers them together. What changes all the time (status, assignee, team, SLA state, due time) stands beside the words
//! in columns that no index holds: a change of them leaves the words' index alone.

mod cut;
mod terms;
mod typed;

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_ports::queries::COUNTED_EXACTLY;

use super::Conn;
use super::sequences::with_sequence;
use crate::facets;
use crate::labels::{Numbered, indexed, may_be_sequences};
use crate::rows::ticket::TicketRow;
use crate::statement::Statement;
use cut::cut;
pub(crate) use terms::{Searched, searched};
use typed::{NumberedWord, Typed, typed};

/// Stands before facets: no text's word begins so.
const MARK: char = '=';

/// Facets that are columns instead.
const COLUMNS: [&str; 4] = ["zst", "zas", "ztm", "zbr"];

/// Whether a facet lies among the words.
fn is_lasting(facet: &str) -> bool {
    !COLUMNS.iter().any(|kind| facet.starts_with(kind))
}

fn lasting(row: &TicketRow) -> impl Iterator<Item = String> {
    let facets = facets::of(row).into_iter();
    facets
        .filter(|facet| is_lasting(facet))
        .map(|facet| format!("{MARK}{facet}"))
}

/// What a ticket is found by: the distinct words of its texts, and facets. No word holds a quote, a colon or a space.
pub(crate) fn words_of_ticket(row: &TicketRow) -> Vec<String> {
    let mut words = BTreeSet::from([indexed(&row.label), row.number.to_string()]);
    words.extend(cut(&row.title));
    words.extend(cut(&row.description));
    words.extend(lasting(row));
    words.into_iter().collect()
}

/// What an entry of the directory is found by.
pub(crate) fn words_of_directory(text: &str, kind: &str) -> Vec<String> {
    let mut words = BTreeSet::from([format!("{MARK}{kind}")]);
    words.extend(cut(text));
    words.into_iter().collect()
}

/// Whether a ticket's words have to be written anew after a change.
pub(crate) fn differs(before: &TicketRow, after: &TicketRow) -> bool {
    before.title != after.title
        || before.description != after.description
        || !lasting(before).eq(lasting(after))
}

/// Whether the columns beside them have to.
pub(crate) fn moved(before: &TicketRow, after: &TicketRow) -> bool {
    let columns = |row: &TicketRow| {
        (
            row.status,
            row.sla_state,
            row.assigned_to,
            row.assigned_team,
            row.due_at,
        )
    };
    columns(before) != columns(after)
}

/// The words of a search for tickets.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    /// As a `tsquery`.
    pub(crate) query: String,
    /// Whether it is one word that is known to be in more tickets than are counted one by one.
    pub(crate) are_in_many: bool,
}

/// The words of a search for tickets. `None` where there is no word in it.
pub(crate) fn words(connection: &mut Conn, text: &str) -> QueryResult<Option<Words>> {
    let sequences = may_be_sequences(text.split_whitespace());
    expression(connection, text, sequences)
}

/// The same; `sequences`: whether words may be taken for the ends of labels.
fn expression(connection: &mut Conn, text: &str, sequences: bool) -> QueryResult<Option<Words>> {
    let Some(Typed {
        words,
        beginning,
        numbered,
    }) = typed(text)
    else {
        return Ok(None);
    };
    let are_in_many = match (words.as_slice(), &beginning, numbered.as_slice()) {
        // What begins with a frequent word is more frequent still, and so is what may be something else as well.
        ([one], None, []) | ([], Some(one), []) => is_frequent(connection, one)?,
        ([], None, [part]) => match part.words.as_slice() {
            [one] => is_frequent(connection, one)?,
            _ => false,
        },
        _ => false,
    };
    let mut all: Vec<_> = words.iter().map(|word| quoted(word, false)).collect();
    if let Some(beginning) = beginning {
        all.push(begun(connection, &beginning)?);
    }
    for part in numbered {
        all.push(or_numbered(connection, part, sequences)?);
    }
    let query = joined(all);
    Ok(Some(Words { query, are_in_many }))
}

/// A word that may go on, or only the word where too many go on so.
fn begun(connection: &mut Conn, beginning: &str) -> QueryResult<String> {
    let begins = quoted(beginning, true);
    let is_whole = !names_a_day(beginning) && is_common(connection, &begins)?;
    Ok(if is_whole {
        quoted(beginning, false)
    } else {
        begins
    })
}

/// The word that was typed, or the labels that it may be a part of.
fn or_numbered(connection: &mut Conn, part: NumberedWord, sequences: bool) -> QueryResult<String> {
    let NumberedWord {
        mut words,
        may_go_on,
        says,
    } = part;
    let last = if may_go_on { words.pop() } else { None };
    let mut typed: Vec<_> = words.iter().map(|word| quoted(word, false)).collect();
    if let Some(last) = last {
        typed.push(begun(connection, &last)?);
    }
    let mut any = vec![format!("({})", joined(typed))];
    match says {
        Numbered::Begins(label) => any.push(quoted(&label, true)),
        Numbered::Sequence(sequence) if sequences => {
            let labels = with_sequence(connection, sequence)?;
            any.extend(labels.iter().map(|label| quoted(label, false)));
        }
        Numbered::Sequence(_) => {}
    }
    Ok(format!("({})", any.join(" | ")))
}

/// Whether a word is in more tickets than are counted one by one, by the database's statistics.
///
/// They tell its share in 30,000 tickets taken at random. So many deviations below that share (a chance of one in a
/// billion) it must still be in more.
fn is_frequent(connection: &mut Conn, word: &str) -> QueryResult<bool> {
    let counting = Statement::<BigInt>::new(
        "SELECT count(*) FROM pg_class, pg_stats, \
         unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known (word, share) \
         WHERE oid = 'ticket_search'::regclass AND schemaname = current_schema() AND tablename = 'ticket_search' \
         AND attname = 'words' AND word = ",
    );
    let known: i64 = counting
        .bind(word)
        .sql(" AND share * reltuples - 6 * sqrt(share / 30000) * reltuples > ")
        .bind(COUNTED_EXACTLY.cast_signed())
        .get_result(connection)?;
    Ok(known > 0)
}

/// The same for the directory, which is small.
pub(crate) fn directory_words(text: &str, kind: &str) -> Option<String> {
    let mut words = cut(text);
    // There a single letter may begin a word too.
    let last = words.pop()?;
    let kind = quoted(&format!("{MARK}{kind}"), false);
    let words = words.iter().map(|word| quoted(word, false));
    Some(joined(words.chain([quoted(&last, true), kind])))
}

/// Words and facets together, as a `tsquery`; of each list of facets one has to be there.
pub(crate) fn with_facets(words: &str, facets: &[Vec<String>]) -> String {
    let lasting = facets
        .iter()
        .filter(|any| any.iter().all(|facet| is_lasting(facet)));
    let any = lasting.map(|any| {
        let any: Vec<_> = any
            .iter()
            .map(|facet| quoted(&format!("{MARK}{facet}"), false))
            .collect();
        format!("({})", any.join(" | "))
    });
    joined([words.to_owned()].into_iter().chain(any))
}

/// Facets alone, as a `tsquery` for the column of all of them.
pub(crate) fn of_facets(facets: &[Vec<String>]) -> String {
    let any = facets.iter().map(|any| {
        let any: Vec<_> = any.iter().map(|facet| quoted(facet, false)).collect();
        format!("({})", any.join(" | "))
    });
    joined(any)
}

/// The newest tickets that are asked whether a beginning is common.
const ASKED: i64 = 200;
/// In fewer tickets every beginning is found fast enough.
const FEW: i64 = 50_000;

/// Whether words with that beginning are in so many tickets that gathering them all takes too long. Then it is searched
/// for as a whole word: whoever types on finds more.
fn is_common(connection: &mut Conn, begins: &str) -> QueryResult<bool> {
    let last = Statement::<BigInt>::new("SELECT number FROM tickets ORDER BY number DESC").limit(1);
    let last: Option<i64> = last.get_result(connection).optional()?;
    if last.unwrap_or_default() < FEW {
        return Ok(false);
    }
    let asked = Statement::<BigInt>::new(
        "SELECT count(*) FROM (SELECT words FROM ticket_search ORDER BY place DESC",
    );
    let found: i64 = asked
        .limit(ASKED)
        .sql(") AS newest WHERE words @@ (SELECT ")
        .bind(begins)
        .sql("::text::tsquery)")
        .get_result(connection)?;
    Ok(found > ASKED / 2)
}

/// Whether it is a ticket's label as it is indexed, or its beginning with the whole day: no more tickets have it than were
/// made on that day.
fn names_a_day(word: &str) -> bool {
    let digits = word.strip_prefix('t');
    digits.is_some_and(|rest| rest.len() >= 8 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(" & ")
}

/// A word or facet, which holds neither quotes nor backslashes.
fn quoted(word: &str, begins: bool) -> String {
    format!("'{word}'{}", if begins { ":*" } else { "" })
}

/// The condition that a directory's entry is among those that an expression finds.
macro_rules! is_found {
    ($table:ident, $seq:ident, $expression:expr) => {
        diesel::dsl::sql::<diesel::sql_types::Bool>(concat!(
            stringify!($table),
            ".",
            stringify!($seq),
            " IN (SELECT rowid / 8 FROM directory_search WHERE words @@ "
        ))
        .bind::<diesel::sql_types::Text, _>($expression)
        .sql("::text::tsquery)")
    };
}
pub(crate) use is_found;

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Option<String> {
        let Typed {
            words,
            beginning,
            numbered: _,
        } = typed(text)?;
        let last = beginning.map(|word| quoted(&word, true));
        Some(joined(
            words.iter().map(|word| quoted(word, false)).chain(last),
        ))
    }

    #[test]
    fn what_is_typed_cannot_become_an_operator() {
        assert_eq!(asked("no signal").unwrap(), "'no' & 'signal':*");
        assert_eq!(
            asked(r#"say "hi" | x' & !y"#).unwrap(),
            "'say' & 'hi' & 'x' & 'y':*"
        );
        assert_eq!(asked("a\0b").unwrap(), "'a' & 'b'");
    }

    #[test]
    fn what_holds_no_word_asks_nothing() {
        assert_eq!(asked(" - \u{0} \"\" !!"), None);
        assert_eq!(asked("printer - broken").unwrap(), "'printer' & 'broken':*");
    }

    #[test]
    fn labels_are_searched_as_they_are_indexed() {
        assert_eq!(asked("t-20260109-0007").unwrap(), "'t202601090007':*");
        assert_eq!(asked("T-1000").unwrap(), "'t' & '1000':*");
        assert_eq!(asked("t-shirt").unwrap(), "'t' & 'shirt':*");
    }

    #[test]
    fn facets_that_seldom_change_are_among_the_words() {
        let facets = [
            vec!["zst1".to_owned()],
            vec!["zpr3".to_owned(), "zpr4".to_owned()],
        ];
        assert_eq!(with_facets("'off'", &facets), "'off' & ('=zpr3' | '=zpr4')");
        assert_eq!(of_facets(&facets), "('zst1') & ('zpr3' | 'zpr4')");
    }

    #[test]
    fn a_directory_is_searched_by_beginnings_within_a_kind() {
        assert_eq!(
            directory_words("Ann K", "zkuser").unwrap(),
            "'ann' & 'k':* & '=zkuser'"
        );
        assert_eq!(directory_words("!", "zkuser"), None);
    }
}
