//! Where events are sent to: admins say.

use jiff::SignedDuration;
use linedesk_domain::access::Operation;
use linedesk_domain::event::Action;
use linedesk_domain::ids::WebhookId;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::notifications::Webhook;
use linedesk_ports::outbox::{Channel, NewMessage};
use tokio::sync::Mutex;

use crate::directory::fields::Faults;
use crate::{App, Caller, Error};

/// How long the secret before the last still signs.
const OLD_SECRET_FOR: SignedDuration = SignedDuration::from_hours(24);
/// As many as there may be: each is asked about each event.
const MOST: usize = 100;
const URL_MAX: usize = 2_000;
const DESCRIPTION_MAX: usize = 200;

/// A webhook that is wanted, or what changes of one.
#[derive(Debug, Clone, Default)]
pub struct WebhookPatch {
    /// Where to.
    pub url: Option<String>,
    /// What it is for; `Some(None)`: nothing any more.
    pub description: Option<Option<String>>,
    /// Names of the events that it wants, with or without `ticket.`; none: all of them.
    pub events: Option<Vec<String>>,
    /// Whether it is told of what staff alone may know.
    pub is_for_staff: Option<bool>,
    /// Whether it is sent anything.
    pub is_active: Option<bool>,
}

/// All of them, oldest first.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_webhooks(app: &App, caller: &Caller) -> Result<Vec<Webhook>, Error> {
    caller.may(Operation::ManageNotifications)?;
    Ok(app.notifications.webhooks().await?)
}

/// One of them.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn get_webhook(app: &App, caller: &Caller, id: WebhookId) -> Result<Webhook, Error> {
    caller.may(Operation::ManageNotifications)?;
    find(app, id).await
}

/// Makes one. Its secret is to be shown to the one who asked for it, and to nobody else.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with all faults; [`Error::Conflict`] where there are too many; [`Error::Store`].
pub async fn create_webhook(
    app: &App,
    caller: &Caller,
    new: WebhookPatch,
) -> Result<Webhook, Error> {
    caller.may(Operation::ManageNotifications)?;
    let _turn = TURN.lock().await;
    if app.notifications.webhooks().await?.len() >= MOST {
        return Err(Error::Conflict {
            detail: format!("there are {MOST} webhooks already"),
            code: "too_many",
        });
    }
    let now = app.clock.now();
    let blank = Webhook {
        id: WebhookId(app.ids.next(now)),
        url: String::new(),
        description: None,
        events: Vec::new(),
        is_for_staff: false,
        secret: app.ids.random().to_vec(),
        old_secret: None,
        is_active: true,
        disabled_because: None,
        created_at: now,
        updated_at: now,
    };
    let webhook = patched(app, blank, new)?;
    save(app, caller, &webhook).await?;
    Ok(webhook)
}

/// Changes one.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn update_webhook(
    app: &App,
    caller: &Caller,
    id: WebhookId,
    patch: WebhookPatch,
) -> Result<Webhook, Error> {
    caller.may(Operation::ManageNotifications)?;
    let _turn = TURN.lock().await;
    let found = find(app, id).await?;
    let mut webhook = patched(app, found.clone(), patch)?;
    if webhook != found {
        webhook.updated_at = app.clock.now();
        save(app, caller, &webhook).await?;
    }
    Ok(webhook)
}

/// Gives one a new secret; the one before signs beside it for a day.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn renew_secret(app: &App, caller: &Caller, id: WebhookId) -> Result<Webhook, Error> {
    caller.may(Operation::ManageNotifications)?;
    let _turn = TURN.lock().await;
    let found = find(app, id).await?;
    let now = app.clock.now();
    let webhook = Webhook {
        secret: app.ids.random().to_vec(),
        old_secret: Some((found.secret, now + OLD_SECRET_FOR)),
        updated_at: now,
        ..found
    };
    save(app, caller, &webhook).await?;
    Ok(webhook)
}

/// Sends one a message that says nothing, so that its receiver can be tried.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Conflict`] for one that is switched off; [`Error::Store`].
pub async fn test_webhook(app: &App, caller: &Caller, id: WebhookId) -> Result<(), Error> {
    caller.may(Operation::ManageNotifications)?;
    let webhook = find(app, id).await?;
    if !webhook.is_active {
        return Err(Error::Conflict {
            detail: "the webhook is switched off".to_owned(),
            code: "switched_off",
        });
    }
    let now = app.clock.now();
    let body =
        serde_json::json!({ "type": "webhook.test", "timestamp": now.to_string(), "data": {} });
    let message = NewMessage {
        event: None,
        ticket: None,
        channel: Channel::Webhook,
        receiver: id.to_string(),
        payload: body.to_string(),
    };
    write(app, caller, Write::Message(message)).await
}

/// Takes one away, and what waits for it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn delete_webhook(app: &App, caller: &Caller, id: WebhookId) -> Result<(), Error> {
    caller.may(Operation::ManageNotifications)?;
    let _turn = TURN.lock().await;
    find(app, id).await?;
    write(app, caller, Write::DeleteWebhook(id)).await
}

/// Held from reading one to writing it: they have no version.
static TURN: Mutex<()> = Mutex::const_new(());

async fn find(app: &App, id: WebhookId) -> Result<Webhook, Error> {
    let found = app.notifications.webhook(id).await?;
    found.ok_or(Error::NotFound("webhook"))
}

async fn save(app: &App, caller: &Caller, webhook: &Webhook) -> Result<(), Error> {
    write(app, caller, Write::Webhook(webhook.clone())).await
}

async fn write(app: &App, caller: &Caller, write: Write) -> Result<(), Error> {
    let changes = Changes {
        writes: vec![write],
        mark: caller.mark.clone(),
    };
    app.commit.commit(changes).await?;
    Ok(())
}

fn patched(app: &App, webhook: Webhook, patch: WebhookPatch) -> Result<Webhook, Error> {
    let mut faults = Faults::default();
    let is_new_url = patch.url.is_some() || webhook.url.is_empty();
    let url = faults.line("url", &patch.url.unwrap_or(webhook.url), URL_MAX);
    if is_new_url
        && !url.is_empty()
        && let Err(reason) = app.couriers.check_target(&url)
    {
        faults.add("url", "not_allowed", reason);
    }
    let description = match patch.description {
        Some(given) => faults.maybe_line("description", given.as_deref(), DESCRIPTION_MAX),
        None => webhook.description,
    };
    let events = match patch.events {
        Some(given) => names(&given, &mut faults),
        None => webhook.events,
    };
    faults.done()?;
    let is_active = patch.is_active.unwrap_or(webhook.is_active);
    Ok(Webhook {
        url,
        description,
        events,
        is_for_staff: patch.is_for_staff.unwrap_or(webhook.is_for_staff),
        is_active,
        disabled_because: webhook.disabled_because.filter(|_| !is_active),
        ..webhook
    })
}

/// Names of events, each once; `*` is all of them.
fn names(given: &[String], faults: &mut Faults) -> Vec<String> {
    let mut names = Vec::with_capacity(given.len());
    for (place, raw) in given.iter().enumerate() {
        let name = raw.trim();
        let name = name.strip_prefix("ticket.").unwrap_or(name);
        if name == "*" {
            return Vec::new();
        }
        if !Action::NAMES.contains(&name) {
            faults.add(
                format!("events[{place}]"),
                "unknown",
                "there is no such event",
            );
        } else if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}
