//! Statements that the connection prepares once, though Diesel would parse them every time.

use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::expression::QueryMetadata;
use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{Connection, QueryResult, RunQueryDsl};

use crate::statement::Statement;

/// A statement of fixed shape, to be kept prepared. The key is its text, so that it is never mistaken for another;
/// what has an unbounded number of texts must not be wrapped.
///
/// Diesel prepares anew every `UPDATE`, upsert, `sql_query` and whatever contains a literal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cached<Q>(pub(crate) Q);

impl<Q> QueryId for Cached<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, DB> QueryFragment<DB> for Cached<Q>
where
    Q: QueryFragment<DB>,
    DB: Backend,
{
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

impl<Q, C: Connection> RunQueryDsl<C> for Cached<Q> {}

/// A statement that answers no rows, carried out as if it did: Diesel takes what it executes by reference, and a
/// reference forgets that the statement may be kept.
struct Unanswering<Q>(Cached<Q>);

impl<Q> QueryId for Unanswering<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, DB> QueryFragment<DB> for Unanswering<Q>
where
    Q: QueryFragment<DB>,
    DB: Backend,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, backend: &DB) -> QueryResult<bool> {
        self.0.is_safe_to_cache_prepared(backend)
    }
}

impl<Q> Query for Unanswering<Q> {
    type SqlType = BigInt;
}

impl<Q> Cached<Q> {
    /// Carries out a statement that answers no rows.
    pub(crate) fn run<C>(self, connection: &mut C) -> QueryResult<()>
    where
        C: LoadConnection,
        C::Backend: QueryMetadata<BigInt>,
        Q: QueryFragment<C::Backend>,
    {
        for row in LoadConnection::load(connection, Unanswering(self))? {
            row?;
        }
        Ok(())
    }

    /// The same, and tells how many rows it changed.
    pub(crate) fn change<C: Changing<Q>>(self, connection: &mut C) -> QueryResult<i64> {
        connection.change(self)
    }
}

/// Written per database, since each has its own way to tell how many rows a statement changed.
pub(crate) trait Changing<Q>: Connection {
    /// Carries out a statement that answers no rows, and tells how many it changed.
    fn change(&mut self, statement: Cached<Q>) -> QueryResult<i64>;
}

impl<Q: QueryFragment<Sqlite>> Changing<Q> for SqliteConnection {
    fn change(&mut self, statement: Cached<Q>) -> QueryResult<i64> {
        statement.run(self)?;
        Statement::<BigInt>::new("SELECT changes()").get_result(self)
    }
}

impl<Q: QueryFragment<Pg>> Changing<Q> for PgConnection {
    fn change(&mut self, statement: Cached<Q>) -> QueryResult<i64> {
        Cached(Counting(statement.0)).get_result(self)
    }
}

/// A statement that answers how many rows another one changed.
struct Counting<Q>(Q);

impl<Q> QueryId for Counting<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Counting<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH changed AS (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1) SELECT count(*) FROM changed");
        Ok(())
    }
}

impl<Q> Query for Counting<Q> {
    type SqlType = BigInt;
}
