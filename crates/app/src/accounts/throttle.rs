//! How many wrong passwords somebody may try.
//!
//! Failures are counted in the store, so that they count on every server and after a restart. Checks that are still
//! running are counted here as if they had failed already; otherwise a thousand at once would all pass before the
//! first failure is known. Who would pass the limit only because of those waits for one of them to end.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use linedesk_ports::accounts::{FailureCount, LoginFailure};
use linedesk_ports::changes::{Changes, Write};
use tokio::sync::Notify;

use crate::App;
use crate::error::Error;

/// How long a sign-in waits for others of the same name or address before it is told to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Passwords that are being checked, by what they count against.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    gates: Arc<Mutex<HashMap<Against, Arc<Gate>>>>,
}

/// What a try counts against.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Against {
    /// One account, from one address.
    Account(String, IpAddr),
    /// One address, whatever the account.
    Address(IpAddr),
}

#[derive(Debug, Default)]
struct Gate {
    /// Held by the one who is next; the others wait in order.
    turn: tokio::sync::Mutex<()>,
    running: AtomicU32,
    ended: Notify,
}

/// A try that was admitted. It counts as running until it is dropped.
#[derive(Debug)]
pub(super) struct Try {
    login: String,
    address: IpAddr,
    _account: Place,
    _address: Option<Place>,
}

#[derive(Debug)]
struct Place {
    gates: Arc<Mutex<HashMap<Against, Arc<Gate>>>>,
    against: Against,
    gate: Arc<Gate>,
    taken: bool,
}

/// Admits a sign-in as `login` (the account's user name in lower case) from `address`.
///
/// # Errors
/// [`Error::TooMany`] with the seconds until the window has passed; [`Error::Store`].
pub(super) async fn sign_in_try(app: &App, login: String, address: IpAddr) -> Result<Try, Error> {
    let address = network(address);
    let account = place(
        app,
        Against::Account(login.clone(), address),
        &login,
        address,
    )
    .await?;
    let from = place(app, Against::Address(address), &login, address).await?;
    Ok(Try {
        login,
        address,
        _account: account,
        _address: Some(from),
    })
}

/// Admits somebody who is signed in already and gives the password again. These count against the account alone.
pub(super) async fn repeat_try(app: &App, login: String) -> Result<Try, Error> {
    let nowhere = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    let account = place(
        app,
        Against::Account(login.clone(), nowhere),
        &login,
        nowhere,
    )
    .await?;
    Ok(Try {
        login,
        address: nowhere,
        _account: account,
        _address: None,
    })
}

impl Try {
    /// Records that the password was wrong.
    pub(super) async fn failed(self, app: &App) -> Result<(), Error> {
        let failure = LoginFailure {
            login: self.login.clone(),
            address: self.address,
            at: app.clock.now(),
        };
        let writes = vec![Write::LoginFailure(failure)];
        app.commit.commit(Changes { writes, mark: None }).await?;
        Ok(())
    }
}

async fn place(app: &App, against: Against, login: &str, address: IpAddr) -> Result<Place, Error> {
    let admitted = tokio::time::timeout(LONGEST_WAIT, admit(app, against, login, address)).await;
    admitted.unwrap_or(Err(Error::TooMany {
        retry_after_seconds: 1,
        limit: None,
    }))
}

async fn admit(app: &App, against: Against, login: &str, address: IpAddr) -> Result<Place, Error> {
    let mut place = app.sessions.throttle.place(against);
    let gate = Arc::clone(&place.gate);
    let _turn = gate.turn.lock().await;
    loop {
        // Read before the failures are: one that ends in between is then counted twice rather than not at all.
        let running = gate.running.load(Ordering::SeqCst);
        let now = app.clock.now();
        let window = app.settings.login_window;
        // A failure counts for less than the window, so that it is over exactly when `Retry-After` said.
        let since = now - window + SignedDuration::from_micros(1);
        let counted = app.accounts.login_failures(login, address, since).await?;
        let (limit, failures, oldest) = place.against.standing(app, counted);
        if failures >= limit {
            return Err(Error::TooMany {
                retry_after_seconds: seconds_until(oldest, window, now),
                limit: Some(limit),
            });
        }
        if failures.saturating_add(running) < limit {
            gate.running.fetch_add(1, Ordering::SeqCst);
            place.taken = true;
            return Ok(place);
        }
        gate.ended.notified().await;
    }
}

impl Throttle {
    fn place(&self, against: Against) -> Place {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = Arc::clone(gates.entry(against.clone()).or_default());
        Place {
            gates: Arc::clone(&self.gates),
            against,
            gate,
            taken: false,
        }
    }
}

impl Against {
    /// The limit, how much of it is used up, and since when.
    fn standing(&self, app: &App, counted: FailureCount) -> (u32, u32, Option<Timestamp>) {
        match self {
            Self::Account(..) => (
                app.settings.login_failures_per_account,
                counted.of_login,
                counted.oldest_of_login,
            ),
            Self::Address(_) => (
                app.settings.login_failures_per_address,
                counted.of_address,
                counted.oldest_of_address,
            ),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.taken {
            self.gate.running.fetch_sub(1, Ordering::SeqCst);
            self.gate.ended.notify_one();
        }
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        // The table's and this one's: nobody else waits here.
        if Arc::strong_count(&self.gate) <= 2 {
            gates.remove(&self.against);
        }
    }
}

/// Seconds until the oldest failure is out of the window, rounded up, at least 1.
fn seconds_until(oldest: Option<Timestamp>, window: SignedDuration, now: Timestamp) -> u32 {
    let left = oldest.map_or(window, |oldest| (oldest + window).duration_since(now));
    let started = i64::from(left.subsec_nanos() > 0);
    u32::try_from(left.as_secs() + started).unwrap_or(1).max(1)
}

/// What counts as one address: of IPv6 the /64 that one customer line has at the least.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}

#[cfg(test)]
mod tests;
