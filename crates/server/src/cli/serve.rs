//! `linedesk serve`

use std::io::{self, Write as _};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::LocalSet;

use super::{first_admin, runtime};
use crate::config::Settings;
use crate::desk::Overrides;
use crate::serve;

/// Takes nothing but settings.
#[derive(Debug, Args)]
pub struct ServeArgs {}

/// Exit code after a second signal, which wants no waiting.
const AT_ONCE: i32 = 1;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When it cannot start, or breaks down.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    LocalSet::new().block_on(&runtime()?, serve_until_told(settings))
}

async fn serve_until_told(settings: Settings) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut running = serve::start(settings, Overrides::default()).await?;
    first_admin::show(running.first_admin.as_ref())?;
    // Nobody has to read it.
    let _ = writeln!(io::stdout(), "linedesk listens on {}", running.url);

    tokio::select! {
        ended = running.ended() => return ended,
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("told to stop; finishing what is in flight");
    tokio::task::spawn_local(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::warn!("told to stop again; stopping at once");
        std::process::exit(AT_ONCE);
    });
    running.stop().await?;
    tracing::info!("stopped");
    Ok(())
}
