//! The log of events, read without passing one that may still appear.
//!
//! Events take their numbers in the order in which they are written and appear in the order in which their transactions
//! commit: a number that is missing may still come, or never will, since its transaction was rolled back. Which of the two
//! is known once every transaction has ended that was under way when a higher number was seen. For that, a transaction of
//! the reader's own takes an id after it saw the higher number. Whoever took a lower number had an id before, since it holds
//! its ticket by then, so that its id is lower; when no transaction with a lower id is left, what is missing is missing for
//! good. Nothing of this is stored: in a restored database ids of transactions are others.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_ports::outbox::{EventLog, LogPage, LogReader};
use linedesk_ports::store::StoreError;

use super::{Conn, Store, position};
use crate::cached::Cached;
use crate::fault::Fault;
use crate::readable;
use crate::room::{AT_ONCE, Room, Texts as _};
use crate::rows::logged::{ActorNames, Found, LoggedRow, Place};
use crate::schema::{events, tickets, users};
use crate::statement::Statement;

/// What all readers of this process know of missing numbers.
#[derive(Debug, Default)]
pub(crate) struct Gaps(Mutex<Known>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Known {
    /// Up to here, what is missing is missing for good.
    settled: i64,
    /// What will be settled next.
    open: Option<Open>,
}

/// Up to `seq` it will be settled, once every transaction with an id below `xid` has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    seq: i64,
    xid: i64,
}

impl Known {
    /// Takes in what a statement saw: `oldest` is the lowest transaction that was under way, `last` the highest number.
    fn settle(&mut self, oldest: i64, last: i64) {
        if last < self.settled {
            // Another database has taken the place of the one that this was known of.
            *self = Self::default();
        }
        if let Some(open) = self.open
            && open.xid <= oldest
        {
            self.settled = self.settled.max(open.seq);
            self.open = None;
        }
    }

    /// A number up to `seq` is missing, and a transaction that began after that was seen has the id `xid`.
    fn note(&mut self, seq: i64, xid: i64) {
        match self.open {
            // Ids only rise, unless another database has taken the place of the one that this was known of.
            Some(open) if xid < open.xid => {
                *self = Self {
                    settled: 0,
                    open: Some(Open { seq, xid }),
                };
            }
            Some(_) => {}
            None => self.open = Some(Open { seq, xid }),
        }
    }
}

impl Gaps {
    fn known<T>(&self, with: impl FnOnce(&mut Known) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An event's row, who did it, the statement's oldest transaction, the highest number it sees.
type Seen = (LoggedRow, Option<ActorNames>, i64, Option<i64>);
/// A number, the statement's oldest transaction, the highest number it sees.
type Key = (i64, i64, Option<i64>);

#[async_trait]
impl EventLog for Store {
    async fn events_after(&self, after: i64, limit: u32) -> Result<LogPage, StoreError> {
        let gaps = self.gaps();
        self.read(move |connection| pages(connection, &gaps, after, limit))
            .await
    }

    async fn end(&self) -> Result<i64, StoreError> {
        self.read(position::end).await
    }

    async fn position(&self, reader: LogReader) -> Result<i64, StoreError> {
        self.read(move |connection| position::position(connection, reader))
            .await
    }
}

/// A few events at a time, as long as there is room.
fn pages(connection: &mut Conn, gaps: &Gaps, after: i64, limit: u32) -> Result<LogPage, Fault> {
    let mut all = LogPage {
        events: Vec::new(),
        next: after,
        ends_early: false,
    };
    let mut room = Room::default();
    let mut left = limit;
    while left > 0 {
        if room.is_full() {
            all.ends_early = true;
            break;
        }
        let wanted = left.min(u32::try_from(AT_ONCE).unwrap_or(left));
        let (found, is_last) = page(connection, gaps, all.next, wanted, &mut room)?;
        left -= wanted;
        all.next = found.next;
        all.ends_early = found.ends_early;
        all.events.extend(found.events);
        if is_last {
            break;
        }
    }
    Ok(all)
}

/// The next places, and whether there are no more for now.
fn page(
    connection: &mut Conn,
    gaps: &Gaps,
    after: i64,
    limit: u32,
    room: &mut Room,
) -> Result<(LogPage, bool), Fault> {
    // Read before the rows: what is settled later may be settled by rows that these do not hold yet.
    let before = gaps.known(|known| known.settled);
    let rows = places(connection, after, limit)?;
    let mut read = LogPage {
        events: Vec::with_capacity(rows.len()),
        next: after,
        ends_early: false,
    };
    let Some((oldest, last)) = rows
        .first()
        .map(|((seq, oldest, last), _)| (*oldest, last.unwrap_or(*seq)))
    else {
        return Ok((read, true));
    };
    let mut is_last = rows.len() < limit as usize;
    let settled = gaps.known(|known| settled_for(known, before, oldest, last));
    for ((seq, ..), found) in rows {
        if seq > read.next + 1 && seq - 1 > settled {
            let own = "SELECT pg_current_xact_id()::text::bigint";
            let xid = Statement::<BigInt>::new(own).get_result(connection)?;
            gaps.known(|known| known.note(last, xid));
            is_last = true;
            break;
        }
        if room.is_full() {
            read.ends_early = true;
            is_last = true;
            break;
        }
        let place = Place { seq, found };
        room.note(place.texts());
        read.next = seq;
        read.events.extend(place.into_logged());
    }
    Ok((read, is_last))
}

fn places(connection: &mut Conn, after: i64, limit: u32) -> QueryResult<Vec<(Key, Option<Found>)>> {
    let joined = || {
        events::table
            .inner_join(tickets::table.on(tickets::place.eq(events::ticket)))
            .left_join(users::table.on(events::actor_id.eq(users::id.nullable())))
    };
    let next = || {
        joined()
            .filter(events::seq.gt(after))
            .order(events::seq)
            .limit(i64::from(limit))
    };
    let oldest = || sql::<BigInt>("pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
    let last = || sql::<diesel::sql_types::Nullable<BigInt>>("(SELECT max(seq) FROM events)");
    let actor = || (users::name, users::username).nullable();
    readable::each(
        connection,
        |connection| {
            let columns = (LoggedRow::as_select(), actor(), oldest(), last());
            let rows: Vec<Seen> = Cached(next().select(columns)).load(connection)?;
            let keyed =
                |(row, actor, oldest, last): Seen| ((row.event.seq, oldest, last), (row, actor));
            Ok(rows.into_iter().map(keyed).collect())
        },
        |connection| {
            let columns = (events::seq, oldest(), last());
            next().select(columns).load(connection)
        },
        |connection, (seq, ..)| {
            let one = joined().filter(events::seq.eq(seq));
            one.select((LoggedRow::as_select(), actor()))
                .get_result(connection)
                .optional()
        },
    )
}

/// What is settled for the rows of a statement: what was settled before it began, and what its own oldest transaction
/// settles.
fn settled_for(known: &mut Known, before: i64, oldest: i64, last: i64) -> i64 {
    let own = known.open.filter(|open| open.xid <= oldest);
    known.settle(oldest, last);
    if known.settled < before {
        // Begun anew in the meantime.
        return 0;
    }
    own.map_or(before, |open| before.max(open.seq))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_settled_once_every_older_transaction_has_ended() {
        let mut known = Known::default();
        known.settle(90, 12);
        known.note(12, 100);
        known.settle(99, 15);
        assert_eq!(known.settled, 0, "99 may have the number");
        known.settle(100, 15);
        assert_eq!((known.settled, known.open), (12, None));
        known.note(20, 120);
        known.note(30, 140);
        known.settle(120, 30);
        assert_eq!(known.settled, 20, "the first one counts");
    }

    #[test]
    fn what_a_later_statement_settled_does_not_count_for_rows_read_before() {
        let mut known = Known::default();
        known.note(12, 100);
        // This one read its rows while 99 was under way; another one came later and overtook it.
        let before = known.settled;
        known.settle(100, 15);
        assert_eq!(settled_for(&mut known, before, 99, 12), 0);
        let before = known.settled;
        assert_eq!(settled_for(&mut known, before, 99, 15), 12);
    }

    #[test]
    fn nothing_is_settled_any_more_in_another_database() {
        let mut known = Known::default();
        known.note(1_000, 5_000);
        known.settle(5_000, 1_000);
        assert_eq!(
            settled_for(&mut known, 1_000, 7, 40),
            0,
            "numbers went back"
        );
        known.note(1_000, 5_000);
        known.note(50, 60);
        assert_eq!(known.open, Some(Open { seq: 50, xid: 60 }));
    }
}
