//! The connection that a thread holds.

use std::time::{Duration, Instant};

use diesel::r2d2::{ConnectionManager, Pool, PooledConnection, R2D2Connection};
use linedesk_ports::store::StoreError;

/// After a connection could not be had, for how long none is asked for: while the database is gone, jobs are refused at
/// once rather than each after the pool's patience.
const PAUSE: Duration = Duration::from_millis(500);
/// A connection that was not used for so long is tried before a job gets it.
const TRUSTED: Duration = Duration::from_secs(1);

/// A connection held from job to job, and made anew when it breaks.
pub(crate) struct Held<C: R2D2Connection + 'static> {
    pool: Pool<ConnectionManager<C>>,
    connection: Option<PooledConnection<ConnectionManager<C>>>,
    used: Instant,
    doubted: bool,
    failed: Option<Instant>,
}

impl<C: R2D2Connection + 'static> Held<C> {
    /// Takes the connection when the first job needs it.
    pub(crate) fn new(pool: Pool<ConnectionManager<C>>) -> Self {
        Self {
            pool,
            connection: None,
            used: Instant::now(),
            doubted: false,
            failed: None,
        }
    }

    /// A connection that works, as far as can be told.
    pub(crate) fn get(&mut self) -> Result<&mut C, StoreError> {
        const NONE: StoreError = StoreError::Unavailable("no connection to the database");
        let doubted = std::mem::take(&mut self.doubted) || self.used.elapsed() > TRUSTED;
        if let Some(held) = self.connection.as_mut()
            && (held.is_broken() || doubted && held.ping().is_err())
        {
            // Given back, it is closed, and another one is opened.
            self.connection = None;
        }
        if self.connection.is_none() {
            if self.failed.is_some_and(|failed| failed.elapsed() < PAUSE) {
                return Err(NONE);
            }
            match self.pool.get() {
                Ok(connection) => {
                    self.connection = Some(connection);
                    self.failed = None;
                }
                Err(error) => {
                    tracing::error!(%error, "no connection to the database");
                    self.failed = Some(Instant::now());
                }
            }
        }
        self.used = Instant::now();
        self.connection.as_deref_mut().ok_or(NONE)
    }

    /// Has the connection tried before the next job gets it. Diesel does not notice by itself that the other side is gone.
    pub(crate) const fn doubt(&mut self) {
        self.doubted = true;
    }

    /// Lets go of a connection that may be in any state.
    pub(crate) fn let_go(&mut self) {
        self.connection = None;
    }
}

/// Whether a job ended as it does where the connection is gone.
pub(crate) const fn tells_of_trouble<T>(outcome: &Result<T, StoreError>) -> bool {
    matches!(
        outcome,
        Err(StoreError::Unavailable(_) | StoreError::Unknown | StoreError::Refused(_))
    )
}
