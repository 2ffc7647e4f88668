//! A larger backend with a page of its own, and the desk inside of it: the `isp` dialect under `/desk/api`, sign-in under
//! `/auth`, everything in SQLite in a folder, and the workers beside the requests.
//!
//! ```sh
//! cargo run -p linedesk-tests --example in_a_portal      # http://127.0.0.1:8080, data in ./portal-data
//! ```
//!
//! A program of its own needs `linedesk-server` (the parts, put together), `linedesk-web` and `actix-web`.

use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer, Responder};
use anyhow::Context as _;
use linedesk_server::config::Settings;
use linedesk_server::desk::Overrides;
use linedesk_server::hosted::Hosted;
use linedesk_web::Around;
use tokio::task::JoinHandle;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    // What is logged and measured goes where the backend says: this one has no subscriber and no recorder.
    let listener = TcpListener::bind("127.0.0.1:8080")?;
    let portal = Portal::start(listener, Path::new("portal-data")).await?;
    let mut out = io::stdout();
    if let Some(admin) = &portal.desk.first_admin
        && let Some(password) = &admin.password
    {
        let name = &admin.user.username;
        writeln!(out, "The desk's first user: {name}, password {password}")?;
    }
    writeln!(out, "The portal is at http://{}", portal.address)?;
    tokio::signal::ctrl_c().await?;
    portal.stop().await
}

/// The backend at work.
pub(crate) struct Portal {
    pub(crate) address: SocketAddr,
    pub(crate) desk: Hosted,
    server: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
}

impl Portal {
    pub(crate) async fn start(listener: TcpListener, folder: &Path) -> anyhow::Result<Self> {
        let address = listener.local_addr()?;
        let settings = settings(&format!("http://{address}"), folder)?;
        let desk = Hosted::start(settings, Overrides::default()).await?;
        // The use cases are there for the backend's own pages, too.
        let (routes, app) = (desk.routes(Around::SignIn)?, Data::new(desk.app.clone()));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(app.clone())
                .configure(routes.clone())
                .route("/", web::get().to(home))
        });
        // The backend says when it stops.
        let server = server.listen(listener)?.disable_signals().run();
        Ok(Self {
            address,
            desk,
            server: server.handle(),
            serving: tokio::spawn(server),
        })
    }

    /// Finishes the requests in flight, then what the desk has taken on.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.desk.announce_stop();
        self.server.stop(true).await;
        self.serving.await??;
        self.desk.stop().await
    }
}

/// The desk's settings: the built-in ones, and what is different here. All of them are in `config/default.toml`.
fn settings(url: &str, folder: &Path) -> anyhow::Result<Settings> {
    let folder = folder.to_str().context("the folder's name is not UTF-8")?;
    let given = [
        ("storage.dir", folder),
        // On which links in answers and letters are built.
        ("server.public_url", url),
        ("dialects.isp.mount", "/desk/api"),
        ("dialects.crm.enabled", "false"),
        ("dialects.helpdesk.enabled", "false"),
        ("dialects.simple.enabled", "false"),
        ("dialects.maintenance.enabled", "false"),
    ];
    Ok(Settings::given(&given)?)
}

/// The backend's own page, which asks the desk whether it works.
async fn home(desk: Data<linedesk_app::App>) -> impl Responder {
    let desk = match desk.queries.ready().await {
        Ok(()) => "open",
        Err(_) => "closed",
    };
    let page = format!("<h1>Seeblick Telecom</h1><p>The support desk is {desk}.</p>");
    HttpResponse::Ok().content_type("text/html").body(page)
}
