//! Rows of which some cannot be read.
//!
//! Diesel reads the rows of a statement all or none. Whoever works through many of them must not be kept by a single one for
//! ever: so where they cannot be read together, they are read one by one, and those that still cannot are passed over.

use diesel::QueryResult;
use diesel::result::Error;

/// The rows of a statement beside their keys, in order; `None` for those that cannot be read. `all` reads them together,
/// `keys` tells which there are, `one` reads one of them; `None` where it has gone meanwhile.
pub(crate) fn each<C, K, R>(
    connection: &mut C,
    all: impl FnOnce(&mut C) -> QueryResult<Vec<(K, R)>>,
    keys: impl FnOnce(&mut C) -> QueryResult<Vec<K>>,
    mut one: impl FnMut(&mut C, &K) -> QueryResult<Option<R>>,
) -> QueryResult<Vec<(K, Option<R>)>> {
    match all(connection) {
        Ok(rows) => {
            return Ok(rows
                .into_iter()
                .map(|(key, row)| (key, Some(row)))
                .collect());
        }
        Err(Error::DeserializationError(_)) => {}
        Err(error) => return Err(error),
    }
    let mut rows = Vec::new();
    for key in keys(connection)? {
        match one(connection, &key) {
            Ok(Some(row)) => rows.push((key, Some(row))),
            Ok(None) => {}
            Err(Error::DeserializationError(_)) => rows.push((key, None)),
            Err(error) => return Err(error),
        }
    }
    Ok(rows)
}

/// Tells the operator of a row that was passed over: where it is, and nothing of what it says.
pub(crate) fn passed_over(table: &'static str, row: &dyn std::fmt::Display) {
    metrics::counter!("linedesk_unreadable_rows_total", "table" => table).increment(1);
    tracing::error!(table, %row, "a row cannot be read and is passed over");
}
