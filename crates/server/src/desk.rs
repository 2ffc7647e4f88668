//! The parts put together: the use cases on this machine's store, files and keys.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::SignedDuration;
use linedesk_app::accounts::sessions::Sessions;
use linedesk_app::directory::operator::{FirstAdmin, bootstrap_admin};
use linedesk_app::{App, Parts, Turns, sla};
use linedesk_auth::{BcryptPasswords, JwtSigner};
use linedesk_files::LocalFiles;
use linedesk_ports::system::Clock;
use linedesk_store::{SqliteOptions, SqliteStore};

use crate::config::{Secret, Settings};
use crate::places::{PlaceError, Places};
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
}

/// Everything that was opened.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Desk {
    /// The use cases.
    pub app: App,
    /// The store beneath them, for looking after it.
    pub store: SqliteStore,
}

/// Opens everything that the use cases are built on. The folders must exist; the schema must be this program's.
///
/// # Errors
/// When a part cannot be opened, or the schema is an older or newer one.
pub fn open(settings: &Settings, overrides: &Overrides) -> anyhow::Result<Desk> {
    let places = Places::of(settings);
    let store = open_store(settings, &places)?;
    let key = linedesk_auth::load_or_create(&places.signing_key)?;
    let blobs = LocalFiles::open(&places.attachments).with_context(|| {
        format!(
            "cannot open the folder of attachments {}",
            places.attachments.display()
        )
    })?;
    let passwords =
        BcryptPasswords::start(settings.auth.bcrypt_cost, BcryptPasswords::usual_threads())?;
    let clock = overrides.clock.clone();
    let ports = Arc::new(store.clone());
    let app = App::new(Parts {
        tickets: ports.clone(),
        commit: ports.clone(),
        queries: ports.clone(),
        directory: ports.clone(),
        accounts: ports,
        blobs: Arc::new(blobs),
        passwords: Arc::new(passwords),
        signer: Arc::new(JwtSigner::new(&key)?),
        clock: clock.unwrap_or_else(|| Arc::new(SystemClock)),
        ids: Arc::new(SystemIds::new()),
        settings: app_settings(settings)?,
        sessions: Sessions::default(),
        turns: Turns::default(),
    });
    Ok(Desk { app, store })
}

/// Opens the desk for a command that may run beside a server. Where no server runs, it brings the schema up to date
/// first, if the settings let a server do so.
///
/// # Errors
/// As [`open`].
pub fn open_beside(settings: &Settings) -> anyhow::Result<App> {
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
    Ok(open(settings, &Overrides::default())?.app)
}

/// Brings the schema to this program's version. Answers the names of the migrations that it took.
///
/// # Errors
/// When the database cannot be opened or changed, or its schema is a newer one.
pub fn migrate(settings: &Settings) -> anyhow::Result<Vec<String>> {
    let places = Places::of(settings);
    places.create_database()?;
    let database = &places.database;
    let applied = linedesk_store::migrate(database)
        .with_context(|| format!("cannot migrate the database {}", database.display()))?;
    for migration in &applied {
        tracing::info!(migration, "migration applied");
    }
    Ok(applied)
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

fn open_store(settings: &Settings, places: &Places) -> anyhow::Result<SqliteStore> {
    let options = SqliteOptions {
        readers: settings.database.pool_size,
        ..SqliteOptions::new(&places.database)
    };
    let cannot = || format!("cannot open the database {}", places.database.display());
    SqliteStore::open(&options).with_context(cannot)
}

fn app_settings(settings: &Settings) -> anyhow::Result<linedesk_app::Settings> {
    Ok(linedesk_app::Settings {
        reopen_window: settings.tickets.reopen_window.try_into()?,
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
    })
}
