//! The one way in which a stored user changes.

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::UserId;
use linedesk_domain::people::Role;
use linedesk_ports::accounts::IdempotencyMark;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::directory::{DirectoryFilter, User};
use linedesk_ports::store::StoreError;

use crate::App;
use crate::directory::refused;
use crate::error::Error;

/// How often a change is decided anew when the user changed in the meantime.
const ATTEMPTS: usize = 16;

/// Reads the user, lets `decide` change it, and commits; again when somebody else was faster. What touches the right to
/// be signed in ends every session.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] `last_admin`; what `decide` refuses; what the store says.
pub(crate) async fn change_user(
    app: &App,
    mark: Option<IdempotencyMark>,
    id: UserId,
    decide: impl Fn(&mut User) -> Result<(), Error>,
) -> Result<User, Error> {
    for _ in 0..ATTEMPTS {
        let before = app
            .directory
            .user(id)
            .await?
            .ok_or(Error::NotFound("user"))?;
        let mut after = before.clone();
        decide(&mut after)?;
        if after == before {
            return Ok(before);
        }
        after.updated_at = later(app.clock.now(), before.updated_at);
        if ends_sessions(&before, &after) {
            after.epoch = before.epoch + 1;
        }
        let writes = writes(app, &before, &after).await?;
        let result = app
            .commit
            .commit(Changes {
                writes,
                mark: mark.clone(),
            })
            .await;
        // Whatever came of it: after an unknown outcome the user may have changed, too.
        app.sessions.forget(id);
        match result {
            Ok(_) => return Ok(after),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(refused(error)),
        }
    }
    Err(Error::Store(StoreError::Unavailable(
        "the user is being changed by too many at once",
    )))
}

async fn writes(app: &App, before: &User, after: &User) -> Result<Vec<Write>, Error> {
    let change = Write::User {
        user: after.clone(),
        expected: before.updated_at,
    };
    if !is_acting_admin(before) || is_acting_admin(after) {
        return Ok(vec![change]);
    }
    // Somebody has to be left who can manage people. That one is written too, unchanged: if two admins remove each other
    // at the same time, on whatever servers, the later commit finds its witness changed and is decided anew.
    let filter = DirectoryFilter {
        role: Some(Role::Admin),
        is_active: Some(true),
        limit: 2,
        ..DirectoryFilter::default()
    };
    let admins = app.directory.users(filter).await?;
    let other = admins
        .items
        .into_iter()
        .find(|admin| admin.id != before.id)
        .ok_or_else(|| Error::Conflict {
            detail: "this is the last active admin; make another one first".to_owned(),
            code: "last_admin",
        })?;
    let witness = Write::User {
        expected: other.updated_at,
        user: other,
    };
    Ok(vec![change, witness])
}

fn is_acting_admin(user: &User) -> bool {
    user.role == Role::Admin && user.is_active
}

pub(in crate::directory) fn ends_sessions(before: &User, after: &User) -> bool {
    before.role != after.role
        || before.customer != after.customer
        || before.password_hash != after.password_hash
        || before.is_active && !after.is_active
}

/// `now`, but always after `before`, by which the next change is told from this one.
pub(in crate::directory) fn later(now: Timestamp, before: Timestamp) -> Timestamp {
    now.max(before + SignedDuration::from_micros(1))
}
