//! What people type, as an expression for FTS5.
//!
//! Every word is quoted, so that nothing in it is taken for FTS5's own language. The last word may be the beginning of
//! one: FTS5 can search for beginnings itself, but first gathers all that they match, which takes seconds where a
//! beginning is common. So the words that begin so are looked up in the vocabulary, and searched for one by one.

use diesel::prelude::*;
use diesel::sql_types::Text;

use linedesk_ports::parts::SearchTerm;

use crate::facets;
use crate::labels::{Numbered, as_indexed, may_be_sequences, numbered};
use crate::sqlite::Conn;
use crate::sqlite::sequences::with_sequence;
use crate::statement::Statement;

/// A beginning that more words share than this is searched for as a whole word: whoever types on finds more.
const ENDINGS: usize = 64;

/// The words of a search for tickets. `None` where there is no word in it.
pub(crate) fn words(connection: &mut Conn, text: &str) -> QueryResult<Option<String>> {
    let sequences = may_be_sequences(text.split_whitespace());
    expression(connection, text, sequences)
}

/// The same; `sequences`: whether words may be taken for the ends of labels.
fn expression(connection: &mut Conn, text: &str, sequences: bool) -> QueryResult<Option<String>> {
    let words = split(text);
    let Some((last, others)) = words.split_last() else {
        return Ok(None);
    };
    let mut all = Vec::with_capacity(words.len());
    for word in others {
        let whole = quote(word);
        all.push(or_numbered(connection, word, whole, sequences)?);
    }
    let begun = if last.chars().count() == 1 {
        quote(last)
    } else {
        beginning(connection, last)?
    };
    all.push(or_numbered(connection, last, begun, sequences)?);
    let all = all.join(" AND ");
    Ok(Some(format!("{{title description label}} : ({all})")))
}

/// The word, or the labels that it may be a part of.
fn or_numbered(
    connection: &mut Conn,
    word: &str,
    expression: String,
    sequences: bool,
) -> QueryResult<String> {
    let labels = match numbered(word) {
        None => return Ok(expression),
        Some(Numbered::Sequence(_)) if !sequences => return Ok(expression),
        Some(Numbered::Begins(label)) => vec![format!("{} *", quote(&label))],
        Some(Numbered::Sequence(sequence)) => {
            let labels = with_sequence(connection, sequence)?;
            labels.iter().map(|label| quote(label)).collect()
        }
    };
    let any: Vec<_> = [expression].into_iter().chain(labels).collect();
    Ok(format!("({})", any.join(" OR ")))
}

/// What a search comes to that also looks at customers' names.
pub(crate) enum Searched {
    /// There is none.
    Nothing,
    /// One that nothing can match.
    Never,
    /// An expression.
    For(String),
}

/// The expression of such a search: each word occurs in a ticket's texts, or in its customer's name.
pub(crate) fn searched(connection: &mut Conn, terms: &[SearchTerm]) -> QueryResult<Searched> {
    let mut all = Vec::with_capacity(terms.len());
    let sequences = may_be_sequences(terms.iter().map(|term| term.word.as_str()));
    for SearchTerm { word, customers } in terms {
        let found = expression(connection, word, sequences)?;
        let mut any: Vec<_> = found.into_iter().collect();
        let facets = customers
            .iter()
            .map(|customer| facets::of_customer(*customer));
        let facets: Vec<_> = facets.map(|facet| quote(&facet)).collect();
        if !facets.is_empty() {
            any.push(format!("facets : ({})", facets.join(" OR ")));
        }
        if any.is_empty() {
            return Ok(Searched::Never);
        }
        all.push(format!("({})", any.join(" OR ")));
    }
    Ok(if all.is_empty() {
        Searched::Nothing
    } else {
        Searched::For(format!("({})", all.join(" AND ")))
    })
}

/// The same for the directory, which is small enough to let FTS5 search for beginnings.
pub(crate) fn directory_words(text: &str, kind: &str) -> Option<String> {
    let words = split(text);
    let (last, others) = words.split_last()?;
    let words = joined(others, &format!("{} *", quote(last)));
    Some(format!("words : ({words}) AND facets : \"{kind}\""))
}

fn beginning(connection: &mut Conn, word: &str) -> QueryResult<String> {
    if names_a_day(word) {
        return Ok(format!("{} *", quote(word)));
    }
    let endings = endings(connection, word)?;
    Ok(match endings.as_slice() {
        // Words of several parts, and letters that the index holds without their accents.
        [] => format!("{} *", quote(word)),
        all if all.len() > ENDINGS => quote(word),
        all => {
            let all: Vec<_> = all.iter().map(|word| quote(word)).collect();
            format!("({})", all.join(" OR "))
        }
    })
}

/// The indexed words that begin so, one more than [`ENDINGS`] at most. Each step leaps to the next word.
fn endings(connection: &mut Conn, beginning: &str) -> QueryResult<Vec<String>> {
    let beginning = beginning.to_lowercase();
    let more = i64::try_from(ENDINGS).unwrap_or(i64::MAX) + 1;
    Statement::<Text>::new(
        "WITH RECURSIVE found (term) AS (SELECT (SELECT term FROM ticket_words WHERE term >= ",
    )
    .bind(beginning.as_str())
    .sql(
        " LIMIT 1) UNION ALL \
         SELECT (SELECT term FROM ticket_words WHERE term >= found.term || char(1) LIMIT 1) \
         FROM found WHERE instr(found.term, ",
    )
    .bind(beginning.as_str())
    .sql(") = 1) SELECT term FROM found WHERE instr(term, ")
    .bind(beginning.as_str())
    .sql(") = 1")
    .limit(more)
    .load(connection)
}

/// Whether it is a ticket's label as it is indexed, or its beginning with the whole day: no more tickets have it than were
/// made on that day.
fn names_a_day(word: &str) -> bool {
    let digits = word.strip_prefix(['T', 't']);
    digits.is_some_and(|rest| rest.len() >= 8 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn split(text: &str) -> Vec<String> {
    // FTS5 reads its expression up to the first NUL, and takes what is between quotes as it is.
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words = words.filter(|word| word.chars().any(char::is_alphanumeric));
    words.map(as_indexed).collect()
}

fn quote(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

fn joined(words: &[String], last: &str) -> String {
    let words = words.iter().map(|word| quote(word));
    words
        .chain([last.to_owned()])
        .collect::<Vec<_>>()
        .join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Option<String> {
        let words = split(text);
        let (last, others) = words.split_last()?;
        Some(joined(others, &quote(last)))
    }

    #[test]
    fn every_word_is_quoted() {
        assert_eq!(quoted("no signal").unwrap(), r#""no" AND "signal""#);
        assert_eq!(
            quoted(r#"say "hi" OR x*"#).unwrap(),
            r#""say" AND """hi""" AND "OR" AND "x*""#
        );
        assert_eq!(quoted("a\0b").unwrap(), r#""a" AND "b""#);
    }

    #[test]
    fn what_holds_no_word_asks_nothing() {
        assert_eq!(quoted(" - \u{0} \"\" !!"), None);
        assert_eq!(
            quoted("printer - broken").unwrap(),
            r#""printer" AND "broken""#
        );
    }

    #[test]
    fn labels_are_searched_as_they_are_indexed() {
        assert_eq!(quoted("t-20260109-0007").unwrap(), r#""t202601090007""#);
        assert_eq!(quoted("T-1000").unwrap(), r#""T-1000""#);
        assert_eq!(quoted("t-shirt").unwrap(), r#""t-shirt""#);
    }
}
