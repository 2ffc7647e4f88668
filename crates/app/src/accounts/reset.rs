//! A new password for somebody who forgot the old one.

use std::net::{IpAddr, Ipv6Addr};

use jiff::SignedDuration;
use linedesk_domain::ids::{SessionId, UserId};
use linedesk_ports::accounts::LoginFailure;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::directory::User;
use linedesk_ports::secrets::{Claims, Purpose};

use tokio::sync::Mutex;

use super::password::Owner;
use super::sessions::may_act;
use crate::directory::users::{change_user, hash_new_password};
use crate::error::Error;
use crate::{App, notifications};

/// How long a token for setting a new password is good.
const LIFETIME: SignedDuration = SignedDuration::from_mins(30);
/// Mails for one account within the window in which failed sign-ins count; more would only bother its owner.
const MAILS: u32 = 3;

/// What has to reach the owner of the account by mail, and nobody else.
#[derive(Clone)]
pub struct Reset {
    /// Whose password can be set.
    pub user: User,
    /// The token that does it, once, within half an hour.
    pub token: String,
    /// What it says.
    claims: Claims,
}

impl std::fmt::Debug for Reset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reset")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A token for the active account with that e-mail address. The client's answer must be the same whether there is one.
///
/// # Errors
/// [`Error::Store`].
pub async fn request_reset(app: &App, email: &str) -> Result<Option<Reset>, Error> {
    let email = email.trim().to_lowercase();
    let found = app.directory.user_by_login(&email).await?;
    let has_address = |user: &User| {
        user.email
            .as_ref()
            .is_some_and(|own| own.to_lowercase() == email)
    };
    let user = match found.filter(has_address) {
        Some(user) if may_act(app, &user).await? => Some(user),
        _ => None,
    };
    // Signed for nobody as well, so that the time taken tells nothing.
    let claims = claims_for(app, user.as_ref());
    let token = app.signer.sign(&claims);
    Ok(user.map(|user| Reset {
        user,
        token,
        claims,
    }))
}

fn claims_for(app: &App, user: Option<&User>) -> Claims {
    let now = app.clock.now();
    let session = SessionId(app.ids.next(now));
    Claims {
        purpose: Purpose::PasswordReset,
        user: user.map_or(UserId(session.0), |user| user.id),
        user_number: user.map_or(0, |user| user.number),
        // Setting a password raises it, which makes the token good for once.
        epoch: user.map_or(0, |user| user.epoch),
        session,
        id: app.ids.next(now),
        issued_at: now,
        expires_at: now + LIFETIME,
    }
}

/// Mails such a token to the owner of that address, if there is one, in the background: the time that the answer takes tells
/// nothing.
///
/// # Errors
/// [`Error::Store`].
pub async fn mail_reset(app: &App, email: &str) -> Result<(), Error> {
    if let Some(reset) = request_reset(app, email).await? {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(error) = post(&app, &reset).await {
                tracing::error!(%error, "a mail for a forgotten password could not be posted");
            }
        });
    }
    Ok(())
}

static TURN: Mutex<()> = Mutex::const_new(());

async fn post(app: &App, reset: &Reset) -> Result<(), Error> {
    // One after another, so that many at once are counted, too.
    let _turn = TURN.lock().await;
    // Kept with the failed sign-ins, under a name that nobody can have.
    let asked = LoginFailure {
        login: format!("a new password for {}", reset.user.id),
        address: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        at: app.clock.now(),
    };
    let since = asked.at - app.settings.login_window;
    let lately = app
        .accounts
        .login_failures(&asked.login, asked.address, since);
    if lately.await?.of_login >= MAILS {
        tracing::warn!(user.id = %reset.user.id, "too many mails for a forgotten password were asked for; one was left out");
        return Ok(());
    }
    let message = notifications::about_password(app, &reset.user, &reset.claims)?;
    let writes = message.into_iter().map(Write::Message);
    let changes = Changes {
        writes: writes.chain([Write::LoginFailure(asked)]).collect(),
        mark: None,
    };
    app.commit.commit(changes).await?;
    Ok(())
}

/// Sets the password that the holder of such a token chose. Every session of the account ends.
///
/// # Errors
/// [`Error::Invalid`] on `token` for everything that is wrong with it or with `uid`, and on `new_password` with all its
/// faults; [`Error::Store`].
pub async fn confirm_reset(app: &App, uid: UserId, token: &str, new: &str) -> Result<(), Error> {
    let (user, claims) = read(app, uid, token).await?;
    let hash = hash_new_password(app, "new_password", new, Owner::of(&user)).await?;
    change_user(app, None, uid, |now| {
        check(now, &claims)?;
        now.password_hash = Some(hash.clone());
        Ok(())
    })
    .await?;
    Ok(())
}

/// Passes as long as such a token can set a password. Asking uses nothing up.
///
/// # Errors
/// As [`confirm_reset`] on `token`; [`Error::Store`].
pub async fn check_reset(app: &App, uid: UserId, token: &str) -> Result<(), Error> {
    read(app, uid, token).await.map(drop)
}

/// Whose token it is, and what it says.
async fn read(app: &App, uid: UserId, token: &str) -> Result<(User, Claims), Error> {
    let claims = app
        .signer
        .verify(token, Purpose::PasswordReset, app.clock.now());
    let claims = claims
        .filter(|claims| claims.user == uid)
        .ok_or_else(refused)?;
    let user = app.directory.user(uid).await?.ok_or_else(refused)?;
    check(&user, &claims)?;
    Ok((user, claims))
}

fn check(user: &User, claims: &Claims) -> Result<(), Error> {
    if user.is_active && user.epoch == claims.epoch {
        Ok(())
    } else {
        Err(refused())
    }
}

fn refused() -> Error {
    Error::invalid("token", "invalid_token", "is not valid or has expired")
}
