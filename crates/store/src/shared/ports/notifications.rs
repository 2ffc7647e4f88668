//! What telling people and machines of events needs to know.

use async_trait::async_trait;
use linedesk_domain::ids::{UserId, WebhookId};
use linedesk_domain::notice::Window;
use linedesk_ports::directory::User;
use linedesk_ports::notifications::{NoticeFacts, NoticeKeys, Notifications, Preferences, Webhook};
use linedesk_ports::store::StoreError;

use super::super::{Store, digests, notifications};

#[async_trait]
impl Notifications for Store {
    async fn facts(&self, keys: NoticeKeys) -> Result<NoticeFacts, StoreError> {
        self.snapshot(move |connection| notifications::facts(connection, &keys))
            .await
    }

    async fn staff(&self) -> Result<Vec<(User, Preferences)>, StoreError> {
        self.snapshot(notifications::staff).await
    }

    async fn preferences(&self, user: UserId) -> Result<Preferences, StoreError> {
        self.read(move |connection| notifications::preferences(connection, user))
            .await
    }

    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        self.read(notifications::webhooks).await
    }

    async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        self.read(move |connection| notifications::webhook(connection, id))
            .await
    }
    async fn windows(&self, receivers: Vec<String>) -> Result<Vec<(String, Window)>, StoreError> {
        self.read(move |connection| digests::windows(connection, &receivers))
            .await
    }
}
