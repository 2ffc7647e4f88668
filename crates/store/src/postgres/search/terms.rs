//! Searches that also look at customers' names.

use diesel::prelude::*;
use linedesk_ports::parts::SearchTerm;

use super::{MARK, Words, expression, joined, quoted};
use crate::facets;
use crate::labels::may_be_sequences;
use crate::postgres::Conn;

/// What a search comes to that also looks at customers' names.
pub(crate) enum Searched {
    /// There is none.
    Nothing,
    /// One that nothing can match.
    Never,
    /// Words.
    For(Words),
}

/// The words of such a search: each occurs in a ticket's texts, or in its customer's name.
pub(crate) fn searched(connection: &mut Conn, terms: &[SearchTerm]) -> QueryResult<Searched> {
    let mut all = Vec::with_capacity(terms.len());
    let mut are_in_many = terms.len() == 1;
    let sequences = may_be_sequences(terms.iter().map(|term| term.word.as_str()));
    for SearchTerm { word, customers } in terms {
        let found = expression(connection, word, sequences)?;
        are_in_many &= found.as_ref().is_some_and(|words| words.are_in_many);
        let mut any: Vec<_> = found.into_iter().map(|words| words.query).collect();
        any = any.into_iter().map(|words| format!("({words})")).collect();
        let facets = customers
            .iter()
            .map(|customer| facets::of_customer(*customer));
        any.extend(facets.map(|facet| quoted(&format!("{MARK}{facet}"), false)));
        if any.is_empty() {
            return Ok(Searched::Never);
        }
        all.push(format!("({})", any.join(" | ")));
    }
    Ok(if all.is_empty() {
        Searched::Nothing
    } else {
        Searched::For(Words {
            query: joined(all),
            are_in_many,
        })
    })
}
