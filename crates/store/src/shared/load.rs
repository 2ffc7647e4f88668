//! Loading tickets for decisions, and what belongs to them.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::result::Error;
use jiff::Timestamp;
use linedesk_domain::ids::{AttachmentId, CommentId, CustomerId, TicketId};
use linedesk_domain::sla::SlaBook;
use linedesk_ports::store::{Scope, StoreError};
use linedesk_ports::tickets::{Attachment, Due, Loaded, StoredComment, TicketKey};

use super::Conn;
use super::book::Books;
use crate::fault::Fault;
use crate::readable;
use crate::rows::ticket::TicketRow;
use crate::rows::ticket_parts::{AttachmentRow, CommentRow};
use crate::schema::{attachments, comments, customers, tickets};
use crate::scope::sees;
use crate::types::{At, Key};

/// A ticket's row, where the scope holds it.
pub(crate) fn row(
    connection: &mut Conn,
    scope: Scope,
    key: TicketKey,
) -> Result<Option<TicketRow>, Fault> {
    let found = match key {
        TicketKey::Id(id) => {
            let by_id = tickets::table
                .filter(tickets::id.eq(Key(id.0)))
                .select(TicketRow::as_select());
            by_id.get_result(connection).optional()?
        }
        TicketKey::Number(number) => {
            let by_number = tickets::table
                .filter(tickets::number.eq(number))
                .select(TicketRow::as_select());
            by_number.get_result(connection).optional()?
        }
    };
    Ok(found.filter(|row| sees(scope, row)))
}

/// The rows of tickets at some places, in the order of those.
pub(crate) fn at(connection: &mut Conn, places: &[i64]) -> Result<Vec<TicketRow>, Fault> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let found = tickets::table.filter(tickets::place.eq_any(places));
    let rows: Vec<TicketRow> = found.select(TicketRow::as_select()).load(connection)?;
    let mut rows: HashMap<i64, TicketRow> = rows.into_iter().map(|row| (row.place, row)).collect();
    Ok(places
        .iter()
        .filter_map(|place| rows.remove(place))
        .collect())
}

pub(crate) fn ticket(
    connection: &mut Conn,
    books: &Books,
    scope: Scope,
    key: TicketKey,
) -> Result<Option<Loaded>, Fault> {
    let Some(found) = row(connection, scope, key)? else {
        return Ok(None);
    };
    let book = books.current(connection)?;
    loaded(connection, found, &book, &mut HashMap::new()).map(Some)
}

pub(crate) fn tickets(
    connection: &mut Conn,
    books: &Books,
    scope: Scope,
    ids: &[TicketId],
) -> Result<Vec<Loaded>, Fault> {
    let book = books.current(connection)?;
    let mut tiers = HashMap::new();
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(found) = row(connection, scope, TicketKey::Id(*id))? {
            all.push(loaded(connection, found, &book, &mut tiers)?);
        }
    }
    Ok(all)
}

/// Tickets whose timer is due, earliest first, and the numbers of those that cannot be read.
pub(crate) fn due(
    connection: &mut Conn,
    books: &Books,
    now: Timestamp,
    limit: u32,
) -> Result<Due, Fault> {
    let book = books.current(connection)?;
    let due = || {
        tickets::table
            .filter(tickets::next_timer_at.le(At(now)))
            .order(tickets::next_timer_at.asc())
            .limit(limit.into())
    };
    let rows = readable::each(
        connection,
        |connection| {
            let rows: Vec<TicketRow> = due().select(TicketRow::as_select()).load(connection)?;
            Ok(rows.into_iter().map(|row| (row.number, row)).collect())
        },
        |connection| due().select(tickets::number).load(connection),
        |connection, number| {
            let one = tickets::table.filter(tickets::number.eq(number));
            one.select(TicketRow::as_select())
                .get_result(connection)
                .optional()
        },
    )?;
    let mut tiers = HashMap::new();
    let mut found = Due::default();
    for (number, row) in rows {
        let read = row.map(|row| loaded(connection, row, &book, &mut tiers));
        match read.transpose() {
            Ok(Some(ticket)) => found.tickets.push(ticket),
            Ok(None)
            | Err(
                Fault::Store(StoreError::Corrupt { .. })
                | Fault::Database(Error::DeserializationError(_)),
            ) => {
                readable::passed_over("tickets", &number);
                found.unreadable.push(number);
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(found)
}

/// Moves the timers of due tickets. Answers how many.
pub(crate) fn put_off(
    connection: &mut Conn,
    numbers: &[i64],
    now: Timestamp,
    until: Timestamp,
) -> Result<usize, Fault> {
    let due = tickets::table
        .filter(tickets::number.eq_any(numbers))
        .filter(tickets::next_timer_at.le(At(now)));
    Ok(diesel::update(due)
        .set(tickets::next_timer_at.eq(At(until)))
        .execute(connection)?)
}

fn loaded(
    connection: &mut Conn,
    row: TicketRow,
    book: &Arc<SlaBook>,
    tiers: &mut HashMap<CustomerId, Option<String>>,
) -> Result<Loaded, Fault> {
    let (ticket, numbers) = row.into_ticket()?;
    let customer = ticket.data().customer;
    if let Some(customer) = customer
        && !tiers.contains_key(&customer)
    {
        tiers.insert(customer, tier(connection, customer)?);
    }
    let tier = customer.and_then(|customer| tiers.get(&customer).cloned().flatten());
    Ok(Loaded {
        ticket,
        numbers,
        tier,
        book: Arc::clone(book),
    })
}

fn tier(connection: &mut Conn, customer: CustomerId) -> Result<Option<String>, Fault> {
    let found = customers::table
        .filter(customers::id.eq(Key(customer.0)))
        .select(customers::tier);
    Ok(found
        .get_result::<Option<String>>(connection)
        .optional()?
        .flatten())
}

pub(crate) fn comment(
    connection: &mut Conn,
    ticket: TicketId,
    id: CommentId,
) -> Result<Option<StoredComment>, Fault> {
    let place = tickets::table
        .filter(tickets::id.eq(Key(ticket.0)))
        .select(tickets::place)
        .get_result::<i64>(connection);
    let Some(place) = place.optional()? else {
        return Ok(None);
    };
    let found = comments::table
        .filter(comments::id.eq(Key(id.0)))
        .filter(comments::ticket.eq(place))
        .filter(comments::deleted_at.is_null());
    let row = found
        .select(CommentRow::as_select())
        .get_result(connection)
        .optional()?;
    let stored = |row: CommentRow| {
        Ok(StoredComment {
            number: row.seq,
            comment: row.into_comment()?,
        })
    };
    row.map(stored).transpose()
}

pub(crate) fn attachments(
    connection: &mut Conn,
    ids: &[AttachmentId],
) -> Result<Vec<Attachment>, Fault> {
    if super::FINDS_MANY_AT_ONCE {
        let keys: Vec<_> = ids.iter().map(|id| Key(id.0)).collect();
        let found = attachments::table
            .filter(attachments::id.eq_any(&keys))
            .select(AttachmentRow::as_select());
        let rows = found.load(connection)?;
        let mut files = rows
            .into_iter()
            .map(AttachmentRow::into_attachment)
            .collect::<Result<Vec<_>, _>>()?;
        files.sort_by_key(|file| ids.iter().position(|id| *id == file.id));
        return Ok(files);
    }
    let find = |id: &AttachmentId| {
        let found = attachments::table
            .filter(attachments::id.eq(Key(id.0)))
            .select(AttachmentRow::as_select());
        Ok(found
            .get_result(connection)
            .optional()?
            .map(AttachmentRow::into_attachment)
            .transpose()?)
    };
    ids.iter().map(find).filter_map(Result::transpose).collect()
}

/// Unattached files from before an instant, oldest first.
pub(crate) fn orphans(
    connection: &mut Conn,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<AttachmentId>, Fault> {
    let unattached = attachments::table.filter(attachments::ticket.is_null());
    let old = unattached
        .filter(attachments::created_at.lt(At(since)))
        .order(attachments::created_at.asc());
    let keys: Vec<Key> = old
        .limit(limit.into())
        .select(attachments::id)
        .load(connection)?;
    Ok(keys.into_iter().map(|key| AttachmentId(key.0)).collect())
}

/// Makes the timers of unresolved tickets due, by number. Answers the last number touched, `None` at the end.
pub(crate) fn rearm(
    connection: &mut Conn,
    after: i64,
    limit: u32,
    now: Timestamp,
) -> Result<Option<i64>, Fault> {
    let open = tickets::table
        .filter(tickets::deleted_at.is_null())
        .filter(tickets::resolved_at.is_null());
    let next = open
        .filter(tickets::number.gt(after))
        .order(tickets::number.asc())
        .limit(limit.into());
    let numbers: Vec<i64> = next.select(tickets::number).load(connection)?;
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
        return Ok(None);
    };
    let touched = tickets::table
        .filter(tickets::number.between(*first, *last))
        .filter(tickets::deleted_at.is_null())
        .filter(tickets::resolved_at.is_null());
    diesel::update(touched)
        .set(tickets::next_timer_at.eq(At(now)))
        .execute(connection)?;
    Ok(Some(*last))
}
