//! Users, sign-ins and API tokens seen lately, so that not every request reads its caller from the database.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::{CustomerId, SessionId, TokenId, UserId};
use linedesk_ports::accounts::ApiToken;
use linedesk_ports::directory::User;

use super::throttle::Throttle;
use crate::App;
use crate::error::Error;

/// Entries of one kind that are held at most.
const CAPACITY: usize = 10_000;

/// What this process knows of those who call it. What it writes itself it forgets at once; what another server wrote
/// it learns after `Settings::session_cache`.
#[derive(Debug, Default)]
pub struct Sessions {
    known: Mutex<Known>,
    /// Sign-ins that are being checked at this moment.
    pub(crate) throttle: Throttle,
}

#[derive(Debug, Default)]
struct Known {
    users: HashMap<UserId, Seen<User>>,
    tokens: HashMap<[u8; 32], Seen<ApiToken>>,
    /// Whether these sign-ins were ended.
    ended: HashMap<SessionId, Seen<bool>>,
    /// Rises when something is forgotten, so that what was read before that is not kept after it.
    generation: u64,
}

#[derive(Debug)]
struct Seen<T> {
    what: Arc<T>,
    read_at: Timestamp,
}

impl Sessions {
    /// Forgets a user. Every use case that writes one calls it, whatever came of the commit.
    pub fn forget(&self, user: UserId) {
        let mut known = self.known();
        known.users.remove(&user);
        known.generation += 1;
    }

    /// Forgets the users of a customer account. Every use case that writes one calls it, whatever came of the commit.
    pub fn forget_account(&self, account: CustomerId) {
        let mut known = self.known();
        let is_other = |user: &User| user.customer != Some(account);
        known.users.retain(|_, seen| is_other(&seen.what));
        known.generation += 1;
    }

    /// Forgets an API token.
    pub fn forget_token(&self, token: TokenId) {
        let mut known = self.known();
        known.tokens.retain(|_, seen| seen.what.id != token);
        known.generation += 1;
    }

    /// Forgets a sign-in. Every use case that ends one calls it, whatever came of the commit.
    pub fn forget_session(&self, session: SessionId) {
        let mut known = self.known();
        known.ended.remove(&session);
        known.generation += 1;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing can panic half-way through a change of it.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A user, as it was at most `session_cache` ago.
pub(super) async fn user(app: &App, id: UserId) -> Result<Option<Arc<User>>, Error> {
    let now = app.clock.now();
    let generation = {
        let known = app.sessions.known();
        if let Some(user) = fresh(&known.users, &id, now, limit(app)) {
            return Ok(Some(user));
        }
        known.generation
    };
    read_user(app, id, now, generation).await
}

/// A user as it is now.
pub(crate) async fn user_now(app: &App, id: UserId) -> Result<Option<Arc<User>>, Error> {
    let generation = app.sessions.known().generation;
    read_user(app, id, app.clock.now(), generation).await
}

async fn read_user(
    app: &App,
    id: UserId,
    now: Timestamp,
    generation: u64,
) -> Result<Option<Arc<User>>, Error> {
    let Some(mut user) = app.directory.user(id).await? else {
        return Ok(None);
    };
    // Whoever belongs to an account that is switched off is as good as switched off.
    user.is_active = may_act(app, &user).await?;
    let user = Arc::new(user);
    let mut known = app.sessions.known();
    if known.generation == generation {
        keep(&mut known.users, id, &user, now, limit(app));
    }
    Ok(Some(user))
}

/// Whether a user is switched on, and the customer account with it that the user belongs to, if it does to one.
pub(super) async fn may_act(app: &App, user: &User) -> Result<bool, Error> {
    let Some(account) = user.customer.filter(|_| user.is_active) else {
        return Ok(user.is_active);
    };
    let account = app.directory.customer(account).await?;
    Ok(account.is_some_and(|account| account.is_active))
}

/// Whether a sign-in was ended, as it was at most `session_cache` ago.
pub(super) async fn ended(app: &App, session: SessionId) -> Result<bool, Error> {
    let now = app.clock.now();
    let generation = {
        let known = app.sessions.known();
        if let Some(ended) = fresh(&known.ended, &session, now, limit(app)) {
            return Ok(*ended);
        }
        known.generation
    };
    let ended = Arc::new(app.accounts.session_ended(session).await?);
    let mut known = app.sessions.known();
    if known.generation == generation {
        keep(&mut known.ended, session, &ended, now, limit(app));
    }
    Ok(*ended)
}

/// The API token with that hash, as it was at most `session_cache` ago.
pub(super) async fn token(app: &App, hash: [u8; 32]) -> Result<Option<Arc<ApiToken>>, Error> {
    let now = app.clock.now();
    let generation = {
        let known = app.sessions.known();
        if let Some(token) = fresh(&known.tokens, &hash, now, limit(app)) {
            return Ok(Some(token));
        }
        known.generation
    };
    let Some(token) = app.accounts.api_token(hash).await?.map(Arc::new) else {
        return Ok(None);
    };
    let mut known = app.sessions.known();
    if known.generation == generation {
        keep(&mut known.tokens, hash, &token, now, limit(app));
    }
    Ok(Some(token))
}

fn limit(app: &App) -> SignedDuration {
    SignedDuration::try_from(app.settings.session_cache).unwrap_or(SignedDuration::ZERO)
}

fn fresh<K: Eq + Hash, T>(
    seen: &HashMap<K, Seen<T>>,
    key: &K,
    now: Timestamp,
    limit: SignedDuration,
) -> Option<Arc<T>> {
    seen.get(key)
        .filter(|seen| is_fresh(seen.read_at, now, limit))
        .map(|seen| Arc::clone(&seen.what))
}

/// Also false for what was read in the future, which is what a clock that was set back makes of the past.
fn is_fresh(read_at: Timestamp, now: Timestamp, limit: SignedDuration) -> bool {
    let age = now.duration_since(read_at);
    !age.is_negative() && age < limit
}

fn keep<K: Eq + Hash, T>(
    seen: &mut HashMap<K, Seen<T>>,
    key: K,
    what: &Arc<T>,
    now: Timestamp,
    limit: SignedDuration,
) {
    if seen.len() >= CAPACITY {
        seen.retain(|_, one| is_fresh(one.read_at, now, limit));
    }
    if seen.len() < CAPACITY {
        seen.insert(
            key,
            Seen {
                what: Arc::clone(what),
                read_at: now,
            },
        );
    }
}
