//! The search index: one FTS5 row per ticket, its text beside a token for everything that tickets are filtered by.
//!
//! One match answers text and filters together, in order of creation, and counts as fast as it finds.

mod words;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use linedesk_ports::queries::TicketFilter;

pub(crate) use words::{Searched, directory_words, searched, words};

use super::Conn;
use crate::cached::Cached;
use crate::facets;
use crate::rows::ticket::TicketRow;

/// A row of one of the search indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum IndexKey {
    /// A ticket, by its place.
    Ticket(i64),
    /// An entry of the directory, by its rowid there.
    Directory(i64),
}

/// What a row of a search index holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Of a ticket.
    Ticket {
        title: String,
        description: String,
        label: String,
        facets: String,
    },
    /// Of an entry of the directory.
    Directory { words: String, facets: &'static str },
}

impl Entry {
    /// A ticket's words and facets.
    pub(crate) fn of_ticket(row: &TicketRow) -> Self {
        Self::Ticket {
            title: row.title.clone(),
            description: row.description.clone(),
            label: format!("{} {}", row.label.replace('-', ""), row.number),
            facets: facets::of(row).join(" "),
        }
    }
}

/// Makes an index's row what it should be, whatever was there.
pub(crate) fn write(
    connection: &mut Conn,
    key: IndexKey,
    entry: Option<&Entry>,
) -> QueryResult<()> {
    let (IndexKey::Ticket(rowid) | IndexKey::Directory(rowid)) = key;
    match (entry, key) {
        (
            Some(Entry::Ticket {
                title,
                description,
                label,
                facets,
            }),
            _,
        ) => {
            let replace = sql_query(
                "INSERT OR REPLACE INTO ticket_search (rowid, title, description, label, facets) VALUES (?, ?, ?, ?, ?)",
            );
            let replace = replace
                .bind::<BigInt, _>(rowid)
                .bind::<Text, _>(title)
                .bind::<Text, _>(description);
            Cached(replace.bind::<Text, _>(label).bind::<Text, _>(facets)).run(connection)
        }
        (Some(Entry::Directory { words, facets }), _) => {
            let replace = sql_query(
                "INSERT OR REPLACE INTO directory_search (rowid, words, facets) VALUES (?, ?, ?)",
            );
            let replace = replace.bind::<BigInt, _>(rowid).bind::<Text, _>(words);
            Cached(replace.bind::<Text, _>(*facets)).run(connection)
        }
        (None, IndexKey::Ticket(_)) => {
            let delete = sql_query("DELETE FROM ticket_search WHERE rowid = ?");
            Cached(delete.bind::<BigInt, _>(rowid)).run(connection)
        }
        (None, IndexKey::Directory(_)) => {
            let delete = sql_query("DELETE FROM directory_search WHERE rowid = ?");
            Cached(delete.bind::<BigInt, _>(rowid)).run(connection)
        }
    }
}

/// Whether the index has to be written anew after a change.
pub(crate) fn differs(before: &TicketRow, after: &TicketRow) -> bool {
    before.title != after.title
        || before.description != after.description
        || facets::of(before) != facets::of(after)
}

/// A match in the making: alternatives, all of which have to hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Match {
    parts: Vec<String>,
}

impl Match {
    /// What a filter asks of words and facets; `text` is the outcome of [`words`].
    pub(crate) fn of(filter: &TicketFilter, text: Option<&str>) -> Self {
        let mut all = Self {
            parts: text.map(str::to_owned).into_iter().collect(),
        };
        for any in facets::asked(filter) {
            all.any(any);
        }
        all
    }

    /// Also, that the ticket is unresolved.
    pub(crate) fn and_unresolved(mut self) -> Self {
        self.any([facets::unresolved(true)]);
        self
    }

    fn any(&mut self, words: impl IntoIterator<Item = String>) {
        let words: Vec<_> = words
            .into_iter()
            .map(|word| format!("\"{word}\""))
            .collect();
        if !words.is_empty() {
            self.parts
                .push(format!("facets : ({})", words.join(" OR ")));
        }
    }

    /// Whether it asks nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The expression for FTS5. One that asks nothing matches every ticket.
    pub(crate) fn expression(&self) -> String {
        match self.parts.as_slice() {
            [] => format!(
                "facets : (\"{}\" OR \"{}\")",
                facets::unresolved(true),
                facets::unresolved(false)
            ),
            parts => parts.join(" AND "),
        }
    }
}

/// The condition that a directory's entry is among those that an expression finds.
macro_rules! is_found {
    ($table:ident, $seq:ident, $expression:expr) => {
        diesel::dsl::sql::<diesel::sql_types::Bool>(concat!(
            stringify!($table),
            ".",
            stringify!($seq),
            " IN (SELECT rowid / 8 FROM directory_search WHERE directory_search MATCH "
        ))
        .bind::<diesel::sql_types::Text, _>($expression)
        .sql(")")
    };
}
pub(crate) use is_found;

#[cfg(test)]
mod tests {
    use linedesk_domain::class::Priority;
    use linedesk_domain::workflow::Status;

    use super::*;

    #[test]
    fn filters_become_facets() {
        let filter = TicketFilter {
            status: vec![Status::Open, Status::Reopened],
            priority: vec![Priority::High],
            unassigned: Some(true),
            sla_breach: Some(false),
            ..TicketFilter::default()
        };
        assert_eq!(
            Match::of(&filter, None).expression(),
            r#"facets : ("zst1" OR "zst8") AND facets : ("zpr3") AND facets : ("zasnone") AND facets : ("zbr0")"#
        );
    }
}
