//! A company that has customers, staff and sessions already, and puts the desk beside them: its table stands behind the port
//! [`People`], its session tokens are good at the desk, and its own page calls a use case. Nobody signs in at the desk.
//!
//! ```sh
//! cargo run -p linedesk-tests --example own_people       # http://127.0.0.1:8080, tickets in ./company-data
//! ```
//!
//! A program of its own needs `linedesk-{domain,ports,app,server,web}`, `actix-web` and `async-trait`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, error};
use anyhow::Context as _;
use async_trait::async_trait;
use linedesk_app::accounts::authenticate;
use linedesk_app::models::{Sort, SortKey, Start, TicketFilter};
use linedesk_app::tickets::{ListTickets, list_tickets};
use linedesk_app::{App as Desk, Parts};
use linedesk_domain::ids::{CustomerId, UserId};
use linedesk_domain::people::Role;
use linedesk_ports::elsewhere::{Account, People, Person};
use linedesk_ports::store::StoreError;
use linedesk_ports::system::Ids as _;
use linedesk_server::config::Settings;
use linedesk_server::desk::Overrides;
use linedesk_server::hosted::Hosted;
use linedesk_server::system::SystemIds;
use linedesk_web::Around;
use tokio::task::JoinHandle;
use uuid::Uuid;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:8080")?;
    let backend = Backend::start(listener, Path::new("company-data")).await?;
    let mut out = io::stdout();
    writeln!(out, "The company is at http://{}", backend.address)?;
    for name in ["otto", "anna"] {
        let token = backend.company.sign_in(name).context("nobody")?;
        writeln!(out, "{name} is signed in: Authorization: Bearer {token}")?;
    }
    tokio::signal::ctrl_c().await?;
    backend.stop().await
}

/// The company's own tables. In earnest they would be in its database.
#[derive(Default)]
pub(crate) struct Company {
    tables: Mutex<Tables>,
}

#[derive(Default)]
pub(crate) struct Tables {
    accounts: HashMap<CustomerId, Account>,
    pub(crate) people: HashMap<UserId, Person>,
    sessions: HashMap<String, UserId>,
}

pub(crate) const SEEBLICK: CustomerId = CustomerId(Uuid::from_u128(0x5EEB));

impl Company {
    /// A company with one customer, Otto who works there, and Anna who helps him.
    pub(crate) fn new() -> Self {
        let company = Self::default();
        company.change(|tables| {
            let hotel = Account {
                id: SEEBLICK,
                name: "Hotel Seeblick".to_owned(),
                account_number: Some("C-1001".to_owned()),
                email: None,
                phone: None,
                tier: Some("gold".to_owned()),
                address: None,
                is_active: true,
            };
            tables.accounts.insert(hotel.id, hotel);
            for (id, name, role, customer) in [
                (1, "otto", Role::Customer, Some(SEEBLICK)),
                (2, "anna", Role::Agent, None),
            ] {
                let person = Person {
                    id: UserId(Uuid::from_u128(id)),
                    username: name.to_owned(),
                    email: Some(format!("{name}@example.net")),
                    name: None,
                    password_hash: None,
                    role,
                    customer,
                    is_active: true,
                };
                tables.people.insert(person.id, person);
            }
        });
        company
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session of somebody whose password the company has checked; its token.
    pub(crate) fn sign_in(&self, name: &str) -> Option<String> {
        let mut tables = self.tables();
        let is_it = |person: &&Person| person.username == name;
        let id = tables.people.values().find(is_it)?.id;
        let secret = SystemIds::new().random();
        let token = secret.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        tables.sessions.insert(token.clone(), id);
        Some(token)
    }

    /// Somebody comes, is promoted, leaves: the desk notices when it looks at them next.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Tables)) {
        change(&mut self.tables());
    }

    /// Everybody whom the desk should know before they come by themselves.
    fn everybody(&self) -> (Vec<CustomerId>, Vec<UserId>) {
        let tables = self.tables();
        let accounts = tables.accounts.keys().copied().collect();
        (accounts, tables.people.keys().copied().collect())
    }
}

#[async_trait]
impl People for Company {
    async fn person(&self, id: UserId) -> Result<Option<Person>, StoreError> {
        Ok(self.tables().people.get(&id).cloned())
    }

    async fn person_by_login(&self, login: &str) -> Result<Option<Person>, StoreError> {
        let is_it = |person: &&Person| {
            person.username.eq_ignore_ascii_case(login)
                || person
                    .email
                    .as_deref()
                    .is_some_and(|own| own.eq_ignore_ascii_case(login))
        };
        Ok(self.tables().people.values().find(is_it).cloned())
    }

    async fn account(&self, id: CustomerId) -> Result<Option<Account>, StoreError> {
        Ok(self.tables().accounts.get(&id).cloned())
    }

    async fn holder(&self, token: &str) -> Result<Option<UserId>, StoreError> {
        Ok(self.tables().sessions.get(token).copied())
    }
}

/// The company's backend at work.
pub(crate) struct Backend {
    pub(crate) address: SocketAddr,
    pub(crate) company: Arc<Company>,
    desk: Hosted,
    server: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
}

impl Backend {
    pub(crate) async fn start(listener: TcpListener, folder: &Path) -> anyhow::Result<Self> {
        let (address, company) = (listener.local_addr()?, Arc::new(Company::new()));
        let settings = settings(&format!("http://{address}"), folder)?;
        let people = Arc::clone(&company);
        let overrides = Overrides::parts(move |parts| Parts {
            people: Some(Arc::<Company>::clone(&people)),
            ..parts
        });
        let desk = Hosted::start(settings, overrides).await?;
        // Whoever is looked up has a copy at the desk. Agents get tickets, and customers can be named, from now on.
        let (accounts, people) = company.everybody();
        for id in accounts {
            desk.app.directory.customer(id).await?;
        }
        for id in people {
            desk.app.directory.user(id).await?;
        }
        let (routes, app) = (desk.routes(Around::Surveys)?, Data::new(desk.app.clone()));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(app.clone())
                .configure(routes.clone())
                .route("/my-tickets", web::get().to(my_tickets))
        });
        let server = server.listen(listener)?.disable_signals().run();
        Ok(Self {
            address,
            company,
            desk,
            server: server.handle(),
            serving: tokio::spawn(server),
        })
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.desk.announce_stop();
        self.server.stop(true).await;
        self.serving.await??;
        self.desk.stop().await
    }
}

/// All dialects at their usual places, and nobody who signs up or in at the desk.
fn settings(url: &str, folder: &Path) -> anyhow::Result<Settings> {
    let folder = folder.to_str().context("the folder's name is not UTF-8")?;
    Ok(Settings::given(&[
        ("storage.dir", folder),
        ("server.public_url", url),
    ])?)
}

/// The company's own page: the newest tickets of whoever asks, straight from the use case.
async fn my_tickets(desk: Data<Desk>, request: HttpRequest) -> actix_web::Result<HttpResponse> {
    let sent = request.headers().get(header::AUTHORIZATION);
    let token = sent
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .ok_or_else(|| error::ErrorUnauthorized("sign in first"))?;
    let caller = authenticate(&desk, token)
        .await
        .map_err(error::ErrorUnauthorized)?;
    let newest = ListTickets {
        filter: TicketFilter::default(),
        team_names: Vec::new(),
        sort: Sort {
            key: SortKey::CreatedAt,
            descending: true,
        },
        start: Start::Offset(0),
        limit: 10,
        counts: false,
    };
    let page = list_tickets(&desk, &caller, newest)
        .await
        .map_err(error::ErrorInternalServerError)?;
    let mut text = format!("Tickets of {}:\n", caller.user.display_name());
    for ticket in &page.items {
        let (number, title) = (&ticket.numbers.label, &ticket.data.title);
        let _ = writeln!(text, "{number} {title}");
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text))
}
