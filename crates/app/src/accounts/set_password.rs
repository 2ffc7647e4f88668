//! A new password for somebody who knows the old one.

use super::password::{self, Owner};
use super::throttle;
use crate::App;
use crate::caller::Caller;
use crate::directory::users::{change_user, hash_new_password};
use crate::error::Error;

/// Sets the caller's password. Every session of the account ends, this one too.
///
/// # Errors
/// [`Error::Invalid`] on `current_password`, and on `new_password` with all its faults; [`Error::TooMany`] after too many
/// wrong current ones; [`Error::Store`].
pub async fn set_password(
    app: &App,
    caller: &Caller,
    current: &str,
    new: &str,
) -> Result<(), Error> {
    // What is remembered of the caller may be a second old, which is too old for a password.
    let user = app
        .directory
        .user(caller.id())
        .await?
        .ok_or(Error::NotFound("user"))?;
    let tried = throttle::repeat_try(app, user.username.to_lowercase()).await?;
    if !password::matches(app, current, user.password_hash.as_deref()).await? {
        tried.failed(app).await?;
        return Err(Error::invalid(
            "current_password",
            "invalid_password",
            "is not the current password",
        ));
    }
    drop(tried);
    if new == current {
        return Err(Error::invalid(
            "new_password",
            "unchanged",
            "must differ from the current password",
        ));
    }
    let hash = hash_new_password(app, "new_password", new, Owner::of(&user)).await?;
    change_user(app, caller.mark.clone(), user.id, |now| {
        if now.password_hash != user.password_hash || now.epoch != user.epoch {
            return Err(Error::Conflict {
                detail: "the account was changed in the meantime; sign in again".to_owned(),
                code: "account_changed",
            });
        }
        now.password_hash = Some(hash.clone());
        Ok(())
    })
    .await?;
    Ok(())
}
