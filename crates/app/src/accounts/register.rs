//! Signing up.

use linedesk_domain::ids::CustomerId;
use linedesk_domain::people::Role;
use linedesk_ports::changes::Write;
use linedesk_ports::directory::{Customer, User};

use crate::App;
use crate::directory::users::{Account, NewUser, insert_user, prepare};
use crate::error::Error;

/// Somebody who signs up.
#[derive(Clone)]
pub struct Register {
    /// Name to sign in with.
    pub username: String,
    /// Address for mail.
    pub email: String,
    /// Password.
    pub password: String,
}

impl std::fmt::Debug for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Register").finish_non_exhaustive()
    }
}

/// Makes a customer account and its first user.
///
/// # Errors
/// [`Error::Forbidden`] where people cannot sign up themselves; [`Error::Invalid`] with all faults; [`Error::TooMany`]
/// when too many passwords are being hashed; [`Error::Store`].
pub async fn register(app: &App, who: Register) -> Result<User, Error> {
    if !app.settings.open_registration || app.people.is_some() {
        return Err(Error::Forbidden {
            detail: "accounts are made by the staff of this desk".to_owned(),
            code: "registration_closed",
        });
    }
    let now = app.clock.now();
    let account = CustomerId(app.ids.next(now));
    let new = NewUser {
        email: Some(who.email),
        password: Some(who.password),
        customer: Some(account),
        ..NewUser::of(who.username, Role::Customer)
    };
    let user = prepare(app, new, Account::MadeTogether).await?;
    let customer = Customer {
        id: account,
        name: user.username.clone(),
        account_number: None,
        email: user.email.clone(),
        phone: None,
        tier: None,
        address: None,
        is_active: true,
        created_at: now,
        updated_at: now,
    };
    insert_user(app, None, vec![Write::Customer(customer)], user, Vec::new()).await
}
