//! Signing out.

use jiff::Timestamp;
use linedesk_domain::ids::SessionId;
use linedesk_ports::changes::{Changes, Write};

use super::refresh::known;
use crate::App;
use crate::error::Error;

/// Ends the sign-in that a refresh token belongs to: none of its tokens is good any more, here at once and on other
/// servers after `Settings::session_cache`. Doing it twice is no error.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that was not signed here or has expired; [`Error::Store`].
pub async fn logout(app: &App, refresh_token: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let (_, record) = known(app, refresh_token, now).await?;
    if record.revoked_at.is_none() {
        end_session(app, record.session, now).await?;
    }
    Ok(())
}

/// Ends a sign-in, its access tokens too.
pub(super) async fn end_session(app: &App, session: SessionId, at: Timestamp) -> Result<(), Error> {
    let writes = vec![Write::EndSession { session, at }];
    let committed = app.commit.commit(Changes { writes, mark: None }).await;
    // Whatever came of it: after an unknown outcome it may have ended, too.
    app.sessions.forget_session(session);
    committed?;
    Ok(())
}
