//! A replica that reports are read from: it may be a little late, and nothing but reports depends on it.

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::Nullable;
use linedesk_domain::metrics::GroupKey;
use linedesk_ports::analytics::{FactQuery, Facts, Progress, See};
use linedesk_ports::store::{Scope, StoreError};

use super::open::{PostgresOptions, Use, pool};
use super::{Conn, analytics};
use crate::executor::readers::{Readers, Snapshots};
use crate::fault::Fault;
use crate::open_error::OpenError;
use crate::types::{At, DbTime};

/// Connections to a replica. Made when they are needed: a replica that is away keeps no server from starting.
pub struct PostgresReplica {
    readers: Readers<Conn>,
}

impl std::fmt::Debug for PostgresReplica {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresReplica").finish_non_exhaustive()
    }
}

impl PostgresReplica {
    /// Starts as many reading threads as `options` say; nothing is ever written.
    ///
    /// # Errors
    /// [`OpenError`] where a thread cannot be had.
    pub fn open(options: &PostgresOptions) -> Result<Self, OpenError> {
        let readers = options.readers.max(1);
        let reading = pool(options, Use::Read, readers)?;
        let readers = Readers::start(
            &reading,
            readers,
            options.read_queue,
            options.queue_wait,
            Snapshots::Apart,
        )?;
        Ok(Self { readers })
    }

    /// Runs statements that all see the same state.
    async fn snapshot<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        self.readers
            .run(|connection| {
                connection
                    .build_transaction()
                    .read_only()
                    .repeatable_read()
                    .run(job)
            })
            .await
    }
}

#[async_trait]
impl Facts for PostgresReplica {
    async fn progress(&self) -> Result<Progress, StoreError> {
        self.snapshot(|connection| {
            // First, so that nothing newer is promised than is seen.
            let copied_until = replayed(connection)?;
            let progress = analytics::progress(connection)?;
            Ok(Progress {
                copied_until,
                ..progress
            })
        })
        .await
    }

    async fn scan(&self, scope: Scope, query: FactQuery, see: See) -> Result<(), StoreError> {
        if scope != Scope::Everything {
            return Ok(());
        }
        self.snapshot(move |connection| analytics::scan(connection, &query, see))
            .await
    }

    async fn names(&self, keys: Vec<GroupKey>) -> Result<HashMap<GroupKey, String>, StoreError> {
        self.snapshot(move |connection| analytics::names(connection, &keys))
            .await
    }
}

/// When the last transaction that it has was committed; `None` where it is no standby.
fn replayed(connection: &mut Conn) -> Result<Option<jiff::Timestamp>, Fault> {
    #[derive(QueryableByName)]
    struct Replayed {
        #[diesel(sql_type = Nullable<DbTime>)]
        at: Option<At>,
    }
    let asked = diesel::sql_query(
        "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_xact_replay_timestamp() END AS at",
    );
    Ok(asked.get_result::<Replayed>(connection)?.at.map(|at| at.0))
}
