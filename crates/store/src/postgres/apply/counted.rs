//! Changes of counts, gathered over a batch and appended by one statement each.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, SmallInt};

use crate::cached::Cached;
use crate::postgres::Conn;
use crate::postgres::counts::{DueSlot, due_slots};
use crate::rows::ticket::TicketRow;
use crate::slots::{Slot, slots};
use crate::types::{DbUuid, Key};

/// How counts change.
#[derive(Debug, Default)]
pub(super) struct Counted {
    tickets: HashMap<Slot, i64>,
    due: HashMap<DueSlot, i64>,
}

impl Counted {
    /// A ticket counts from now on (`by` 1) or no longer (−1) as that row.
    pub(super) fn add(&mut self, row: &TicketRow, by: i64) {
        slots(row).for_each(|slot| *self.tickets.entry(slot).or_default() += by);
        due_slots(row).for_each(|slot| *self.due.entry(slot).or_default() += by);
    }

    /// Appends the changes.
    pub(super) fn write(self, connection: &mut Conn) -> QueryResult<()> {
        let tickets: Vec<_> = self
            .tickets
            .into_iter()
            .filter(|(_, by)| *by != 0)
            .collect();
        if !tickets.is_empty() {
            let append = sql_query(
                "INSERT INTO ticket_count_changes (scope_kind, scope_id, status, priority, category, sla_state, n) \
                 SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)",
            );
            let append = append
                .bind::<Array<SmallInt>, _>(column(&tickets, |slot| slot.scope.kind()))
                .bind::<Array<DbUuid>, _>(column(&tickets, |slot| Key(slot.scope.id())))
                .bind::<Array<SmallInt>, _>(column(&tickets, |slot| slot.status))
                .bind::<Array<SmallInt>, _>(column(&tickets, |slot| slot.priority))
                .bind::<Array<SmallInt>, _>(column(&tickets, |slot| slot.category))
                .bind::<Array<SmallInt>, _>(column(&tickets, |slot| slot.sla_state))
                .bind::<Array<BigInt>, _>(tickets.iter().map(|(_, by)| *by).collect::<Vec<_>>());
            Cached(append).run(connection)?;
        }
        let due: Vec<_> = self.due.into_iter().filter(|(_, by)| *by != 0).collect();
        if !due.is_empty() {
            let append = sql_query(
                "INSERT INTO due_count_changes (scope_kind, scope_id, priority, category, day, n) \
                 SELECT * FROM unnest($1, $2, $3, $4, $5, $6)",
            );
            let append = append
                .bind::<Array<SmallInt>, _>(column(&due, |slot| slot.scope.kind()))
                .bind::<Array<DbUuid>, _>(column(&due, |slot| Key(slot.scope.id())))
                .bind::<Array<SmallInt>, _>(column(&due, |slot| slot.priority))
                .bind::<Array<SmallInt>, _>(column(&due, |slot| slot.category))
                .bind::<Array<BigInt>, _>(column(&due, |slot| slot.day))
                .bind::<Array<BigInt>, _>(due.iter().map(|(_, by)| *by).collect::<Vec<_>>());
            Cached(append).run(connection)?;
        }
        Ok(())
    }
}

fn column<S, T>(counts: &[(S, i64)], of: impl Fn(&S) -> T) -> Vec<T> {
    counts.iter().map(|(slot, _)| of(slot)).collect()
}
