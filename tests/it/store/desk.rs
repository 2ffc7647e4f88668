//! A store in a folder of its own, and tickets to put into it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::sqlite::SqliteConnection;
use jiff::{SignedDuration, Timestamp};
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::event::Event;
use linedesk_domain::ids::{CustomerId, TicketId, UserId};
use linedesk_domain::people::{Actor, Role};
use linedesk_domain::sla::{SlaBook, shipped};
use linedesk_domain::text::{Description, Title};
use linedesk_domain::ticket::create::NewTicket;
use linedesk_domain::ticket::{Act, DEFAULT_REOPEN_WINDOW, Decision, Ticket, TicketError};
use linedesk_ports::accounts::Accounts;
use linedesk_ports::changes::{Changes, Commit, Committed, Write};
use linedesk_ports::directory::{Customer, Directory, User};
use linedesk_ports::jobs::Jobs;
use linedesk_ports::knowledge::Knowledge;
use linedesk_ports::leases::Leases;
use linedesk_ports::notifications::Notifications;
use linedesk_ports::outbox::{EventLog, Outbox};
use linedesk_ports::queries::Queries;
use linedesk_ports::store::{Scope, StoreError};
use linedesk_ports::tickets::{Loaded, Numbers, TicketKey, Tickets};
use linedesk_store::{PostgresOptions, PostgresStore, SqliteOptions, SqliteStore, migrate};
use tempfile::TempDir;
use uuid::Uuid;

use crate::database::Database;

/// All that a database does.
pub(super) trait Store:
    Tickets
    + Commit
    + Queries
    + Directory
    + Accounts
    + Jobs
    + Knowledge
    + Leases
    + Notifications
    + Outbox
    + EventLog
{
}

impl<
    S: Tickets
        + Commit
        + Queries
        + Directory
        + Accounts
        + Jobs
        + Knowledge
        + Leases
        + Notifications
        + Outbox
        + EventLog,
> Store for S
{
}

/// A store that is gone with what it stands on when the test ends.
pub(super) struct Desk {
    pub(super) store: Arc<dyn Store>,
    pub(super) place: Place,
    next: AtomicU64,
}

/// Where a store is.
pub(super) enum Place {
    Folder(TempDir),
    Database(Database),
}

impl Place {
    /// A place of its own with the present schema.
    pub(super) fn new() -> Self {
        if let Some(database) = Database::new() {
            return Self::Database(database);
        }
        let place = Self::Folder(tempfile::tempdir().unwrap());
        migrate(&place.path()).unwrap();
        place
    }

    /// The file of SQLite.
    pub(super) fn path(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.path().join("linedesk.db"),
            Self::Database(_) => panic!("only a database of SQLite is a file"),
        }
    }

    /// How PostgreSQL is asked for it.
    pub(super) fn options(&self) -> PostgresOptions {
        match self {
            Self::Folder(_) => panic!("a file is none of PostgreSQL's"),
            Self::Database(database) => PostgresOptions {
                readers: 2,
                writers: 2,
                // A busy machine is no failure.
                queue_wait: Duration::from_secs(30),
                ..PostgresOptions::new(database.url())
            },
        }
    }

    /// What a broken disk or a careless hand would do to the database.
    pub(super) fn spoil(&self, sql: &str) {
        match self {
            Self::Folder(_) => {
                let file = self.path().display().to_string();
                let mut connection = SqliteConnection::establish(&file).unwrap();
                connection
                    .batch_execute("PRAGMA busy_timeout = 30000")
                    .unwrap();
                connection.batch_execute(sql).unwrap();
            }
            Self::Database(database) => database.connect().batch_execute(sql).unwrap(),
        }
    }

    fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Folder(_) => {
                Arc::new(SqliteStore::open(&SqliteOptions::new(self.path())).unwrap())
            }
            Self::Database(_) => Arc::new(PostgresStore::open(&self.options()).unwrap()),
        }
    }
}

impl Desk {
    /// An empty store with the shipped policies.
    pub(super) async fn open() -> Self {
        let place = Place::new();
        let desk = Self {
            store: place.open(),
            place,
            next: AtomicU64::new(1),
        };
        let (policies, calendars) = shipped(Timestamp::UNIX_EPOCH, || desk.uuid());
        let calendars = calendars.into_iter().map(Write::Calendar);
        desk.write(calendars.chain(policies.into_iter().map(Write::Policy)))
            .await
            .unwrap();
        desk
    }

    /// The same place, opened anew.
    pub(super) fn reopened(self) -> Self {
        let Self { store, place, next } = self;
        drop(store);
        Self {
            store: place.open(),
            place,
            next,
        }
    }

    /// Another id.
    pub(super) fn uuid(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.next.fetch_add(1, Ordering::Relaxed)))
    }

    pub(super) async fn write(
        &self,
        writes: impl IntoIterator<Item = Write>,
    ) -> Result<Committed, StoreError> {
        self.store
            .commit(Changes {
                writes: writes.into_iter().collect(),
                mark: None,
            })
            .await
    }

    /// A customer account.
    pub(super) async fn customer(&self, name: &str) -> CustomerId {
        let customer = customer(CustomerId(self.uuid()), name);
        let id = customer.id;
        self.write([Write::Customer(customer)]).await.unwrap();
        id
    }

    /// Somebody who signs in.
    pub(super) async fn user(&self, username: &str, role: Role) -> UserId {
        let user = user(UserId(self.uuid()), username, role);
        let id = user.id;
        self.write([Write::NewUser(user)]).await.unwrap();
        id
    }

    /// A ticket as somebody wants it made.
    pub(super) fn wish(&self, title: &str) -> NewTicket {
        NewTicket {
            id: TicketId(self.uuid()),
            customer: None,
            title: Title::parse(title).unwrap(),
            description: Description::parse("It does not work at all.").unwrap(),
            category: Category::GeneralInquiry,
            priority: Priority::Medium,
            service: None,
            contact: None,
            contact_method: ContactMethod::Portal,
            preferred_contact_time: None,
            contact_info: None,
            tags: Vec::new(),
            due_date: None,
            source: Source::Isp,
            attachments: Vec::new(),
            route: None,
        }
    }

    /// Makes a ticket.
    pub(super) async fn create(&self, wish: NewTicket, at: Timestamp) -> (TicketId, Numbers) {
        let id = wish.id;
        let book = self.store.book().await.unwrap();
        let decision = Ticket::create(&act(Actor::System, at, &book), wish).unwrap();
        let mut committed = self.write(new_ticket(decision, at)).await.unwrap();
        (id, committed.tickets.remove(0))
    }

    /// A ticket as it is stored.
    pub(super) async fn load(&self, id: TicketId) -> Loaded {
        self.store
            .ticket(Scope::Everything, TicketKey::Id(id))
            .await
            .unwrap()
            .unwrap()
    }

    /// Loads a ticket, does something to it, and writes what that led to.
    pub(super) async fn change(
        &self,
        id: TicketId,
        by: Actor,
        at: Timestamp,
        action: impl FnOnce(Ticket, &Act<'_>) -> Result<Decision, TicketError>,
    ) -> Result<(), StoreError> {
        let loaded = self.load(id).await;
        let expected = loaded.ticket.data().version;
        let decision = action(loaded.ticket, &act(by, at, &loaded.book)).unwrap();
        if decision.changed {
            self.write(changed(decision, expected)).await?;
        }
        Ok(())
    }
}

/// The circumstances of an action.
pub(super) fn act(by: Actor, at: Timestamp, book: &SlaBook) -> Act<'_> {
    Act {
        by,
        at,
        book,
        tier: None,
        reopen_window: DEFAULT_REOPEN_WINDOW,
    }
}

/// What making a ticket writes.
pub(super) fn new_ticket(decision: Decision, at: Timestamp) -> Vec<Write> {
    let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let id = decision.ticket.data().id;
    let first = Write::NewTicket {
        data: Box::new(decision.ticket.into_data()),
        day,
    };
    std::iter::once(first)
        .chain(events(id, decision.events))
        .collect()
}

/// What changing a ticket writes.
pub(super) fn changed(decision: Decision, expected: i64) -> Vec<Write> {
    let id = decision.ticket.data().id;
    let first = Write::Ticket {
        data: Box::new(decision.ticket.into_data()),
        expected,
    };
    std::iter::once(first)
        .chain(events(id, decision.events))
        .collect()
}

fn events(ticket: TicketId, events: Vec<Event>) -> impl Iterator<Item = Write> {
    events
        .into_iter()
        .map(move |event| Write::Event { ticket, event })
}

pub(super) fn customer(id: CustomerId, name: &str) -> Customer {
    Customer {
        id,
        name: name.to_owned(),
        account_number: None,
        email: None,
        phone: None,
        tier: None,
        address: None,
        is_active: true,
        created_at: noon(),
        updated_at: noon(),
    }
}

pub(super) fn user(id: UserId, username: &str, role: Role) -> User {
    User {
        id,
        number: 0,
        username: username.to_owned(),
        email: None,
        name: None,
        password_hash: None,
        role,
        customer: None,
        teams: Vec::new(),
        skills: Vec::new(),
        capacity: 0,
        is_active: true,
        is_available: true,
        epoch: 0,
        created_at: noon(),
        updated_at: noon(),
    }
}

/// A Friday, 12:00 UTC.
pub(super) fn noon() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// So many minutes after noon.
pub(super) fn minute(n: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(n)
}

/// Waits until something is so.
pub(super) async fn soon<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    waited.unwrap_or_else(|_| panic!("{what} does not come"));
}
