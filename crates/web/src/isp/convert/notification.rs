//! Preferences, webhooks and messages, both ways.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use linedesk_app::models::{MessageState, OutboxMessage, Preferences, Webhook};
use linedesk_app::notifications::webhooks::WebhookPatch;
use linedesk_domain::access::Operation;
use linedesk_domain::notice::Notice;
use linedesk_domain::ticket::edit::Patch;

use crate::extract::given::list;
use crate::extract::query::{FromQuery, QueryReader};
use crate::extract::{Body, Faults, parse};
use crate::isp::dto::notification::{
    MessageDto, NewWebhookBody, OutboxDto, PreferencesBody, PreferencesDto, WebhookDto,
    WebhookListDto, WebhookPatchBody,
};
use crate::isp::schema::WebhookAudience;

impl Body for PreferencesBody {
    type Command = Preferences;

    fn command(self, faults: &mut Faults) -> Option<Preferences> {
        self.rest.refuse(faults);
        let muted = self.muted.unless_null("muted", faults, Ok);
        Some(Preferences {
            by_email: self.email.unless_null("email", faults, Ok).unwrap_or(true),
            muted: list(muted.unwrap_or_default(), "muted", faults, parse::word),
        })
    }
}

impl Body for NewWebhookBody {
    type Command = WebhookPatch;
    const OPERATION: Option<Operation> = Some(Operation::ManageNotifications);

    fn command(self, faults: &mut Faults) -> Option<WebhookPatch> {
        self.rest.refuse(faults);
        let events = self.events.optional("events", faults, Ok);
        let audience = self
            .audience
            .optional("audience", faults, parse::word::<WebhookAudience>);
        Some(WebhookPatch {
            url: self.url.required("url", faults, Ok),
            description: self
                .description
                .optional("description", faults, Ok)
                .map(Some),
            events: events.map(|events| list(events, "events", faults, Ok)),
            is_for_staff: audience.map(|audience| audience == WebhookAudience::Staff),
            is_active: None,
        })
    }
}

impl Body for WebhookPatchBody {
    type Command = WebhookPatch;
    const OPERATION: Option<Operation> = Some(Operation::ManageNotifications);

    fn command(self, faults: &mut Faults) -> Option<WebhookPatch> {
        self.rest.refuse(faults);
        let events = self.events.unless_null("events", faults, Ok);
        let audience =
            self.audience
                .unless_null("audience", faults, parse::word::<WebhookAudience>);
        Some(WebhookPatch {
            url: self.url.unless_null("url", faults, Ok),
            description: match self.description.patch("description", faults, Ok) {
                Patch::Keep => None,
                Patch::Clear => Some(None),
                Patch::Set(text) => Some(Some(text)),
            },
            events: events.map(|events| list(events, "events", faults, Ok)),
            is_for_staff: audience.map(|audience| audience == WebhookAudience::Staff),
            is_active: self.is_active.unless_null("is_active", faults, Ok),
        })
    }
}

/// What a user wants to hear of.
pub fn preferences(preferences: &Preferences) -> PreferencesDto {
    let Preferences { by_email, muted } = preferences;
    PreferencesDto {
        email: *by_email,
        muted: muted.iter().copied().map(Notice::name).collect(),
    }
}

/// A webhook; with its secret only for the one who made or renewed it just now.
pub fn webhook(webhook: &Webhook, with_secret: bool) -> WebhookDto<'_> {
    let Webhook {
        id,
        url,
        description,
        events,
        is_for_staff,
        secret,
        old_secret,
        is_active,
        disabled_because,
        created_at,
        updated_at,
    } = webhook;
    let audience = if *is_for_staff {
        WebhookAudience::Staff
    } else {
        WebhookAudience::Customer
    };
    WebhookDto {
        id: id.0,
        url,
        description: description.as_deref(),
        events: events.iter().map(|name| format!("ticket.{name}")).collect(),
        audience: audience.name(),
        is_active: *is_active,
        disabled_because: disabled_because.as_deref(),
        secret: with_secret.then(|| format!("whsec_{}", STANDARD.encode(secret))),
        old_secret_until: old_secret.as_ref().map(|(_, until)| (*until).into()),
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// All of them.
pub fn webhooks(all: &[Webhook]) -> WebhookListDto<'_> {
    WebhookListDto {
        items: all.iter().map(|one| webhook(one, false)).collect(),
        total: all.len(),
    }
}

/// Which messages.
#[derive(Debug, Clone, Copy)]
pub struct Messages {
    /// In which state.
    pub state: MessageState,
    /// With ids above this one.
    pub after: i64,
    /// At most so many.
    pub limit: u32,
}

impl FromQuery for Messages {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let state = query.one("state", parse::word);
        let after = query.number("after", 0, i64::MAX.unsigned_abs());
        let limit = query.number("limit", 1, 1_000);
        Some(Self {
            state: state.unwrap_or(MessageState::Parked),
            after: after.map_or(0, |after| i64::try_from(after).unwrap_or(i64::MAX)),
            limit: limit.map_or(50, |limit| u32::try_from(limit).unwrap_or(u32::MAX)),
        })
    }
}

/// A message, without what it says.
pub fn message(message: &OutboxMessage) -> MessageDto<'_> {
    let is_pending = message.state == MessageState::Pending;
    MessageDto {
        id: message.id,
        channel: message.new.channel.name(),
        receiver: &message.new.receiver,
        event_id: message.new.event,
        ticket_id: message.new.ticket.map(|id| id.0),
        state: message.state.name(),
        attempts: message.attempts,
        next_attempt_at: is_pending.then(|| message.next_attempt_at.into()),
        last_error: message.last_error.as_deref(),
        created_at: message.created_at.into(),
    }
}

/// A page of messages.
pub fn messages(page: &[OutboxMessage], limit: u32) -> OutboxDto<'_> {
    let is_full = page.len() >= limit as usize;
    OutboxDto {
        items: page.iter().map(message).collect(),
        next_after: page.last().filter(|_| is_full).map(|last| last.id),
    }
}
