//! Lists of tickets: which index serves which question.
//!
//! | order | filter | way |
//! | --- | --- | --- |
//! | creation | none, a span of time, or one status, customer or assignee | the table, or that column's index |
//! | creation | statuses with priorities, categories or breach | the index of each status, where counters say that enough matches |
//! | creation | any other | the search index, newest (or oldest) first |
//! | any | overdue | the index of unresolved tickets by due time, where there are few; else as below |
//! | another | none | that order's index |
//! | another | at most 10,000 matches | the matches, sorted |
//! | another | more | that order's index, leaving out what does not match: matches are then dense |

mod asked;
mod walk;

use diesel::prelude::*;
use linedesk_ports::queries::{Cursor, SortKey, Start, Stored, TicketQuery};

pub(crate) use asked::Asked;

use super::Conn;
use super::counts::{capped, is_by_due_index, is_dense};
use crate::fault::Fault;
use crate::places::first_place;
use crate::room::Room;
use crate::rows::ticket::TicketRow;
use walk::{Page, Way, read};

/// A page of a list for which there is room, and where the next one begins.
pub(crate) fn list(
    connection: &mut Conn,
    asked: &Asked,
    query: &TicketQuery,
    room: &mut Room,
) -> Result<(Vec<Stored>, Option<Cursor>), Fault> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let page = Page {
        sort: query.sort,
        start: place_of(connection, query)?,
        // One more than asked for tells whether there is a next page.
        limit: i64::from(query.limit) + 1,
    };
    let way = way(connection, asked, query.sort.key)?;
    let mut rows = read(connection, asked, way, page, room)?;
    let more = rows.len() > limit || room.is_cut();
    rows.truncate(limit);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor(row, query.sort.key));
    let items = rows
        .into_iter()
        .map(TicketRow::into_stored)
        .collect::<Result<_, _>>()?;
    Ok((items, next))
}

/// The way to go.
fn way(connection: &mut Conn, asked: &Asked, key: SortKey) -> Result<Way, Fault> {
    if asked.filter.overdue == Some(true) && is_by_due_index(connection, asked)? {
        let few = capped(connection, asked.overdue_from_index())?.is_exact;
        return Ok(if few { Way::Overdue } else { Way::Order });
    }
    match key {
        SortKey::CreatedAt => Ok(match asked.single_index() {
            Some(index) => Way::Index(index),
            None if asked.is_of_statuses() && is_dense(connection, asked)? => Way::Statuses,
            None if asked.asks_search_index() => Way::Matches,
            None => Way::Order,
        }),
        SortKey::UpdatedAt | SortKey::Priority | SortKey::Due => {
            let few = asked.is_narrow() && capped(connection, asked.matches())?.is_exact;
            Ok(if few { Way::SortedMatches } else { Way::Order })
        }
    }
}

/// Where a page starts: an offset, or a cursor with the ticket's place in it where the order is that of creation.
fn place_of(connection: &mut Conn, query: &TicketQuery) -> Result<Start, Fault> {
    use crate::schema::tickets;
    match (query.start, query.sort.key) {
        (Start::After(Cursor { value, number }), SortKey::CreatedAt) => {
            let found = tickets::table
                .filter(tickets::number.eq(number))
                .select(tickets::place)
                .get_result(connection);
            let place = found.optional()?.unwrap_or_else(|| first_place(value));
            Ok(Start::After(Cursor {
                value: place,
                number,
            }))
        }
        (start, _) => Ok(start),
    }
}

fn cursor(row: &TicketRow, key: SortKey) -> Cursor {
    let value = match key {
        SortKey::CreatedAt => row.created_at.0.as_microsecond(),
        SortKey::UpdatedAt => row.updated_at.0.as_microsecond(),
        SortKey::Priority => i64::from(row.priority),
        SortKey::Due => row.due_at.map_or(i64::MAX, |due| due.0.as_microsecond()),
    };
    Cursor {
        value,
        number: row.number,
    }
}

/// Reads the page by every way that may serve it, and makes sure that all lead to the same tickets.
#[cfg(test)]
pub(crate) fn every_way(
    connection: &mut Conn,
    asked: &Asked,
    query: &TicketQuery,
) -> Result<(), Fault> {
    let page = Page {
        sort: query.sort,
        start: place_of(connection, query)?,
        limit: i64::from(query.limit),
    };
    let mut ways = vec![Way::Order, Way::SortedMatches];
    ways.extend((query.sort.key == SortKey::CreatedAt).then_some(Way::Matches));
    ways.extend(
        (asked.filter.overdue == Some(true) && asked.is_in_due_index()).then_some(Way::Overdue),
    );
    ways.extend(asked.single_index().map(Way::Index));
    let is_of_statuses = query.sort.key == SortKey::CreatedAt && asked.is_of_statuses();
    ways.extend(is_of_statuses.then_some(Way::Statuses));
    let mut first: Option<Vec<i64>> = None;
    for way in ways {
        let rows = read(connection, asked, way, page, &mut Room::default())?;
        let numbers: Vec<_> = rows.iter().map(|row| row.number).collect();
        assert_eq!(
            first.get_or_insert_with(|| numbers.clone()),
            &numbers,
            "{way:?} {query:?}"
        );
    }
    Ok(())
}
