//! What the operator does at the command line, where nobody is signed in: whoever can run the program on its data can do
//! all of it anyway.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use linedesk_domain::ids::CustomerId;
use linedesk_domain::people::Role;
use linedesk_ports::directory::{DirectoryFilter, DirectoryPage, User};

use super::fields::Faults;
pub use super::users::unusable_username;
use super::users::{Account, NewUser, change_user, hash_new_password, insert_user, prepare};
use crate::App;
use crate::accounts::password::{self, Owner};
use crate::error::{Error, Fault};

/// Bytes of a password that the program makes up.
const MADE_UP_BYTES: usize = 18;

/// The first admin, made at the first start.
#[derive(Clone)]
pub struct FirstAdmin {
    /// The admin.
    pub user: User,
    /// The password, if the program made it up: to be shown once.
    pub password: Option<String>,
}

impl std::fmt::Debug for FirstAdmin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirstAdmin")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Makes the first admin if there are no users at all, and nobody else keeps any.
///
/// # Errors
/// [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn bootstrap_admin(
    app: &App,
    username: &str,
    email: Option<&str>,
    password: Option<&str>,
) -> Result<Option<FirstAdmin>, Error> {
    if app.people.is_some() || has_users(app).await? {
        return Ok(None);
    }
    let made_up = password
        .is_none()
        .then(|| URL_SAFE_NO_PAD.encode(&app.ids.random()[..MADE_UP_BYTES]));
    let new = NewUser {
        email: email.map(str::to_owned),
        password: made_up.clone().or_else(|| password.map(str::to_owned)),
        ..NewUser::of(username, Role::Admin)
    };
    let made = match prepare(app, new, Account::Stored).await {
        Ok(user) => insert_user(app, None, Vec::new(), user, Vec::new()).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(user) => Ok(Some(FirstAdmin {
            user,
            password: made_up,
        })),
        // There was nobody a moment ago, so another server started at the same time and was faster.
        Err(Error::Invalid(_)) if has_users(app).await? => Ok(None),
        Err(error) => Err(error),
    }
}

async fn has_users(app: &App) -> Result<bool, Error> {
    let one = DirectoryFilter {
        limit: 1,
        ..DirectoryFilter::default()
    };
    Ok(app.directory.users(one).await?.total > 0)
}

/// Makes a user.
///
/// # Errors
/// [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn create_user(app: &App, new: NewUser) -> Result<User, Error> {
    let user = prepare(app, new, Account::Stored).await?;
    insert_user(app, None, Vec::new(), user, Vec::new()).await
}

/// Gives a user another role. `customer` is for the role `customer`; left out, a customer account it already has stays.
/// Every session ends.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] on `customer_id`; [`Error::Conflict`] `last_admin`; [`Error::Store`].
pub async fn set_role(
    app: &App,
    login: &str,
    role: Role,
    customer: Option<CustomerId>,
) -> Result<User, Error> {
    let found = by_login(app, login).await?;
    let customer = match role {
        Role::Customer => customer.or(found.customer),
        Role::Service | Role::Agent | Role::Lead | Role::Admin => None,
    };
    let mut faults = Faults::default();
    match customer {
        Some(id) => drop(super::active_customer(app, id, &mut faults).await?),
        None if role == Role::Customer => {
            faults.add(
                "customer_id",
                "required",
                "a customer user belongs to a customer",
            );
        }
        None => {}
    }
    faults.done()?;
    change_user(app, None, found.id, |user| {
        user.role = role;
        user.customer = customer;
        if role == Role::Customer {
            user.teams.clear();
        }
        Ok(())
    })
    .await
}

/// Sets a user's password. Every session ends.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] on `password` with all its faults; [`Error::Store`].
pub async fn set_password(app: &App, login: &str, new: &str) -> Result<User, Error> {
    let found = by_login(app, login).await?;
    let hash = hash_new_password(app, "password", new, Owner::of(&found)).await?;
    change_user(app, None, found.id, |user| {
        user.password_hash = Some(hash.clone());
        Ok(())
    })
    .await
}

/// Users by name.
///
/// # Errors
/// [`Error::Store`].
pub async fn list_users(app: &App, filter: DirectoryFilter) -> Result<DirectoryPage<User>, Error> {
    Ok(app.directory.users(filter).await?)
}

/// Whether that password would do for that user, before anybody is asked to type it twice.
pub fn password_faults(new: &str, username: &str, email: Option<&str>) -> Vec<Fault> {
    password::faults("password", new, Owner { username, email })
}

async fn by_login(app: &App, login: &str) -> Result<User, Error> {
    let found = app
        .directory
        .user_by_login(&login.trim().to_lowercase())
        .await?;
    found.ok_or(Error::NotFound("user"))
}
