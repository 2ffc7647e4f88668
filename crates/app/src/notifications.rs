//! Telling people and machines what happened.
//!
//! [`relay`] reads the log of events and puts messages into the outbox; [`deliver`] takes them from there and hands them to
//! the couriers, again and again until they are delivered or given up. Neither keeps anything in memory that is not in the
//! database: a server that dies is taken over by the next one.

mod attempt;
pub mod deliver;
mod digest;
pub mod lanes;
mod letters;
pub mod outbox;
mod patience;
pub mod preferences;
pub(crate) mod recipients;
pub mod relay;
pub mod webhooks;

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::{SessionId, UserId};
use linedesk_domain::notice::{Gathering, Notice};
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::couriers::{Letter, Undelivered};
use linedesk_ports::directory::User;
use linedesk_ports::outbox::{Channel, LogReader, NewMessage};
use linedesk_ports::secrets::{Claims, Purpose};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{App, Error};

/// How notifications are written.
#[derive(Debug, Clone)]
pub struct NotificationSettings {
    /// Whether anybody is told of anything.
    pub enabled: bool,
    /// Where a ticket is found: `{number}` and `{id}` are replaced. `None`: nowhere that could be named.
    pub ticket_url: Option<String>,
    /// Where a forgotten password is replaced: `{uid}` and `{token}` are replaced.
    pub password_url: String,
    /// Where people say how content they were: `{token}` is replaced. `None`: they are not asked.
    pub survey_url: Option<String>,
    /// Whether people who made a ticket without signing in are told of it.
    pub tells_anonymous: bool,
    /// When letters about the clock are gathered into one. `None`: never.
    pub gathering: Option<Gathering>,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            ticket_url: Some("http://127.0.0.1:8000/api/ticket/{number}".to_owned()),
            password_url: "http://127.0.0.1:8000/reset?uid={uid}&token={token}".to_owned(),
            survey_url: Some("http://127.0.0.1:8000/survey?token={token}".to_owned()),
            tells_anonymous: false,
            gathering: Some(Gathering {
                singly: 5,
                window: SignedDuration::from_mins(10),
            }),
        }
    }
}

/// The mail by which the owner of an account sets a new password; none where there is no address.
pub(crate) fn about_password(
    app: &App,
    user: &User,
    claims: &Claims,
) -> Result<Option<NewMessage>, Error> {
    let (true, Some(address)) = (app.settings.notifications.enabled, &user.email) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let posted = Posted {
        key: app.ids.next(now).simple().to_string(),
        at: now,
        thread: None,
        letter: Letter {
            notice: Notice::PasswordReset.name().to_owned(),
            recipient: Some(user.display_name().to_owned()),
            ..Letter::default()
        },
        pass: Some(Pass::of(claims)),
    };
    Ok(Some(NewMessage {
        event: None,
        ticket: None,
        channel: Channel::Email,
        receiver: address.clone(),
        payload: posted.written()?,
    }))
}

/// Whether all that has happened until now has been told, or is being told.
///
/// # Errors
/// [`Error::Store`].
pub async fn is_all_told(app: &App) -> Result<bool, Error> {
    Ok(app.log.position(LogReader::Notifications).await? >= app.log.end().await?)
}

/// Leaves untold what has happened until now and is not told yet.
///
/// # Errors
/// [`Error::Store`].
pub async fn leave_untold(app: &App) -> Result<(), Error> {
    let from = app.log.position(LogReader::Notifications).await?;
    let advance = Write::Advance {
        reader: LogReader::Notifications,
        from,
        to: app.log.end().await?,
    };
    let changes = Changes {
        writes: vec![advance],
        mark: None,
    };
    app.commit.commit(changes).await?;
    Ok(())
}

/// What the outbox keeps of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Posted {
    /// The same for every attempt.
    key: String,
    /// When that of which it tells happened.
    at: Timestamp,
    /// The thread that it belongs to: the ticket.
    thread: Option<Uuid>,
    letter: Letter,
    /// What the link for a new password is signed for when the letter is sent: the token itself stands nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pass: Option<Pass>,
}

/// What a token for a new password says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Pass {
    user: Uuid,
    number: i64,
    epoch: i64,
    session: Uuid,
    id: Uuid,
    issued_at: Timestamp,
    expires_at: Timestamp,
}

impl Pass {
    fn of(claims: &Claims) -> Self {
        let Claims {
            purpose: _,
            user,
            user_number,
            epoch,
            session,
            id,
            issued_at,
            expires_at,
        } = *claims;
        Self {
            user: user.0,
            number: user_number,
            epoch,
            session: session.0,
            id,
            issued_at,
            expires_at,
        }
    }

    /// The link, the same at every attempt.
    fn link(self, app: &App) -> String {
        let token = app.signer.sign(&Claims {
            purpose: Purpose::PasswordReset,
            user: UserId(self.user),
            user_number: self.number,
            epoch: self.epoch,
            session: SessionId(self.session),
            id: self.id,
            issued_at: self.issued_at,
            expires_at: self.expires_at,
        });
        let url = &app.settings.notifications.password_url;
        url.replace("{uid}", &self.user.to_string())
            .replace("{token}", &token)
    }
}

impl Posted {
    /// As the outbox keeps it.
    fn written(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::unwritable(&error))
    }

    /// As the outbox kept it.
    fn read(payload: &str) -> Result<Self, Undelivered> {
        serde_json::from_str(payload).map_err(|error| Undelivered::Never {
            reason: format!("the stored letter cannot be read: {error}"),
        })
    }
}
