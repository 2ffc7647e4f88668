//! Reading one page, one way or another.
//!
//! A page is found by places alone, which the indexes hold; then its own tickets are read, and no others: those of a page of
//! the usual length by the same statement.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_ports::queries::{Cursor, Sort, SortKey, Start};

use super::asked::{Asked, SingleIndex};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::room::{AT_ONCE, Room};
use crate::rows::ticket::TicketRow;
use crate::schema::tickets;
use crate::sqlite::{Conn, load};
use crate::statement::Statement;

type Places = Statement<BigInt>;

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
    /// The indexes of the statuses that are asked for, leaving out what does not match, in order of creation.
    Statuses,
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
    room: &mut Room,
) -> Result<Vec<TicketRow>, Fault> {
    match page.sort.key {
        SortKey::Due => by_due_time(connection, asked, way, page, room),
        SortKey::UpdatedAt => by_column(connection, asked, way, page, "updated_at", room),
        SortKey::Priority => by_column(connection, asked, way, page, "priority", room),
        SortKey::CreatedAt => {
            let order = order(page.sort, &["place"]);
            let places = match way {
                Way::Matches => matches(asked, page),
                Way::Statuses => of_statuses(asked, page, &order).sql(order.clone()),
                _ => by_place(asked, way, page).sql(order.clone()),
            };
            fetch(
                connection,
                Slice {
                    places: bounded(places, page.limit, page.start),
                    limit: page.limit,
                    order,
                },
                room,
            )
        }
    }
}

/// Places of some tickets, at most `limit`, in order.
struct Slice {
    places: Places,
    limit: i64,
    order: String,
}

/// Their tickets, for as many as there is room.
fn fetch(connection: &mut Conn, slice: Slice, room: &mut Room) -> Result<Vec<TicketRow>, Fault> {
    let Slice {
        places,
        limit,
        order,
    } = slice;
    if usize::try_from(limit).is_ok_and(|limit| limit > AT_ONCE) {
        let places: Vec<i64> = places.load(connection)?;
        return room.fill(&places, |some| load::at(connection, some));
    }
    let rows = Statement::<tickets::SqlType>::new("SELECT ").ticket_columns();
    let rows = rows
        .sql(" FROM tickets WHERE place IN (")
        .append(places)
        .sql(")");
    Ok(room.take(rows.sql(order).load(connection)?))
}

/// Places with their conditions, but for where the page starts.
fn base(asked: &Asked, way: Way, key: SortKey) -> Places {
    let found = |from: &'static str| Places::new(from);
    match way {
        Way::Index(index) => asked.and_columns(found(match index {
            SingleIndex::Status => {
                "SELECT place FROM tickets INDEXED BY tickets_by_status WHERE deleted_at IS NULL"
            }
            SingleIndex::Customer => {
                "SELECT place FROM tickets INDEXED BY tickets_by_customer \
                 WHERE deleted_at IS NULL AND customer_id IS NOT NULL"
            }
            SingleIndex::Assignee => {
                "SELECT place FROM tickets INDEXED BY tickets_by_assignee \
                 WHERE deleted_at IS NULL AND assigned_to IS NOT NULL"
            }
        })),
        Way::Matches | Way::SortedMatches => {
            let found = found("SELECT place FROM tickets WHERE place IN (");
            asked.and_overdue(found.append(asked.matches()).sql(")"))
        }
        Way::Overdue => {
            let found = found("SELECT place FROM tickets WHERE place IN (");
            found.append(asked.overdue_from_index()).sql(")")
        }
        Way::Order | Way::Statuses => {
            let found = found(match key {
                SortKey::CreatedAt => {
                    "SELECT place FROM tickets INDEXED BY tickets_by_place WHERE deleted_at IS NULL"
                }
                SortKey::UpdatedAt => {
                    "SELECT place FROM tickets INDEXED BY tickets_by_update WHERE deleted_at IS NULL"
                }
                SortKey::Priority => {
                    "SELECT place FROM tickets INDEXED BY tickets_by_priority WHERE deleted_at IS NULL"
                }
                SortKey::Due => {
                    "SELECT place FROM tickets INDEXED BY tickets_by_due WHERE deleted_at IS NULL"
                }
            });
            asked.and_overdue(asked.and_text(asked.and_columns(found)))
        }
    }
}

/// Matches of the search index in order of creation, read off one by one until the page is full.
fn matches(asked: &Asked, page: Page) -> Places {
    let found = if asked.filter.overdue.is_none() {
        asked.matches()
    } else {
        asked.joined_matches()
    };
    let found = match page.start {
        Start::After(cursor) => found
            .sql(" AND ticket_search.rowid")
            .sql(later(page.sort))
            .bind(cursor.value),
        Start::Offset(_) => found,
    };
    asked
        .and_overdue(found)
        .sql(order(page.sort, &["ticket_search.rowid"]))
}

fn by_place(asked: &Asked, way: Way, page: Page) -> Places {
    let places = base(asked, way, SortKey::CreatedAt);
    match page.start {
        Start::After(cursor) => places
            .sql(" AND place")
            .sql(later(page.sort))
            .bind(cursor.value),
        Start::Offset(_) => places,
    }
}

/// The places of what matches, status by status, as many of each as the page may need.
fn of_statuses(asked: &Asked, page: Page, order: &str) -> Places {
    let skipped = match page.start {
        Start::Offset(skipped) => skipped.cast_signed(),
        Start::After(_) => 0,
    };
    let mut statuses = asked.filter.status.clone();
    statuses.sort_unstable_by_key(|status| status.code());
    statuses.dedup();
    let mut places = Places::new("SELECT place FROM (");
    for (n, status) in statuses.into_iter().enumerate() {
        let part = asked.narrowed(|filter| filter.status = vec![status]);
        let part = by_place(&part, Way::Index(SingleIndex::Status), page).sql(order.to_owned());
        places = places
            .sql(if n == 0 { "" } else { " UNION ALL " })
            .sql("SELECT place FROM (")
            .append(part.limit(page.limit.saturating_add(skipped)))
            .sql(")");
    }
    places.sql(")")
}

fn by_column(
    connection: &mut Conn,
    asked: &Asked,
    way: Way,
    page: Page,
    column: &'static str,
    room: &mut Room,
) -> Result<Vec<TicketRow>, Fault> {
    let order = order(page.sort, &[column, "number"]);
    let places = after_cursor(base(asked, way, page.sort.key), page, column).sql(order.clone());
    fetch(
        connection,
        Slice {
            places: bounded(places, page.limit, page.start),
            limit: page.limit,
            order,
        },
        room,
    )
}

/// By due time: first those that have one, then, whichever the direction, those that have none.
fn by_due_time(
    connection: &mut Conn,
    asked: &Asked,
    way: Way,
    page: Page,
    room: &mut Room,
) -> Result<Vec<TicketRow>, Fault> {
    let with = |places: Places| places.sql(" AND due_at IS NOT NULL");
    let dated_are_over = matches!(page.start, Start::After(after) if after.value == i64::MAX);
    let mut rows = Vec::new();
    if !dated_are_over {
        let order = order(page.sort, &["due_at", "number"]);
        let dated = after_cursor(with(base(asked, way, SortKey::Due)), page, "due_at");
        let dated = bounded(dated.sql(order.clone()), page.limit, page.start);
        let dated = Slice {
            places: dated,
            limit: page.limit,
            order,
        };
        rows = fetch(connection, dated, room)?;
    }
    let missing = page.limit - i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if missing > 0 && way != Way::Overdue && !room.is_cut() {
        let without = base(asked, way, SortKey::Due).sql(" AND due_at IS NULL");
        let (without, start) = match page.start {
            Start::After(Cursor {
                value: i64::MAX,
                number,
            }) => {
                let without = without
                    .sql(" AND number")
                    .sql(later(page.sort))
                    .bind(number);
                (without, Start::Offset(0))
            }
            Start::Offset(offset) if rows.is_empty() && offset > 0 => {
                let dated = count_up_to(connection, with(base(asked, way, SortKey::Due)), offset)?;
                (without, Start::Offset(offset - dated))
            }
            _ => (without, Start::Offset(0)),
        };
        let order = order(page.sort, &["number"]);
        let undated = bounded(without.sql(order.clone()), missing, start);
        let undated = Slice {
            places: undated,
            limit: missing,
            order,
        };
        rows.extend(fetch(connection, undated, room)?);
    }
    Ok(rows)
}

fn count_up_to(connection: &mut Conn, places: Places, limit: u64) -> Result<u64, Fault> {
    let counting = Statement::<BigInt>::new("SELECT count(*) FROM (").append(places);
    let counting = counting.limit(limit.cast_signed()).sql(")");
    let n: i64 = counting.get_result(connection)?;
    Ok(n.unsigned_abs())
}

fn after_cursor(places: Places, page: Page, column: &'static str) -> Places {
    match page.start {
        Start::After(cursor) => {
            let places = places
                .sql(" AND (")
                .sql(column)
                .sql(", number)")
                .sql(later(page.sort));
            let places = places.sql("(").bind(cursor.value);
            places.sql(", ").bind(cursor.number).sql(")")
        }
        Start::Offset(_) => places,
    }
}

/// The comparison that holds for what comes later in the order.
const fn later(sort: Sort) -> &'static str {
    if sort.descending { " < " } else { " > " }
}

fn order(sort: Sort, columns: &[&str]) -> String {
    let direction = if sort.descending { " DESC" } else { "" };
    let columns: Vec<_> = columns
        .iter()
        .map(|column| format!("{column}{direction}"))
        .collect();
    format!(" ORDER BY {}", columns.join(", "))
}

fn bounded<S>(rows: Statement<S>, limit: i64, start: Start) -> Statement<S> {
    let rows = rows.limit(limit);
    match start {
        Start::Offset(0) | Start::After(_) => rows,
        Start::Offset(skipped) => rows.offset(skipped.cast_signed()),
    }
}
