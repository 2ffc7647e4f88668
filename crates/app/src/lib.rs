//! The use cases of Linedesk: one function each, `App` and `Caller` first, then what is asked for.
//!
//! A use case authorises, loads, decides (in `linedesk_domain`, pure) and commits. No transaction is open while it
//! waits for anything. HTTP dialects call these functions and nothing else.

pub mod accounts;
pub mod analytics;
pub mod caller;
mod change;
pub mod directory;
pub mod error;
pub mod events;
pub mod jobs;
pub mod knowledge;
pub mod models;
pub mod notifications;
mod pulse;
pub mod sla;
pub mod surveys;
pub mod tickets;
pub mod work;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, tz::TimeZone};
use linedesk_ports::accounts::Accounts;
use linedesk_ports::analytics::{Analytics, Facts};
use linedesk_ports::blobs::Blobs;
use linedesk_ports::changes::Commit;
use linedesk_ports::couriers::Couriers;
use linedesk_ports::directory::Directory;
use linedesk_ports::elsewhere::People;
use linedesk_ports::jobs::Jobs;
use linedesk_ports::knowledge::Knowledge;
use linedesk_ports::leases::Leases;
use linedesk_ports::notifications::Notifications;
use linedesk_ports::outbox::{EventLog, Outbox};
use linedesk_ports::periods::Periods;
use linedesk_ports::purge::Purge;
use linedesk_ports::queries::Queries;
use linedesk_ports::secrets::{Passwords, Signer};
use linedesk_ports::system::{Clock, Ids};
use linedesk_ports::threads::Threads;
use linedesk_ports::tickets::Tickets;

use directory::mirror::Mirror;

pub use caller::Caller;
pub use change::Turns;
pub use error::{Error, Fault, Kind};
pub use pulse::Pulse;

/// What the use cases are built on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    parts: Arc<Parts>,
}

/// The adapters behind the ports, and the settings.
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Parts {
    /// Loading tickets.
    pub tickets: Arc<dyn Tickets>,
    /// Writing.
    pub commit: Arc<dyn Commit>,
    /// Reading for people.
    pub queries: Arc<dyn Queries>,
    /// The tickets of a period.
    pub periods: Arc<dyn Periods>,
    /// Many tickets with what was written on them.
    pub threads: Arc<dyn Threads>,
    /// Customers, teams, users and the like.
    pub directory: Arc<dyn Directory>,
    /// The users and customers of a larger backend, where it keeps them itself; `None`: they are the desk's own.
    pub people: Option<Arc<dyn People>>,
    /// Tokens, failed logins, idempotency keys.
    pub accounts: Arc<dyn Accounts>,
    /// Articles, categories, canned answers.
    pub knowledge: Arc<dyn Knowledge>,
    /// Keeping facts, for figures.
    pub analytics: Arc<dyn Analytics>,
    /// Reading them, for reports.
    pub facts: Arc<dyn Facts>,
    /// Turns for questions about figures.
    pub readings: analytics::Readings,
    /// Taking away for good.
    pub purge: Arc<dyn Purge>,
    /// Long work that a person asked for.
    pub jobs: Arc<dyn Jobs>,
    /// Who does which work at the moment.
    pub leases: Arc<dyn Leases>,
    /// Messages on their way to receivers.
    pub outbox: Arc<dyn Outbox>,
    /// The log of events.
    pub log: Arc<dyn EventLog>,
    /// What telling people and machines needs to know.
    pub notifications: Arc<dyn Notifications>,
    /// Bringing messages away.
    pub couriers: Arc<dyn Couriers>,
    /// Attachments' bytes.
    pub blobs: Arc<dyn Blobs>,
    /// Password hashing.
    pub passwords: Arc<dyn Passwords>,
    /// Token signing.
    pub signer: Arc<dyn Signer>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// New identities.
    pub ids: Arc<dyn Ids>,
    /// How this desk is run.
    pub settings: Settings,
    /// Users seen lately, so that not every request reads its user anew.
    pub sessions: accounts::sessions::Sessions,
    /// What stands for readers who have not signed in.
    pub viewers: knowledge::Viewers,
    /// Turns for tickets that several callers want to change at once.
    pub turns: Turns,
    /// Felt by those who wait for something new.
    pub pulse: Pulse,
    /// Those who follow the events as they happen.
    pub live: events::Live,
}

/// How this desk is run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long after closing a ticket may be reopened.
    pub reopen_window: SignedDuration,
    /// How long deleted tickets are kept; `None`: for ever.
    pub deleted_retention: Option<SignedDuration>,
    /// The zone whose days ticket labels count in.
    pub timezone: TimeZone,
    /// Whether people may register themselves.
    pub open_registration: bool,
    /// How long an access token is good for.
    pub access_lifetime: SignedDuration,
    /// How long a refresh token is good for.
    pub refresh_lifetime: SignedDuration,
    /// Failures for one name from one address before sign-in is refused for a while.
    pub login_failures_per_account: u32,
    /// Failures from one address, whatever the name.
    pub login_failures_per_address: u32,
    /// How long failures count.
    pub login_window: SignedDuration,
    /// The largest file, in bytes.
    pub max_upload: u64,
    /// How long an answer is kept for its idempotency key.
    pub idempotency_window: SignedDuration,
    /// How long a user is taken as read before it is read again.
    pub session_cache: Duration,
    /// How notifications are written.
    pub notifications: notifications::NotificationSettings,
    /// Hides from customers how much happens to others: the key of the places in their feed.
    pub place_key: [u8; 32],
}

impl App {
    /// The use cases on these parts.
    pub fn new(parts: Parts) -> Self {
        let commit = pulse::Felt {
            commit: parts.commit,
            pulse: parts.pulse.clone(),
        };
        let commit: Arc<dyn Commit> = Arc::new(commit);
        let directory = match &parts.people {
            Some(people) => Arc::new(Mirror {
                people: Arc::clone(people),
                copies: parts.directory,
                commit: Arc::clone(&commit),
                clock: Arc::clone(&parts.clock),
            }),
            None => parts.directory,
        };
        let parts = Parts {
            commit,
            directory,
            ..parts
        };
        Self {
            parts: Arc::new(parts),
        }
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}
