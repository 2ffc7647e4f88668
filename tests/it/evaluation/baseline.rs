//! Plain full-text search: SQLite's FTS5, ranked by its own BM25.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::SqliteConnection;
use tempfile::TempDir;

use super::corpus::Corpus;

/// How it is asked.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    /// Every word has to occur.
    And,
    /// Any word counts.
    Or,
    /// Any word counts, and English words lose their endings (Porter).
    OrStemmed,
}

impl Mode {
    pub(super) const ALL: [Self; 3] = [Self::And, Self::Or, Self::OrStemmed];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::And => "FTS5 AND",
            Self::Or => "FTS5 OR",
            Self::OrStemmed => "FTS5 OR, Porter",
        }
    }
}

pub(super) struct Baseline {
    connection: SqliteConnection,
    _folder: TempDir,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    rowid: i64,
}

impl Baseline {
    pub(super) fn new(corpus: &Corpus) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baseline.db");
        let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let tables = "CREATE VIRTUAL TABLE plain USING fts5 (title, text); \
                      CREATE VIRTUAL TABLE stemmed USING fts5 (title, text, tokenize = 'porter unicode61'); BEGIN";
        connection.batch_execute(tables).unwrap();
        for (place, article) in corpus.articles.iter().enumerate() {
            for table in ["plain", "stemmed"] {
                sql_query(format!(
                    "INSERT INTO {table} (rowid, title, text) VALUES (?, ?, ?)"
                ))
                .bind::<BigInt, _>(i64::try_from(place).unwrap())
                .bind::<Text, _>(&article.title)
                .bind::<Text, _>(&article.text)
                .execute(&mut connection)
                .unwrap();
            }
        }
        connection.batch_execute("COMMIT").unwrap();
        Self {
            connection,
            _folder: folder,
        }
    }

    /// Places of articles, the best first. A title counts six times, as it does for us.
    pub(super) fn answer(&mut self, mode: Mode, text: &str) -> Vec<usize> {
        let (table, between) = match mode {
            Mode::And => ("plain", " AND "),
            Mode::Or => ("plain", " OR "),
            Mode::OrStemmed => ("stemmed", " OR "),
        };
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let quoted: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
        let query = format!(
            "SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY bm25({table}, 6.0, 1.0), rowid LIMIT 5"
        );
        let found: Vec<Found> = sql_query(query)
            .bind::<Text, _>(quoted.join(between))
            .load(&mut self.connection)
            .unwrap();
        found
            .into_iter()
            .map(|one| usize::try_from(one.rowid).unwrap())
            .collect()
    }
}
