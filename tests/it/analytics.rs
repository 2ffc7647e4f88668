//! Facts kept in the real store: followed event by event, made anew, and put together, they are the same.

mod figures;

use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use linedesk_app::analytics::Ask;
use linedesk_app::analytics::keep::{keep_up, kept_of, rebuild, seal, step};
use linedesk_app::work::{ANALYTICS_LEASE, Shift, Work};
use linedesk_app::{App, Caller};
use linedesk_domain::metrics::{Dimension, Filter, Period, Step};
use linedesk_domain::ticket::status::Resolution;
use linedesk_ports::analytics::{Kept, Which};
use linedesk_ports::outbox::Logged;
use linedesk_ports::store::StoreError;
use linedesk_ports::system::Clock;
use linedesk_ports::tickets::TicketKey;
use linedesk_server::config::{Effective, Inputs};
use linedesk_server::desk::{self, Overrides};
use linedesk_server::places::Places;
use linedesk_server::synthetic::{self, Options, Ports};
use tempfile::TempDir;
use uuid::Uuid;

use crate::database::{CONNECTIONS, Database};

/// A clock that stands still until it is moved.
struct Hand(Mutex<Timestamp>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A desk with made-up tickets of 400 days.
struct Desk {
    app: App,
    admin: Caller,
    clock: Arc<Hand>,
    _database: Option<Database>,
    _folder: TempDir,
}

impl Desk {
    async fn with(tickets: u64) -> Self {
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
        let clock = Arc::new(Hand(Mutex::new("2026-06-10T12:00:00Z".parse().unwrap())));
        let overrides = Overrides {
            clock: Some(clock.clone()),
            ..Overrides::default()
        };
        let app = desk::open(&settings, &overrides).await.unwrap().app;
        desk::furnish(&app, &settings).await.unwrap();
        let admin = app.directory.user_by_login("admin").await.unwrap().unwrap();
        let admin = Caller::signed_in(Arc::new(admin), None);
        if tickets > 0 {
            let options = Options {
                tickets,
                seed: 7,
                comments: 3,
                now: clock.now(),
                timezone: TimeZone::UTC,
                reopen_window: app.settings.reopen_window,
                threads: 2,
            };
            let ports = Ports {
                commit: &*app.commit,
                directory: &*app.directory,
                tickets: &*app.tickets,
                knowledge: &*app.knowledge,
            };
            synthetic::fill(ports, &options, |_| ()).await.unwrap();
        }
        Self {
            app,
            admin,
            clock,
            _database: database,
            _folder: folder,
        }
    }

    fn shift(&self) -> Shift {
        Shift::new(
            self.app.clone(),
            Work::Analytics,
            Uuid::from_u128(1),
            ANALYTICS_LEASE,
        )
    }

    /// Folds the log to its end.
    async fn fold(&self) {
        keep_up(&self.shift())
            .await
            .unwrap()
            .expect("nobody else folds");
    }

    async fn seal(&self) {
        while seal(&self.app).await.unwrap() {}
    }

    async fn rows(&self) -> Vec<(i64, Kept)> {
        self.app.analytics.rows().await.unwrap()
    }

    /// The whole log, from its beginning.
    async fn log(&self) -> Vec<Logged> {
        let mut all = Vec::new();
        let mut after = 0;
        loop {
            let page = self.app.log.events_after(after, 1_000).await.unwrap();
            if page.next == after {
                return all;
            }
            after = page.next;
            all.extend(page.events);
        }
    }

    /// What there is to be kept, computed anew from every history.
    async fn wanted(&self) -> Vec<(i64, Kept)> {
        let which = Which::Behind {
            place: i64::MIN,
            limit: u32::MAX,
        };
        let found = self.app.analytics.histories(which).await.unwrap();
        let rows = found.tickets.iter().flat_map(|history| {
            let kept = kept_of(history, &found.book);
            kept.into_iter().map(|kept| (history.place, kept))
        });
        rows.collect()
    }

    /// A question about the days before now.
    fn ask(&self, days: i64, by: Option<Dimension>, filter: Filter) -> Ask {
        let to: Date = self.clock.now().to_zoned(TimeZone::UTC).date();
        let from = to.checked_sub((days - 1).days()).unwrap();
        let period = Period::new(from, to, TimeZone::UTC, Step::fitting(days)).unwrap();
        Ask {
            period,
            filter,
            by,
            most: 200,
        }
    }

    /// Does this and that to some tickets: resolves, reopens, assigns, deletes.
    async fn work(&self, n: usize) {
        use linedesk_app::tickets as desk;
        let mut ids: Vec<_> = self
            .log()
            .await
            .into_iter()
            .map(|logged| logged.ticket)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        for (turn, id) in ids.into_iter().step_by(7).take(n).enumerate() {
            *self.clock.0.lock().unwrap() += SignedDuration::from_mins(5);
            let (app, admin, key) = (&self.app, &self.admin, TicketKey::Id(id));
            // What the ticket's state does not allow is simply not done.
            if turn.is_multiple_of(5) {
                let _refused = desk::delete_ticket(app, admin, key, None).await;
                continue;
            }
            let _refused = desk::resolve_ticket(app, admin, key, None, Resolution::default()).await;
            if turn.is_multiple_of(2) {
                let reason = linedesk_domain::text::Note::parse("again").unwrap();
                let _refused = desk::reopen_ticket(app, admin, key, None, reason).await;
            }
        }
    }
}

#[tokio::test]
async fn following_the_log_and_making_it_anew_come_to_the_same() {
    let desk = Desk::with(150).await;
    desk.fold().await;
    let first = desk.rows().await;
    assert!(first.len() > 150, "{}", first.len());
    assert_eq!(first, desk.wanted().await);

    // Bit by bit, with days put together in between.
    for _ in 0..3 {
        desk.work(9).await;
        desk.fold().await;
        desk.seal().await;
    }
    let followed = desk.rows().await;
    assert_ne!(first, followed);
    assert_eq!(followed, desk.wanted().await);
    let progress = desk.app.analytics.progress().await.unwrap();
    assert_eq!(
        (progress.seen, progress.rebuilding),
        (progress.newest, None)
    );

    rebuild(&desk.app).await.unwrap();
    let emptied = desk.app.analytics.progress().await.unwrap();
    assert!(!emptied.is_complete());
    desk.work(3).await;
    desk.fold().await;
    assert_eq!(desk.rows().await, desk.wanted().await);
    rebuild(&desk.app).await.unwrap();
    desk.fold().await;
    assert_eq!(desk.rows().await, desk.wanted().await);
    assert!(desk.app.analytics.progress().await.unwrap().is_complete());
}

#[tokio::test]
async fn a_step_that_was_done_already_is_refused_and_changes_nothing() {
    let desk = Desk::with(20).await;
    desk.fold().await;
    let before = desk.app.analytics.progress().await.unwrap();
    desk.work(3).await;
    // Two servers that both think they hold the work.
    let (one, other) = tokio::join!(step(&desk.app), step(&desk.app));
    assert!(one.is_ok() && other.is_ok());
    desk.fold().await;
    assert_eq!(desk.rows().await, desk.wanted().await);
    let now = desk.app.analytics.progress().await.unwrap();
    assert!(now.seen > before.seen);
    // One that slept since.
    let late = linedesk_ports::analytics::Fold {
        from: before,
        to: now,
        tickets: Vec::new(),
        changed: Vec::new(),
    };
    let refused = desk.app.analytics.fold(late).await;
    assert_eq!(refused, Err(StoreError::Stale));
    assert_eq!(
        desk.app.analytics.seal(before, Vec::new()).await,
        Err(StoreError::Stale)
    );
}

#[tokio::test]
async fn answers_are_the_same_whether_or_not_days_are_put_together() {
    let desk = Desk::with(200).await;
    desk.fold().await;
    let raw = figures::everything(&desk).await;
    desk.seal().await;
    figures::same(&figures::everything(&desk).await, &raw);
    desk.work(8).await;
    desk.fold().await;
    let dirty = figures::everything(&desk).await;
    assert_ne!(dirty, raw);
    desk.seal().await;
    figures::same(&figures::everything(&desk).await, &dirty);
    rebuild(&desk.app).await.unwrap();
    desk.fold().await;
    desk.seal().await;
    figures::same(&figures::everything(&desk).await, &dirty);
}

#[tokio::test]
async fn one_server_folds_at_a_time() {
    let desk = Desk::with(5).await;
    let first = desk.shift();
    assert!(first.hold().await.unwrap());
    let second = Shift::new(
        desk.app.clone(),
        Work::Analytics,
        Uuid::from_u128(2),
        ANALYTICS_LEASE,
    );
    assert_eq!(keep_up(&second).await.unwrap(), None);
    assert!(keep_up(&first).await.unwrap().is_some());
    first.release().await.unwrap();
    assert!(keep_up(&second).await.unwrap().is_some());
}

#[tokio::test]
async fn an_empty_desk_has_figures_too() {
    let desk = Desk::with(0).await;
    desk.fold().await;
    desk.seal().await;
    let ask = desk.ask(30, Some(Dimension::Agent), Filter::default());
    let found = linedesk_app::analytics::performance(&desk.app, &desk.admin, ask)
        .await
        .unwrap();
    assert!(found.is_complete && found.groups.is_empty());
    assert_eq!((found.totals.created, found.totals.backlog()), (0, 0));
    assert_eq!(found.series.len(), 30);
    assert_eq!(found.as_of, desk.clock.now());
}
