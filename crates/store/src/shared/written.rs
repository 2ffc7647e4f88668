//! Comments, files and history of a ticket, page by page.

use std::collections::HashMap;

use diesel::prelude::*;
use linedesk_domain::event::Event;
use linedesk_domain::ids::{TicketId, UserId};
use linedesk_domain::people::Actor;
use linedesk_domain::ticket::comment::Comment;
use linedesk_ports::directory::User;
use linedesk_ports::queries::{COUNTED_EXACTLY, CommentView, Count, Entry, Items, Part};
use linedesk_ports::tickets::Attachment;

use super::{Conn, directory};
use crate::cached::Cached;
use crate::fault::Fault;
use crate::room::Room;
use crate::rows::event::EventRow;
use crate::rows::known;
use crate::rows::ticket_parts::{AttachmentRow, CommentRow};
use crate::schema::{attachments, comments, events};
use crate::types::Key;

/// Where a part begins, how long it is, and whether it is read from the end.
const fn bounds(part: Part) -> (i64, usize, bool) {
    match part {
        Part::From { offset, limit } => (offset.cast_signed(), limit as usize, false),
        Part::Last(limit) => (0, limit as usize, true),
    }
}

fn wide(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn total(n: i64) -> Count {
    let n = n.unsigned_abs();
    Count {
        n: n.min(COUNTED_EXACTLY),
        is_exact: n <= COUNTED_EXACTLY,
    }
}

fn capped() -> i64 {
    COUNTED_EXACTLY.cast_signed() + 1
}

/// One table's rows of a family for which there is room, in order of time, how many there are, and whether some were left out
/// for want of room.
macro_rules! of_family {
    ($connection:expr, $table:ident, $row:ty, $family:expr, $part:expr, |$query:ident| $narrowed:expr) => {{
        let (offset, limit, from_end) = bounds($part);
        let places: Vec<i64> = $family.keys().copied().collect();
        let narrowed = || {
            let $query = $table::table.into_boxed();
            let $query = match places.as_slice() {
                // The usual case, which can be kept prepared.
                [only] => $query.filter($table::ticket.eq(*only)),
                all => $query.filter($table::ticket.eq_any(all.to_vec())),
            };
            $narrowed
        };
        let counted = narrowed()
            .select($table::seq)
            .limit(capped())
            .load::<i64>($connection)?;
        let mut room = Room::default();
        let mut rows = room.fill_by_offset(limit, |read, limit| {
            let ordered = if from_end {
                narrowed().order(($table::created_at.desc(), $table::seq.desc()))
            } else {
                narrowed().order(($table::created_at.asc(), $table::seq.asc()))
            };
            let some = ordered
                .limit(wide(limit))
                .offset(offset + wide(read))
                .select(<$row>::as_select());
            Ok(some.load($connection)?)
        })?;
        if from_end {
            rows.reverse();
        }
        (rows, total(wide(counted.len())), room.is_cut())
    }};
}

/// Comments of a ticket and of those merged into it (`family`, by place).
pub(crate) fn written(
    connection: &mut Conn,
    family: &HashMap<i64, TicketId>,
    internal: bool,
    part: Part,
) -> Result<Items<CommentView>, Fault> {
    let (rows, total, ends_early) =
        of_family!(connection, comments, CommentRow, family, part, |query| {
            let live = query.filter(comments::deleted_at.is_null());
            if internal {
                live
            } else {
                live.filter(comments::is_internal.eq(false))
            }
        });
    Ok(Items {
        items: views(connection, rows, family, internal)?,
        total,
        ends_early,
    })
}

/// Comments of the tickets in `family`, with what goes with them.
pub(crate) fn views(
    connection: &mut Conn,
    rows: Vec<CommentRow>,
    family: &HashMap<i64, TicketId>,
    internal: bool,
) -> Result<Vec<CommentView>, Fault> {
    let mut files = files_of(connection, &rows, internal)?;
    let view = |row: CommentRow| {
        let ticket = known(
            family.get(&row.ticket).copied(),
            "comments",
            "ticket",
            &row.id.0,
        )?;
        let files = files.remove(&row.id).unwrap_or_default();
        let number = row.seq;
        Ok((row.into_comment()?, number, ticket, files))
    };
    let found = rows
        .into_iter()
        .map(view)
        .collect::<Result<Vec<_>, Fault>>()?;
    let authors = names(
        connection,
        found.iter().filter_map(|(comment, ..)| comment.author),
    )?;
    let view = |(comment, number, ticket, attachments): (Comment, _, _, _)| {
        let author = comment.author.and_then(|id| authors.get(&id));
        CommentView {
            ticket,
            author_name: author.map(|user| user.display_name().to_owned()),
            author_role: author.map(|user| user.role),
            attachments,
            comment,
            number,
        }
    };
    Ok(found.into_iter().map(view).collect())
}

/// Files that came with comments.
fn files_of(
    connection: &mut Conn,
    rows: &[CommentRow],
    internal: bool,
) -> Result<HashMap<Key, Vec<Attachment>>, Fault> {
    let mut files: HashMap<Key, Vec<Attachment>> = HashMap::new();
    if rows.is_empty() {
        return Ok(files);
    }
    let mut ids: Vec<Key> = rows.iter().map(|row| row.id).collect();
    // Filled up with one that is there already: so the statement has few lengths, and stays prepared.
    if let Some(last) = ids.last().copied() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    let found = attachments::table
        .filter(attachments::comment_id.eq_any(ids))
        .into_boxed();
    let found = if internal {
        found
    } else {
        found.filter(attachments::is_internal.eq(false))
    };
    let found = found
        .order(attachments::seq)
        .select(AttachmentRow::as_select());
    for row in Cached(found).load::<AttachmentRow>(connection)? {
        if let Some(comment) = row.comment_id {
            files
                .entry(comment)
                .or_default()
                .push(row.into_attachment()?);
        }
    }
    Ok(files)
}

/// Their files.
pub(crate) fn attached(
    connection: &mut Conn,
    family: &HashMap<i64, TicketId>,
    internal: bool,
    part: Part,
) -> Result<Items<Attachment>, Fault> {
    let (rows, total, ends_early) = of_family!(
        connection,
        attachments,
        AttachmentRow,
        family,
        part,
        |query| {
            if internal {
                query
            } else {
                query.filter(attachments::is_internal.eq(false))
            }
        }
    );
    let items = rows
        .into_iter()
        .map(AttachmentRow::into_attachment)
        .collect::<Result<_, _>>()?;
    Ok(Items {
        items,
        total,
        ends_early,
    })
}

/// A ticket's own history.
pub(crate) fn entries(
    connection: &mut Conn,
    place: i64,
    internal: bool,
    part: Part,
) -> Result<Items<Entry>, Fault> {
    let (offset, limit, from_end) = bounds(part);
    let narrowed = || {
        let of_ticket = events::table.filter(events::ticket.eq(place)).into_boxed();
        if internal {
            of_ticket
        } else {
            of_ticket.filter(events::is_staff.eq(false))
        }
    };
    let counted = narrowed()
        .select(events::sequence)
        .limit(capped())
        .load::<i64>(connection)?;
    let mut room = Room::default();
    let mut rows = room.fill_by_offset(limit, |read, limit| {
        let ordered = if from_end {
            narrowed().order(events::sequence.desc())
        } else {
            narrowed().order(events::sequence.asc())
        };
        let some = ordered.limit(wide(limit)).offset(offset + wide(read));
        Ok(some.select(EventRow::as_select()).load(connection)?)
    })?;
    if from_end {
        rows.reverse();
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, sequence) = (row.seq, row.sequence);
        let event = row.into_event()?;
        let event = if internal {
            Some(event)
        } else {
            event.for_customer()
        };
        found.extend(event.map(|event| (id, sequence, event)));
    }
    let actors = names(
        connection,
        found.iter().filter_map(|(.., event)| event.actor.user()),
    )?;
    let entry = |(id, sequence, event): (i64, i64, Event)| {
        let actor_name = match event.actor {
            Actor::User { id, .. } => actors.get(&id).map(|user| user.display_name().to_owned()),
            Actor::Anonymous | Actor::System => None,
        };
        Entry {
            id,
            sequence,
            event,
            actor_name,
        }
    };
    Ok(Items {
        items: found.into_iter().map(entry).collect(),
        total: total(wide(counted.len())),
        ends_early: room.is_cut(),
    })
}

fn names(
    connection: &mut Conn,
    ids: impl Iterator<Item = UserId>,
) -> Result<HashMap<UserId, User>, Fault> {
    let users = directory::users_of(connection, ids.map(|id| Key(id.0)))?;
    Ok(users.into_iter().map(|user| (user.id, user)).collect())
}
