//! Reading one page, one way or another.

use diesel::prelude::*;
use linedesk_ports::queries::{Cursor, Sort, SortKey, Start};

use super::asked::{Asked, SingleIndex};
use crate::fault::Fault;
use crate::rows::ticket::TicketRow;
use crate::schema::tickets;
use crate::sqlite::Conn;
use crate::statement::Statement;

type Rows = Statement<tickets::SqlType>;

/// A page of an order. In order of creation a cursor's value is a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) sort: Sort,
    pub(super) start: Start,
    pub(super) limit: i64,
}

/// Where rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// An index that holds exactly what matches, in order of creation.
    Index(SingleIndex),
    /// The search index, in order of creation.
    Matches,
    /// Few matches of the search index, sorted.
    SortedMatches,
    /// Few overdue tickets, sorted.
    Overdue,
    /// The index of the order, leaving out what does not match.
    Order,
}

/// The rows of a page.
pub(super) fn read(
    connection: &mut Conn,
    asked: &Asked,
    way: Way,
    page: Page,
) -> Result<Vec<TicketRow>, Fault> {
    match (way, page.sort.key) {
        (Way::Matches, _) => Ok(matches(asked, page).load(connection)?),
        (_, SortKey::Due) => by_due_time(connection, asked, way, page),
        (_, SortKey::CreatedAt) => {
            let column = if page.sort.descending {
                "place DESC"
            } else {
                "place"
            };
            let rows = base(asked, way, page.sort.key);
            let rows = match page.start {
                Start::After(cursor) => rows.sql(after(page.sort, " AND place")).bind(cursor.value),
                Start::Offset(_) => rows,
            };
            Ok(
                bounded(rows.sql(" ORDER BY ").sql(column), page.limit, page.start)
                    .load(connection)?,
            )
        }
        (_, SortKey::UpdatedAt) => by_column(connection, asked, way, page, "updated_at"),
        (_, SortKey::Priority) => by_column(connection, asked, way, page, "priority"),
    }
}

/// Rows with their conditions, but for the place where the page starts.
fn base(asked: &Asked, way: Way, key: SortKey) -> Rows {
    let rows = Statement::new("SELECT ").ticket_columns();
    match way {
        Way::Index(index) => {
            let from = match index {
                SingleIndex::Status => {
                    " FROM tickets INDEXED BY tickets_by_status WHERE deleted_at IS NULL"
                }
                SingleIndex::Customer => {
                    " FROM tickets INDEXED BY tickets_by_customer WHERE deleted_at IS NULL AND customer_id IS NOT NULL"
                }
                SingleIndex::Assignee => {
                    " FROM tickets INDEXED BY tickets_by_assignee WHERE deleted_at IS NULL AND assigned_to IS NOT NULL"
                }
            };
            asked.and_columns(rows.sql(from))
        }
        Way::Matches | Way::SortedMatches => {
            let rows = rows
                .sql(" FROM tickets WHERE place IN (")
                .append(asked.matches())
                .sql(")");
            asked.and_overdue(rows)
        }
        Way::Overdue => rows
            .sql(" FROM tickets WHERE place IN (")
            .append(asked.overdue_from_index())
            .sql(")"),
        Way::Order => {
            let from = match key {
                SortKey::CreatedAt => " FROM tickets NOT INDEXED WHERE deleted_at IS NULL",
                SortKey::UpdatedAt => {
                    " FROM tickets INDEXED BY tickets_by_update WHERE deleted_at IS NULL"
                }
                SortKey::Priority => {
                    " FROM tickets INDEXED BY tickets_by_priority WHERE deleted_at IS NULL"
                }
                SortKey::Due => " FROM tickets INDEXED BY tickets_by_due WHERE deleted_at IS NULL",
            };
            asked.and_overdue(asked.and_text(asked.and_columns(rows.sql(from))))
        }
    }
}

/// Matches of the search index in order of creation, read off one by one until the page is full.
fn matches(asked: &Asked, page: Page) -> Rows {
    let direction = if page.sort.descending { " DESC" } else { "" };
    let found = if asked.filter.overdue.is_none() {
        asked.matches()
    } else {
        asked.joined_matches()
    };
    let found = match page.start {
        Start::After(cursor) => found
            .sql(after(page.sort, " AND ticket_search.rowid"))
            .bind(cursor.value),
        Start::Offset(_) => found,
    };
    let found = asked
        .and_overdue(found)
        .sql(" ORDER BY ticket_search.rowid")
        .sql(direction);
    let rows = Statement::new("SELECT ")
        .ticket_columns()
        .sql(" FROM tickets WHERE place IN (");
    rows.append(bounded(found, page.limit, page.start))
        .sql(") ORDER BY place")
        .sql(direction)
}

fn by_column(
    connection: &mut Conn,
    asked: &Asked,
    way: Way,
    page: Page,
    column: &'static str,
) -> Result<Vec<TicketRow>, Fault> {
    let rows = after_cursor(base(asked, way, page.sort.key), page, column);
    Ok(bounded(ordered(rows, page.sort, column), page.limit, page.start).load(connection)?)
}

/// By due time: first those that have one, then, whichever the direction, those that have none.
fn by_due_time(
    connection: &mut Conn,
    asked: &Asked,
    way: Way,
    page: Page,
) -> Result<Vec<TicketRow>, Fault> {
    let with = |rows: Rows| rows.sql(" AND due_at IS NOT NULL");
    let dated_are_over = matches!(page.start, Start::After(after) if after.value == i64::MAX);
    let mut rows: Vec<TicketRow> = Vec::new();
    if !dated_are_over {
        let dated = after_cursor(with(base(asked, way, SortKey::Due)), page, "due_at");
        rows = bounded(ordered(dated, page.sort, "due_at"), page.limit, page.start)
            .load(connection)?;
    }
    let missing = page.limit - i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if missing > 0 && way != Way::Overdue {
        let without = base(asked, way, SortKey::Due).sql(" AND due_at IS NULL");
        let (without, start) = match page.start {
            Start::After(Cursor {
                value: i64::MAX,
                number,
            }) => (
                without.sql(after(page.sort, " AND number")).bind(number),
                Start::Offset(0),
            ),
            Start::Offset(offset) if rows.is_empty() && offset > 0 => {
                let dated = count_up_to(connection, with(base(asked, way, SortKey::Due)), offset)?;
                (without, Start::Offset(offset - dated))
            }
            _ => (without, Start::Offset(0)),
        };
        let order = if page.sort.descending {
            " ORDER BY number DESC"
        } else {
            " ORDER BY number"
        };
        rows.extend(bounded(without.sql(order), missing, start).load::<TicketRow>(connection)?);
    }
    Ok(rows)
}

fn count_up_to(connection: &mut Conn, rows: Rows, limit: u64) -> Result<u64, Fault> {
    let counting =
        Statement::<diesel::sql_types::BigInt>::new("SELECT count(*) FROM (").append(rows);
    let n: i64 = counting
        .limit(offset(limit))
        .sql(")")
        .get_result(connection)?;
    Ok(n.unsigned_abs())
}

fn after_cursor(rows: Rows, page: Page, column: &'static str) -> Rows {
    match page.start {
        Start::After(cursor) => {
            let rows = rows.sql(" AND (").sql(column).sql(", number)");
            rows.sql(after(page.sort, ""))
                .sql("(")
                .bind(cursor.value)
                .sql(", ")
                .bind(cursor.number)
                .sql(")")
        }
        Start::Offset(_) => rows,
    }
}

/// `column < ` or `column > `: what comes later in the order.
fn after(sort: Sort, column: &'static str) -> String {
    format!("{column} {} ", if sort.descending { "<" } else { ">" })
}

fn ordered(rows: Rows, sort: Sort, column: &'static str) -> Rows {
    let direction = if sort.descending { " DESC" } else { "" };
    rows.sql(format!(" ORDER BY {column}{direction}, number{direction}"))
}

fn bounded<S>(rows: Statement<S>, limit: i64, start: Start) -> Statement<S> {
    let rows = rows.limit(limit);
    match start {
        Start::Offset(0) | Start::After(_) => rows,
        Start::Offset(skipped) => rows.offset(offset(skipped)),
    }
}

fn offset(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
