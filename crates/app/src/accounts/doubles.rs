//! A small world in memory, behind the ports' mocks, for tests of use cases about people.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use linedesk_domain::ids::{CustomerId, TeamId, UserId};
use linedesk_domain::people::{Permission, Role};
use linedesk_ports::accounts::{
    ApiToken, FailureCount, KeptAnswer, KeptRequest, LoginFailure, MockAccounts, RefreshToken,
};
use linedesk_ports::blobs::MockBlobs;
use linedesk_ports::changes::{Changes, Committed, MockCommit, Write};
use linedesk_ports::directory::{DirectoryFilter, DirectoryPage, MockDirectory, User};
use linedesk_ports::queries::MockQueries;
use linedesk_ports::secrets::{Claims, MockPasswords, MockSigner, PasswordError};
use linedesk_ports::store::{StoreError, Unique};
use linedesk_ports::system::{MockClock, MockIds};
use linedesk_ports::tickets::MockTickets;
use uuid::Uuid;

use crate::{App, Caller, Parts, Settings};

/// What is stored, what was done, and what goes wrong next.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) now: Timestamp,
    pub(crate) users: Vec<User>,
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
    signed: Vec<Claims>,
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

    pub(crate) fn with(
        users: impl IntoIterator<Item = User>,
        tickets: MockTickets,
        adjust: impl FnOnce(&mut Settings),
    ) -> Self {
        let state = State { now: START, users: users.into_iter().collect(), ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let mut settings = settings();
        adjust(&mut settings);
        let app = App::new(Parts {
            tickets: Arc::new(tickets),
            commit: Arc::new(commit(&state)),
            queries: Arc::new(MockQueries::new()),
            directory: Arc::new(directory(&state)),
            accounts: Arc::new(accounts(&state)),
            blobs: Arc::new(MockBlobs::new()),
            passwords: Arc::new(passwords(&state)),
            signer: Arc::new(signer(&state)),
            clock: Arc::new(clock(&state)),
            ids: Arc::new(ids(&state)),
            settings,
            sessions: crate::accounts::sessions::Sessions::default(),
            turns: crate::change::Turns::default(),
        });
        Self { state, app }
    }

    pub(crate) fn do_with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.do_with(|state| state.now += time);
    }

    pub(crate) fn committed(&self) -> Vec<Write> {
        self.do_with(|state| state.committed.iter().flat_map(|changes| changes.writes.clone()).collect())
    }

    pub(crate) fn user(&self, id: UserId) -> User {
        self.do_with(|state| state.users.iter().find(|user| user.id == id).cloned().unwrap())
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
    Caller { user: Arc::new(user.clone()), permissions: permissions.map(<[_]>::to_vec), mark: None }
}

pub(crate) fn answer(status: u16) -> KeptAnswer {
    KeptAnswer { status, headers: Vec::new(), body: b"{}".to_vec() }
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
    }
}

type Shared = Arc<Mutex<State>>;

fn clock(state: &Shared) -> MockClock {
    let (mut mock, state) = (MockClock::new(), Arc::clone(state));
    mock.expect_now().returning(move || state.lock().unwrap().now);
    mock
}

fn ids(state: &Shared) -> MockIds {
    let (mut mock, state) = (MockIds::new(), Arc::clone(state));
    mock.expect_next().returning(move |_| {
        let mut state = state.lock().unwrap();
        state.ids += 1;
        Uuid::from_u128(state.ids)
    });
    mock.expect_random().returning(|| [0xAB; 32]);
    mock
}

fn passwords(state: &Shared) -> MockPasswords {
    let (mut mock, state) = (MockPasswords::new(), Arc::clone(state));
    mock.expect_hash().returning(|password| Ok(format!("hash of {password}")));
    mock.expect_verify().returning(move |password, hash| {
        state.lock().unwrap().verified.push(hash.is_some());
        if password.len() > 72 { Err(PasswordError::TooLong) } else { Ok(hash == Some(&format!("hash of {password}"))) }
    });
    mock
}

fn signer(state: &Shared) -> MockSigner {
    let (mut mock, signs, reads) = (MockSigner::new(), Arc::clone(state), Arc::clone(state));
    mock.expect_sign().returning(move |claims| {
        let mut state = signs.lock().unwrap();
        state.signed.push(*claims);
        (state.signed.len() - 1).to_string()
    });
    mock.expect_verify().returning(move |token, purpose, now| {
        let signed = reads.lock().unwrap().signed.get(token.parse::<usize>().ok()?).copied()?;
        (signed.purpose == purpose && now < signed.expires_at).then_some(signed)
    });
    mock
}

fn directory(state: &Shared) -> MockDirectory {
    let mut mock = MockDirectory::new();
    let shared = Arc::clone(state);
    mock.expect_user().returning(move |id| {
        let mut state = shared.lock().unwrap();
        state.users_read += 1;
        Ok(state.users.iter().find(|user| user.id == id).cloned())
    });
    let shared = Arc::clone(state);
    mock.expect_user_by_number()
        .returning(move |number| Ok(shared.lock().unwrap().users.iter().find(|user| user.number == number).cloned()));
    let shared = Arc::clone(state);
    mock.expect_user_by_login().returning(move |login| {
        let is_it = |user: &&User| user.username.to_lowercase() == login || user.email.as_deref() == Some(login);
        Ok(shared.lock().unwrap().users.iter().find(is_it).cloned())
    });
    let shared = Arc::clone(state);
    mock.expect_users().returning(move |filter: DirectoryFilter| {
        let state = shared.lock().unwrap();
        let fits = |user: &&User| {
            filter.role.is_none_or(|role| role == user.role) && filter.is_active.is_none_or(|a| a == user.is_active)
        };
        let items: Vec<User> = state.users.iter().filter(fits).cloned().collect();
        let total = items.len() as u64;
        Ok(DirectoryPage { items: items.into_iter().take(filter.limit as usize).collect(), total })
    });
    mock.expect_customer().returning(|_| Ok(None));
    mock.expect_team().returning(|_: TeamId| Ok(None));
    mock
}

fn accounts(state: &Shared) -> MockAccounts {
    let mut mock = MockAccounts::new();
    let shared = Arc::clone(state);
    mock.expect_refresh_token()
        .returning(move |id| Ok(shared.lock().unwrap().refresh_tokens.iter().find(|token| token.id == id).cloned()));
    let shared = Arc::clone(state);
    mock.expect_api_token()
        .returning(move |hash| Ok(shared.lock().unwrap().api_tokens.iter().find(|token| token.hash == hash).cloned()));
    let shared = Arc::clone(state);
    mock.expect_api_tokens().returning(move || Ok(shared.lock().unwrap().api_tokens.clone()));
    let shared = Arc::clone(state);
    mock.expect_login_failures().returning(move |login, address, since| {
        let state = shared.lock().unwrap();
        let from = state.failures.iter().filter(|failure| failure.address == address && failure.at >= since);
        let (of_address, of_login): (Vec<_>, Vec<_>) = (from.clone().collect(), from.filter(|f| f.login == login).collect());
        Ok(FailureCount {
            of_login: u32::try_from(of_login.len()).unwrap(),
            of_address: u32::try_from(of_address.len()).unwrap(),
            oldest_of_login: of_login.iter().map(|failure| failure.at).min(),
            oldest_of_address: of_address.iter().map(|failure| failure.at).min(),
        })
    });
    let shared = Arc::clone(state);
    mock.expect_kept_request()
        .returning(move |_, since| Ok(shared.lock().unwrap().kept.clone().filter(|kept| kept.at >= since)));
    let shared = Arc::clone(state);
    mock.expect_keep_answer().returning(move |mark, answer| {
        let kept = KeptRequest { fingerprint: mark.fingerprint, at: mark.at, answer: Some(answer) };
        shared.lock().unwrap().kept = Some(kept);
        Ok(())
    });
    mock
}

fn commit(state: &Shared) -> MockCommit {
    let (mut mock, state) = (MockCommit::new(), Arc::clone(state));
    mock.expect_commit().returning(move |changes| {
        let mut state = state.lock().unwrap();
        if let Some(refusal) = state.refusals.pop_front() {
            return Err(refusal);
        }
        for theirs in std::mem::take(&mut state.outrun_by) {
            let place = state.users.iter().position(|user| user.id == theirs.id).unwrap();
            state.users[place] = theirs;
        }
        state.check(&changes)?;
        let users = changes.writes.iter().filter_map(|write| state.apply(write)).collect();
        state.committed.push(changes);
        Ok(Committed { users, ..Committed::default() })
    });
    mock
}

impl State {
    fn check(&self, changes: &Changes) -> Result<(), StoreError> {
        changes.writes.iter().try_for_each(|write| match write {
            Write::User { user, expected } => {
                let stored = self.users.iter().find(|stored| stored.id == user.id);
                if stored.is_some_and(|stored| stored.updated_at == *expected) { Ok(()) } else { Err(StoreError::Stale) }
            }
            Write::NewUser(user) if self.users.iter().any(|stored| stored.username == user.username) => {
                Err(StoreError::Duplicate(Unique::Username))
            }
            Write::UseRefreshToken { id, .. } => {
                let token = self.refresh_tokens.iter().find(|token| token.id == *id);
                let good = token.is_some_and(|token| token.used_at.is_none() && token.revoked_at.is_none());
                if good { Ok(()) } else { Err(StoreError::Stale) }
            }
            _ => Ok(()),
        })
    }

    /// Does one write; answers the number of a new user.
    fn apply(&mut self, write: &Write) -> Option<i64> {
        match write {
            Write::User { user, .. } => {
                let place = self.users.iter().position(|stored| stored.id == user.id).unwrap();
                self.users[place] = user.clone();
            }
            Write::NewUser(user) => {
                let number = i64::try_from(self.users.len()).unwrap() + 100;
                self.users.push(User { number, ..user.clone() });
                return Some(number);
            }
            Write::NewRefreshToken(token) => self.refresh_tokens.push(token.clone()),
            Write::UseRefreshToken { id, at } => {
                self.refresh_tokens.iter_mut().filter(|token| token.id == *id).for_each(|token| token.used_at = Some(*at));
            }
            Write::EndSession { session, at } => {
                let family = self.refresh_tokens.iter_mut().filter(|token| token.session == *session);
                family.for_each(|token| token.revoked_at = Some(*at));
            }
            Write::NewApiToken(token) => self.api_tokens.push(token.clone()),
            Write::RevokeApiToken { id, at } => {
                self.api_tokens.iter_mut().filter(|token| token.id == *id).for_each(|token| token.revoked_at = Some(*at));
            }
            Write::LoginFailure(failure) => self.failures.push(failure.clone()),
            _ => {}
        }
        None
    }
}
