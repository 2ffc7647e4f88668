//! The SLA clock over the real store, with the time moved by hand: nothing is missed, told twice or told late.

mod bulk;
mod digests;
mod retention;
mod simulate;
mod turns;
mod unreadable;

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use linedesk_app::directory::customers::{NewCustomer, create_customer};
use linedesk_app::directory::operator;
use linedesk_app::models::{Part, TicketKey};
use linedesk_app::sla::{ApplyTo, list_policies, resume_rearming, update_policy};
use linedesk_app::tickets::{self, CreateTicket, TicketView, sweep};
use linedesk_app::{App, Caller};
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::event::Action;
use linedesk_domain::ids::{CustomerId, PolicyVersionId};
use linedesk_domain::people::Actor;
use linedesk_domain::sla::{PolicyVersion, Target};
use linedesk_domain::text::{Description, Title};
use linedesk_domain::ticket::status::Resolution;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::system::Clock;
use linedesk_server::config::{Effective, Inputs, Settings};
use linedesk_server::desk::{self, Overrides};
use linedesk_server::places::Places;
use tempfile::TempDir;

use crate::database::{CONNECTIONS, Database};

/// A clock that stands still until it is moved.
struct Hand(Mutex<Timestamp>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Desk {
    app: App,
    admin: Caller,
    customer: CustomerId,
    clock: Arc<Hand>,
    settings: Settings,
    database: Option<Database>,
    _folder: TempDir,
}

impl Desk {
    /// A desk on a Monday at 10:00 UTC.
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = ("LINEDESK__STORAGE__DIR".into(), folder.path().into());
        let mut environment = vec![data];
        let database = Database::new();
        if let Some(database) = &database {
            environment.extend([
                ("LINEDESK__DATABASE__URL".into(), database.url().into()),
                ("LINEDESK__DATABASE__POOL_SIZE".into(), CONNECTIONS.into()),
                ("LINEDESK__DATABASE__WRITERS".into(), CONNECTIONS.into()),
            ]);
        }
        let inputs = Inputs {
            environment,
            ..Inputs::default()
        };
        let settings = Effective::load(&inputs).unwrap().settings;
        Places::of(&settings).create().unwrap();
        desk::migrate(&settings).unwrap();
        let clock = Arc::new(Hand(Mutex::new("2026-03-02T10:00:00Z".parse().unwrap())));
        let overrides = Overrides {
            clock: Some(clock.clone()),
            ..Overrides::default()
        };
        let app = desk::open(&settings, &overrides).await.unwrap().app;
        desk::furnish(&app, &settings).await.unwrap();
        let first = linedesk_ports::directory::DirectoryFilter {
            limit: 1,
            ..Default::default()
        };
        let admin = operator::list_users(&app, first)
            .await
            .unwrap()
            .items
            .remove(0);
        let admin = Caller::signed_in(Arc::new(admin), None);
        let customer = NewCustomer {
            name: "Hotel Seeblick".to_owned(),
            ..NewCustomer::default()
        };
        let customer = create_customer(&app, &admin, customer).await.unwrap().id;
        Self {
            app,
            admin,
            customer,
            clock,
            settings,
            database,
            _folder: folder,
        }
    }

    fn pass(&self, time: SignedDuration) {
        *self.clock.0.lock().unwrap() += time;
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Another server on the same data.
    async fn beside(&self) -> App {
        let overrides = Overrides {
            clock: Some(self.clock.clone()),
            ..Overrides::default()
        };
        desk::open(&self.settings, &overrides).await.unwrap().app
    }

    async fn ticket(&self, priority: Priority) -> TicketView {
        let new = CreateTicket {
            customer: Some(self.customer),
            title: Title::parse("No signal").unwrap(),
            description: Description::parse("The line is dead").unwrap(),
            category: Category::OutageReport,
            priority,
            service: None,
            contact: None,
            contact_method: ContactMethod::Portal,
            preferred_contact_time: None,
            contact_info: None,
            tags: vec![],
            due_date: None,
            attachments: vec![],
            source: Source::Isp,
        };
        tickets::create_ticket(&self.app, &self.admin, new)
            .await
            .unwrap()
    }

    /// What the clock did to a ticket, from its history.
    async fn told(&self, ticket: &TicketView) -> Vec<(Timestamp, Action)> {
        let key = TicketKey::Id(ticket.ticket.data.id);
        let part = Part::From {
            offset: 0,
            limit: 1_000,
        };
        let history = tickets::list_history(&self.app, &self.admin, key, part)
            .await
            .unwrap();
        let by_the_clock = history
            .items
            .into_iter()
            .filter(|entry| entry.event.actor == Actor::System);
        by_the_clock
            .map(|entry| (entry.event.at, entry.event.action))
            .collect()
    }

    async fn read(&self, ticket: &TicketView) -> TicketView {
        tickets::ticket(&self.app, &self.admin, TicketKey::Id(ticket.ticket.data.id))
            .await
            .unwrap()
    }
}

fn breaches(told: &[(Timestamp, Action)]) -> Vec<(Timestamp, Target)> {
    let breach = |(at, action): &(Timestamp, Action)| match action {
        Action::SlaBreach { target } => Some((*at, *target)),
        _ => None,
    };
    told.iter().filter_map(breach).collect()
}

#[tokio::test]
async fn after_days_without_a_server_every_breach_is_recorded_once_with_its_own_instant() {
    let desk = Desk::open().await;
    let made = desk.now();
    let ticket = desk.ticket(Priority::Urgent).await;
    desk.pass(SignedDuration::from_hours(72));
    let report = sweep::sweep(&desk.app).await.unwrap();
    assert_eq!((report.tickets, report.outrun), (1, 0));
    let told = desk.told(&ticket).await;
    let minutes = |n| made + SignedDuration::from_mins(n);
    assert_eq!(
        breaches(&told),
        [
            (minutes(30), Target::FirstResponse),
            (minutes(480), Target::Resolution)
        ]
    );
    let again = sweep::sweep(&desk.app).await.unwrap();
    assert_eq!(again.tickets, 0);
    assert_eq!(desk.told(&ticket).await, told);
    let now = desk.read(&ticket).await.ticket.data;
    assert_eq!((now.escalation_level, now.updated_at), (3, made));
}

#[tokio::test]
async fn a_sweep_has_no_cap_and_many_sweepers_record_each_breach_once() {
    let desk = Desk::open().await;
    let mut made = Vec::new();
    for _ in 0..300 {
        made.push(desk.ticket(Priority::Critical).await);
    }
    desk.pass(SignedDuration::from_hours(100));
    let others = [
        desk.beside().await,
        desk.beside().await,
        desk.beside().await,
    ];
    let sweeps = others.iter().chain([&desk.app]).map(sweep::sweep);
    let reports = futures_util::future::join_all(sweeps).await;
    assert!(reports.iter().all(Result::is_ok), "{reports:?}");
    for ticket in &made {
        assert_eq!(breaches(&desk.told(ticket).await).len(), 2);
    }
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().tickets, 0);
}

#[tokio::test]
async fn an_edited_policy_leaves_old_verdicts_alone_unless_it_is_meant_for_open_tickets() {
    let desk = Desk::open().await;
    let made = desk.now();
    let (old, done) = (
        desk.ticket(Priority::Urgent).await,
        desk.ticket(Priority::Urgent).await,
    );
    let key = TicketKey::Id(done.ticket.data.id);
    tickets::resolve_ticket(&desk.app, &desk.admin, key, None, Resolution::default())
        .await
        .unwrap();
    let due = |view: &TicketView| view.ticket.data.due_at();
    let eight_hours = Some(made + SignedDuration::from_hours(8));

    let policies = list_policies(&desk.app, &desk.admin).await.unwrap();
    let urgent = policies
        .iter()
        .find(|p| p.spec.conditions.priorities.contains(&Priority::Urgent))
        .unwrap();
    let mut spec = urgent.spec.clone();
    spec.targets.resolution = Some(SignedDuration::from_hours(2));
    desk.pass(SignedDuration::from_mins(1));
    update_policy(
        &desk.app,
        &desk.admin,
        urgent.policy,
        spec.clone(),
        ApplyTo::New,
    )
    .await
    .unwrap();
    sweep::sweep(&desk.app).await.unwrap();
    let new = desk.ticket(Priority::Urgent).await;
    assert_eq!(due(&desk.read(&old).await), eight_hours);
    assert_eq!(due(&new), Some(desk.now() + SignedDuration::from_hours(2)));

    desk.pass(SignedDuration::from_mins(1));
    spec.targets.resolution = Some(SignedDuration::from_hours(4));
    update_policy(&desk.app, &desk.admin, urgent.policy, spec, ApplyTo::Open)
        .await
        .unwrap();
    sweep::sweep(&desk.app).await.unwrap();
    let rejudged = desk.read(&old).await;
    assert_eq!(due(&rejudged), Some(made + SignedDuration::from_hours(4)));
    assert_eq!(rejudged.ticket.data.updated_at, made);
    let told = desk.told(&old).await;
    assert!(
        told.contains(&(desk.now(), Action::SlaRejudged)),
        "{told:?}"
    );
    let untouched = desk.read(&done).await.ticket.data;
    let policy =
        |data: &linedesk_domain::ticket::TicketData| data.sla.as_ref().and_then(|sla| sla.policy);
    assert_eq!(policy(&untouched), Some(urgent.id));
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().tickets, 0);
}

#[tokio::test]
async fn what_a_server_that_died_left_unjudged_is_judged_after_the_next_start() {
    let desk = Desk::open().await;
    let made = desk.now();
    let ticket = desk.ticket(Priority::Urgent).await;
    assert!(!resume_rearming(&desk.app).await.unwrap());
    desk.pass(SignedDuration::from_mins(1));
    let policies = list_policies(&desk.app, &desk.admin).await.unwrap();
    let urgent = policies
        .into_iter()
        .find(|p| p.spec.conditions.priorities.contains(&Priority::Urgent))
        .unwrap();
    let mut next = PolicyVersion {
        id: PolicyVersionId(desk.app.ids.next(desk.now())),
        version: urgent.version + 1,
        effective_from: desk.now(),
        applies_to_open: true,
        ..urgent
    };
    next.spec.targets.resolution = Some(SignedDuration::from_hours(4));
    // The version alone, as when the power goes right after its commit.
    let changes = Changes {
        writes: vec![Write::Policy(next)],
        mark: None,
    };
    desk.app.commit.commit(changes).await.unwrap();
    let restarted = desk.beside().await;
    desk.pass(SignedDuration::from_mins(5));
    sweep::sweep(&restarted).await.unwrap();
    let due = |view: TicketView| view.ticket.data.due_at();
    let hours = |n| Some(made + SignedDuration::from_hours(n));
    assert_eq!(due(desk.read(&ticket).await), hours(8));
    assert!(resume_rearming(&restarted).await.unwrap());
    sweep::sweep(&restarted).await.unwrap();
    assert_eq!(due(desk.read(&ticket).await), hours(4));
    desk.pass(SignedDuration::from_hours(24));
    assert!(!resume_rearming(&restarted).await.unwrap());
}
