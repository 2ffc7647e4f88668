//! Signing up, signing in, staying signed in; API tokens; answers kept for idempotency keys.

pub mod authenticate;
pub mod idempotency;
mod issue;
pub mod logout;
pub mod password;
pub mod refresh;
pub mod register;
pub mod reset;
pub mod sessions;
pub mod set_password;
pub mod sign_in;
pub mod throttle;
pub mod tokens;
pub mod verify;

#[cfg(test)]
pub(crate) mod doubles;

use std::sync::Arc;

use linedesk_domain::access::Operation;
use linedesk_ports::directory::User;

use crate::caller::Caller;
use crate::directory::users::UserKey;
use crate::error::Error;
use crate::{App, directory};

pub use authenticate::authenticate;
pub use idempotency::{Begun, begin, finish};
pub use issue::Tokens;
pub use logout::logout;
pub use refresh::refresh;
pub use register::{Register, register};
pub use reset::{Reset, check_reset, confirm_reset, mail_reset, request_reset};
pub use set_password::set_password;
pub use sign_in::{SignIn, sign_in};
pub use tokens::{
    API_TOKEN_PREFIX, NewToken, create_api_token, get_api_token, list_api_tokens, revoke_api_token,
};
pub use verify::verify;

/// The caller's own account.
pub fn me(caller: &Caller) -> Arc<User> {
    Arc::clone(&caller.user)
}

/// Somebody's account, for oneself or for staff. To anybody else there is no such user.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn user_for(app: &App, caller: &Caller, key: UserKey) -> Result<Arc<User>, Error> {
    let own = match key {
        UserKey::Id(id) => id == caller.id(),
        UserKey::Number(number) => number == caller.user.number,
    };
    if own {
        return Ok(me(caller));
    }
    if !caller.can(Operation::ReadDirectory) {
        return Err(Error::NotFound("user"));
    }
    directory::users::find(app, key).await.map(Arc::new)
}

#[cfg(test)]
mod tests;
