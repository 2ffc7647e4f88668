//! API tokens: for machines, and for people's scripts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use linedesk_domain::access::Operation;
use linedesk_domain::ids::{TokenId, UserId};
use linedesk_domain::people::{Permission, Role};
use linedesk_ports::accounts::ApiToken;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::directory::User;
use sha2::{Digest, Sha256};

use crate::App;
use crate::caller::Caller;
use crate::directory::fields::Faults;
use crate::directory::users::{Account, NewUser, insert_user, prepare};
use crate::error::Error;

/// What every API token begins with; no other bearer token does.
pub const API_TOKEN_PREFIX: &str = "ld_";
/// 32 bytes in base64.
const SECRET_CHARS: usize = 43;
const NAME_MAX: usize = 100;

/// An API token that is wanted.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What to call it; without `user`, also the service user that is made for it.
    pub name: String,
    /// Whose rights it carries.
    pub user: Option<UserId>,
    /// What it may be used for.
    pub permissions: Vec<Permission>,
    /// When it stops being good; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// Makes an API token. The second part of the answer is the token, which is kept nowhere: it must not be stored by
/// anybody but the one who asked for it (nor in the answer kept for an idempotency key).
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn create_api_token(
    app: &App,
    caller: &Caller,
    new: NewToken,
) -> Result<(ApiToken, String), Error> {
    caller.may(Operation::ManageTokens)?;
    let now = app.clock.now();
    let (name, permissions) = check(&new, now)?;
    let secret = format!(
        "{API_TOKEN_PREFIX}{}",
        URL_SAFE_NO_PAD.encode(app.ids.random())
    );
    let token = |user| ApiToken {
        id: TokenId(app.ids.next(now)),
        name: name.clone(),
        user,
        hash: Sha256::digest(&secret).into(),
        permissions: permissions.clone(),
        created_at: now,
        expires_at: new.expires_at,
        revoked_at: None,
    };
    let token = if let Some(id) = new.user {
        let user = app.directory.user(id).await?.filter(|user| user.is_active);
        let user =
            user.ok_or_else(|| Error::invalid("user_id", "unknown", "no active user has this id"))?;
        let token = token(user.id);
        let writes = vec![Write::NewApiToken(token.clone())];
        app.commit
            .commit(Changes {
                writes,
                mark: caller.mark.clone(),
            })
            .await?;
        token
    } else {
        let user = service_user(app, &name).await?;
        let token = token(user.id);
        let after = vec![Write::NewApiToken(token.clone())];
        insert_user(app, caller.mark.clone(), Vec::new(), user, after)
            .await
            .map_err(name_is_taken)?;
        token
    };
    Ok((token, secret))
}

/// Every API token, newest first, withdrawn ones too.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_api_tokens(app: &App, caller: &Caller) -> Result<Vec<ApiToken>, Error> {
    caller.may(Operation::ManageTokens)?;
    Ok(app.accounts.api_tokens().await?)
}

/// One API token.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn get_api_token(app: &App, caller: &Caller, id: TokenId) -> Result<ApiToken, Error> {
    let tokens = list_api_tokens(app, caller).await?;
    tokens
        .into_iter()
        .find(|token| token.id == id)
        .ok_or(Error::NotFound("API token"))
}

/// Withdraws an API token, at once on this server and within `Settings::session_cache` on others. Doing it twice is no
/// error.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn revoke_api_token(app: &App, caller: &Caller, id: TokenId) -> Result<(), Error> {
    let token = get_api_token(app, caller, id).await?;
    if token.revoked_at.is_some() {
        return Ok(());
    }
    let writes = vec![Write::RevokeApiToken {
        id,
        at: app.clock.now(),
    }];
    let result = app
        .commit
        .commit(Changes {
            writes,
            mark: caller.mark.clone(),
        })
        .await;
    app.sessions.forget_token(id);
    result?;
    Ok(())
}

/// The hash that a token is stored by; `None` for what cannot be one.
pub(super) fn hash_of(token: &str) -> Option<[u8; 32]> {
    let secret = token.strip_prefix(API_TOKEN_PREFIX)?;
    (secret.len() == SECRET_CHARS).then(|| Sha256::digest(token).into())
}

fn check(new: &NewToken, now: Timestamp) -> Result<(String, Vec<Permission>), Error> {
    let mut faults = Faults::default();
    let name = faults.line("name", &new.name, NAME_MAX);
    let mut permissions = new.permissions.clone();
    permissions.sort_unstable();
    permissions.dedup();
    if permissions.is_empty() {
        faults.add("scopes", "required", "name at least one");
    }
    if new.expires_at.is_some_and(|end| end <= now) {
        faults.add("expires_at", "past", "must be in the future");
    }
    faults.done()?;
    Ok((name, permissions))
}

/// A user for a machine: nobody signs in as it, it acts within its tokens.
async fn service_user(app: &App, name: &str) -> Result<User, Error> {
    let allowed = |c: char| {
        if c.is_alphanumeric() || "@.+-_".contains(c) {
            c
        } else {
            '-'
        }
    };
    let username: String = name.to_lowercase().chars().map(allowed).collect();
    let new = NewUser {
        name: Some(name.to_owned()),
        ..NewUser::of(username, Role::Service)
    };
    prepare(app, new, Account::Stored)
        .await
        .map_err(name_is_taken)
}

/// What is wrong with the user's name is wrong with the token's.
fn name_is_taken(error: Error) -> Error {
    match error {
        Error::Invalid(mut faults) => {
            for fault in faults.iter_mut().filter(|fault| fault.field == "username") {
                "name".clone_into(&mut fault.field);
            }
            Error::Invalid(faults)
        }
        error => error,
    }
}
