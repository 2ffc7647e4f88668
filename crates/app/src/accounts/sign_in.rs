//! Signing in with a password.

use std::net::IpAddr;

use linedesk_domain::ids::SessionId;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::directory::User;

use super::issue::{Tokens, issue};
use super::sessions::may_act;
use super::{password, throttle};
use crate::App;
use crate::error::Error;

/// Nobody's name or address is longer than this many characters.
const LOGIN_MAX: usize = 254;

/// Somebody who wants in.
#[derive(Clone)]
pub struct SignIn {
    /// User name or e-mail address, without regard to case.
    pub login: String,
    /// Password.
    pub password: String,
    /// Where the request came from.
    pub address: IpAddr,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

/// A pair of tokens for somebody who knows the password. One answer, in the same time, whatever was wrong: no such
/// user, wrong password, an account without a password, one that is switched off or belongs to a customer that is.
///
/// # Errors
/// [`Error::Unauthenticated`]; [`Error::TooMany`] after too many failures, also with the right password, and when too
/// many passwords are being checked; [`Error::Store`].
pub async fn sign_in(app: &App, who: SignIn) -> Result<Tokens, Error> {
    let login = who.login.trim().to_lowercase();
    let user = match login.chars().count() {
        1..=LOGIN_MAX => app.directory.user_by_login(&login).await?,
        _ => None,
    };
    // Counted by the account's name, so that its e-mail address gives no second set of tries.
    let counted = user.as_ref().map_or_else(
        || login.chars().take(LOGIN_MAX).collect(),
        |user| user.username.to_lowercase(),
    );
    let tried = throttle::sign_in_try(app, counted, who.address).await?;

    let hash = user.as_ref().and_then(|user| user.password_hash.as_deref());
    let matches = password::matches(app, &who.password, hash).await?;
    let user = user.filter(|_| matches);
    if let Some(user) = user
        && may_act(app, &user).await?
    {
        return begin_session(app, &user).await;
    }
    tried.failed(app).await?;
    Err(Error::Unauthenticated(
        "no active account with these credentials",
    ))
}

async fn begin_session(app: &App, user: &User) -> Result<Tokens, Error> {
    let session = SessionId(app.ids.next(app.clock.now()));
    let (tokens, record) = issue(app, user, session);
    let writes = vec![Write::NewRefreshToken(record)];
    app.commit.commit(Changes { writes, mark: None }).await?;
    Ok(tokens)
}
