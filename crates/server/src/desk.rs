//! The parts put together: the use cases on this machine's store, files and keys.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::SignedDuration;
use linedesk_app::accounts::sessions::Sessions;
use linedesk_app::analytics::Readings;
use linedesk_app::directory::operator::{FirstAdmin, bootstrap_admin};
use linedesk_app::events::Live;
use linedesk_app::{App, Parts, Pulse, Turns, sla};
use linedesk_auth::{BcryptPasswords, JwtSigner};
use linedesk_notify::Notifier;
use linedesk_ports::accounts::Accounts;
use linedesk_ports::analytics::{Analytics, Facts};
use linedesk_ports::blobs::Blobs;
use linedesk_ports::changes::Commit;
use linedesk_ports::directory::Directory;
use linedesk_ports::jobs::Jobs;
use linedesk_ports::knowledge::Knowledge;
use linedesk_ports::leases::Leases;
use linedesk_ports::notifications::Notifications;
use linedesk_ports::outbox::{EventLog, Outbox};
use linedesk_ports::periods::Periods;
use linedesk_ports::purge::Purge;
use linedesk_ports::queries::Queries;
use linedesk_ports::system::Clock;
use linedesk_ports::threads::Threads;
use linedesk_ports::tickets::Tickets;
use sha2::{Digest as _, Sha256};

use crate::config::{Secret, Settings};
use crate::couriers;
use crate::files;
use crate::places::{PlaceError, Places};
pub use crate::store::migrate;
use crate::store::{self, Store};
use crate::system::{SystemClock, SystemIds};

/// How long an answer is kept for its idempotency key.
const IDEMPOTENCY_WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// How long a user is taken as read. Only what another process writes is noticed that late.
const SESSION_CACHE: Duration = Duration::from_secs(5);

/// What an embedding program or a test may put in place of the real thing.
#[derive(Clone, Default)]
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Overrides {
    /// The clock; the machine's where there is none.
    pub clock: Option<Arc<dyn Clock>>,
    /// Exchanges parts before the use cases are built on them; see [`Overrides::parts`].
    pub exchange: Option<Exchange>,
}

/// Puts other parts in place of some.
pub type Exchange = Arc<dyn Fn(Parts) -> Parts + Send + Sync>;

impl Overrides {
    /// Exchanges parts before the use cases are built on them: `|parts| Parts { people: Some(mine), ..parts }`.
    pub fn parts(exchange: impl Fn(Parts) -> Parts + Send + Sync + 'static) -> Self {
        Self {
            exchange: Some(Arc::new(exchange)),
            ..Self::default()
        }
    }
}

/// Everything that was opened.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Desk {
    /// The use cases.
    pub app: App,
    /// The store beneath them, for looking after it.
    pub store: Store,
}

/// Opens everything that the use cases are built on. The folders must exist; the schema must be this program's.
///
/// # Errors
/// When a part cannot be opened, or the schema is an older or newer one.
pub async fn open(settings: &Settings, overrides: &Overrides) -> anyhow::Result<Desk> {
    let places = Places::of(settings);
    let store = Store::open(settings)?;
    let key = store.signing_key(&places).await?;
    let blobs = files::open(settings, &places)?;
    let passwords =
        BcryptPasswords::start(settings.auth.bcrypt_cost, BcryptPasswords::usual_threads())?;
    let clock = overrides.clock.clone();
    let couriers = couriers::open(settings)?;
    let around = Around {
        blobs,
        passwords: Arc::new(passwords),
        signer: Arc::new(JwtSigner::new(&key)?),
        clock: clock.unwrap_or_else(|| Arc::new(SystemClock)),
        couriers: Arc::new(couriers),
        facts: store::replica(settings)?,
        settings: app_settings(settings, &key)?,
    };
    let parts = match &store {
        Store::Sqlite(store) => parts_on(store.clone(), around),
        Store::Postgres(store) => parts_on(store.clone(), around),
    };
    let parts = match &overrides.exchange {
        Some(exchange) => exchange(parts),
        None => parts,
    };
    let app = App::new(parts);
    Ok(Desk { app, store })
}

/// Everything but the database.
struct Around {
    blobs: Arc<dyn Blobs>,
    passwords: Arc<BcryptPasswords>,
    signer: Arc<JwtSigner>,
    clock: Arc<dyn Clock>,
    couriers: Arc<Notifier>,
    /// What reports are read from, where it is not the database itself.
    facts: Option<Arc<dyn Facts>>,
    settings: linedesk_app::Settings,
}

fn parts_on<S>(store: S, around: Around) -> Parts
where
    S: Tickets
        + Commit
        + Queries
        + Threads
        + Directory
        + Accounts
        + Knowledge
        + Jobs
        + Periods
        + Purge
        + Leases
        + Outbox
        + EventLog
        + Notifications
        + Analytics
        + Facts
        + 'static,
{
    let store = Arc::new(store);
    Parts {
        tickets: store.clone(),
        commit: store.clone(),
        queries: store.clone(),
        threads: store.clone(),
        directory: store.clone(),
        people: None,
        accounts: store.clone(),
        knowledge: store.clone(),
        jobs: store.clone(),
        periods: store.clone(),
        purge: store.clone(),
        leases: store.clone(),
        outbox: store.clone(),
        log: store.clone(),
        analytics: store.clone(),
        facts: around.facts.unwrap_or_else(|| store.clone()),
        readings: Readings::default(),
        notifications: store,
        couriers: around.couriers,
        blobs: around.blobs,
        passwords: around.passwords,
        signer: around.signer,
        clock: around.clock,
        ids: Arc::new(SystemIds::new()),
        settings: around.settings,
        sessions: Sessions::default(),
        viewers: linedesk_app::knowledge::Viewers::default(),
        turns: Turns::default(),
        pulse: Pulse::default(),
        live: Live::default(),
    }
}

/// Opens the desk for a command that may run beside a server. Where no server can have done it, it brings the schema up to
/// date first, if the settings let a server do so.
///
/// # Errors
/// As [`open`].
pub async fn open_beside(settings: &Settings) -> anyhow::Result<App> {
    let places = Places::of(settings);
    places.create()?;
    if settings.database.migrate_on_start {
        match places.hold() {
            Ok(_held) => drop(migrate(settings)?),
            // A server that runs has done it already.
            Err(PlaceError::InUse { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(open(settings, &Overrides::default()).await?.app)
}

/// What an installation needs before it can be used, where it is not there yet: the shipped SLA policies, the first
/// admin. Answers that admin if it was made now.
///
/// # Errors
/// When it cannot be written, or the settings' admin cannot be a user.
pub async fn furnish(app: &App, settings: &Settings) -> anyhow::Result<Option<FirstAdmin>> {
    sla::install_shipped(app)
        .await
        .context("cannot install the shipped SLA policies")?;
    let admin = &settings.bootstrap;
    let password = admin.admin_password.as_ref().map(Secret::expose);
    bootstrap_admin(
        app,
        &admin.admin_username,
        Some(&admin.admin_email),
        password,
    )
    .await
    .context("cannot make the first admin from the settings in [bootstrap]")
}

fn app_settings(settings: &Settings, key: &[u8]) -> anyhow::Result<linedesk_app::Settings> {
    Ok(linedesk_app::Settings {
        reopen_window: settings.tickets.reopen_window.try_into()?,
        deleted_retention: settings
            .tickets
            .deleted_retention
            .map(TryInto::try_into)
            .transpose()?,
        timezone: settings.tickets.timezone.clone(),
        open_registration: settings.auth.open_registration,
        access_lifetime: settings.auth.access_lifetime.try_into()?,
        refresh_lifetime: settings.auth.refresh_lifetime.try_into()?,
        login_failures_per_account: settings.limits.login_account_failures,
        login_failures_per_address: settings.limits.login_address_failures,
        login_window: settings.limits.login_window.try_into()?,
        max_upload: settings.storage.max_upload,
        idempotency_window: IDEMPOTENCY_WINDOW,
        session_cache: SESSION_CACHE,
        notifications: couriers::notification_settings(settings),
        place_key: Sha256::digest([b"places in the feed", key].concat()).into(),
    })
}
