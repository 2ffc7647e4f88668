//! A session on the database of PostgreSQL, beside the store.

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};

use crate::store::desk::{Desk, Place};

/// A session that does what another server would.
pub(super) struct Hand(PgConnection);

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl Hand {
    pub(super) fn on(desk: &Desk) -> Self {
        match &desk.place {
            Place::Database(database) => Self(database.connect()),
            Place::Folder(_) => panic!("`--skip postgres_only` leaves this out on SQLite"),
        }
    }

    pub(super) fn run(&mut self, sql: &str) {
        self.0.batch_execute(sql).unwrap();
    }

    /// What a statement answers in its column `n`.
    pub(super) fn numbers(&mut self, sql: &str) -> Vec<i64> {
        let rows: Vec<Number> = sql_query(sql).load(&mut self.0).unwrap();
        rows.into_iter().map(|row| row.n).collect()
    }

    /// Writes an event within the transaction that is open, and answers its number.
    pub(super) fn event(&mut self, ticket: i64) -> i64 {
        self.run(&format!(
            "SELECT place FROM tickets WHERE number = {ticket} FOR NO KEY UPDATE"
        ));
        self.numbers(&format!(
            "INSERT INTO events (ticket, sequence, at, actor_role, action, is_staff, body) \
             SELECT place, (SELECT max(sequence) + 1 FROM events WHERE ticket = place), now(), 0, 2, false, '{{}}' \
             FROM tickets WHERE number = {ticket} RETURNING seq AS n"
        ))[0]
    }
}
