//! Signing out.

use linedesk_ports::changes::{Changes, Write};

use super::refresh::known;
use crate::App;
use crate::error::Error;

/// Ends the sign-in that a refresh token belongs to: none of its refresh tokens is good any more. Doing it twice is no
/// error. Its last access token runs out within minutes.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that was not signed here or has expired; [`Error::Store`].
pub async fn logout(app: &App, refresh_token: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let (_, record) = known(app, refresh_token, now).await?;
    if record.revoked_at.is_none() {
        let writes = vec![Write::EndSession {
            session: record.session,
            at: now,
        }];
        app.commit.commit(Changes { writes, mark: None }).await?;
    }
    Ok(())
}
