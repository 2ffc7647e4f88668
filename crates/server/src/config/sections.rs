//! The settings themselves. What each means to an operator is in `config/default.toml`.

mod dialects;
mod notifications;
mod read;
mod storage;

use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::database_url::{DatabaseUrl, PostgresUrl};
use super::network::Network;
use super::secret::Secret;
pub use dialects::{Access, Dialects, OpenToAll, Simple};
pub use notifications::{Notifications, Sms, SmsAuth, SmsFormat, Smtp, SmtpTls, Webhooks};
pub use storage::{S3, Storage};

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The listening side.
    pub server: Server,
    /// How requests are answered.
    pub http: Http,
    /// The database.
    pub database: Database,
    /// Where things are kept.
    pub storage: Storage,
    /// Sign-in.
    pub auth: Auth,
    /// The first admin.
    pub bootstrap: Bootstrap,
    /// The APIs.
    pub dialects: Dialects,
    /// Rules for tickets.
    pub tickets: Tickets,
    /// Articles.
    pub knowledge: Knowledge,
    /// Telling people and machines.
    pub notifications: Notifications,
    /// The mail server.
    pub smtp: Smtp,
    /// The SMS gateway.
    pub sms: Sms,
    /// Webhooks.
    pub webhooks: Webhooks,
    /// Limits for callers.
    pub limits: Limits,
    /// What is logged, and how.
    pub log: Log,
}

/// The listening side.
#[derive(Debug, Clone)]
pub struct Server {
    /// IP address (IPv6 without brackets) or host name to listen on.
    pub host: String,
    /// Port to listen on; 0 for any free one.
    pub port: u16,
    /// What clients see, if it was set; use [`Server::public_url_at`].
    pub public_url: Option<String>,
    /// Threads that answer requests; 0 for one per processor.
    pub workers: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

impl Server {
    /// What clients see, without a trailing slash, when the server listens on `port`.
    pub fn public_url_at(&self, port: u16) -> String {
        let host = &self.host;
        match &self.public_url {
            Some(url) => url.clone(),
            None if host.parse::<Ipv6Addr>().is_ok() => format!("http://[{host}]:{port}"),
            None => format!("http://{host}:{port}"),
        }
    }
}

/// How requests are answered.
#[derive(Debug, Clone)]
pub struct Http {
    /// How long a client may leave what it was sent unread.
    pub send_timeout: Duration,
    /// Bytes that long answers may take while they wait for their readers.
    pub send_memory: u64,
    /// Origins whose pages may read answers.
    pub cors_origins: Vec<String>,
}

/// The database.
#[derive(Debug, Clone)]
pub struct Database {
    /// Which, and where.
    pub url: DatabaseUrl,
    /// A replica for reads that may be a little late.
    pub read_url: Option<PostgresUrl>,
    /// Connections for reading, 1 to 64.
    pub pool_size: usize,
    /// Connections for writing on PostgreSQL, 1 to 64.
    pub writers: usize,
    /// How long connecting to PostgreSQL may take.
    pub connect_timeout: Duration,
    /// How long one statement may take on PostgreSQL.
    pub statement_timeout: Duration,
    /// How long a statement may wait for a lock on PostgreSQL.
    pub lock_timeout: Duration,
    /// How long a job may wait for a connection to PostgreSQL.
    pub queue_wait: Duration,
    /// Whether the server applies pending migrations when it starts.
    pub migrate_on_start: bool,
}

impl Database {
    /// Whether several servers may use it.
    pub const fn is_shared(&self) -> bool {
        matches!(self.url, DatabaseUrl::Postgres(_))
    }
}

/// Sign-in.
#[derive(Debug, Clone)]
pub struct Auth {
    /// Whether people may register themselves.
    pub open_registration: bool,
    /// How long an access token is good.
    pub access_lifetime: Duration,
    /// How long a refresh token is good.
    pub refresh_lifetime: Duration,
    /// File of the key that signs tokens; made when it is not there. `None`: the key is in the database.
    pub signing_key_file: Option<PathBuf>,
    /// bcrypt's work factor, 4 to 16.
    pub bcrypt_cost: u32,
}

/// The first admin.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// User name.
    pub admin_username: String,
    /// Password; a random one where there is none.
    pub admin_password: Option<Secret>,
    /// E-mail address.
    pub admin_email: String,
}

/// Rules for tickets.
#[derive(Debug, Clone)]
pub struct Tickets {
    /// How long after closing a ticket it can be reopened.
    pub reopen_window: Duration,
    /// How long deleted tickets are kept; `None`: for ever.
    pub deleted_retention: Option<Duration>,
    /// Zone of the day in ticket numbers.
    pub timezone: TimeZone,
}

/// Articles.
#[derive(Debug, Clone)]
pub struct Knowledge {
    /// Hosts, with a port where it is not the usual one, whose images articles show beside this server's own.
    pub image_hosts: Vec<String>,
}

/// Limits for callers.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Failed logins for one account from one address within the window.
    pub login_account_failures: u32,
    /// Failed logins from one address within the window.
    pub login_address_failures: u32,
    /// How far back failures count.
    pub login_window: Duration,
}

/// What is logged, and how.
#[derive(Debug, Clone)]
pub struct Log {
    /// Filter directives, as `tracing_subscriber::EnvFilter` reads them.
    pub level: String,
    /// Shape of a line.
    pub format: LogFormat,
}

/// Shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
