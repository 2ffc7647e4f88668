//! Reading one page, one way or another.
//!
//! A page is found by places alone, since then its own tickets are read, and no others. `OFFSET 0` and a limit inside keep the
//! planner from another way than the one that was chosen: it would estimate what has just been counted.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;
use linedesk_ports::queries::{Cursor, Sort, SortKey, Start};

use super::asked::Asked;
use crate::fault::Fault;
use crate::postgres::Conn;
use crate::statement::Statement;

type Places = Statement<BigInt>;

/// A page of an order. In order of creation a cursor's value is a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) sort: Sort,
    pub(super) start: Start,
    pub(super) limit: i64,
}

impl Page {
    /// Rows up to its end, as far as an offset tells.
    pub(super) const fn wanted(&self) -> i64 {
        self.limit + left_out(self.start)
    }
}

/// Where rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// An index that holds exactly what matches, in order.
    Order,
    /// The index of the order, leaving out what does not match, for at most so many rows.
    Walk(i64),
    /// All matches, sorted.
    Matches,
}

/// Those with a due time, or those without; all of them in other orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Dated,
    Undated,
}

/// The places of a page.
pub(super) fn read(
    connection: &mut Conn,
    asked: &Asked,
    way: Way,
    page: Page,
) -> Result<Vec<i64>, Fault> {
    if page.sort.key == SortKey::Due {
        return by_due_time(connection, asked, way, page);
    }
    places(connection, asked, way, page, Part::All)
}

/// By due time: first those that have one, then, whichever the direction, those that have none.
fn by_due_time(
    connection: &mut Conn,
    asked: &Asked,
    way: Way,
    page: Page,
) -> Result<Vec<i64>, Fault> {
    let dated_are_over = matches!(page.start, Start::After(after) if after.value == i64::MAX);
    let mut found = if dated_are_over {
        Vec::new()
    } else {
        places(connection, asked, way, page, Part::Dated)?
    };
    let missing = page.limit - i64::try_from(found.len()).unwrap_or(i64::MAX);
    if missing > 0 && asked.filter.overdue != Some(true) {
        let start = match page.start {
            Start::After(cursor) if dated_are_over => Start::After(cursor),
            Start::Offset(offset) if found.is_empty() && offset > 0 => {
                let dated = rows(
                    asked,
                    way,
                    page.sort,
                    Start::Offset(0),
                    Part::Dated,
                    offset.cast_signed(),
                );
                let counting = Places::new("SELECT count(*) FROM (")
                    .append(dated)
                    .sql(") AS dated");
                let dated: i64 = counting.get_result(connection)?;
                Start::Offset(offset.saturating_sub(dated.unsigned_abs()))
            }
            Start::After(_) | Start::Offset(_) => Start::Offset(0),
        };
        let rest = Page {
            start,
            limit: missing,
            ..page
        };
        found.extend(places(connection, asked, way, rest, Part::Undated)?);
    }
    Ok(found)
}

/// The places of a page.
fn places(
    connection: &mut Conn,
    asked: &Asked,
    way: Way,
    page: Page,
    part: Part,
) -> Result<Vec<i64>, Fault> {
    let read = |way| {
        bounded(
            rows(asked, way, page.sort, page.start, part, page.limit),
            page,
        )
    };
    let found: Vec<i64> = read(way).load(connection)?;
    let is_full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= page.limit;
    if is_full || !matches!(way, Way::Walk(_)) {
        return Ok(found);
    }
    Ok(read(Way::Matches).load(connection)?)
}

/// Places in order, from a cursor on, at most `limit` after what is left out by an offset.
fn rows(asked: &Asked, way: Way, sort: Sort, start: Start, part: Part, limit: i64) -> Places {
    let order = order(sort);
    let from = |rows: Places| after_cursor(of_part(rows, part), sort, start, part);
    let rows = match way {
        Way::Order => {
            let all = Places::new("SELECT place FROM tickets WHERE deleted_at IS NULL");
            from(asked.and_overdue(asked.and_columns(all)))
        }
        Way::Walk(most) => walk(asked, sort, most, from),
        Way::Matches => from(found(asked, sort.key)),
    };
    rows.sql(order).limit(limit)
}

/// The rows of an order, up to a bound, of which those that do not match are left out.
fn walk(asked: &Asked, sort: Sort, most: i64, from: impl Fn(Places) -> Places) -> Places {
    let by_place = sort.key == SortKey::CreatedAt;
    let inside = Places::new(if by_place && asked.has_words() {
        "SELECT place FROM (SELECT * FROM ticket_search WHERE TRUE"
    } else {
        "SELECT place FROM (SELECT * FROM tickets WHERE deleted_at IS NULL"
    });
    let inside = if by_place {
        asked.within(inside)
    } else {
        inside
    };
    let walked = from(inside).sql(order(sort)).limit(most);
    let walked = walked.sql(") AS walked WHERE TRUE");
    match (asked.has_words(), by_place) {
        (false, _) => asked.and_overdue(asked.and_columns(walked)),
        (true, true) => asked.and_words(walked),
        (true, false) => {
            let held =
                " AND (SELECT TRUE FROM ticket_search AS held WHERE held.place = walked.place";
            asked.and_words(walked.sql(held)).sql(")")
        }
    }
}

/// All matches with what they are ordered by.
fn found(asked: &Asked, key: SortKey) -> Places {
    let all = Places::new("SELECT place FROM (");
    let all = match (key, asked.has_words()) {
        (SortKey::CreatedAt, _) => all.append(asked.matches::<BigInt>("place")),
        (_, false) => {
            all.append(asked.matches::<BigInt>("place, number, updated_at, priority, due_at"))
        }
        (_, true) => all
            .sql("SELECT tickets.place, number, updated_at, priority, tickets.due_at FROM (")
            .append(asked.matches::<BigInt>("place"))
            .sql(" OFFSET 0) AS found JOIN tickets ON tickets.place = found.place"),
    };
    all.sql(" OFFSET 0) AS found WHERE TRUE")
}

fn of_part(rows: Places, part: Part) -> Places {
    match part {
        Part::All => rows,
        Part::Dated => rows.sql(" AND due_at IS NOT NULL"),
        Part::Undated => rows.sql(" AND due_at IS NULL"),
    }
}

fn after_cursor(rows: Places, sort: Sort, start: Start, part: Part) -> Places {
    let Start::After(Cursor { value, number }) = start else {
        return rows;
    };
    let later = if sort.descending { " < " } else { " > " };
    let rows = rows.sql(" AND ");
    match (sort.key, part) {
        (SortKey::CreatedAt, _) => rows.sql("place").sql(later).bind(value),
        (_, Part::Undated) => rows.sql("number").sql(later).bind(number),
        (SortKey::Priority, _) => {
            let rows = rows.sql("(priority, number)").sql(later).sql("(");
            rows.bind(value).sql(", ").bind(number).sql(")")
        }
        (key @ (SortKey::UpdatedAt | SortKey::Due), _) => {
            // A cursor of somebody's own making may hold no instant: nothing comes after the last one.
            let instant = Timestamp::from_microsecond(value).unwrap_or(Timestamp::MAX);
            let columns = if key == SortKey::Due {
                "(due_at, number)"
            } else {
                "(updated_at, number)"
            };
            let rows = rows.sql(columns).sql(later).sql("(");
            rows.bind(instant).sql(", ").bind(number).sql(")")
        }
    }
}

/// The due time stands in its order even where there is none: so it is its index's order.
const fn order(sort: Sort) -> &'static str {
    match (sort.key, sort.descending) {
        (SortKey::CreatedAt, false) => " ORDER BY place",
        (SortKey::CreatedAt, true) => " ORDER BY place DESC",
        (SortKey::UpdatedAt, false) => " ORDER BY updated_at, number",
        (SortKey::UpdatedAt, true) => " ORDER BY updated_at DESC, number DESC",
        (SortKey::Priority, false) => " ORDER BY priority, number",
        (SortKey::Priority, true) => " ORDER BY priority DESC, number DESC",
        (SortKey::Due, false) => " ORDER BY due_at, number",
        (SortKey::Due, true) => " ORDER BY due_at DESC, number DESC",
    }
}

const fn left_out(start: Start) -> i64 {
    match start {
        Start::Offset(offset) => offset.cast_signed(),
        Start::After(_) => 0,
    }
}

fn bounded(rows: Places, page: Page) -> Places {
    match left_out(page.start) {
        0 => rows,
        skipped => rows.offset(skipped),
    }
}
