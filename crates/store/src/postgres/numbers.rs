//! Ticket numbers and labels, unique among all servers.
//!
//! They are taken in a transaction of their own, which does not wait for the disk: the row that counts is locked for
//! microseconds only, and not until the ticket is safe on disk. The order of the log makes that right: where a ticket's
//! commit has reached the disk, the earlier one that took its number has too. A ticket that fails afterwards leaves its
//! number out.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::sql_types::BigInt;
use jiff::civil::Date;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Numbers;

use super::Conn;
use crate::fault::Fault;
use crate::labels::{day_key, label};
use crate::statement::Statement;

/// Gives numbers out.
#[derive(Clone)]
pub(crate) struct Counter {
    pool: Pool<ConnectionManager<Conn>>,
}

impl Counter {
    /// On connections that do not wait for the disk.
    pub(crate) fn new(pool: Pool<ConnectionManager<Conn>>) -> Self {
        Self { pool }
    }

    /// Numbers for tickets of those days, in their order.
    pub(crate) fn take(&self, days: &[Date]) -> Result<Vec<Numbers>, Fault> {
        let mut wanted: HashMap<Date, i64> = HashMap::new();
        for day in days {
            *wanted.entry(*day).or_default() += 1;
        }
        let mut next = HashMap::with_capacity(wanted.len());
        for (day, n) in wanted {
            let (number, sequence) = self.reserve(day, n)?;
            next.insert(day, (number - n + 1, sequence - n + 1));
        }
        let take = |day: &Date| {
            next.get_mut(day).map(|(number, sequence)| {
                let taken = Numbers {
                    number: *number,
                    label: label(*day, *sequence),
                };
                *number += 1;
                *sequence += 1;
                taken
            })
        };
        Ok(days.iter().filter_map(take).collect())
    }

    /// The last of `n` numbers, and of `n` sequences of a day.
    fn reserve(&self, day: Date, n: i64) -> Result<(i64, i64), Fault> {
        let mut connection = self.pool.get().map_err(|error| {
            tracing::error!(%error, "no connection for ticket numbers");
            StoreError::Unavailable("no connection to the database")
        })?;
        let taken = Statement::<(BigInt, BigInt)>::new(
            "WITH of_day AS (INSERT INTO day_numbers (day, last) VALUES (",
        )
        .bind(day_key(day))
        .sql(", ")
        .bind(n)
        .sql(
            ") ON CONFLICT (day) DO UPDATE SET last = day_numbers.last + excluded.last RETURNING last), \
             of_all AS (UPDATE sequences SET value = value + ",
        )
        .bind(n)
        .sql(
            " WHERE name = 'ticket' RETURNING value) SELECT of_all.value, of_day.last FROM of_all, of_day",
        );
        Ok(taken.get_result(&mut connection)?)
    }
}
