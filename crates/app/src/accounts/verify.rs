//! Whether a token is good.

use linedesk_ports::secrets::Purpose;

use super::authenticate::{REFUSED, holder, holder_of_access};
use super::refresh::known;
use crate::App;
use crate::error::Error;

/// Passes for an access token or a refresh token that would be accepted now. Uses nothing up.
///
/// # Errors
/// [`Error::Unauthenticated`], [`Error::Store`].
pub async fn verify(app: &App, token: &str) -> Result<(), Error> {
    let now = app.clock.now();
    if let Some(claims) = app.signer.verify(token, Purpose::Access, now) {
        return holder_of_access(app, &claims).await.map(|_| ());
    }
    let (claims, record) = known(app, token, now).await?;
    if record.used_at.is_some() || record.revoked_at.is_some() {
        return Err(REFUSED);
    }
    holder(app, &claims).await.map(|_| ())
}
