//! Reading facts: a few questions at a time, so that they leave the database's threads to others.

use std::sync::{Arc, Mutex, PoisonError};

use linedesk_domain::metrics::fact::day_of;
use linedesk_domain::metrics::{Damaged, Part, Period};
use linedesk_ports::analytics::FactQuery;
use linedesk_ports::store::StoreError;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{App, Caller, Error};

/// Questions answered at a time.
const AT_ONCE: usize = 2;
/// Questions that wait for their turn; more are told to come again.
const WAITING: usize = 64;

/// Turns for questions.
#[derive(Debug)]
pub struct Readings {
    turns: Semaphore,
    waiting: Semaphore,
}

impl Default for Readings {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            waiting: Semaphore::new(WAITING),
        }
    }
}

impl Readings {
    async fn turn(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        const CROWD: StoreError = StoreError::Unavailable("too many ask for figures at once");
        let _waits = self.waiting.try_acquire().map_err(|_crowd| CROWD)?;
        self.turns.acquire().await.map_err(|_closed| CROWD)
    }
}

/// Which facts to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) parts: &'a [Part],
    /// From here on.
    pub(super) from: i64,
    /// Up to here, in seconds since 1970.
    pub(super) until: i64,
    pub(super) with_backlog: bool,
}

impl<'a> Wanted<'a> {
    /// Those of a period.
    pub(super) fn of(period: &Period, parts: &'a [Part]) -> Self {
        Self {
            parts,
            from: period.begins(),
            until: period.ends(),
            with_backlog: false,
        }
    }

    /// With what the backlog was before.
    pub(super) const fn with_backlog(self) -> Self {
        Self {
            with_backlog: true,
            ..self
        }
    }
}

/// Hands the wanted facts to `take`, which fills `into`.
pub(super) async fn read<T: Send + 'static>(
    app: &App,
    caller: &Caller,
    wanted: Wanted<'_>,
    into: T,
    take: impl Fn(&mut T, &[u8], &[Part]) -> Result<(), Damaged> + Send + 'static,
) -> Result<T, Error> {
    let _turn = app.readings.turn().await?;
    let filled = Arc::new(Mutex::new(Some(into)));
    let filling = Arc::clone(&filled);
    let see = move |blob: &[u8], parts: &[Part]| {
        let mut filling = filling.lock().unwrap_or_else(PoisonError::into_inner);
        filling
            .as_mut()
            .map_or(Ok(()), |into| take(into, blob, parts))
    };
    let query = FactQuery {
        parts: wanted.parts.to_vec(),
        first: day_of(wanted.from),
        last: day_of(wanted.until - 1),
        with_backlog: wanted.with_backlog,
    };
    app.facts.scan(caller.scope(), query, Box::new(see)).await?;
    let filled = filled.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(filled.ok_or(StoreError::Unavailable("the facts were not read"))?)
}
