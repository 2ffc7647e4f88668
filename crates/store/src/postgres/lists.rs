//! Lists of tickets: which index serves which question.
//!
//! | order | filter | way |
//! | --- | --- | --- |
//! | any | none | that order's index |
//! | creation | a span of time, or one status, customer or assignee | the table, or that column's index |
//! | creation, newest first | words that few tickets hold | the newest of those that were counted |
//! | any | few matches | the matches, sorted |
//! | any | many | that order's index, leaving out what does not match: matches are then dense |
//!
//! Matches that are many, but not where the order begins (a word of old tickets), are gathered and sorted after all:
//! the walk along the order ends after a few times the rows that should do.

mod asked;
mod walk;

use diesel::prelude::*;
use linedesk_ports::queries::{Cursor, SortKey, Start, Stored, TicketQuery};

pub(crate) use asked::Asked;

use super::counts::{count, newest};
use super::{Conn, load};
use crate::fault::Fault;
use crate::places::first_place;
use crate::room::Room;
use crate::rows::ticket::TicketRow;
use crate::schema::tickets;
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
    let newest = newest(connection, asked, page.sort, page.start, page.limit)?;
    let places = if let Some(places) = newest {
        places
    } else {
        let way = way(connection, asked, page)?;
        read(connection, asked, way, page)?
    };
    let mut rows = room.fill(&places, |some| load::at(connection, some))?;
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
///
/// Sorting reads all matches, walking reads so many rows that the page's part of the matches is among them, if those are
/// spread evenly. Each ticket with its columns lies on a page of its own; of words, nine lie on a page in order of
/// creation.
fn way(connection: &mut Conn, asked: &Asked, page: Page) -> Result<Way, Fault> {
    let by_place = page.sort.key == SortKey::CreatedAt;
    let is_plain = if by_place {
        asked.is_single_index()
    } else {
        !asked.is_narrow()
    };
    if is_plain {
        return Ok(Way::Order);
    }
    let found = count(connection, asked)?;
    if found.is_exact && found.n <= SORTED {
        return Ok(Way::Matches);
    }
    let last = tickets::table.select(tickets::number);
    let last: Option<i64> = last
        .order(tickets::number.desc())
        .first(connection)
        .optional()?;
    let all = last.unwrap_or_default().unsigned_abs();
    let wanted = page.wanted().unsigned_abs();
    let walked = wanted.saturating_mul(all) / found.n.max(1);
    let dear = if by_place { walked / 9 } else { walked };
    if found.is_exact && (found.n <= dear || all < MANY) {
        return Ok(Way::Matches);
    }
    Ok(Way::Walk(walked.saturating_mul(3).cast_signed()))
}

/// So few matches are sorted without another thought.
const SORTED: u64 = 500;
/// Of fewer tickets all matches are sorted, if they are not too many to be counted.
const MANY: u64 = 100_000;

/// Where a page starts: an offset, or a cursor with the ticket's place in it where the order is that of creation.
fn place_of(connection: &mut Conn, query: &TicketQuery) -> Result<Start, Fault> {
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
    let mut ways = vec![Way::Walk(30_000), Way::Matches];
    ways.extend(
        (query.sort.key == SortKey::CreatedAt && asked.is_single_index()).then_some(Way::Order),
    );
    let mut first: Option<Vec<i64>> = None;
    for way in ways {
        let places = read(connection, asked, way, page)?;
        let rows = load::at(connection, &places)?;
        let numbers: Vec<_> = rows.iter().map(|row| row.number).collect();
        assert_eq!(
            first.get_or_insert_with(|| numbers.clone()),
            &numbers,
            "{way:?} {query:?}"
        );
    }
    if let Some(places) = newest(connection, asked, page.sort, page.start, page.limit)? {
        let rows = load::at(connection, &places)?;
        let numbers: Vec<_> = rows.iter().map(|row| row.number).collect();
        assert_eq!(first.as_ref(), Some(&numbers), "gathered {query:?}");
    }
    Ok(())
}
