//! A deliverer for each webhook, so that one that is slow or dead keeps no other waiting.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use linedesk_domain::ids::WebhookId;
use linedesk_ports::outbox::Channel;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::deliver::Deliverer;
use super::patience::Patience;
use crate::App;

/// How often it is looked which webhooks there are.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Delivers to every webhook there is, until told to stop; what is under way then is finished first. While it cannot be read
/// which there are, those that are known go on.
pub async fn run(app: &App, holder: Uuid, stop: &CancellationToken) {
    let mut lanes = FuturesUnordered::new();
    let mut known: HashMap<WebhookId, CancellationToken> = HashMap::new();
    let mut patience = Patience::default();
    while !stop.is_cancelled() {
        let pause = match app.notifications.webhooks().await {
            Ok(webhooks) => {
                patience.worked("webhooks");
                known.retain(|id, lane| {
                    let is_there = webhooks.iter().any(|webhook| webhook.id == *id);
                    if !is_there {
                        lane.cancel();
                    }
                    is_there
                });
                for webhook in webhooks {
                    known.entry(webhook.id).or_insert_with(|| {
                        let lane = stop.child_token();
                        lanes.push(follow(app, webhook.id, holder, lane.clone()));
                        lane
                    });
                }
                LOOK_EVERY
            }
            Err(error) => patience.failed("webhooks", &error),
        };
        let until = tokio::time::Instant::now() + pause;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep_until(until) => break,
                Some(()) = lanes.next() => {}
            }
        }
    }
    while lanes.next().await.is_some() {}
}

async fn follow(app: &App, webhook: WebhookId, holder: Uuid, stop: CancellationToken) {
    let deliverer = Deliverer::to(Channel::Webhook, webhook.to_string(), holder);
    Arc::new(deliverer).run(app.clone(), &stop).await;
}
