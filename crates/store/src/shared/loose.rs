//! Comments and files by themselves: one by its own identity, or those of all tickets that a caller may see.
//!
//! All of them stand by ticket, in order of creation, and oldest first: for everything and for one account alike there is
//! an index that tells the tickets in that order, and one that tells what each of them has.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_domain::ids::TicketId;
use linedesk_ports::parts::{CommentCounts, CommentKey, FoundComment};
use linedesk_ports::queries::{COUNTED_EXACTLY, CommentView, Count, Items};
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::Attachment;

use super::counts::capped;
use super::written::views;
use super::{Conn, dialect};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::room::Room;
use crate::rows::ticket::TicketRow;
use crate::rows::ticket_parts::{AttachmentRow, CommentRow};
use crate::schema::{attachments, comments, tickets};
use crate::scope::sees;
use crate::statement::Statement;
use crate::types::{DbUuid, Key};

/// One comment.
pub(crate) fn comment(
    connection: &mut Conn,
    scope: Scope,
    key: CommentKey,
    internal: bool,
) -> Result<Option<FoundComment>, Fault> {
    let live = comments::table.filter(comments::deleted_at.is_null());
    let found = match key {
        CommentKey::Id(id) => live
            .filter(comments::id.eq(Key(id.0)))
            .select(CommentRow::as_select())
            .get_result(connection),
        CommentKey::Number(number) => live
            .filter(comments::seq.eq(number))
            .select(CommentRow::as_select())
            .get_result(connection),
    };
    let Some(row) = found.optional()?.filter(|row| internal || !row.is_internal) else {
        return Ok(None);
    };
    let ticket = tickets::table
        .find(row.ticket)
        .select(TicketRow::as_select());
    let ticket: TicketRow = ticket.get_result(connection)?;
    if !sees(scope, &ticket) {
        return Ok(None);
    }
    let family = HashMap::from([(ticket.place, TicketId(ticket.id.0))]);
    let found = views(connection, vec![row], &family, internal)?;
    Ok(found.into_iter().next().map(|view| FoundComment {
        view,
        ticket_number: ticket.number,
        ticket_version: ticket.version,
    }))
}

/// The comments of all tickets.
pub(crate) fn comments(
    connection: &mut Conn,
    scope: Scope,
    internal: bool,
    offset: u64,
    limit: u32,
) -> Result<Items<CommentView>, Fault> {
    let found = || of_tickets(scope, dialect::THEIR_COMMENTS, internal);
    let total = capped(connection, found())?;
    let seqs: Vec<i64> = window(found(), offset, limit).load(connection)?;
    if seqs.is_empty() {
        return Ok(nothing(total));
    }
    let mut room = Room::default();
    let rows = room.fill(&seqs, |seqs| {
        let rows: Vec<CommentRow> = comments::table
            .filter(comments::seq.eq_any(seqs))
            .select(CommentRow::as_select())
            .load(connection)?;
        let mut rows: HashMap<_, _> = rows.into_iter().map(|row| (row.seq, row)).collect();
        Ok(seqs.iter().filter_map(|seq| rows.remove(seq)).collect())
    })?;
    let mut places: Vec<_> = rows.iter().map(|row| row.ticket).collect();
    places.dedup();
    let family: Vec<(i64, Key)> = tickets::table
        .filter(tickets::place.eq_any(places))
        .select((tickets::place, tickets::id))
        .load(connection)?;
    let family = family
        .into_iter()
        .map(|(place, id)| (place, TicketId(id.0)));
    Ok(Items {
        items: views(connection, rows, &family.collect(), internal)?,
        total,
        ends_early: room.is_cut(),
    })
}

const fn nothing<T>(total: Count) -> Items<T> {
    Items {
        items: Vec::new(),
        total,
        ends_early: false,
    }
}

/// The files of all tickets.
pub(crate) fn files(
    connection: &mut Conn,
    scope: Scope,
    internal: bool,
    offset: u64,
    limit: u32,
) -> Result<Items<Attachment>, Fault> {
    let found = || of_tickets(scope, dialect::THEIR_FILES, internal);
    let total = capped(connection, found())?;
    let seqs: Vec<i64> = window(found(), offset, limit).load(connection)?;
    if seqs.is_empty() {
        return Ok(nothing(total));
    }
    let rows: Vec<(i64, AttachmentRow)> = attachments::table
        .filter(attachments::seq.eq_any(&seqs))
        .select((attachments::seq, AttachmentRow::as_select()))
        .load(connection)?;
    let mut rows: HashMap<i64, AttachmentRow> = rows.into_iter().collect();
    let items = seqs
        .iter()
        .filter_map(|seq| rows.remove(seq))
        .map(AttachmentRow::into_attachment)
        .collect::<Result<_, _>>()?;
    Ok(Items {
        items,
        total,
        ends_early: false,
    })
}

/// Parts of the tickets that a scope holds, by sequence. `theirs` joins them to the tickets `own` under the name `part`.
fn of_tickets(scope: Scope, theirs: &'static str, internal: bool) -> Statement<BigInt> {
    let own = Statement::<BigInt>::new("SELECT part.seq FROM tickets AS own");
    let own = match scope {
        Scope::Everything | Scope::Visitors(_) => own.sql(dialect::BY_PLACE),
        Scope::Account(_) | Scope::MadeBy { .. } => own.sql(dialect::BY_CUSTOMER),
    };
    let own = own.sql(theirs).sql(" WHERE own.deleted_at IS NULL");
    let own = match scope {
        Scope::Everything => own,
        Scope::Visitors(source) => own
            .sql(" AND own.created_by IS NULL AND own.source = ")
            .bind(source.code()),
        Scope::Account(account) => own.sql(" AND own.customer_id = ").bind(account.0),
        Scope::MadeBy { account, maker } => own
            .sql(" AND own.customer_id = ")
            .bind(account.0)
            .sql(" AND own.created_by = ")
            .bind(maker.0),
    };
    if internal {
        own
    } else {
        own.sql(dialect::NOT_INTERNAL)
    }
}

fn window(parts: Statement<BigInt>, offset: u64, limit: u32) -> Statement<BigInt> {
    let parts = parts.sql(" ORDER BY own.place, part.created_at, part.seq");
    parts.limit(limit.into()).offset(offset.cast_signed())
}

/// Tickets and those that were merged into them (`family`), by the ticket that one looks at (`root`).
fn families<S>(tickets: &[TicketId]) -> Statement<S> {
    let family = Statement::new(
        "WITH RECURSIVE family (root, id, place) AS (SELECT id, id, place FROM tickets WHERE deleted_at IS NULL",
    );
    family.and_in("id", tickets.iter().map(|id| id.0)).sql(
        " UNION SELECT family.root, merged.id, merged.place FROM family \
         JOIN tickets AS merged ON merged.merged_into = family.id WHERE merged.deleted_at IS NULL) ",
    )
}

/// The public comments of those tickets, newest first.
pub(crate) fn answers(
    connection: &mut Conn,
    tickets: &[TicketId],
    limit: u32,
) -> Result<HashMap<TicketId, Vec<i64>>, Fault> {
    let mut answers: HashMap<TicketId, Vec<i64>> = HashMap::new();
    if tickets.is_empty() {
        return Ok(answers);
    }
    let found = families::<(DbUuid, BigInt)>(tickets).sql(
        "SELECT family.root, comments.seq FROM family JOIN comments ON comments.ticket = family.place \
         WHERE comments.deleted_at IS NULL AND NOT comments.is_internal \
         ORDER BY comments.created_at DESC, comments.seq DESC",
    );
    let rows: Vec<(Key, i64)> = found.limit(limit.into()).load(connection)?;
    for (root, number) in rows {
        answers.entry(TicketId(root.0)).or_default().push(number);
    }
    Ok(answers)
}

/// How many comments each of those tickets and of those merged into it has, counted up to a limit each.
pub(crate) fn comment_counts(
    connection: &mut Conn,
    tickets: &[TicketId],
) -> Result<HashMap<TicketId, CommentCounts>, Fault> {
    let mut counts: HashMap<TicketId, CommentCounts> = HashMap::new();
    if tickets.is_empty() {
        return Ok(counts);
    }
    let most = COUNTED_EXACTLY.cast_signed();
    let counted = families::<(DbUuid, BigInt, BigInt)>(tickets)
        .sql(
            "SELECT root, (SELECT count(*) FROM (SELECT 1 FROM comments WHERE comments.ticket = family.place \
             AND deleted_at IS NULL AND NOT is_internal",
        )
        .limit(most)
        .sql(
            ") AS public), (SELECT count(*) FROM (SELECT 1 FROM comments WHERE comments.ticket = family.place \
             AND deleted_at IS NULL AND is_internal",
        )
        .limit(most)
        .sql(") AS internal) FROM family");
    let rows: Vec<(Key, i64, i64)> = counted.load(connection)?;
    for (root, public, internal) in rows {
        let all = counts.entry(TicketId(root.0)).or_default();
        all.public += public.unsigned_abs();
        all.internal += internal.unsigned_abs();
    }
    Ok(counts)
}
