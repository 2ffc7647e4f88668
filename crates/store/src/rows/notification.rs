//! What users want to hear of, and where events are sent to.

use diesel::prelude::*;
use linedesk_domain::ids::{UserId, WebhookId};
use linedesk_domain::notice::Notice;
use linedesk_ports::notifications::{Preferences, Webhook};

use crate::schema::{notification_preferences, webhooks};
use crate::types::{At, Json, Key};

/// What a user wants to hear of.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = notification_preferences)]
pub(crate) struct PreferencesRow {
    pub(crate) user_id: Key,
    by_email: bool,
    muted: Json<Vec<String>>,
}

impl PreferencesRow {
    /// The row.
    pub(crate) fn new(user: UserId, preferences: &Preferences) -> Self {
        let muted = preferences.muted.iter();
        Self {
            user_id: Key(user.0),
            by_email: preferences.by_email,
            muted: Json(muted.map(|notice| notice.name().to_owned()).collect()),
        }
    }
}

impl From<PreferencesRow> for Preferences {
    // A notice that there is no more is not missed.
    fn from(row: PreferencesRow) -> Self {
        let muted = row.muted.0.iter();
        Self {
            by_email: row.by_email,
            muted: muted.filter_map(|name| Notice::parse(name)).collect(),
        }
    }
}

/// Where events are sent to.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = webhooks)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct WebhookRow {
    id: Key,
    url: String,
    description: Option<String>,
    events: Json<Vec<String>>,
    is_for_staff: bool,
    secret: Vec<u8>,
    old_secret: Option<Vec<u8>>,
    old_secret_until: Option<At>,
    is_active: bool,
    disabled_because: Option<String>,
    created_at: At,
    updated_at: At,
}

impl From<&Webhook> for WebhookRow {
    fn from(webhook: &Webhook) -> Self {
        let (old_secret, old_secret_until) = webhook.old_secret.clone().unzip();
        Self {
            id: Key(webhook.id.0),
            url: webhook.url.clone(),
            description: webhook.description.clone(),
            events: Json(webhook.events.clone()),
            is_for_staff: webhook.is_for_staff,
            secret: webhook.secret.clone(),
            old_secret,
            old_secret_until: old_secret_until.map(At),
            is_active: webhook.is_active,
            disabled_because: webhook.disabled_because.clone(),
            created_at: At(webhook.created_at),
            updated_at: At(webhook.updated_at),
        }
    }
}

impl From<WebhookRow> for Webhook {
    fn from(row: WebhookRow) -> Self {
        Self {
            id: WebhookId(row.id.0),
            url: row.url,
            description: row.description,
            events: row.events.0,
            is_for_staff: row.is_for_staff,
            secret: row.secret,
            old_secret: row.old_secret.zip(row.old_secret_until.map(|at| at.0)),
            is_active: row.is_active,
            disabled_because: row.disabled_because,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}
