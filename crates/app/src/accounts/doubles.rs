//! A small world in memory, behind the ports' mocks, for tests of use cases about people.

mod ports;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use linedesk_domain::ids::{CustomerId, UserId};
use linedesk_domain::people::{Permission, Role};
use linedesk_ports::accounts::{ApiToken, KeptAnswer, KeptRequest, LoginFailure, RefreshToken};
use linedesk_ports::blobs::MockBlobs;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::directory::User;
use linedesk_ports::elsewhere::People;
use linedesk_ports::queries::MockQueries;
use linedesk_ports::secrets::Claims;
use linedesk_ports::store::{StoreError, Unique};
use linedesk_ports::threads::MockThreads;
use linedesk_ports::tickets::MockTickets;
use uuid::Uuid;

use crate::{App, Caller, Parts, Settings};

/// What is stored, what was done, and what goes wrong next.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) now: Timestamp,
    pub(crate) users: Vec<User>,
    /// Customer accounts that are switched off, of those that users belong to.
    pub(crate) closed_accounts: Vec<CustomerId>,
    pub(crate) refresh_tokens: Vec<RefreshToken>,
    pub(crate) api_tokens: Vec<ApiToken>,
    pub(crate) failures: Vec<LoginFailure>,
    pub(crate) kept: Option<KeptRequest>,
    pub(crate) committed: Vec<Changes>,
    /// What the next commits come to, instead of being done.
    pub(crate) refusals: VecDeque<StoreError>,
    /// Somebody else's change, done right before the next commit.
    pub(crate) outrun_by: Vec<User>,
    /// Of each password that was checked: whether there was a hash.
    pub(crate) verified: Vec<bool>,
    pub(crate) users_read: usize,
    pub(crate) sessions_read: usize,
    pub(crate) signed: Vec<Claims>,
    ids: u128,
}

/// The world and the use cases on it.
pub(crate) struct World {
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) app: App,
}

pub(crate) const START: Timestamp = Timestamp::constant(1_750_000_000, 0);
pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

impl World {
    pub(crate) fn of(users: impl IntoIterator<Item = User>) -> Self {
        Self::with(users, MockTickets::new(), |_| {})
    }

    /// Beside a backend that keeps the people itself.
    pub(crate) fn beside(people: Arc<dyn People>, users: impl IntoIterator<Item = User>) -> Self {
        Self::made(users, |parts| parts.people = Some(people))
    }

    pub(crate) fn with(
        users: impl IntoIterator<Item = User>,
        tickets: MockTickets,
        adjust: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::made(users, |parts| {
            parts.tickets = Arc::new(tickets);
            adjust(&mut parts.settings);
        })
    }

    /// With parts that a test puts in place of the world's own.
    pub(crate) fn made(
        users: impl IntoIterator<Item = User>,
        adjust: impl FnOnce(&mut Parts),
    ) -> Self {
        let state = State {
            now: START,
            users: users.into_iter().collect(),
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
        let mut parts = Parts {
            tickets: Arc::new(MockTickets::new()),
            commit: Arc::new(ports::commit(&state)),
            queries: Arc::new(MockQueries::new()),
            threads: Arc::new(MockThreads::new()),
            directory: Arc::new(ports::directory(&state)),
            people: None,
            knowledge: Arc::new(linedesk_ports::knowledge::MockKnowledge::new()),
            analytics: Arc::new(linedesk_ports::analytics::MockAnalytics::new()),
            facts: Arc::new(linedesk_ports::analytics::MockFacts::new()),
            readings: crate::analytics::Readings::default(),
            periods: Arc::new(linedesk_ports::periods::MockPeriods::new()),
            jobs: Arc::new(linedesk_ports::jobs::MockJobs::new()),
            leases: Arc::new(linedesk_ports::leases::MockLeases::new()),
            accounts: Arc::new(ports::accounts(&state)),
            outbox: Arc::new(linedesk_ports::outbox::MockOutbox::new()),
            log: Arc::new(linedesk_ports::outbox::MockEventLog::new()),
            notifications: Arc::new(linedesk_ports::notifications::MockNotifications::new()),
            couriers: Arc::new(linedesk_ports::couriers::MockCouriers::new()),
            blobs: Arc::new(MockBlobs::new()),
            passwords: Arc::new(ports::passwords(&state)),
            signer: Arc::new(ports::signer(&state)),
            clock: Arc::new(ports::clock(&state)),
            ids: Arc::new(ports::ids(&state)),
            settings: settings(),
            sessions: crate::accounts::sessions::Sessions::default(),
            viewers: crate::knowledge::Viewers::default(),
            turns: crate::change::Turns::default(),
            pulse: crate::Pulse::default(),
            live: crate::events::Live::default(),
        };
        adjust(&mut parts);
        Self {
            state,
            app: App::new(parts),
        }
    }

    pub(crate) fn do_with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.do_with(|state| state.now += time);
    }

    pub(crate) fn committed(&self) -> Vec<Write> {
        self.do_with(|state| {
            state
                .committed
                .iter()
                .flat_map(|changes| changes.writes.clone())
                .collect()
        })
    }

    pub(crate) fn user(&self, id: UserId) -> User {
        self.do_with(|state| {
            state
                .users
                .iter()
                .find(|user| user.id == id)
                .cloned()
                .unwrap()
        })
    }
}

/// A user called like its role, with [`PASSWORD`].
pub(crate) fn user(number: i64, role: Role) -> User {
    User {
        id: UserId(Uuid::from_u128(1_000 + u128::try_from(number).unwrap())),
        number,
        username: format!("{}{number}", role.name()),
        email: Some(format!("mail{number}@example.com")),
        name: None,
        password_hash: Some(format!("hash of {PASSWORD}")),
        role,
        customer: (role == Role::Customer).then(|| CustomerId(Uuid::from_u128(7))),
        teams: Vec::new(),
        skills: Vec::new(),
        capacity: 5,
        is_active: true,
        is_available: true,
        epoch: 3,
        created_at: START,
        updated_at: START,
    }
}

pub(crate) fn caller(user: &User, permissions: Option<&[Permission]>) -> Caller {
    Caller::signed_in(Arc::new(user.clone()), permissions.map(<[_]>::to_vec))
}

pub(crate) fn answer(status: u16) -> KeptAnswer {
    KeptAnswer {
        status,
        headers: Vec::new(),
        body: b"{}".to_vec(),
    }
}

fn settings() -> Settings {
    Settings {
        reopen_window: SignedDuration::from_hours(30 * 24),
        timezone: TimeZone::UTC,
        open_registration: true,
        access_lifetime: SignedDuration::from_mins(10),
        refresh_lifetime: SignedDuration::from_hours(7 * 24),
        login_failures_per_account: 10,
        login_failures_per_address: 100,
        login_window: SignedDuration::from_mins(5),
        max_upload: 25 << 20,
        idempotency_window: SignedDuration::from_hours(24),
        session_cache: Duration::from_secs(1),
        notifications: crate::notifications::NotificationSettings::default(),
        place_key: [0; 32],
    }
}

impl State {
    fn check(&self, changes: &Changes) -> Result<(), StoreError> {
        changes.writes.iter().try_for_each(|write| match write {
            Write::User { user, expected } => {
                let stored = self.users.iter().find(|stored| stored.id == user.id);
                if stored.is_some_and(|stored| stored.updated_at == *expected) {
                    Ok(())
                } else {
                    Err(StoreError::Stale)
                }
            }
            Write::NewUser(user)
                if self
                    .users
                    .iter()
                    .any(|stored| stored.username == user.username) =>
            {
                Err(StoreError::Duplicate(Unique::Username))
            }
            Write::UseRefreshToken { id, .. } => {
                let token = self.refresh_tokens.iter().find(|token| token.id == *id);
                let good = token
                    .is_some_and(|token| token.used_at.is_none() && token.revoked_at.is_none());
                if good { Ok(()) } else { Err(StoreError::Stale) }
            }
            _ => Ok(()),
        })
    }

    /// Does one write; answers the number of a new user.
    fn apply(&mut self, write: &Write) -> Option<i64> {
        match write {
            Write::User { user, .. } => {
                let place = self
                    .users
                    .iter()
                    .position(|stored| stored.id == user.id)
                    .unwrap();
                self.users[place] = user.clone();
            }
            Write::NewUser(user) => {
                let number = i64::try_from(self.users.len()).unwrap() + 100;
                self.users.push(User {
                    number,
                    ..user.clone()
                });
                return Some(number);
            }
            Write::NewRefreshToken(token) => self.refresh_tokens.push(token.clone()),
            Write::UseRefreshToken { id, at } => {
                self.refresh_tokens
                    .iter_mut()
                    .filter(|token| token.id == *id)
                    .for_each(|token| token.used_at = Some(*at));
            }
            Write::EndSession { session, at } => {
                let family = self
                    .refresh_tokens
                    .iter_mut()
                    .filter(|token| token.session == *session);
                family.for_each(|token| token.revoked_at = Some(*at));
            }
            Write::NewApiToken(token) => self.api_tokens.push(token.clone()),
            Write::RevokeApiToken { id, at } => {
                self.api_tokens
                    .iter_mut()
                    .filter(|token| token.id == *id)
                    .for_each(|token| token.revoked_at = Some(*at));
            }
            Write::LoginFailure(failure) => self.failures.push(failure.clone()),
            _ => {}
        }
        None
    }
}
