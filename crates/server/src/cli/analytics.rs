//! `linedesk analytics`

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use linedesk_app::analytics::keep::{keep_up_telling, rebuild, seal};
use linedesk_app::work::{ANALYTICS_LEASE, Shift, Work};
use linedesk_app::{App, Error};

use super::runtime;
use crate::config::Settings;
use crate::desk;

/// How often to look how far a server has come.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What is done to the figures.
#[derive(Debug, Subcommand)]
pub enum AnalyticsCommand {
    /// Make all facts anew from the tickets' histories; a server may be running
    Rebuild,
}

/// Carries the command out.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) fn run(command: &AnalyticsCommand, settings: &Settings) -> anyhow::Result<()> {
    let runtime = runtime()?;
    match command {
        AnalyticsCommand::Rebuild => runtime.block_on(rebuild_all(settings)),
    }
}

async fn rebuild_all(settings: &Settings) -> anyhow::Result<()> {
    let app = desk::open_beside(settings).await?;
    let began = Instant::now();
    rebuild(&app).await?;
    let bar = ProgressBar::new(app.analytics.tickets().await?);
    bar.set_style(ProgressStyle::with_template(
        "{wide_bar} {human_pos}/{human_len} tickets, {per_sec}, {eta} to go",
    )?);
    let holder = app.ids.next(app.clock.now());
    let shift = Shift::new(app.clone(), Work::Analytics, holder, ANALYTICS_LEASE);
    let (mut tickets, mut events) = (0, 0);
    // A server that holds the work does it; then this only waits for it.
    loop {
        let folded = keep_up_telling(&shift, |step| {
            tickets += step.tickets;
            events += step.events;
            bar.set_position(tickets);
        });
        folded.await?;
        if is_there(&app).await? {
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let folded = began.elapsed();
    while seal(&app).await? {}
    shift.release().await?;
    bar.finish_and_clear();
    let mut out = io::stdout();
    if tickets == 0 {
        writeln!(out, "the server has made all facts anew")?;
    } else {
        let seconds = folded.as_secs_f64();
        writeln!(
            out,
            "folded {tickets} tickets with {events} events in {seconds:.1} s, put together in {:.1} s",
            began.elapsed().as_secs_f64() - seconds
        )?;
    }
    Ok(())
}

/// Whether everything that happened is among the facts.
async fn is_there(app: &App) -> Result<bool, Error> {
    let at = app.analytics.progress().await?;
    Ok(at.is_complete() && at.seen >= at.newest)
}
