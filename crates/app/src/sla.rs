//! SLA policies and calendars: staff read them, leads write them. Nothing of them is ever overwritten; each edit makes
//! the next version.

pub mod calendars;
pub mod policies;
pub(crate) mod rearm;
pub mod simulate;

use jiff::Timestamp;
use linedesk_ports::accounts::IdempotencyMark;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use crate::App;
use crate::error::Error;

pub use calendars::{calendar, create_calendar, list_calendars, retire_calendar, update_calendar};
pub use policies::{create_policy, list_policies, policy, retire_policy, update_policy};

/// How often a version is numbered anew when somebody else wrote the next one first.
const ATTEMPTS: usize = 16;

/// Which tickets a new version is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ApplyTo {
    /// Those made or matched again from now on.
    #[default]
    New,
    /// Also those that are not resolved yet: they are judged again, and what was recorded stays.
    Open,
}

impl ApplyTo {
    /// Both.
    pub const ALL: [Self; 2] = [Self::New, Self::Open];

    /// The name that clients use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Writes the shipped policies and calendars if there are none at all. Answers whether it did.
///
/// # Errors
/// [`Error::Store`].
pub async fn install_shipped(app: &App) -> Result<bool, Error> {
    let book = app.tickets.book().await?;
    if book.policies().next().is_some() || book.calendars().next().is_some() {
        return Ok(false);
    }
    // Fixed identities: of two servers that start for the first time together, the second finds it done.
    let mut number = 0;
    let ids = || {
        number += 1;
        Uuid::from_u128(SHIPPED_IDS + number)
    };
    let (policies, calendars) = linedesk_domain::sla::shipped(app.clock.now(), ids);
    let calendars = calendars.into_iter().map(Write::Calendar);
    let writes = calendars
        .chain(policies.into_iter().map(Write::Policy))
        .collect();
    match app.commit.commit(Changes { writes, mark: None }).await {
        Ok(_) => Ok(true),
        Err(StoreError::Duplicate(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Custom UUIDs (version 8) that spell `linedesk`.
const SHIPPED_IDS: u128 = 0x6c69_6e65_6465_8073_8b00_0000_0000_0000;

/// Commits the next version of something; `None` where somebody else wrote a version of that number first.
async fn write_version(
    app: &App,
    mark: Option<IdempotencyMark>,
    write: Write,
) -> Result<Option<()>, Error> {
    match app
        .commit
        .commit(Changes {
            writes: vec![write],
            mark,
        })
        .await
    {
        Ok(_) => {}
        Err(StoreError::Duplicate(unique))
            if unique != linedesk_ports::store::Unique::IdempotencyKey =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Some(()))
}

/// When a version takes effect: now, but never before the one that it follows.
fn effective(now: Timestamp, before: Timestamp) -> Timestamp {
    now.max(before)
}

fn trim(text: &mut String) {
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        *text = trimmed.to_owned();
    }
}

fn outrun() -> Error {
    Error::Store(StoreError::Unavailable(
        "too many are writing versions at once",
    ))
}

fn withdrawn(what: &str) -> Error {
    Error::Conflict {
        detail: format!("this {what} was withdrawn; make a new one"),
        code: "retired",
    }
}

#[cfg(test)]
mod tests;
