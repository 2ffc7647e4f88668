//! Those who tell people and machines what happened: the relay, the deliverers, and whoever reads the log for all that follow
//! it live.

use std::sync::Arc;
use std::time::Duration;

use linedesk_app::App;
use linedesk_app::events::live::read_for_all;
use linedesk_app::models::Channel;
use linedesk_app::notifications::deliver::Deliverer;
use linedesk_app::notifications::lanes;
use linedesk_app::notifications::relay::relay_in_turn;
use linedesk_app::work::{RELAY_LEASE, Shift, Work};
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Crew, repeat, repeat_to_the_end};

/// Before a worker that failed is tried again.
const AGAIN: Duration = Duration::from_millis(20);
/// How often the log is looked at where nothing tells of new events: other servers' are found that late.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long messages that are being delivered when the server stops may take; what takes longer is delivered again.
const GRACE: Duration = Duration::from_secs(10);

pub(super) fn tell(app: App, holder: Uuid, stop: CancellationToken) -> Crew {
    let workers = LocalSet::new();
    let relaying = Shift::new(app.clone(), Work::OutboxRelay, holder, RELAY_LEASE);
    let held = vec![relaying.clone()];
    // Nobody delivers before: it would be taken from them again.
    let inherited = CancellationToken::new();
    workers.spawn_local(inherit(app.clone(), holder, inherited.clone()));
    let (calling, told, ready) = (app.clone(), stop.clone(), inherited.clone());
    let call = move || call(calling.clone(), holder, ready.clone(), told.clone());
    workers.spawn_local(repeat_to_the_end(
        "webhooks",
        AGAIN,
        stop.clone(),
        GRACE,
        call,
    ));
    for (channel, name) in [(Channel::Email, "email"), (Channel::Sms, "sms")] {
        let deliverer = Arc::new(Deliverer::new(channel, holder));
        let (app, told, ready) = (app.clone(), stop.clone(), inherited.clone());
        let deliver = move || {
            let deliverer = Arc::clone(&deliverer);
            deliver(app.clone(), deliverer, ready.clone(), told.clone())
        };
        workers.spawn_local(repeat_to_the_end(name, AGAIN, stop.clone(), GRACE, deliver));
    }
    workers.spawn_local(repeat("relay", AGAIN, stop.clone(), move || {
        relay(relaying.clone())
    }));
    workers.spawn_local(repeat("live", AGAIN, stop, move || {
        let app = app.clone();
        async move { Ok(read_for_all(&app).await?) }
    }));
    (workers, held)
}

/// Relays what there is, and waits until there may be more.
async fn relay(shift: Shift) -> anyhow::Result<()> {
    let mut pulse = shift.app().pulse.events();
    if let Some(relayed) = relay_in_turn(&shift).await?
        && relayed.events > 0
    {
        metrics::counter!("linedesk_relayed_events_total").increment(relayed.events as u64);
        metrics::counter!("linedesk_relayed_messages_total").increment(relayed.messages as u64);
    }
    let _woken = tokio::time::timeout(LOOK_EVERY, pulse.changed()).await;
    Ok(())
}

/// Frees what a server of this name held before it died: on a file that is always the one before this.
async fn inherit(app: App, holder: Uuid, inherited: CancellationToken) {
    if let Err(error) = app.outbox.inherit(holder).await {
        tracing::warn!(%error, "messages of a server that died are left to their holds");
    }
    inherited.cancel();
}

async fn call(
    app: App,
    holder: Uuid,
    ready: CancellationToken,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    ready.cancelled().await;
    lanes::run(&app, holder, &stop).await;
    Ok(())
}

async fn deliver(
    app: App,
    deliverer: Arc<Deliverer>,
    ready: CancellationToken,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    ready.cancelled().await;
    deliverer.run(app, &stop).await;
    Ok(())
}
