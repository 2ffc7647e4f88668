//! Those who do long work that people asked for, one kind beside the other on a thread of their own: nobody waits for it
//! at a request, and no request waits for it.

use std::time::{Duration, Instant};

use linedesk_app::App;
use linedesk_app::jobs::Turn;
use linedesk_app::sla::simulate::run as simulation;
use linedesk_app::tickets::bulk::run as bulk;
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Crew, repeat_to_the_end};

/// How often it is looked whether there is something to do.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long work may take to give itself back when the server stops.
const GRACE: Duration = Duration::from_secs(2);

pub(super) fn work(app: App, holder: Uuid, stop: CancellationToken) -> Crew {
    let workers = LocalSet::new();
    workers.spawn_local(async move {
        // Of the only server on a file: its own work from before a crash. Others never had this name.
        if let Err(error) = app.jobs.inherit_jobs(holder).await {
            tracing::warn!(%error, "long work of a server that died is left to its hold");
        }
        let (for_simulations, for_bulk) = ((app.clone(), stop.clone()), (app, stop.clone()));
        let simulate =
            move || simulate(for_simulations.0.clone(), holder, for_simulations.1.clone());
        let act = move || act_in_bulk(for_bulk.0.clone(), holder, for_bulk.1.clone());
        tokio::join!(
            repeat_to_the_end("sla_simulation", LOOK_EVERY, stop.clone(), GRACE, simulate),
            repeat_to_the_end("bulk", LOOK_EVERY, stop, GRACE, act),
        );
    });
    (workers, Vec::new())
}

/// Does simulations as long as there are any.
async fn simulate(app: App, holder: Uuid, stop: CancellationToken) -> anyhow::Result<()> {
    loop {
        let began = Instant::now();
        match simulation::take_turn(&app, holder, &stop).await? {
            Turn::Idle | Turn::GivenBack => return Ok(()),
            Turn::Lost => {}
            Turn::Ended(tickets) => {
                let seconds = began.elapsed().as_secs_f64();
                metrics::histogram!("linedesk_sla_simulation_seconds").record(seconds);
                metrics::counter!("linedesk_sla_simulated_tickets_total").increment(tickets);
                tracing::info!(tickets, seconds, "an SLA simulation came to its end");
            }
        }
    }
}

/// Acts on many tickets as long as somebody wants that.
async fn act_in_bulk(app: App, holder: Uuid, stop: CancellationToken) -> anyhow::Result<()> {
    loop {
        let began = Instant::now();
        match bulk::take_turn(&app, holder, &stop).await? {
            Turn::Idle | Turn::GivenBack => return Ok(()),
            Turn::Lost => {}
            Turn::Ended(tickets) => {
                let seconds = began.elapsed().as_secs_f64();
                metrics::histogram!("linedesk_bulk_seconds").record(seconds);
                metrics::counter!("linedesk_bulk_tickets_total").increment(tickets);
                tracing::info!(tickets, seconds, "a bulk job came to its end");
            }
        }
    }
}
