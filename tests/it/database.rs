//! The database that a test runs on. Where `LINEDESK_TEST_POSTGRES` names a PostgreSQL server, each test has a database of
//! its own there; where it is not set, a file of SQLite.
//!
//! What makes sense on one of them alone stands in modules named `sqlite_only` and `postgres_only`; a run on the other one
//! is told to leave them out (`--skip postgres_only`), so that a test that does nothing never counts as passed.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use diesel::sql_types::{Integer, Nullable, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, sql_query};

/// The variable that names the server: a URL without a database, of somebody who may make some.
const SERVER: &str = "LINEDESK_TEST_POSTGRES";
/// What all databases of tests are called, followed by the process of the run's session at the server and a number.
const PREFIX: &str = "linedesk_test_";
/// Connections of everything that tests start are few: the server's are shared by all tests.
pub(crate) const CONNECTIONS: &str = "2";

/// A database that is gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Database {
    name: String,
}

impl Database {
    /// A database of the present schema; `None` where tests run on SQLite.
    pub(crate) fn new() -> Option<Self> {
        let run = Run::present()?;
        Some(run.create(Some(&run.template)))
    }

    /// A database without a table.
    pub(crate) fn empty() -> Self {
        Run::present()
            .unwrap_or_else(|| {
                panic!("{SERVER} is not set; `--skip postgres_only` leaves this out")
            })
            .create(None)
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        let run = Run::present().expect("it has made this");
        run.url(&self.name)
    }

    /// Everything that is in its tables, as text.
    pub(crate) fn content(&self) -> String {
        let mut connection = self.connect();
        let tables =
            "SELECT quote_ident(tablename) AS text FROM pg_tables WHERE schemaname = 'public'";
        let tables: Vec<Line> = sql_query(tables).load(&mut connection).expect("tables");
        let rows = |table: Line| -> Vec<Line> {
            let name = table.text.expect("a name");
            let query = sql_query(format!("SELECT t::text AS text FROM {name} t"));
            query.load(&mut connection).expect("rows")
        };
        let lines = tables.into_iter().flat_map(rows);
        lines
            .filter_map(|line| line.text)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Cuts every connection to it, as a restart of the server does.
    pub(crate) fn cut_connections(&self) {
        let cut = "SELECT count(pg_terminate_backend(pid))::text AS text FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let _count: Vec<Line> = sql_query(cut)
            .load(&mut self.connect())
            .expect("a superuser");
    }

    /// Lets nobody in any more, or everybody again, and cuts what is connected: a database that is gone, and comes back.
    pub(crate) fn reachable(&self, is_reachable: bool) {
        let run = Run::present().expect("it has made this");
        let name = &self.name;
        let alter = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {is_reachable}");
        let cut = format!(
            "DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'; END $$"
        );
        session(&run.url("postgres"))
            .batch_execute(&format!("{alter}; {cut}"))
            .expect("a superuser");
    }

    /// A session of one's own.
    pub(crate) fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url()).expect("the database is there")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(run) = Run::present() {
            let mut session = session(&run.url("postgres"));
            drop_database(&mut session, &self.name);
        }
    }
}

/// This process's databases.
struct Run {
    server: String,
    prefix: String,
    template: String,
    count: AtomicU32,
    /// Kept open, so that other runs leave this one's databases alone.
    session: Mutex<PgConnection>,
    /// Drops what is left when this process ends, in whatever way.
    _guard: Child,
}

impl Run {
    fn present() -> Option<&'static Self> {
        static RUN: OnceLock<Option<Run>> = OnceLock::new();
        RUN.get_or_init(|| {
            let server = std::env::var_os(SERVER)?.into_string().expect("text");
            Some(Self::start(server))
        })
        .as_ref()
    }

    fn start(server: String) -> Self {
        let own = url(&server, "postgres");
        let mut session = session(&own);
        let me: Vec<Number> = sql_query("SELECT pg_backend_pid() AS number")
            .load(&mut session)
            .expect("its own process");
        let prefix = format!("{PREFIX}{}_", me[0].number);
        sweep(&mut session, &prefix);
        let guard = Command::new(env!("CARGO_BIN_EXE_linedesk-under-test"))
            .env("DATABASES_DROPPED_WHEN_STANDARD_INPUT_ENDS", &prefix)
            .env("DATABASES_DROPPED_ON", &own)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let run = Self {
            template: format!("{prefix}template"),
            server,
            prefix,
            count: AtomicU32::new(0),
            session: Mutex::new(session),
            _guard: guard.expect("the program starts"),
        };
        run.create_named(&run.template, None);
        linedesk_store::migrate_postgres(&run.url(&run.template)).expect("migrations");
        run
    }

    fn create(&self, template: Option<&str>) -> Database {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}{number}", self.prefix);
        self.create_named(&name, template);
        Database { name }
    }

    fn create_named(&self, name: &str, template: Option<&str>) {
        let template = template.unwrap_or("template0");
        let create = format!("CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'");
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        session.batch_execute(&create).expect("a new database");
    }

    fn url(&self, database: &str) -> String {
        url(&self.server, database)
    }
}

/// `server` may have parameters.
fn url(server: &str, database: &str) -> String {
    let (place, parameters) = match server.split_once('?') {
        Some((place, parameters)) => (place, format!("?{parameters}")),
        None => (server, String::new()),
    };
    // Where there is no host, the name still begins with the third slash.
    let place = place.strip_suffix('/').unwrap_or(place);
    format!("{place}/{database}{parameters}")
}

fn session(url: &str) -> PgConnection {
    let mut session = PgConnection::establish(url).expect("the server in LINEDESK_TEST_POSTGRES");
    session
        .batch_execute("SET application_name = 'linedesk tests'; SET client_min_messages = warning")
        .expect("settings");
    session
}

/// Drops what runs have left behind that were killed together with their guards.
fn sweep(session: &mut PgConnection, own: &str) {
    let alive =
        "SELECT pid AS number FROM pg_stat_activity WHERE application_name = 'linedesk tests'";
    let alive: Vec<Number> = sql_query(alive).load(session).expect("sessions");
    let alive: Vec<String> = alive
        .iter()
        .map(|one| format!("{PREFIX}{}_", one.number))
        .filter(|prefix| prefix != own)
        .collect();
    let all = format!(
        "SELECT datname::text AS text FROM pg_database WHERE starts_with(datname, '{PREFIX}')"
    );
    let all: Vec<Line> = sql_query(all).load(session).expect("databases");
    for name in all.into_iter().filter_map(|line| line.text) {
        if !alive.iter().any(|prefix| name.starts_with(prefix)) {
            drop_database(session, &name);
        }
    }
}

/// Somebody else may be dropping it, too.
fn drop_database(session: &mut PgConnection, name: &str) {
    let _gone = session.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    number: i32,
}
