//! Making a pair of tokens.

use linedesk_domain::ids::SessionId;
use linedesk_ports::accounts::RefreshToken;
use linedesk_ports::directory::User;
use linedesk_ports::secrets::{Claims, Purpose};

use crate::App;

/// What somebody who signed in holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// For calling the API, a few minutes.
    pub access: String,
    /// For the next pair, once.
    pub refresh: String,
}

impl std::fmt::Debug for Tokens {
    // Whoever reads a log must not be able to call the API.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

/// A pair of tokens for `user`, and the record of the refresh token, which has to be committed before they are handed out.
pub(super) fn issue(app: &App, user: &User, session: SessionId) -> (Tokens, RefreshToken) {
    let now = app.clock.now();
    let access = Claims {
        purpose: Purpose::Access,
        user: user.id,
        user_number: user.number,
        epoch: user.epoch,
        session,
        id: app.ids.next(now),
        issued_at: now,
        expires_at: now + app.settings.access_lifetime,
    };
    let refresh = Claims {
        purpose: Purpose::Refresh,
        id: app.ids.next(now),
        expires_at: now + app.settings.refresh_lifetime,
        ..access
    };
    let record = RefreshToken {
        id: refresh.id,
        session,
        user: user.id,
        expires_at: refresh.expires_at,
        used_at: None,
        revoked_at: None,
    };
    (
        Tokens {
            access: app.signer.sign(&access),
            refresh: app.signer.sign(&refresh),
        },
        record,
    )
}
