//! The running server: requests and workers, from start to a graceful stop.

use std::net::{SocketAddr, TcpListener};
use std::num::NonZero;
use std::thread;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::{Server, ServerHandle};
use actix_web::web::ServiceConfig;
use anyhow::{Context as _, bail};
use linedesk_app::App;
use linedesk_app::directory::operator::FirstAdmin;
use linedesk_app::knowledge::markup::Images;
use linedesk_web::WebSettings;
use linedesk_web::outgoing::Outgoing;
use linedesk_web::settings::{RenderMetrics, TrustsProxy};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::task::JoinHandle;

use crate::config::{self, Network, OpenToAll, Settings};
use crate::desk::Overrides;
use crate::hosted::Hosted;
use crate::listening::listen;
use crate::measurements;

/// How long a connection may wait for its next request: longer than load balancers keep theirs, so that it is always
/// them who close.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the head of a request may take to arrive.
const REQUEST_HEAD: Duration = Duration::from_secs(10);
/// How long requests in flight may take once the server was told to stop, in seconds.
const FINISH_SECONDS: u64 = 30;
/// Connections of all threads together; further ones wait in the backlog.
const CONNECTIONS: usize = 10_000;

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
    desk: Hosted,
}

/// Starts a server on the data that `settings` name: everything is made that is not there yet, the schema is brought up
/// to date where the settings let it, and requests are answered when this returns.
///
/// # Errors
/// When another server uses the data, a part cannot be opened, or the address cannot be listened on.
pub async fn start(settings: Settings, overrides: Overrides) -> anyhow::Result<Running> {
    // First, so that nothing is made where it cannot be had.
    let sockets = listen(
        &settings.server.host,
        settings.server.port,
        settings.http.send_timeout,
    )?;
    let is_loopback = is_loopback(&sockets)?;
    let simple_is_open = settings.dialects.simple_is_open(is_loopback);
    let simple_is_open = simple_is_open.context(OpenToAll::KEY)?;
    let address = sockets[0].local_addr()?;
    let server = config::Server {
        port: address.port(),
        ..settings.server.clone()
    };
    let settings = Settings { server, ..settings };
    let measured = measurements::collect()?;
    let mut desk = Hosted::at_work(settings.clone(), &overrides, Some(measured.clone())).await?;
    let web = WebSettings {
        metrics: Some(render(measured)),
        stopping: desk.stopping.clone(),
        ..web_settings(&settings, address.port(), simple_is_open)
    };
    let url = web.public_url.clone();
    let server = http_server(
        &settings,
        linedesk_web::configure(desk.app.clone(), web),
        sockets,
    )?;
    let handle = server.handle();
    tracing::info!(%address, url, "listening");
    if settings.server.public_url.is_none() && address.ip().is_unspecified() {
        tracing::warn!(
            url,
            "server.public_url is not set: links in answers and mails lead nowhere but on this machine"
        );
    }
    if simple_is_open {
        let mount = &settings.dialects.mounts.simple.path;
        tracing::info!(mount, "the simple API takes requests without sign-in");
    }
    Ok(Running {
        address,
        url,
        app: desk.app.clone(),
        first_admin: desk.first_admin.take(),
        server: handle,
        serving: tokio::spawn(server),
        desk,
    })
}

impl Running {
    /// Waits until the server ends by itself, which it only does when it breaks down.
    ///
    /// # Errors
    /// Always: why it did.
    pub async fn ended(&mut self) -> anyhow::Result<()> {
        match (&mut self.serving).await? {
            Ok(()) => bail!("the server ended unasked"),
            Err(error) => Err(error).context("the server broke down"),
        }
    }

    /// Stops gracefully: says so at `/readyz`, accepts nothing more, finishes the requests in flight (for at most 30 s) while
    /// the workers come to their end, then writes everything that was taken on.
    ///
    /// # Errors
    /// When the server had broken down before.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.desk.announce_stop();
        self.server.stop(true).await;
        let served = self.serving.await?;
        drop(self.app);
        self.desk.stop().await?;
        served.context("the server broke down")
    }
}

/// Whether nobody but this machine reaches the server.
fn is_loopback(sockets: &[TcpListener]) -> std::io::Result<bool> {
    for socket in sockets {
        if !socket.local_addr()?.ip().to_canonical().is_loopback() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How the HTTP side is run on that port, apart from what only a running server has.
pub(crate) fn web_settings(settings: &Settings, port: u16, simple_is_open: bool) -> WebSettings {
    let public_url = settings.server.public_url_at(port);
    let hosts = settings.knowledge.image_hosts.iter();
    let images = hosts.map(|host| format!("https://{host}"));
    WebSettings {
        images: Images::of(images.chain([public_url.clone()])),
        public_url,
        trusts_proxy: trusts(settings.server.trusted_proxies.clone()),
        origins: settings.http.cors_origins.clone(),
        outgoing: Outgoing::new(settings.http.send_memory),
        mounts: settings.dialects.mounts.clone(),
        simple_is_open,
        ..WebSettings::default()
    }
}

fn http_server(
    settings: &Settings,
    routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    sockets: Vec<TcpListener>,
) -> anyhow::Result<Server> {
    let threads = match settings.server.workers {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        threads => threads,
    };
    let mut server = HttpServer::new(move || actix_web::App::new().configure(routes.clone()))
        .workers(threads)
        .max_connections(CONNECTIONS.div_ceil(threads))
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(REQUEST_HEAD)
        .tcp_nodelay(true)
        .shutdown_timeout(FINISH_SECONDS)
        .disable_signals();
    for socket in sockets {
        server = server.listen(socket)?;
    }
    Ok(server.run())
}

fn trusts(networks: Vec<Network>) -> TrustsProxy {
    Box::new(move |address| networks.iter().any(|network| network.contains(address)))
}

fn render(measured: PrometheusHandle) -> RenderMetrics {
    Box::new(move || measured.render())
}

#[cfg(test)]
mod tests;
