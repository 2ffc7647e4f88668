//! People and machines that sign in, as admins manage them.

mod change;
mod new;
mod rules;

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{CustomerId, TeamId, UserId};
use linedesk_domain::people::{Permission, Role};
use linedesk_domain::ticket::edit::Patch;
use linedesk_ports::directory::{DirectoryFilter, DirectoryPage, User};

use super::fields::{Faults, patched};
use super::mirror::kept_here;
use crate::App;
use crate::accounts::password::{self, Owner};
use crate::caller::Caller;
use crate::error::Error;

pub use rules::unusable_username;

pub(crate) use change::change_user;
pub(in crate::directory) use change::{ends_sessions, later};
pub(in crate::directory) use new::CAPACITY;
pub use new::NewUser;
pub(crate) use new::{Account, hash_new_password, insert_user, prepare};

/// A user by one of its identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserKey {
    /// Its UUID.
    Id(UserId),
    /// Its integer.
    Number(i64),
}

/// What changes of a user.
#[derive(Clone, Default)]
pub struct UserPatch {
    /// `username`
    pub username: Option<String>,
    /// `email`
    pub email: Patch<String>,
    /// `name`
    pub name: Patch<String>,
    /// `password`; ends every session
    pub password: Option<String>,
    /// `role`; ends every session
    pub role: Option<Role>,
    /// `customer_id`
    pub customer: Patch<CustomerId>,
    /// `team_ids`, all of them
    pub teams: Option<Vec<TeamId>>,
    /// `skills`, all of them
    pub skills: Option<Vec<String>>,
    /// `capacity`
    pub capacity: Option<u32>,
    /// `is_active`; `false` ends every session
    pub is_active: Option<bool>,
    /// `is_available`
    pub is_available: Option<bool>,
}

impl UserPatch {
    /// Whether it says who the user is, and not only how the user works.
    const fn is_of_person(&self) -> bool {
        self.username.is_some()
            || self.password.is_some()
            || self.role.is_some()
            || self.is_active.is_some()
            || !matches!(self.email, Patch::Keep)
            || !matches!(self.name, Patch::Keep)
            || !matches!(self.customer, Patch::Keep)
    }
}

impl std::fmt::Debug for UserPatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserPatch").finish_non_exhaustive()
    }
}

/// Users by name.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_users(
    app: &App,
    caller: &Caller,
    filter: DirectoryFilter,
) -> Result<DirectoryPage<User>, Error> {
    caller.may(Operation::ReadDirectory)?;
    Ok(app.directory.users(filter).await?)
}

/// One user.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn get_user(app: &App, caller: &Caller, id: UserId) -> Result<User, Error> {
    caller.may(Operation::ReadDirectory)?;
    find(app, UserKey::Id(id)).await
}

/// Makes a user.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] where a larger backend keeps the people, of whom machines are none;
/// [`Error::Invalid`] with all faults; [`Error::TooMany`] when too many passwords are being hashed; [`Error::Store`].
pub async fn create_user(app: &App, caller: &Caller, new: NewUser) -> Result<User, Error> {
    caller.may(Operation::WriteDirectory)?;
    may_grant(caller, new.role)?;
    person_kept_here(app, new.role)?;
    let user = prepare(app, new, Account::Stored).await?;
    insert_user(app, caller.mark.clone(), Vec::new(), user, Vec::new()).await
}

/// Changes a user. A new role, a new password, another customer account and switching off end every session.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] with all faults; [`Error::Conflict`] `last_admin`, and
/// where a larger backend keeps the people and it says who somebody is; [`Error::Store`].
pub async fn update_user(
    app: &App,
    caller: &Caller,
    id: UserId,
    patch: UserPatch,
) -> Result<User, Error> {
    caller.may(Operation::WriteDirectory)?;
    let found = find(app, UserKey::Id(id)).await?;
    may_grant(caller, found.role)?;
    may_grant(caller, patch.role.unwrap_or(found.role))?;
    if patch.is_of_person() {
        person_kept_here(app, found.role)?;
    }
    let hash = check_patch(app, &found, &patch).await?;
    change_user(app, caller.mark.clone(), id, |user| {
        may_grant(caller, user.role)?;
        let mut faults = Faults::default();
        *user = rules::normalised(Some(&*user), apply(user.clone(), &patch), &mut faults);
        faults.done()?;
        if hash.is_some() {
            user.password_hash.clone_from(&hash);
        }
        Ok(())
    })
    .await
}

/// Switches a user off and ends every session.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Conflict`] `last_admin`, and where a larger backend keeps the people;
/// [`Error::Store`].
pub async fn deactivate_user(app: &App, caller: &Caller, id: UserId) -> Result<(), Error> {
    caller.may(Operation::WriteDirectory)?;
    change_user(app, caller.mark.clone(), id, |user| {
        may_grant(caller, user.role)?;
        person_kept_here(app, user.role)?;
        user.is_active = false;
        Ok(())
    })
    .await?;
    Ok(())
}

/// Says whether a member of staff takes tickets now: each for itself, admins for anybody.
///
/// # Errors
/// [`Error::Forbidden`] for somebody else, and for customers; [`Error::NotFound`], [`Error::Store`].
pub async fn set_availability(
    app: &App,
    caller: &Caller,
    id: UserId,
    is_available: bool,
) -> Result<User, Error> {
    let is_own = caller.id() == id && caller.user.role.is_staff();
    if !is_own {
        caller.may(Operation::WriteDirectory)?;
    }
    change_user(app, caller.mark.clone(), id, |user| {
        user.is_available = is_available;
        Ok(())
    })
    .await
}

/// One user, whoever asks.
pub(crate) async fn find(app: &App, key: UserKey) -> Result<User, Error> {
    let found = match key {
        UserKey::Id(id) => app.directory.user(id).await?,
        UserKey::Number(number) => app.directory.user_by_number(number).await?,
    };
    found.ok_or(Error::NotFound("user"))
}

/// Nobody gives more than they have: a token that may write the directory, but not administer, manages customers'
/// users alone. With an admin's password it could become one.
fn may_grant(caller: &Caller, role: Role) -> Result<(), Error> {
    let administers = caller
        .permissions
        .as_ref()
        .is_none_or(|held| held.contains(&Permission::Admin));
    if administers || role == Role::Customer {
        Ok(())
    } else {
        Err(Error::forbidden())
    }
}

/// Passes where the desk keeps people itself. Machines it always does.
fn person_kept_here(app: &App, role: Role) -> Result<(), Error> {
    match role {
        Role::Service => Ok(()),
        Role::Customer | Role::Agent | Role::Lead | Role::Admin => kept_here(app),
    }
}

/// Everything that is wrong with a patch, at once; then the hash of the new password, if there is one.
async fn check_patch(app: &App, found: &User, patch: &UserPatch) -> Result<Option<String>, Error> {
    let mut faults = Faults::default();
    let wanted = rules::normalised(Some(found), apply(found.clone(), patch), &mut faults);
    rules::references(app, Some(found), &wanted, &mut faults).await?;
    if let Some(new) = &patch.password {
        faults.extend(password::faults("password", new, Owner::of(&wanted)));
    }
    faults.done()?;
    match &patch.password {
        Some(new) => Ok(Some(app.passwords.hash(new).await?)),
        None => Ok(None),
    }
}

fn apply(user: User, patch: &UserPatch) -> User {
    User {
        username: patch.username.clone().unwrap_or(user.username),
        email: patched(user.email, patch.email.clone()),
        name: patched(user.name, patch.name.clone()),
        role: patch.role.unwrap_or(user.role),
        customer: patched(user.customer, patch.customer.clone()),
        teams: patch.teams.clone().unwrap_or(user.teams),
        skills: patch.skills.clone().unwrap_or(user.skills),
        capacity: patch.capacity.unwrap_or(user.capacity),
        is_active: patch.is_active.unwrap_or(user.is_active),
        is_available: patch.is_available.unwrap_or(user.is_available),
        ..user
    }
}

#[cfg(test)]
mod tests;
