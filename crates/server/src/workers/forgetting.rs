//! Forgetting what has expired, and taking away for good what was deleted long enough ago.

use jiff::SignedDuration;
use linedesk_app::App;
use linedesk_app::tickets::discard::discard_files;
use linedesk_app::tickets::expire_uploads;
use linedesk_app::tickets::purge::purge_in_turn;
use linedesk_app::work::Shift;

/// How long the results of long work can be read.
const JOBS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Once, if this server holds the work.
pub(super) async fn forget_once(shift: Shift) -> anyhow::Result<()> {
    if !shift.hold().await? {
        return Ok(());
    }
    let app = shift.app();
    forget_expired(app).await?;
    let purged = purge_in_turn(&shift).await?;
    metrics::counter!("linedesk_purged_tickets_total").increment(purged.tickets);
    metrics::counter!("linedesk_purged_rows_total").increment(purged.rows);
    if purged.tickets > 0 || purged.rows > 0 {
        tracing::info!(
            tickets = purged.tickets,
            rows = purged.rows,
            needed = purged.needed,
            "purged deleted tickets"
        );
    }
    // In the end, so that files which cannot be deleted hold up nothing else.
    let files = discard_files(app).await?;
    metrics::counter!("linedesk_discarded_files_total").increment(files as u64);
    if files > 0 {
        tracing::info!(files, "deleted the bytes of files that are no more");
    }
    Ok(())
}

async fn forget_expired(app: &App) -> anyhow::Result<()> {
    let uploads = expire_uploads(app).await?;
    let now = app.clock.now();
    let mut jobs = 0;
    loop {
        let forgotten = app.jobs.forget_jobs(now - JOBS_KEPT).await?;
        jobs += forgotten.jobs;
        if forgotten.is_all {
            break;
        }
    }
    let settings = &app.settings;
    let answers = now - settings.idempotency_window;
    let rows = app
        .accounts
        .forget(now, now - settings.login_window, answers)
        .await?;
    metrics::counter!("linedesk_forgotten_uploads_total").increment(uploads as u64);
    metrics::counter!("linedesk_forgotten_rows_total").increment(rows);
    metrics::counter!("linedesk_forgotten_jobs_total").increment(jobs);
    if uploads > 0 || rows > 0 || jobs > 0 {
        tracing::info!(uploads, rows, jobs, "forgot what had expired");
    }
    Ok(())
}
