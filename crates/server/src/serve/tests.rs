//! A server inside of this process, with a clock of the test's own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use linedesk_app::Caller;
use linedesk_app::directory::{NewCustomer, create_customer};
use linedesk_app::tickets::{CreateTicket, create_ticket, list_history};
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::event::Action;
use linedesk_domain::ids::TicketId;
use linedesk_domain::text::{Description, Title};
use linedesk_ports::queries::Part;
use linedesk_ports::system::Clock;
use linedesk_ports::tickets::TicketKey;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::config::{Effective, FlagSetting, Inputs};

/// Stands still unless it is moved.
struct HandClock(Mutex<Timestamp>);

impl HandClock {
    fn at(instant: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(instant.parse().unwrap())))
    }

    fn forward(&self, by: SignedDuration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

fn settings(folder: &TempDir, more: &[(&str, &str)]) -> Settings {
    let data = folder.path().join("data");
    let ours = [
        ("storage.dir", data.to_str().unwrap()),
        ("server.port", "0"),
        ("server.workers", "1"),
        ("auth.bcrypt_cost", "4"),
    ];
    let flags = ours.iter().chain(more).map(|(key, value)| FlagSetting {
        flag: "--set".to_owned(),
        key: (*key).to_owned(),
        value: (*value).to_owned(),
    });
    let inputs = Inputs {
        config_dir: Some(folder.path().to_owned()),
        flags: flags.collect(),
        ..Inputs::default()
    };
    Effective::load(&inputs).unwrap().settings
}

async fn started(folder: &TempDir, clock: &Arc<HandClock>) -> Running {
    let clock: Arc<dyn Clock> = Arc::<HandClock>::clone(clock);
    let overrides = Overrides {
        clock: Some(clock),
        ..Overrides::default()
    };
    start(settings(folder, &[]), overrides).await.unwrap()
}

async fn get(address: SocketAddr, path: &str) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn critical_ticket(app: &App) -> (Caller, TicketId) {
    let admin = app.directory.user_by_login("admin").await.unwrap();
    let caller = Caller::signed_in(Arc::new(admin.unwrap()), None);
    let customer = NewCustomer {
        name: "Ann".to_owned(),
        ..NewCustomer::default()
    };
    let customer = create_customer(app, &caller, customer).await.unwrap();
    let new = CreateTicket {
        customer: Some(customer.id),
        title: Title::parse("No connection").unwrap(),
        description: Description::parse("Dead since this morning.").unwrap(),
        category: Category::OutageReport,
        priority: Priority::Critical,
        service: None,
        contact: None,
        contact_method: ContactMethod::Portal,
        preferred_contact_time: None,
        contact_info: None,
        tags: Vec::new(),
        due_date: None,
        attachments: Vec::new(),
        source: Source::Isp,
    };
    let made = create_ticket(app, &caller, new).await.unwrap();
    (caller, made.ticket.data.id)
}

#[tokio::test]
async fn what_the_clocks_did_while_no_server_ran_is_recorded_with_its_own_instants() {
    let folder = tempfile::tempdir().unwrap();
    let clock = HandClock::at("2026-03-02T10:00:00Z");
    let running = started(&folder, &clock).await;
    assert!(running.first_admin.is_some());
    let (_, ticket) = critical_ticket(&running.app).await;
    running.stop().await.unwrap();

    clock.forward(SignedDuration::from_hours(24 * 30));
    let running = started(&folder, &clock).await;
    assert!(running.first_admin.is_none());
    let admin = running.app.directory.user_by_login("admin").await.unwrap();
    let caller = Caller::signed_in(Arc::new(admin.unwrap()), None);
    let part = Part::From {
        offset: 0,
        limit: 100,
    };
    let breaches = loop {
        let history = list_history(&running.app, &caller, TicketKey::Id(ticket), part).await;
        let events = history.unwrap().items.into_iter().map(|entry| entry.event);
        let breaches = events.filter(|event| matches!(event.action, Action::SlaBreach { .. }));
        let breaches: Vec<String> = breaches.map(|event| event.at.to_string()).collect();
        if !breaches.is_empty() {
            break breaches;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(breaches, ["2026-03-02T10:15:00Z", "2026-03-02T14:00:00Z"]);
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_stopped_server_answers_no_more_and_lets_go_of_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let clock = HandClock::at("2026-03-02T10:00:00Z");
    let running = started(&folder, &clock).await;
    let address = running.address;
    assert!(get(address, "/readyz").await.starts_with("HTTP/1.1 200"));
    assert!(
        get(address, "/metrics")
            .await
            .contains("linedesk_build_info")
    );

    let second = start(settings(&folder, &[]), Overrides::default())
        .await
        .err();
    let second = second.unwrap().to_string();
    assert!(second.contains("in use by another linedesk"), "{second}");

    running.desk.announce_stop();
    assert!(get(address, "/readyz").await.starts_with("HTTP/1.1 503"));
    running.stop().await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    started(&folder, &clock).await.stop().await.unwrap();
}

#[tokio::test]
async fn a_schema_that_may_not_be_migrated_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&folder, &[("database.migrate_on_start", "false")]);
    let refused = start(settings.clone(), Overrides::default()).await.err();
    let refused = format!("{:#}", refused.unwrap());
    assert!(refused.contains("linedesk migrate"), "{refused}");
    crate::desk::migrate(&settings).unwrap();
    let running = start(settings, Overrides::default()).await.unwrap();
    running.stop().await.unwrap();
}
