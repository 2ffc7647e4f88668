//! Adds the changes of counts to the counts, again and again, while the store is open.
//!
//! Any server may do it, and one at a time does: the others find the lock taken and come back later. Until changes are
//! folded they are summed by whoever counts, so that nothing is ever miscounted, only the sum takes longer.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::sql_types::Bool;

use super::Conn;
use crate::statement::Statement;

/// How often.
const EVERY: Duration = Duration::from_secs(1);

/// Under which no other server folds.
const LOCK: &str = "SELECT pg_try_advisory_xact_lock(5499063870283411313)";

/// One statement for each table, so that what is taken away is exactly what is added. A count of nothing takes no room.
/// Those of all categories, and those of all priorities that are due on a day (0), are added up here.
const FOLD: [&str; 4] = [
    "WITH taken AS (DELETE FROM ticket_count_changes RETURNING *), \
     sums AS (SELECT scope_kind, scope_id, status, priority, category, sla_state, sum(n)::bigint AS n FROM taken \
     GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0) \
     INSERT INTO ticket_counts AS old SELECT scope_kind, scope_id, status, priority, category, sla_state, n FROM sums \
     UNION ALL SELECT scope_kind, scope_id, status, priority, 0, sla_state, sum(n)::bigint FROM sums \
     WHERE scope_kind <> 2 GROUP BY 1, 2, 3, 4, 6 HAVING sum(n) <> 0 \
     ON CONFLICT (scope_kind, scope_id, status, priority, category, sla_state) DO UPDATE SET n = old.n + excluded.n",
    "WITH taken AS (DELETE FROM due_count_changes RETURNING *), \
     sums AS (SELECT scope_kind, scope_id, priority, category, day, sum(n)::bigint AS n FROM taken \
     GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0) \
     INSERT INTO due_day_counts AS old (scope_kind, scope_id, priority, category, day, n) SELECT * FROM sums \
     UNION ALL SELECT scope_kind, scope_id, 0, category, day, sum(n)::bigint FROM sums \
     GROUP BY 1, 2, 4, 5 HAVING sum(n) <> 0 \
     ON CONFLICT (scope_kind, scope_id, category, priority, day) DO UPDATE SET n = old.n + excluded.n",
    "DELETE FROM ticket_counts WHERE n = 0",
    "DELETE FROM due_day_counts WHERE n = 0",
];

/// The thread that folds.
pub(crate) struct Folder {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Folder {
    /// Starts it on a pool with a connection to spare now and then.
    pub(crate) fn start(pool: Pool<ConnectionManager<Conn>>) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let thread = std::thread::Builder::new()
            .name("store-fold".to_owned())
            .spawn(move || {
                while matches!(stopped.recv_timeout(EVERY), Err(RecvTimeoutError::Timeout)) {
                    let folded = pool
                        .get()
                        .map_err(|error| error.to_string())
                        .and_then(|mut held| fold(&mut held).map_err(|error| error.to_string()));
                    if let Err(error) = folded {
                        tracing::warn!(error, "counts were not folded; the next round will");
                    }
                }
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Folds what there is, unless somebody else does. Losing it in a crash loses nothing: it is one transaction.
fn fold(connection: &mut Conn) -> QueryResult<()> {
    connection.transaction(|connection| {
        if Statement::<Bool>::new(LOCK).get_result::<bool>(connection)? {
            FOLD.iter()
                .try_for_each(|statement| connection.batch_execute(statement))?;
        }
        Ok(())
    })
}
