//! The next pair of tokens.

use jiff::Timestamp;
use linedesk_domain::ids::SessionId;
use linedesk_ports::accounts::RefreshToken;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::secrets::{Claims, Purpose};
use linedesk_ports::store::StoreError;

use super::authenticate::{REFUSED, holder};
use super::issue::{Tokens, issue};
use super::logout::end_session;
use crate::App;
use crate::error::Error;

/// The next pair of tokens for a refresh token, which is used up by it. Using one again ends its whole sign-in: of the
/// two who hold it one has stolen it.
///
/// # Errors
/// [`Error::Unauthenticated`] for everything that is wrong with it; [`Error::Store`].
pub async fn refresh(app: &App, refresh_token: &str) -> Result<Tokens, Error> {
    let now = app.clock.now();
    let (claims, record) = known(app, refresh_token, now).await?;
    if record.used_at.is_some() {
        return end_stolen(app, record.session, now).await;
    }
    if record.revoked_at.is_some() {
        return Err(REFUSED);
    }
    let user = holder(app, &claims).await?;
    let (tokens, next) = issue(app, &user, record.session);
    let writes = vec![
        Write::UseRefreshToken {
            id: record.id,
            at: now,
        },
        Write::NewRefreshToken(next),
    ];
    match app.commit.commit(Changes { writes, mark: None }).await {
        Ok(_) => Ok(tokens),
        // Somebody else used it between our reading and our writing.
        Err(StoreError::Stale) => end_stolen(app, record.session, now).await,
        Err(error) => Err(error.into()),
    }
}

/// A refresh token that was signed here and that the store knows.
pub(super) async fn known(
    app: &App,
    token: &str,
    now: Timestamp,
) -> Result<(Claims, RefreshToken), Error> {
    let claims = app
        .signer
        .verify(token, Purpose::Refresh, now)
        .ok_or(REFUSED)?;
    let record = app
        .accounts
        .refresh_token(claims.id)
        .await?
        .ok_or(REFUSED)?;
    if record.user == claims.user {
        Ok((claims, record))
    } else {
        Err(REFUSED)
    }
}

async fn end_stolen(app: &App, session: SessionId, at: Timestamp) -> Result<Tokens, Error> {
    tracing::warn!(session.id = %session, "a refresh token was used twice; its sign-in is ended");
    end_session(app, session, at).await?;
    Err(REFUSED)
}
