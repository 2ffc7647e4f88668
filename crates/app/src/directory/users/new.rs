//! Making users.

use linedesk_domain::ids::{CustomerId, TeamId, UserId};
use linedesk_domain::people::Role;
use linedesk_ports::accounts::IdempotencyMark;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::directory::User;

use super::rules;
use crate::App;
use crate::accounts::password::{self, Owner};
use crate::directory::fields::Faults;
use crate::directory::mirror::kept_here;
use crate::directory::refused;
use crate::error::Error;

/// Unresolved tickets that an agent of whom nothing is said can hold at once.
pub(in crate::directory) const CAPACITY: u32 = 20;

/// A user that is wanted.
#[derive(Clone)]
pub struct NewUser {
    /// Name to sign in with.
    pub username: String,
    /// Address for mail.
    pub email: Option<String>,
    /// Name for people to read.
    pub name: Option<String>,
    /// Password; without one the user cannot sign in by it.
    pub password: Option<String>,
    /// What the account may do.
    pub role: Role,
    /// The customer account, for a customer user and nobody else.
    pub customer: Option<CustomerId>,
    /// Teams, the first one first.
    pub teams: Vec<TeamId>,
    /// What the agent knows, for routing.
    pub skills: Vec<String>,
    /// Unresolved tickets that the agent can hold at once.
    pub capacity: u32,
    /// Whether the account can be used.
    pub is_active: bool,
    /// Whether the agent takes tickets now.
    pub is_available: bool,
}

impl NewUser {
    /// A user of whom nothing else is said.
    pub fn of(username: impl Into<String>, role: Role) -> Self {
        Self {
            username: username.into(),
            email: None,
            name: None,
            password: None,
            role,
            customer: None,
            teams: Vec::new(),
            skills: Vec::new(),
            capacity: CAPACITY,
            is_active: true,
            is_available: true,
        }
    }
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Where a new user's customer account comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// It is there, or should be; or none is needed.
    Stored,
    /// Its user makes it by signing up, which takes an e-mail address.
    MadeTogether,
}

/// The user as it will be stored, or everything that is wrong with it at once. Hashes the password last.
pub(crate) async fn prepare(app: &App, new: NewUser, account: Account) -> Result<User, Error> {
    let now = app.clock.now();
    let raw = User {
        id: UserId(app.ids.next(now)),
        number: 0,
        username: new.username,
        email: new.email,
        name: new.name,
        password_hash: None,
        role: new.role,
        customer: new.customer,
        teams: new.teams,
        skills: new.skills,
        capacity: new.capacity,
        is_active: new.is_active,
        is_available: new.is_available,
        epoch: 0,
        created_at: now,
        updated_at: now,
    };
    let mut faults = Faults::default();
    let mut user = rules::normalised(None, raw, &mut faults);
    match account {
        Account::Stored => rules::references(app, None, &user, &mut faults).await?,
        Account::MadeTogether => {
            if user.email.is_none() {
                faults.add("email", "required", "must not be empty");
            }
            rules::names(app, &user, &mut faults).await?;
        }
    }
    if let Some(new) = &new.password {
        faults.extend(password::faults("password", new, Owner::of(&user)));
    }
    faults.done()?;
    if let Some(new) = &new.password {
        user.password_hash = Some(app.passwords.hash(new).await?);
    }
    Ok(user)
}

/// Commits a new user between what it needs and what needs it, and answers it with its number.
pub(crate) async fn insert_user(
    app: &App,
    mark: Option<IdempotencyMark>,
    before: Vec<Write>,
    mut user: User,
    after: Vec<Write>,
) -> Result<User, Error> {
    let mut writes = before;
    writes.push(Write::NewUser(user.clone()));
    writes.extend(after);
    let committed = app
        .commit
        .commit(Changes { writes, mark })
        .await
        .map_err(refused)?;
    user.number = committed.users.first().copied().unwrap_or_default();
    Ok(user)
}

/// The hash of a new password, or everything that is wrong with it. None where a larger backend keeps the people.
pub(crate) async fn hash_new_password(
    app: &App,
    field: &str,
    new: &str,
    owner: Owner<'_>,
) -> Result<String, Error> {
    kept_here(app)?;
    let faults = password::faults(field, new, owner);
    if faults.is_empty() {
        Ok(app.passwords.hash(new).await?)
    } else {
        Err(Error::Invalid(faults))
    }
}
