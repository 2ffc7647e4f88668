//! Work that one server does at a time, in the background.
//!
//! Every server tries, and one of them holds the work: until it lets go of it, or has died and its lease is over. A lease
//! saves double work and guarantees nothing; what must not happen twice is refused by versions and unique keys.

use std::time::Duration;

pub use linedesk_ports::leases::Work;
use uuid::Uuid;

use crate::{App, Error};

/// How long the sweeper's work is held without being renewed: how late a dead server's successor is.
pub const SWEEPER_LEASE: Duration = Duration::from_secs(10);
/// The same for making messages out of events.
pub const RELAY_LEASE: Duration = Duration::from_secs(10);
/// The same for folding the log into facts.
pub const ANALYTICS_LEASE: Duration = Duration::from_secs(30);
/// The same for forgetting, which is in no hurry.
pub const RETENTION_LEASE: Duration = Duration::from_mins(15);

/// One server's wish to do some work.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Shift {
    app: App,
    work: Work,
    holder: Uuid,
    lease: Duration,
}

impl Shift {
    /// The wish of `holder`, which is one server's alone.
    pub const fn new(app: App, work: Work, holder: Uuid, lease: Duration) -> Self {
        Self {
            app,
            work,
            holder,
            lease,
        }
    }

    /// Takes the work or goes on holding it; `false` while another server does it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn hold(&self) -> Result<bool, Error> {
        let held = self.app.leases.hold(self.work, self.holder, self.lease);
        Ok(held.await?)
    }

    /// Lets go of it, so that another server need not wait.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn release(&self) -> Result<(), Error> {
        Ok(self.app.leases.release(self.work, self.holder).await?)
    }

    /// The use cases that it is done on.
    pub const fn app(&self) -> &App {
        &self.app
    }
}
