//! A ticket with what belongs to it: comments, history, files, tickets beside it.

use std::collections::HashMap;

use diesel::prelude::*;
use linedesk_domain::ids::{TicketId, UserId};
use linedesk_domain::people::Actor;
use linedesk_domain::ticket::merge::Relation;
use linedesk_ports::directory::User;
use linedesk_ports::queries::{
    COUNTED_EXACTLY, CommentView, Count, DetailQuery, Entry, Items, Part, Related, TicketDetail, Why,
};
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::{Attachment, TicketKey};

use super::book::Books;
use super::{Conn, directory, lists, load};
use crate::fault::Fault;
use crate::rows::event::EventRow;
use crate::rows::ticket::TicketRow;
use crate::rows::ticket_parts::{AttachmentRow, CommentRow};
use crate::rows::{decoded, known};
use crate::schema::{attachments, comments, events, links, tickets};
use crate::types::Key;

/// Files shown with a ticket.
const FILES: u32 = 200;
/// Tickets shown beside a ticket.
const BESIDE: i64 = 50;

pub(crate) fn detail(
    connection: &mut Conn,
    books: &Books,
    scope: Scope,
    key: TicketKey,
    want: DetailQuery,
) -> Result<Option<TicketDetail>, Fault> {
    let Some(row) = load::row(connection, scope, key)? else { return Ok(None) };
    let family = family(connection, &row)?;
    let history = want.history.map(|n| entries(connection, row.place, want.internal, Part::Last(n))).transpose()?;
    let written = want.comments.map(|n| written(connection, &family, want.internal, Part::Last(n))).transpose()?;
    let files = attached(connection, &family, want.internal, Part::From { offset: 0, limit: FILES })?;
    let related = related(connection, scope, &row, want.internal)?;
    let ticket = row.into_stored()?;
    let data = &ticket.data;
    let customer = data.customer.map(|id| directory::customer(connection, id)).transpose()?.flatten();
    let service = data.service.map(|id| directory::service(connection, id)).transpose()?.flatten();
    let contact = data.contact.map(|id| directory::contact(connection, id)).transpose()?.flatten();
    let assignee = data.assignee.map(|id| directory::user(connection, id)).transpose()?.flatten();
    let team = data.team.map(|id| directory::team(connection, id)).transpose()?.flatten();
    let tier = customer.as_ref().and_then(|customer| customer.tier.clone());
    Ok(Some(TicketDetail {
        customer,
        service,
        contact,
        assignee,
        team,
        history,
        comments: written,
        attachments: files.items,
        related,
        tier,
        book: books.current(connection)?,
        ticket,
    }))
}

pub(crate) fn comments(
    connection: &mut Conn,
    scope: Scope,
    key: TicketKey,
    internal: bool,
    part: Part,
) -> Result<Option<Items<CommentView>>, Fault> {
    let Some(row) = load::row(connection, scope, key)? else { return Ok(None) };
    let family = family(connection, &row)?;
    written(connection, &family, internal, part).map(Some)
}

pub(crate) fn history(
    connection: &mut Conn,
    scope: Scope,
    key: TicketKey,
    internal: bool,
    part: Part,
) -> Result<Option<Items<Entry>>, Fault> {
    let Some(row) = load::row(connection, scope, key)? else { return Ok(None) };
    entries(connection, row.place, internal, part).map(Some)
}

pub(crate) fn files(
    connection: &mut Conn,
    scope: Scope,
    key: TicketKey,
    internal: bool,
    part: Part,
) -> Result<Option<Items<Attachment>>, Fault> {
    let Some(row) = load::row(connection, scope, key)? else { return Ok(None) };
    let family = family(connection, &row)?;
    attached(connection, &family, internal, part).map(Some)
}

/// The ticket and those that were merged into it, directly or not, by place.
fn family(connection: &mut Conn, row: &TicketRow) -> Result<HashMap<i64, TicketId>, Fault> {
    let mut all = HashMap::from([(row.place, TicketId(row.id.0))]);
    let mut open = vec![row.id];
    while let Some(id) = open.pop() {
        let merged = tickets::table.filter(tickets::merged_into.eq(id)).filter(tickets::deleted_at.is_null());
        for (place, id) in merged.select((tickets::place, tickets::id)).load::<(i64, Key)>(connection)? {
            // A ring of merges cannot be made, but must not hang a reader.
            if all.insert(place, TicketId(id.0)).is_none() {
                open.push(id);
            }
        }
    }
    Ok(all)
}

/// Where a part begins, how long it is, and whether it is read from the end.
const fn bounds(part: Part) -> (i64, i64, bool) {
    match part {
        Part::From { offset, limit } => (offset.cast_signed(), limit as i64, false),
        Part::Last(limit) => (0, limit as i64, true),
    }
}

fn total(n: i64) -> Count {
    let n = n.unsigned_abs();
    Count { n: n.min(COUNTED_EXACTLY), is_exact: n <= COUNTED_EXACTLY }
}

fn capped() -> i64 {
    COUNTED_EXACTLY.cast_signed() + 1
}

/// One table's rows of a family, in order of time, and how many there are.
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
        let counted = narrowed().select($table::seq).limit(capped()).load::<i64>($connection)?;
        let ordered = if from_end {
            narrowed().order(($table::created_at.desc(), $table::seq.desc()))
        } else {
            narrowed().order(($table::created_at.asc(), $table::seq.asc()))
        };
        let ordered = ordered.limit(limit).offset(offset).select(<$row>::as_select());
        let mut rows: Vec<$row> = ordered.load($connection)?;
        if from_end {
            rows.reverse();
        }
        (rows, total(i64::try_from(counted.len()).unwrap_or(i64::MAX)))
    }};
}

fn written(
    connection: &mut Conn,
    family: &HashMap<i64, TicketId>,
    internal: bool,
    part: Part,
) -> Result<Items<CommentView>, Fault> {
    let (rows, total) = of_family!(connection, comments, CommentRow, family, part, |query| {
        let live = query.filter(comments::deleted_at.is_null());
        if internal { live } else { live.filter(comments::is_internal.eq(false)) }
    });
    let mut files = files_of(connection, &rows, internal)?;
    let view = |row: CommentRow| {
        let ticket = known(family.get(&row.ticket).copied(), "comments", "ticket", &row.id.0)?;
        let files = files.remove(&row.id).unwrap_or_default();
        Ok((row.into_comment()?, ticket, files))
    };
    let found = rows.into_iter().map(view).collect::<Result<Vec<_>, Fault>>()?;
    let authors = names(connection, found.iter().filter_map(|(comment, ..)| comment.author))?;
    let view = |(comment, ticket, attachments): (linedesk_domain::ticket::comment::Comment, _, _)| {
        let author = comment.author.and_then(|id| authors.get(&id));
        CommentView {
            ticket,
            author_name: author.map(|user| user.display_name().to_owned()),
            author_role: author.map(|user| user.role),
            attachments,
            comment,
        }
    };
    Ok(Items { items: found.into_iter().map(view).collect(), total })
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
    let ids: Vec<Key> = rows.iter().map(|row| row.id).collect();
    let found = attachments::table.filter(attachments::comment_id.eq_any(ids)).into_boxed();
    let found = if internal { found } else { found.filter(attachments::is_internal.eq(false)) };
    for row in found.order(attachments::seq).select(AttachmentRow::as_select()).load(connection)? {
        if let Some(comment) = row.comment_id {
            files.entry(comment).or_default().push(row.into_attachment()?);
        }
    }
    Ok(files)
}

fn attached(
    connection: &mut Conn,
    family: &HashMap<i64, TicketId>,
    internal: bool,
    part: Part,
) -> Result<Items<Attachment>, Fault> {
    let (rows, total) = of_family!(connection, attachments, AttachmentRow, family, part, |query| {
        if internal { query } else { query.filter(attachments::is_internal.eq(false)) }
    });
    let items = rows.into_iter().map(AttachmentRow::into_attachment).collect::<Result<_, _>>()?;
    Ok(Items { items, total })
}

fn entries(connection: &mut Conn, place: i64, internal: bool, part: Part) -> Result<Items<Entry>, Fault> {
    let (offset, limit, from_end) = bounds(part);
    let narrowed = || {
        let of_ticket = events::table.filter(events::ticket.eq(place)).into_boxed();
        if internal { of_ticket } else { of_ticket.filter(events::is_staff.eq(false)) }
    };
    let counted = narrowed().select(events::sequence).limit(capped()).load::<i64>(connection)?;
    let ordered = if from_end {
        narrowed().order(events::sequence.desc())
    } else {
        narrowed().order(events::sequence.asc())
    };
    let mut rows = ordered.limit(limit).offset(offset).select(EventRow::as_select()).load(connection)?;
    if from_end {
        rows.reverse();
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, sequence) = (row.seq, row.sequence);
        let event = row.into_event()?;
        let event = if internal { Some(event) } else { event.for_customer() };
        found.extend(event.map(|event| (id, sequence, event)));
    }
    let actors = names(connection, found.iter().filter_map(|(.., event)| event.actor.user()))?;
    let entry = |(id, sequence, event): (i64, i64, linedesk_domain::event::Event)| {
        let actor_name = match event.actor {
            Actor::User { id, .. } => actors.get(&id).map(|user| user.display_name().to_owned()),
            Actor::Anonymous | Actor::System => None,
        };
        Entry { id, sequence, event, actor_name }
    };
    let total = total(i64::try_from(counted.len()).unwrap_or(i64::MAX));
    Ok(Items { items: found.into_iter().map(entry).collect(), total })
}

fn names(connection: &mut Conn, ids: impl Iterator<Item = UserId>) -> Result<HashMap<UserId, User>, Fault> {
    let users = directory::users_of(connection, ids.map(|id| Key(id.0)))?;
    Ok(users.into_iter().map(|user| (user.id, user)).collect())
}

/// Tickets beside one. Links are between staff.
fn related(connection: &mut Conn, scope: Scope, row: &TicketRow, internal: bool) -> Result<Vec<Related>, Fault> {
    let mut all: Vec<(Why, TicketRow)> = Vec::new();
    if let Some(into) = row.merged_into {
        let into = tickets::table.filter(tickets::id.eq(into)).select(TicketRow::as_select());
        all.extend(into.first(connection).optional()?.map(|found| (Why::ThisMergedInto, found)));
    }
    let merged = tickets::table.filter(tickets::merged_into.eq(row.id)).order(tickets::place).limit(BESIDE);
    let merged = merged.select(TicketRow::as_select()).load(connection)?;
    all.extend(merged.into_iter().map(|found| (Why::MergedIntoThis, found)));
    if internal {
        all.extend(linked(connection, row.place)?);
    }
    if let Some(service) = row.service_id {
        let same = tickets::table
            .filter(tickets::service_id.eq(service))
            .filter(tickets::deleted_at.is_null())
            .filter(tickets::resolved_at.is_null())
            .filter(tickets::place.ne(row.place));
        let same = same.order(tickets::place.desc()).limit(BESIDE).select(TicketRow::as_select());
        all.extend(same.load(connection)?.into_iter().map(|found| (Why::SameService, found)));
    }
    let shown = all.into_iter().filter(|(_, found)| lists::sees(scope, found));
    let related = |(why, found): (Why, TicketRow)| Ok(Related { ticket: found.into_stored()?, why });
    shown.take(usize::try_from(BESIDE).unwrap_or(usize::MAX)).map(related).collect()
}

fn linked(connection: &mut Conn, place: i64) -> Result<Vec<(Why, TicketRow)>, Fault> {
    let relation = |code: i16| decoded::<Relation>(code, "links", "relation", &place);
    let to = links::table
        .inner_join(tickets::table.on(tickets::place.eq(links::to_ticket)))
        .filter(links::from_ticket.eq(place))
        .order((links::created_at, links::to_ticket))
        .limit(BESIDE)
        .select((links::relation, TicketRow::as_select()));
    let from = links::table
        .inner_join(tickets::table.on(tickets::place.eq(links::from_ticket)))
        .filter(links::to_ticket.eq(place))
        .order((links::created_at, links::from_ticket))
        .limit(BESIDE)
        .select((links::relation, TicketRow::as_select()));
    let to: Vec<(i16, TicketRow)> = to.load(connection)?;
    let from: Vec<(i16, TicketRow)> = from.load(connection)?;
    let to = to.into_iter().map(|(code, row)| Ok((Why::LinkTo(relation(code)?), row)));
    let from = from.into_iter().map(|(code, row)| Ok((Why::LinkFrom(relation(code)?), row)));
    to.chain(from).collect()
}
