//! All that a database holds, as text.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::super::*;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

/// What a ticket can be known by, anywhere.
pub(super) struct Known {
    id: String,
    label: String,
    place: String,
    words: String,
}

/// A table's name, and a row of it in lower case without dashes.
pub(super) type Row = (String, String);

fn plain(text: &str) -> String {
    text.to_lowercase().replace('-', "")
}

impl Desk {
    /// What that ticket is known by; `words` are said nowhere else.
    pub(super) fn known(&self, ticket: &TicketView, words: &str) -> Known {
        let label = &ticket.ticket.numbers.label;
        let place =
            format!("SELECT CAST(place AS TEXT) AS text FROM tickets WHERE label = '{label}'");
        Known {
            id: ticket.ticket.data.id.0.simple().to_string(),
            label: plain(label),
            place: self.lines(&place).remove(0),
            words: words.to_owned(),
        }
    }

    /// Every row of every table, but for counts, which are added up whenever there is time. The words of the search index are
    /// no rows: what it finds is asked elsewhere.
    pub(super) fn rows(&self) -> Vec<Row> {
        let tables = if self.database.is_some() {
            "SELECT tablename::text AS text FROM pg_tables WHERE schemaname = 'public'"
        } else {
            "SELECT name AS text FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' \
             AND name NOT LIKE '%\\_search\\_%' ESCAPE '\\'"
        };
        let mut all = Vec::new();
        let mut tables = self.lines(tables);
        tables.retain(|table| !table.contains("_count"));
        for table in tables {
            let row = self.row_of(&table);
            let rows = self.lines(&format!("SELECT {row} AS text FROM \"{table}\" AS t"));
            all.extend(rows.iter().map(|row| (table.clone(), plain(row))));
        }
        all
    }

    /// A table's row as one text.
    fn row_of(&self, table: &str) -> String {
        if self.database.is_some() {
            return "t::text".to_owned();
        }
        let columns = format!("SELECT name AS text FROM pragma_table_info('{table}')");
        let columns = self.lines(&columns).into_iter();
        let quoted: Vec<_> = columns.map(|name| format!("quote(\"{name}\")")).collect();
        quoted.join(" || ' ' || ")
    }

    fn lines(&self, query: &str) -> Vec<String> {
        let query = sql_query(query);
        let lines: Vec<Line> = if let Some(database) = &self.database {
            query.load(&mut database.connect()).unwrap()
        } else {
            let file = Places::of(&self.settings).database.unwrap();
            let connection = SqliteConnection::establish(file.to_str().unwrap());
            query.load(&mut connection.unwrap()).unwrap()
        };
        lines.into_iter().map(|line| line.text).collect()
    }

    /// The rows that say anything of the ticket. That its id is in the history of others is no trace of it.
    pub(super) fn traces(&self, ticket: &Known) -> Vec<Row> {
        let tells = |(table, row): &Row| {
            let says = |text: &String| row.contains(text.as_str());
            let is_own = [&ticket.place, &ticket.label, &ticket.words]
                .into_iter()
                .any(says);
            is_own || table != "events" && says(&ticket.id)
        };
        let mut traces = self.rows();
        traces.retain(tells);
        traces
    }

    /// Rows that refer to something which is not there. PostgreSQL lets nobody make any.
    pub(super) fn dangling(&self) -> usize {
        if self.database.is_some() {
            return 0;
        }
        let check = "SELECT \"table\" AS text FROM pragma_foreign_key_check";
        self.lines(check).len()
    }
}

/// The tables of those rows, each once.
pub(super) fn tables(rows: &[Row]) -> Vec<&str> {
    let mut tables: Vec<_> = rows.iter().map(|(table, _)| table.as_str()).collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}
