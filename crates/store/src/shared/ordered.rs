//! Lists ordered by several things.
//!
//! Few matches are sorted. Of many, status and priority make groups, each of which is a list of its own in the order of
//! what comes after them; of a group that is large as well, an index tells the order.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_domain::class::Priority;
use linedesk_domain::workflow::Status;
use linedesk_ports::parts::{Order, OrderKey, OrderedQuery};
use linedesk_ports::queries::{
    COUNTED_EXACTLY, Count, Sort, SortKey, Start, Stored, TicketFilter, TicketQuery,
};

use super::counts::{capped, count};
use super::lists::{self, Asked};
use super::{Conn, dialect, load};
use crate::fault::Fault;
use crate::room::Room;
use crate::rows::ticket::TicketRow;
use crate::statement::Statement;

/// A page for which there is room, and how many match in all.
pub(crate) fn ordered(
    connection: &mut Conn,
    asked: &Asked,
    query: &OrderedQuery,
    room: &mut Room,
) -> Result<(Vec<Stored>, Count), Fault> {
    let total = count(connection, asked)?;
    let window = Window {
        offset: query.offset,
        limit: u64::from(query.limit),
    };
    let page = page(connection, asked, &query.order, window, room)?;
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
    room: &mut Room,
) -> Result<Vec<Stored>, Fault> {
    let found = count(connection, asked)?;
    if found.is_exact && found.n <= COUNTED_EXACTLY {
        return sorted(connection, asked, order, window, room);
    }
    walked(connection, asked, order, window, room)
}

/// A page of more matches than can be sorted.
fn walked(
    connection: &mut Conn,
    asked: &Asked,
    order: &[Order],
    window: Window,
    room: &mut Room,
) -> Result<Vec<Stored>, Fault> {
    match order.split_first() {
        None => listed(
            connection,
            asked,
            by(SortKey::CreatedAt, true),
            window,
            room,
        ),
        Some((first, rest)) => match first.key {
            OrderKey::CreatedAt => listed(
                connection,
                asked,
                by(SortKey::CreatedAt, first.descending),
                window,
                room,
            ),
            OrderKey::UpdatedAt => listed(
                connection,
                asked,
                by(SortKey::UpdatedAt, first.descending),
                window,
                room,
            ),
            OrderKey::DueDate => by_due_date(connection, asked, first.descending, window, room),
            OrderKey::Priority | OrderKey::Status => {
                grouped(connection, asked, (*first, rest), window, room)
            }
        },
    }
}

const fn by(key: SortKey, descending: bool) -> Sort {
    Sort { key, descending }
}

/// All matches, sorted.
fn sorted(
    connection: &mut Conn,
    asked: &Asked,
    order: &[Order],
    window: Window,
    room: &mut Room,
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
    fetch(connection, places.sql("place DESC"), window, room)
}

/// A list that is ordered by one thing.
fn listed(
    connection: &mut Conn,
    asked: &Asked,
    sort: Sort,
    window: Window,
    room: &mut Room,
) -> Result<Vec<Stored>, Fault> {
    let query = TicketQuery {
        filter: asked.filter.clone(),
        sort,
        start: Start::Offset(window.offset),
        limit: u32::try_from(window.limit).unwrap_or(u32::MAX),
        counts: false,
        now: asked.now,
    };
    Ok(lists::list(connection, asked, &query, room)?.0)
}

/// First those that have a date, by the index of dates; then those that have none, newest first.
fn by_due_date(
    connection: &mut Conn,
    asked: &Asked,
    descending: bool,
    window: Window,
    room: &mut Room,
) -> Result<Vec<Stored>, Fault> {
    let found = |which: &'static str| dialect::and_asked(asked, Statement::<BigInt>::new(which));
    let dated = found(dialect::DATED).sql(if descending {
        " ORDER BY due_date DESC, number DESC"
    } else {
        " ORDER BY due_date, number"
    });
    let mut items = fetch(connection, dated, window, room)?;
    let missing = window.limit - items.len() as u64;
    if missing > 0 && !room.is_cut() {
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
        items.extend(fetch(connection, undated, rest, room)?);
    }
    Ok(items)
}

/// One group after the other, until the page is full.
fn grouped(
    connection: &mut Conn,
    asked: &Asked,
    (first, rest): (Order, &[Order]),
    window: Window,
    room: &mut Room,
) -> Result<Vec<Stored>, Fault> {
    let mut groups = groups(first.key, &asked.filter);
    if first.descending {
        groups.reverse();
    }
    let mut left = window;
    let mut items = Vec::new();
    for filter in groups {
        if left.limit == 0 || room.is_cut() {
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
        let found = page(connection, &group, rest, left, room)?;
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
    room: &mut Room,
) -> Result<Vec<Stored>, Fault> {
    let places = places.limit(window.limit.cast_signed());
    let places = places.offset(window.offset.cast_signed());
    let places: Vec<i64> = places.load(connection)?;
    let rows = room.fill(&places, |some| load::at(connection, some))?;
    let rows = rows.into_iter().map(TicketRow::into_stored);
    Ok(rows.collect::<Result<_, _>>()?)
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
    let mut room = Room::default();
    let walked = walked(connection, asked, &query.order, window, &mut room)?;
    let sorted = sorted(connection, asked, &query.order, window, &mut room)?;
    let numbers = |items: Vec<Stored>| items.iter().map(|one| one.numbers.number).collect();
    Ok([numbers(walked), numbers(sorted)])
}
