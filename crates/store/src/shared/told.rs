//! Writing what users want to hear of, and where events are sent to.

use diesel::prelude::*;
use linedesk_domain::ids::{UserId, WebhookId};
use linedesk_ports::notifications::{Preferences, Webhook};
use linedesk_ports::outbox::Channel;

use super::super::outbox;
use super::Writing;
use crate::cached::Cached;
use crate::fault::Fault;
use crate::rows::notification::{PreferencesRow, WebhookRow};
use crate::schema::{notification_preferences, webhooks};
use crate::types::Key;

impl Writing<'_> {
    pub(super) fn preferences(
        &mut self,
        user: UserId,
        preferences: &Preferences,
    ) -> Result<(), Fault> {
        let row = PreferencesRow::new(user, preferences);
        let saved = diesel::insert_into(notification_preferences::table)
            .values(&row)
            .on_conflict(notification_preferences::user_id)
            .do_update()
            .set(&row);
        Ok(Cached(saved).run(self.connection)?)
    }

    pub(super) fn webhook(&mut self, webhook: &Webhook) -> Result<(), Fault> {
        let row = WebhookRow::from(webhook);
        let saved = diesel::insert_into(webhooks::table)
            .values(&row)
            .on_conflict(webhooks::id)
            .do_update()
            .set(&row);
        Ok(Cached(saved).run(self.connection)?)
    }

    pub(super) fn delete_webhook(&mut self, id: WebhookId) -> Result<(), Fault> {
        let target = webhooks::table.filter(webhooks::id.eq(Key(id.0)));
        Cached(diesel::delete(target)).run(self.connection)?;
        outbox::forget(self.connection, Channel::Webhook, &id.to_string())
    }
}
