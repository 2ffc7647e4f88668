//! The running server: requests and workers, from start to a graceful stop.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use anyhow::Context as _;
use linedesk_app::App;
use linedesk_app::directory::operator::FirstAdmin;
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::desk::{self, Overrides};
use crate::listening::listen;
use crate::measurements;
use crate::places::{Held, Places};
use crate::workers::Workers;

/// How long a connection may wait for its next request: longer than load balancers keep theirs, so that it is always
/// them who close.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the head of a request may take to arrive.
const REQUEST_HEAD: Duration = Duration::from_secs(10);
/// How long requests in flight may take once the server was told to stop, in seconds.
const FINISH_SECONDS: u64 = 30;
/// Connections of all threads together; further ones wait in the backlog.
const CONNECTIONS: usize = 10_000;
/// Connections that the system holds until they are accepted.
const BACKLOG: u32 = 1024;

/// A server that runs. Dropped without [`Running::stop`], it ends with the runtime that it was started on.
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Running {
    /// Where it listens; with several addresses, the first.
    pub address: SocketAddr,
    /// Where its clients find it, without a trailing slash.
    pub url: String,
    /// The use cases that it serves.
    pub app: App,
    /// The first admin, if this start made it.
    pub first_admin: Option<FirstAdmin>,
    server: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    draining: Arc<AtomicBool>,
    workers: Workers,
    held: Held,
}

/// Starts a server on the data that `settings` name: everything is made that is not there yet, the schema is brought up
/// to date where the settings let it, and requests are answered when this returns.
///
/// # Errors
/// When another server uses the data, a part cannot be opened, or the address cannot be listened on.
pub async fn start(settings: Settings, overrides: Overrides) -> anyhow::Result<Running> {
    let places = Places::of(&settings);
    places.create()?;
    let held = places.hold()?;
    let sockets = listen(&settings.server.host, settings.server.port)?;
    let address = sockets[0].local_addr()?;
    if settings.database.migrate_on_start {
        desk::migrate(&settings)?;
    }
    let measured = measurements::collect()?;
    let app = desk::open(&settings, &overrides)?;
    let first_admin = desk::furnish(&app, &settings).await?;
    let draining = Arc::new(AtomicBool::new(false));
    todo
}
