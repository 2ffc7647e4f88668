//! Who sends a request.

use std::sync::Arc;

use linedesk_ports::directory::User;
use linedesk_ports::secrets::{Claims, Purpose};

use super::{sessions, tokens};
use crate::App;
use crate::caller::Caller;
use crate::error::Error;

/// The one answer to a token that is no good, whatever is wrong with it.
pub(super) const REFUSED: Error = Error::Unauthenticated("the token is not valid or has expired");

/// Who holds that bearer token: an access token of somebody who signed in, an API token, or one of the backend that keeps
/// the people.
///
/// # Errors
/// [`Error::Unauthenticated`] for everything that is wrong with it; [`Error::Store`].
pub async fn authenticate(app: &App, bearer: &str) -> Result<Caller, Error> {
    if bearer.starts_with(tokens::API_TOKEN_PREFIX) {
        return by_api_token(app, bearer).await;
    }
    if let Some(people) = &app.people
        && let Some(holder) = people.holder(bearer).await?
    {
        let user = sessions::user(app, holder).await?;
        let user = user.filter(|user| user.is_active).ok_or(REFUSED)?;
        return Ok(Caller::signed_in(user, None));
    }
    let claims = app
        .signer
        .verify(bearer, Purpose::Access, app.clock.now())
        .ok_or(REFUSED)?;
    let user = holder_of_access(app, &claims).await?;
    Ok(Caller::signed_in(user, None))
}

async fn by_api_token(app: &App, bearer: &str) -> Result<Caller, Error> {
    let hash = tokens::hash_of(bearer).ok_or(REFUSED)?;
    let token = sessions::token(app, hash).await?.ok_or(REFUSED)?;
    let now = app.clock.now();
    if token.revoked_at.is_some() || token.expires_at.is_some_and(|end| end <= now) {
        return Err(REFUSED);
    }
    let user = sessions::user(app, token.user)
        .await?
        .filter(|user| user.is_active)
        .ok_or(REFUSED)?;
    Ok(Caller::signed_in(user, Some(token.permissions.clone())))
}

/// The user that an access token speaks for, if it still may and the sign-in was not ended.
pub(super) async fn holder_of_access(app: &App, claims: &Claims) -> Result<Arc<User>, Error> {
    let user = holder(app, claims).await?;
    if sessions::ended(app, claims.session).await? {
        Err(REFUSED)
    } else {
        Ok(user)
    }
}

/// The user that a signed token speaks for, if it still may.
pub(super) async fn holder(app: &App, claims: &Claims) -> Result<Arc<User>, Error> {
    let mut user = sessions::user(app, claims.user).await?.ok_or(REFUSED)?;
    if claims.epoch > user.epoch {
        // Signed after what this process remembers: another server changed the user a moment ago.
        user = sessions::user_now(app, claims.user).await?.ok_or(REFUSED)?;
    }
    if user.is_active && user.epoch == claims.epoch {
        Ok(user)
    } else {
        Err(REFUSED)
    }
}
