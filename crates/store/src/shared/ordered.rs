//! Lists ordered by several things.
//!
//! Few matches are sorted. Of many, status and priority make groups, each of which is a list of its own in the order of
//! what comes after them; of a group that is large as well, an index tells the order.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_domain::class::Priority;
use linedesk_domain::workflow::Status;
use linedesk_ports::parts::{Order, OrderKey, OrderedQuery};
use linedesk_ports::queries::{
    COUNTED_EXACTLY, Count, Sort, SortKey, Start, Stored, TicketFilter, TicketQuery,
};

use super::Conn;
use super::counts::{capped, count};
use super::dialect;
use super::lists::{self, Asked};
use crate::fault::Fault;
use crate::rows::ticket::TicketRow;
use crate::schema::tickets;
use crate::statement::Statement;

/// A page, and how many match in all.
pub(crate) fn ordered(
    connection: &mut Conn,
    asked: &Asked,
    query: &OrderedQuery,
) -> Result<(Vec<Stored>, Count), Fault> {
    let total = count(connection, asked)?;
    let window = Window {
        offset: query.offset,
        limit: u64::from(query.limit),
    };
    let page = page(connection, asked, &query.order, window)?;
    Ok((page, total))
}

/// Which part of a list.
#[derive(Debug, Clone, Copy)]
struct Window {
    offset: u64,
    limit: u64,
}

fn page(
    connection: &mut Conn,
    asked: &Asked,
    order: &[Order],
    window: Window,
) -> Result<Vec<Stored>, Fault> {
    let found = count(connection, asked)?;
    if found.is_exact && found.n <= COUNTED_EXACTLY {
        return sorted(connection, asked, order, window);
    }
    walked(connection, asked, order, window)
}

/// A page of more matches than can be sorted.
fn walked(
    connection: &mut Conn,
    asked: &Asked,
    order: &[Order],
    window: Window,
) -> Result<Vec<Stored>, Fault> {
    match order.split_first() {
        None => listed(connection, asked, SortKey::CreatedAt, true, window),
        Some((first, rest)) => match first.key {
            OrderKey::CreatedAt => listed(
                connection,
                asked,
                SortKey::CreatedAt,
                first.descending,
                window,
            ),
            OrderKey::UpdatedAt => listed(
                connection,
                asked,
                SortKey::UpdatedAt,
                first.descending,
                window,
            ),
            OrderKey::DueDate => by_due_date(connection, asked, first.descending, window),
            OrderKey::Priority | OrderKey::Status => {
                grouped(connection, asked, *first, rest, window)
            }
        },
    }
}

/// All matches, sorted.
fn sorted(
    connection: &mut Conn,
    asked: &Asked,
    order: &[Order],
    window: Window,
) -> Result<Vec<Stored>, Fault> {
    let mut places = dialect::matched(asked).sql(" ORDER BY ");
    for Order { key, descending } in order {
        places = places.sql(match (key, descending) {
            (OrderKey::CreatedAt, false) => "place, ",
            (OrderKey::CreatedAt, true) => "place DESC, ",
            (OrderKey::UpdatedAt, false) => "updated_at, ",
            (OrderKey::UpdatedAt, true) => "updated_at DESC, ",
            (OrderKey::Priority, false) => "priority, ",
            (OrderKey::Priority, true) => "priority DESC, ",
            // As `Status::stage` has it.
            (OrderKey::Status, false) => {
                "CASE status WHEN 8 THEN 1 WHEN 5 THEN 4 ELSE status END, "
            }
            (OrderKey::Status, true) => {
                "CASE status WHEN 8 THEN 1 WHEN 5 THEN 4 ELSE status END DESC, "
            }
            (OrderKey::DueDate, false) => "due_date IS NULL, due_date, ",
            (OrderKey::DueDate, true) => "due_date IS NULL, due_date DESC, ",
        });
    }
    fetch(connection, places.sql("place DESC"), window)
}

/// A list that is ordered by one thing.
fn listed(
    connection: &mut Conn,
    asked: &Asked,
    key: SortKey,
    descending: bool,
    window: Window,
) -> Result<Vec<Stored>, Fault> {
    let query = TicketQuery {
        filter: asked.filter.clone(),
        sort: Sort { key, descending },
        start: Start::Offset(window.offset),
        limit: u32::try_from(window.limit).unwrap_or(u32::MAX),
        counts: false,
        now: asked.now,
    };
    Ok(lists::list(connection, asked, &query)?.0)
}

/// First those that have a date, by the index of dates; then those that have none, newest first.
fn by_due_date(
    connection: &mut Conn,
    asked: &Asked,
    descending: bool,
    window: Window,
) -> Result<Vec<Stored>, Fault> {
    let found = |which: &'static str| dialect::and_asked(asked, Statement::<BigInt>::new(which));
    let dated = found(dialect::DATED).sql(if descending {
        " ORDER BY due_date DESC, number DESC"
    } else {
        " ORDER BY due_date, number"
    });
    let mut items = fetch(connection, dated, window)?;
    let missing = window.limit - items.len() as u64;
    if missing > 0 {
        let offset = if items.is_empty() && window.offset > 0 {
            let dated = capped(connection, found(dialect::DATED))?;
            window.offset.saturating_sub(dated.n)
        } else {
            0
        };
        let undated = found(dialect::UNDATED).sql(" ORDER BY place DESC");
        let rest = Window {
            offset,
            limit: missing,
        };
        items.extend(fetch(connection, undated, rest)?);
    }
    Ok(items)
}

/// One group after the other, until the page is full.
fn grouped(
    connection: &mut Conn,
    asked: &Asked,
    first: Order,
    rest: &[Order],
    window: Window,
) -> Result<Vec<Stored>, Fault> {
    let mut groups = groups(first.key, &asked.filter);
    if first.descending {
        groups.reverse();
    }
    let mut left = window;
    let mut items = Vec::new();
    for filter in groups {
        if left.limit == 0 {
            break;
        }
        let group = asked.narrowed(|narrowed| *narrowed = filter);
        if left.offset > 0 {
            let found = count(connection, &group)?;
            if found.is_exact && found.n <= left.offset {
                left.offset -= found.n;
                continue;
            }
        }
        let found = page(connection, &group, rest, left)?;
        left.limit -= found.len() as u64;
        left.offset = 0;
        items.extend(found);
    }
    Ok(items)
}

/// The filter, narrowed to each value of what it is grouped by, in rising order.
fn groups(key: OrderKey, filter: &TicketFilter) -> Vec<TicketFilter> {
    match key {
        OrderKey::Priority => {
            let asked =
                |one: &&Priority| filter.priority.is_empty() || filter.priority.contains(one);
            let priorities = Priority::ALL.iter().filter(asked);
            priorities
                .map(|priority| TicketFilter {
                    priority: vec![*priority],
                    ..filter.clone()
                })
                .collect()
        }
        OrderKey::Status => {
            let asked = |one: &Status| filter.status.is_empty() || filter.status.contains(one);
            let of_stage = |stage: u8| -> Vec<Status> {
                let all = Status::ALL.into_iter().filter(asked);
                all.filter(|status| status.stage() == stage).collect()
            };
            (0..=Status::Closed.stage())
                .map(of_stage)
                .filter(|status| !status.is_empty())
                .map(|status| TicketFilter {
                    status,
                    ..filter.clone()
                })
                .collect()
        }
        OrderKey::CreatedAt | OrderKey::UpdatedAt | OrderKey::DueDate => Vec::new(),
    }
}

/// The tickets of a window of places, in their order.
fn fetch(
    connection: &mut Conn,
    places: Statement<BigInt>,
    window: Window,
) -> Result<Vec<Stored>, Fault> {
    let places = places.limit(window.limit.cast_signed());
    let places = places.offset(window.offset.cast_signed());
    let places: Vec<i64> = places.load(connection)?;
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<TicketRow> = tickets::table
        .filter(tickets::place.eq_any(&places))
        .select(TicketRow::as_select())
        .load(connection)?;
    let mut rows: HashMap<i64, TicketRow> = rows.into_iter().map(|row| (row.place, row)).collect();
    let rows = places.iter().filter_map(|place| rows.remove(place));
    Ok(rows.map(TicketRow::into_stored).collect::<Result<_, _>>()?)
}

/// The page as it would be read if there were many matches. Answers the tickets' numbers by both ways.
#[cfg(test)]
pub(crate) fn by_groups(
    connection: &mut Conn,
    asked: &Asked,
    query: &OrderedQuery,
) -> Result<[Vec<i64>; 2], Fault> {
    let window = Window {
        offset: query.offset,
        limit: u64::from(query.limit),
    };
    let walked = walked(connection, asked, &query.order, window)?;
    let sorted = sorted(connection, asked, &query.order, window)?;
    let numbers = |items: Vec<Stored>| items.iter().map(|one| one.numbers.number).collect();
    Ok([numbers(walked), numbers(sorted)])
}
