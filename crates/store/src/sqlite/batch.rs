//! What the writer keeps in mind from one commit to the next: numbers given out and counts changed.
//!
//! A batch is written in one transaction. What a use case took is merged into the batch when it was written, and dropped
//! when it was not, so that numbers stay without gaps and counts true.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, SmallInt};
use jiff::civil::Date;

use super::counts::{ByPriority, Span};
use super::search::{Entry, IndexKey};
use super::{Conn, counts, search};
use crate::cached::Cached;
use crate::fault::Fault;
use crate::labels::{day_key, label};
use crate::schema::{day_numbers, sequences};
use crate::slots::Slot;
use crate::types::{DbUuid, Key};

/// One batch.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The last ticket number before the batch, once it was asked for.
    last_ticket: Option<i64>,
    /// The last sequence of each day before the batch, as far as asked for.
    last_of_day: HashMap<i64, i64>,
    /// Of the use cases that hold.
    kept: Taken,
    /// Of the use case that is being written.
    open: Taken,
}

#[derive(Debug, Default)]
struct Taken {
    tickets: i64,
    of_day: HashMap<i64, i64>,
    counts: HashMap<Slot, i64>,
    due: HashMap<Span, ByPriority>,
    /// What the search indexes will hold; `None`: nothing.
    entries: BTreeMap<IndexKey, Option<Entry>>,
    book_changed: bool,
    has_only_read: bool,
}

impl Batch {
    /// The next ticket number.
    pub(crate) fn next_ticket(&mut self, connection: &mut Conn) -> Result<i64, Fault> {
        let last = match self.last_ticket {
            Some(last) => last,
            None => sequences::table
                .find("ticket")
                .select(sequences::value)
                .get_result(connection)?,
        };
        self.last_ticket = Some(last);
        self.open.tickets += 1;
        Ok(last + self.kept.tickets + self.open.tickets)
    }

    /// The next label of a day.
    pub(crate) fn next_label(&mut self, connection: &mut Conn, day: Date) -> Result<String, Fault> {
        let key = day_key(day);
        let last = match self.last_of_day.get(&key) {
            Some(last) => *last,
            None => day_numbers::table
                .find(key)
                .select(day_numbers::last)
                .get_result(connection)
                .optional()?
                .unwrap_or(0),
        };
        self.last_of_day.insert(key, last);
        let open = self.open.of_day.entry(key).or_default();
        *open += 1;
        Ok(label(
            day,
            last + self.kept.of_day.get(&key).copied().unwrap_or(0) + *open,
        ))
    }

    /// Changes the count of tickets of one kind.
    pub(crate) fn count(&mut self, slot: Slot, by: i64) {
        let slots = [Some(slot), counts::of_all_categories(slot)];
        for slot in slots.into_iter().flatten() {
            *self.open.counts.entry(slot).or_default() += by;
        }
    }

    /// Changes the count of unresolved tickets that are due at one time.
    pub(crate) fn due(&mut self, changes: Vec<(Span, usize, i64)>) {
        for (span, place, by) in changes {
            let of_span = self.open.due.entry(span).or_default();
            if let Some(n) = of_span.get_mut(place) {
                *n += by;
            }
        }
    }

    /// Changes what a search index holds.
    ///
    /// It is written at the end of the batch: FTS5 writes all that it has gathered to disk whenever a savepoint is
    /// opened, which would cost as much for one ticket as for a hundred.
    pub(crate) fn index(&mut self, key: IndexKey, entry: Option<Entry>) {
        self.open.entries.insert(key, entry);
    }

    /// Notes that policies or calendars changed.
    pub(crate) fn book_changed(&mut self) {
        self.open.book_changed = true;
    }

    /// Notes that the open use case has written nothing yet, as long as it does not say otherwise.
    pub(crate) fn reads(&mut self) {
        self.open.has_only_read = true;
    }

    /// Notes that the open use case writes from here on.
    pub(crate) fn writes(&mut self) {
        self.open.has_only_read = false;
    }

    /// Whether the open use case may have written something.
    pub(crate) fn has_written(&self) -> bool {
        !self.open.has_only_read
    }

    /// What the open use case took holds.
    pub(crate) fn keep(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.kept.tickets += open.tickets;
        self.kept.book_changed |= open.book_changed;
        self.kept.entries.extend(open.entries);
        for (day, taken) in open.of_day {
            *self.kept.of_day.entry(day).or_default() += taken;
        }
        for (slot, by) in open.counts {
            *self.kept.counts.entry(slot).or_default() += by;
        }
        for (span, more) in open.due {
            let of_span = self.kept.due.entry(span).or_default();
            of_span.iter_mut().zip(more).for_each(|(n, by)| *n += by);
        }
    }

    /// What the open use case took is free again.
    pub(crate) fn drop_open(&mut self) {
        self.open = Taken::default();
    }

    /// Writes what the batch changed, as its last statements.
    pub(crate) fn flush(self, connection: &mut Conn) -> Result<(), Fault> {
        let Taken {
            tickets,
            of_day,
            counts,
            due,
            entries,
            book_changed,
            has_only_read: _,
        } = self.kept;
        if tickets > 0 {
            raise(connection, "ticket", tickets)?;
        }
        if book_changed {
            raise(connection, "book", 1)?;
        }
        for (day, taken) in of_day {
            let raise = sql_query(
                "INSERT INTO day_numbers (day, last) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET last = last + excluded.last",
            );
            Cached(raise.bind::<BigInt, _>(day).bind::<BigInt, _>(taken)).run(connection)?;
        }
        let mut counts: Vec<_> = counts.into_iter().filter(|(_, by)| *by != 0).collect();
        // In the order of the table, so that neighbours are written together.
        counts.sort_unstable_by_key(|(slot, _)| {
            (
                slot.scope.kind(),
                slot.scope.id(),
                slot.category,
                slot.status,
            )
        });
        counts
            .into_iter()
            .try_for_each(|(slot, by)| write_count(connection, slot, by))?;
        let mut due: Vec<_> = due.into_iter().filter(|(_, by)| *by != [0; 6]).collect();
        due.sort_unstable_by_key(|(span, _)| span.key());
        due.into_iter()
            .try_for_each(|(span, by)| counts::write_due(connection, span, by))?;
        Ok(entries
            .into_iter()
            .try_for_each(|(key, entry)| search::write(connection, key, entry.as_ref()))?)
    }
}

fn raise(connection: &mut Conn, name: &str, by: i64) -> QueryResult<()> {
    let row = diesel::update(sequences::table.find(name));
    Cached(row.set(sequences::value.eq(sequences::value + by))).run(connection)
}

fn write_count(connection: &mut Conn, slot: Slot, by: i64) -> Result<(), Fault> {
    let add = sql_query(
        "INSERT INTO ticket_counts (scope_kind, scope_id, status, priority, category, sla_state, n) \
         VALUES (?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (scope_kind, scope_id, category, status, priority, sla_state) DO UPDATE SET n = n + excluded.n",
    );
    Cached(
        add.bind::<SmallInt, _>(slot.scope.kind())
            .bind::<DbUuid, _>(Key(slot.scope.id()))
            .bind::<SmallInt, _>(slot.status)
            .bind::<SmallInt, _>(slot.priority)
            .bind::<SmallInt, _>(slot.category)
            .bind::<SmallInt, _>(slot.sla_state)
            .bind::<BigInt, _>(by),
    )
    .run(connection)?;
    if by < 0 {
        // A kind of which nothing is left takes no room.
        let empty = sql_query(
            "DELETE FROM ticket_counts WHERE scope_kind = ? AND scope_id = ? AND status = ? AND priority = ? \
             AND category = ? AND sla_state = ? AND n = 0",
        );
        Cached(
            empty
                .bind::<SmallInt, _>(slot.scope.kind())
                .bind::<DbUuid, _>(Key(slot.scope.id()))
                .bind::<SmallInt, _>(slot.status)
                .bind::<SmallInt, _>(slot.priority)
                .bind::<SmallInt, _>(slot.category)
                .bind::<SmallInt, _>(slot.sla_state),
        )
        .run(connection)?;
    }
    Ok(())
}
