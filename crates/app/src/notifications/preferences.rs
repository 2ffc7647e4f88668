//! What users want to hear of: each sets it for itself, admins for anybody.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::UserId;
use linedesk_domain::notice::Notice;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::notifications::Preferences;

use crate::{App, Caller, Error, Fault};

/// What a user wants to hear of.
///
/// # Errors
/// [`Error::Forbidden`] for somebody else's, [`Error::NotFound`], [`Error::Store`].
pub async fn get_preferences(
    app: &App,
    caller: &Caller,
    user: UserId,
) -> Result<Preferences, Error> {
    may(app, caller, user, Operation::ReadDirectory).await?;
    Ok(app.notifications.preferences(user).await?)
}

/// Sets what a user wants to hear of.
///
/// # Errors
/// [`Error::Forbidden`] for somebody else's, [`Error::NotFound`]; [`Error::Invalid`] for what cannot be muted;
/// [`Error::Store`].
pub async fn set_preferences(
    app: &App,
    caller: &Caller,
    user: UserId,
    preferences: Preferences,
) -> Result<Preferences, Error> {
    may(app, caller, user, Operation::WriteDirectory).await?;
    let mut muted = preferences.muted;
    let faults = muted.iter().enumerate().filter_map(|(place, notice)| {
        let reason = match notice {
            Notice::PasswordReset => "is sent to whoever asks for it",
            Notice::Digest => "gathers what can be muted by itself",
            _ => return None,
        };
        Some(Fault::new(format!("muted[{place}]"), "not_allowed", reason))
    });
    let faults: Vec<_> = faults.collect();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    muted.sort_unstable();
    muted.dedup();
    let preferences = Preferences {
        muted,
        ..preferences
    };
    let write = Write::Preferences {
        user,
        preferences: preferences.clone(),
    };
    let changes = Changes {
        writes: vec![write],
        mark: caller.mark.clone(),
    };
    app.commit.commit(changes).await?;
    Ok(preferences)
}

/// Everybody may for itself; for others, who may do that in the directory.
async fn may(app: &App, caller: &Caller, user: UserId, operation: Operation) -> Result<(), Error> {
    if caller.id() != user {
        caller.may(operation)?;
    }
    let found = app.directory.user(user).await?;
    found.map(drop).ok_or(Error::NotFound("user"))
}
