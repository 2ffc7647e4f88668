//! Statements that are prepared once per connection, as the server's are.

use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// A statement of fixed text.
#[derive(Debug)]
pub(super) struct Cached<Q>(pub(super) Q);

impl<Q> QueryId for Cached<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Cached<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q: Query> Query for Cached<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<SqliteConnection> for Cached<Q> {}

/// A statement that answers no rows, carried out as if it did: Diesel takes what it executes by reference, and a
/// reference forgets that the statement may be kept.
struct Unanswering<Q>(Q);

impl<Q> QueryId for Unanswering<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Unanswering<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> Query for Unanswering<Q> {
    type SqlType = BigInt;
}

impl<Q: QueryFragment<Sqlite>> Cached<Q> {
    /// Carries out a statement that answers no rows.
    pub(super) fn run(self, connection: &mut SqliteConnection) -> QueryResult<()> {
        for row in LoadConnection::load(connection, Unanswering(self.0))? {
            row?;
        }
        Ok(())
    }
}
