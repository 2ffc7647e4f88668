//! One attempt to deliver a message.

use linedesk_domain::ids::{TicketId, WebhookId};
use linedesk_domain::notice::Notice;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::couriers::{Call, Mail, Sms, Trouble, Undelivered};
use linedesk_ports::notifications::Webhook;
use linedesk_ports::outbox::{Channel, Message, NewMessage};

use super::{Posted, digest};
use crate::{App, Error};

/// What was brought away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivered {
    /// The message.
    Message,
    /// A digest, with all that waited for it up to `last`.
    Digest { last: i64 },
}

/// Hands a message to its courier.
pub(super) async fn attempt(app: &App, message: &Message) -> Result<Delivered, Undelivered> {
    let new = &message.new;
    if new.channel == Channel::Webhook {
        return call(app, message).await.map(|()| Delivered::Message);
    }
    let posted = Posted::read(&new.payload)?;
    if posted.letter.notice == Notice::Digest.name() {
        let Some((posted, last)) = digest::put_together(app, &new.receiver, posted).await? else {
            // All of it was forgotten by an admin.
            return Ok(Delivered::Message);
        };
        bring(app, new, posted).await?;
        return Ok(Delivered::Digest { last });
    }
    bring(app, new, posted).await.map(|()| Delivered::Message)
}

/// Hands a letter to its courier.
async fn bring(app: &App, new: &NewMessage, posted: Posted) -> Result<(), Undelivered> {
    let Posted {
        key,
        at,
        thread,
        mut letter,
        pass,
    } = posted;
    if let Some(pass) = pass {
        letter.link = Some(pass.link(app));
    }
    let to = new.receiver.clone();
    if new.channel == Channel::Sms {
        return app.couriers.sms(&Sms { key, to, letter }).await;
    }
    let mail = Mail {
        key,
        to,
        letter,
        thread: thread.map(TicketId),
        at,
    };
    app.couriers.mail(&mail).await
}

async fn call(app: &App, message: &Message) -> Result<(), Undelivered> {
    let webhook = webhook_of(app, message)
        .await
        .map_err(|error| Undelivered::Later {
            reason: format!("the webhook could not be looked up: {error}"),
            trouble: Trouble::Channel,
            after: None,
        })?;
    let Some(webhook) = webhook else {
        // It was deleted: what waited for it is of no use any more.
        return Ok(());
    };
    if !webhook.is_active {
        return Err(Undelivered::Never {
            reason: "the webhook is switched off".to_owned(),
        });
    }
    let at = app.clock.now();
    let old = webhook.old_secret.filter(|(_, until)| at < *until);
    let secrets = [Some(webhook.secret), old.map(|(secret, _)| secret)];
    let call = Call {
        id: message
            .new
            .event
            .map_or_else(|| format!("msg_{}", message.id), |seq| format!("evt_{seq}")),
        url: webhook.url,
        secrets: secrets.into_iter().flatten().collect(),
        at,
        body: message.new.payload.clone(),
    };
    app.couriers.call(&call).await
}

async fn webhook_of(app: &App, message: &Message) -> Result<Option<Webhook>, Error> {
    match message.new.receiver.parse() {
        Ok(id) => Ok(app.notifications.webhook(WebhookId(id)).await?),
        Err(_) => Ok(None),
    }
}

/// A receiver that says that it is gone is not asked again.
pub(super) async fn switch_off(app: &App, message: &Message) -> Result<(), Error> {
    let Some(webhook) = webhook_of(app, message).await? else {
        return Ok(());
    };
    if !webhook.is_active {
        return Ok(());
    }
    tracing::warn!(webhook.id = %webhook.id, "a webhook is switched off: its receiver answered 410 Gone");
    let webhook = Webhook {
        is_active: false,
        disabled_because: Some("its receiver answered 410 Gone".to_owned()),
        updated_at: app.clock.now(),
        ..webhook
    };
    let changes = Changes {
        writes: vec![Write::Webhook(webhook)],
        mark: None,
    };
    app.commit.commit(changes).await?;
    Ok(())
}
