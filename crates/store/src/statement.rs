//! Statements that are put together at run time from fixed pieces and bound values.

use std::borrow::Cow;
use std::marker::PhantomData;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{Connection, QueryResult, RunQueryDsl};
use jiff::Timestamp;
use uuid::Uuid;

use crate::schema::tickets;
use crate::types::{At, DbTime, DbUuid, Key};

/// A statement whose rows have the SQL type `S`.
///
/// It is kept prepared under its text, so that its pieces must come from a bounded set; values are always bound.
#[derive(Debug, Clone)]
pub(crate) struct Statement<S> {
    pieces: Vec<Piece>,
    has_long_list: bool,
    rows: PhantomData<S>,
}

#[derive(Debug, Clone)]
enum Piece {
    Sql(Cow<'static, str>),
    Value(Value),
    TicketColumns,
}

/// A bound value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// An identity.
    Key(Key),
    /// An instant.
    At(At),
    /// Nothing, where a number could be.
    NoNumber,
}

/// Lists up to this long are bound one by one in a statement that is kept; longer ones are parsed every time.
const KEPT_LIST: usize = 8;

impl<S> Statement<S> {
    /// A statement that begins with that text.
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self {
            pieces: vec![Piece::Sql(sql.into())],
            has_long_list: false,
            rows: PhantomData,
        }
    }

    /// Adds text.
    pub(crate) fn sql(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.pieces.push(Piece::Sql(sql.into()));
        self
    }

    /// Adds a value.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.pieces.push(Piece::Value(value.into()));
        self
    }

    /// Adds ` AND column IN (…)`; nothing where there are no values.
    pub(crate) fn and_in<V: Into<Value>>(
        mut self,
        column: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let mut listed = 0;
        for value in values {
            self = if listed == 0 {
                self.sql(" AND ").sql(column).sql(" IN (")
            } else {
                self.sql(", ")
            };
            self = self.bind(value);
            listed += 1;
        }
        self.has_long_list |= listed > KEPT_LIST;
        if listed == 0 { self } else { self.sql(")") }
    }

    /// Adds a limit.
    ///
    /// The plus sign is for SQLite: it looks into a plain parameter after `LIMIT` while it plans, and for that plans the
    /// statement anew whenever another value is bound.
    pub(crate) fn limit(self, rows: i64) -> Self {
        self.sql(" LIMIT +").bind(rows)
    }

    /// Adds how many rows are left out first.
    pub(crate) fn offset(self, rows: i64) -> Self {
        self.sql(" OFFSET +").bind(rows)
    }

    /// Adds the columns of a ticket's row, in order.
    pub(crate) fn ticket_columns(mut self) -> Self {
        self.pieces.push(Piece::TicketColumns);
        self
    }

    /// Adds another statement's pieces.
    pub(crate) fn append<T>(mut self, other: Statement<T>) -> Self {
        self.pieces.extend(other.pieces);
        self.has_long_list |= other.has_long_list;
        self
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::NoNumber, Self::Number)
    }
}

impl From<i16> for Value {
    fn from(number: i16) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Uuid> for Value {
    fn from(id: Uuid) -> Self {
        Self::Key(Key(id))
    }
}

impl From<Timestamp> for Value {
    fn from(instant: Timestamp) -> Self {
        Self::At(At(instant))
    }
}

impl<S> QueryId for Statement<S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> Query for Statement<S> {
    type SqlType = S;
}

impl<S, C: Connection> RunQueryDsl<C> for Statement<S> {}

/// Written per database, since each has its own way to bind the portable types.
macro_rules! fragment {
    ($backend:ty) => {
        impl<S> QueryFragment<$backend> for Statement<S> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                if self.has_long_list {
                    out.unsafe_to_cache_prepared();
                }
                for piece in &self.pieces {
                    match piece {
                        Piece::Sql(text) => out.push_sql(text),
                        Piece::Value(Value::Number(number)) => {
                            out.push_bind_param::<BigInt, _>(number)?;
                        }
                        Piece::Value(Value::Text(text)) => out.push_bind_param::<Text, _>(text)?,
                        Piece::Value(Value::Key(key)) => out.push_bind_param::<DbUuid, _>(key)?,
                        Piece::Value(Value::NoNumber) => {
                            out.push_bind_param::<Nullable<BigInt>, _>(&None::<i64>)?;
                        }
                        Piece::Value(Value::At(at)) => out.push_bind_param::<DbTime, _>(at)?,
                        Piece::TicketColumns => QueryFragment::<$backend>::walk_ast(
                            &tickets::all_columns,
                            out.reborrow(),
                        )?,
                    }
                }
                Ok(())
            }
        }
    };
}

fragment!(diesel::sqlite::Sqlite);
fragment!(diesel::pg::Pg);
