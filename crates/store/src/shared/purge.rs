//! Taking away for good: deleted tickets with all that belongs to them, and files that nothing refers to any more.
//!
//! What belongs to a ticket goes first, so many rows at a time, and the ticket's own row last: nobody sees a deleted ticket,
//! so nobody sees one that is half gone, and who stops in between leaves no row without its ticket.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};
use jiff::Timestamp;
use linedesk_domain::ids::{AttachmentId, TicketId};
use linedesk_domain::ticket::purge::Remains;
use linedesk_ports::purge::{DeletedTicket, Purged, Turn};

use super::Conn;
use super::dialect::{AMONG, KEEP_NUMBERS, SKIP_LOCKED};
use crate::cached::Cached;
use crate::fault::Fault;
use crate::schema::{attachments, discarded_files};
use crate::statement::Statement;
use crate::types::{At, DbTime, DbUuid, Key};

/// Rows that go in one transaction, not counting links, which are made by hand, and the tickets' own: others wait for it.
const ROWS: i64 = 2_000;

/// Tickets that were deleted at or before `until`, in that order.
pub(crate) fn deleted(
    connection: &mut Conn,
    until: Timestamp,
    behind: Option<Turn>,
    limit: u32,
) -> Result<Vec<DeletedTicket>, Fault> {
    type Row = (Key, i64, At, Option<i64>, bool, bool);
    // One look at an index for each: a limit keeps the planner from reading all of a table at once instead.
    let list = Statement::<(DbUuid, BigInt, DbTime, Nullable<BigInt>, Bool, Bool)>::new(
        "SELECT id, place, deleted_at, \
         (SELECT seq FROM events WHERE events.ticket = tickets.place ORDER BY sequence DESC LIMIT 1), \
         COALESCE((SELECT TRUE FROM analytics_rows WHERE analytics_rows.ticket = tickets.place LIMIT 1), FALSE), \
         COALESCE((SELECT TRUE FROM tickets AS merged WHERE merged.merged_into = tickets.id \
         AND merged.deleted_at IS NOT NULL LIMIT 1), FALSE) \
         FROM tickets WHERE deleted_at IS NOT NULL AND deleted_at <= ",
    );
    let list = list.bind(until);
    let list = match behind {
        Some(Turn { deleted_at, place }) => list
            .sql(" AND (deleted_at, place) > (")
            .bind(deleted_at)
            .sql(", ")
            .bind(place)
            .sql(")"),
        None => list,
    };
    let list = list
        .sql(" ORDER BY deleted_at, place")
        .limit(i64::from(limit));
    let rows: Vec<Row> = list.load(connection)?;
    let found = |(id, place, deleted_at, last_event, is_counted, is_target): Row| DeletedTicket {
        id: TicketId(id.0),
        place,
        remains: Remains {
            deleted_at: deleted_at.0,
            last_event,
            is_counted,
            is_target,
        },
    };
    Ok(rows.into_iter().map(found).collect())
}

/// Takes tickets away, or as much of them as one transaction may.
pub(crate) fn purge(
    connection: &mut Conn,
    tickets: &[TicketId],
    until: Timestamp,
) -> Result<Purged, Fault> {
    let (places, ids) = held(connection, tickets, until)?;
    if places.is_empty() {
        return Ok(Purged {
            is_all: true,
            ..Purged::default()
        });
    }
    let mut going = Going {
        connection,
        places,
        left: ROWS,
    };
    let is_all = going.parts(&ids)?;
    let rows = ROWS - going.left;
    let mut purged = Purged {
        tickets: 0,
        rows: rows.unsigned_abs(),
        is_all,
    };
    if is_all {
        purged.rows += going.links()?;
        purged.tickets = going.own_rows()?;
    }
    Ok(purged)
}

/// Those of the tickets that can go, by place and by id, held until the transaction ends. What somebody else changes at the
/// moment can go another time.
fn held(
    connection: &mut Conn,
    tickets: &[TicketId],
    until: Timestamp,
) -> Result<(Vec<i64>, Vec<Key>), Fault> {
    if tickets.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let hold = Statement::<(BigInt, DbUuid)>::new(
        "SELECT place, id FROM tickets WHERE deleted_at IS NOT NULL AND deleted_at <= ",
    );
    let hold = hold
        .bind(until)
        .and_in("id", tickets.iter().map(|id| id.0))
        .sql(
            " AND (SELECT TRUE FROM tickets AS merged WHERE merged.merged_into = tickets.id LIMIT 1) IS NULL \
             ORDER BY place",
        )
        .sql(SKIP_LOCKED);
    let rows: Vec<(i64, Key)> = hold.load(connection)?;
    Ok(rows.into_iter().unzip())
}

/// Tickets that are on their way out.
struct Going<'a> {
    connection: &'a mut Conn,
    places: Vec<i64>,
    /// Rows that may still go in this transaction.
    left: i64,
}

impl Going<'_> {
    /// What belongs to them, as far as there is room. Answers whether that was all.
    fn parts(&mut self, ids: &[Key]) -> Result<bool, Fault> {
        let places = self.places.clone();
        let places = || places.iter().copied();
        Ok(self.rows("outbox", "id", "ticket", places())?
            && self.rows(
                "digest_letters",
                "id",
                "ticket_id",
                ids.iter().map(|id| id.0),
            )?
            && self.files()?
            && self.comments(places())?
            && self.rows("events", "seq", "ticket", places())?)
    }

    /// The rows of a table that belong to them, found by `column`, named by `key`.
    fn rows<V: Into<crate::statement::Value>>(
        &mut self,
        table: &'static str,
        key: &'static str,
        column: &'static str,
        values: impl Iterator<Item = V>,
    ) -> Result<bool, Fault> {
        let go = Statement::<BigInt>::new("DELETE FROM ")
            .sql(table)
            .sql(" WHERE ")
            .sql(key)
            .sql(AMONG.0)
            .sql("SELECT ")
            .sql(key)
            .sql(" FROM ")
            .sql(table)
            .sql(" WHERE TRUE")
            .and_in(column, values)
            .limit(self.left)
            .sql(AMONG.1)
            .sql(" RETURNING ")
            .sql(key);
        let gone: Vec<i64> = go.load(self.connection)?;
        Ok(self.take(gone.len()))
    }

    /// Notes that so many rows are gone. Answers whether there is room for more.
    fn take(&mut self, rows: usize) -> bool {
        self.left -= i64::try_from(rows).unwrap_or(i64::MAX);
        self.left > 0
    }

    /// Their files' rows. It is noted that the bytes are to go.
    fn files(&mut self) -> Result<bool, Fault> {
        let some = attachments::table
            .filter(attachments::ticket.eq_any(&self.places))
            .limit(self.left)
            .select((attachments::seq, attachments::id));
        let files: Vec<(i64, Key)> = some.load(self.connection)?;
        for (seq, id) in &files {
            discard(self.connection, *id)?;
            let row = attachments::table.filter(attachments::seq.eq(*seq));
            Cached(diesel::delete(row)).run(self.connection)?;
        }
        Ok(self.take(files.len()))
    }

    /// Their comments, whose numbers are not given again.
    fn comments(&mut self, places: impl Iterator<Item = i64>) -> Result<bool, Fault> {
        if let Some(keep) = KEEP_NUMBERS {
            let _kept: Vec<i64> = Statement::<BigInt>::new(keep).load(self.connection)?;
        }
        self.rows("comments", "seq", "ticket", places)
    }

    /// Links from them and to them.
    fn links(&mut self) -> Result<u64, Fault> {
        let mut rows = 0;
        for column in ["from_ticket", "to_ticket"] {
            let go = Statement::<BigInt>::new("DELETE FROM links WHERE TRUE")
                .and_in(column, self.places.iter().copied())
                .sql(" RETURNING from_ticket");
            let gone: Vec<i64> = go.load(self.connection)?;
            rows += gone.len() as u64;
        }
        Ok(rows)
    }

    /// They themselves.
    fn own_rows(&mut self) -> Result<u64, Fault> {
        let go = Statement::<BigInt>::new("DELETE FROM tickets WHERE TRUE")
            .and_in("place", self.places.iter().copied())
            .sql(" RETURNING place");
        let gone: Vec<i64> = go.load(self.connection)?;
        Ok(gone.len() as u64)
    }
}

/// Notes that a file's bytes are to go.
pub(crate) fn discard(connection: &mut Conn, file: Key) -> Result<(), Fault> {
    let note = diesel::insert_into(discarded_files::table)
        .values(discarded_files::id.eq(file))
        .on_conflict_do_nothing();
    Ok(Cached(note).run(connection)?)
}

/// Files whose bytes are to go.
pub(crate) fn discarded(
    connection: &mut Conn,
    behind: Option<AttachmentId>,
    limit: u32,
) -> Result<Vec<AttachmentId>, Fault> {
    let behind = Key(behind.map_or_else(uuid::Uuid::nil, |id| id.0));
    let keys: Vec<Key> = discarded_files::table
        .filter(discarded_files::id.gt(behind))
        .order(discarded_files::id)
        .limit(limit.into())
        .select(discarded_files::id)
        .load(connection)?;
    Ok(keys.into_iter().map(|key| AttachmentId(key.0)).collect())
}

/// Forgets files whose bytes are gone.
pub(crate) fn forget_discarded(connection: &mut Conn, files: &[AttachmentId]) -> Result<(), Fault> {
    for id in files {
        let row = discarded_files::table.filter(discarded_files::id.eq(Key(id.0)));
        Cached(diesel::delete(row)).run(connection)?;
    }
    Ok(())
}
