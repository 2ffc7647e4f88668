//! Folding the log into facts, on a thread of its own: it computes more than it waits.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use linedesk_app::App;
use linedesk_app::analytics::keep::{keep_up, seal};
use linedesk_app::work::{ANALYTICS_LEASE, Shift, Work};
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Crew, repeat};

/// How far behind figures are at most, while the log can be folded as fast as it grows.
const FOLD_EVERY: Duration = Duration::from_secs(1);
/// How often days that have changed are put together.
const SEAL_EVERY: Duration = Duration::from_secs(10);

/// The crew.
pub(super) fn count(app: App, holder: Uuid, stop: CancellationToken) -> Crew {
    let workers = LocalSet::new();
    let counting = Shift::new(app, Work::Analytics, holder, ANALYTICS_LEASE);
    let held = vec![counting.clone()];
    let sealed = Rc::new(Cell::new(None));
    workers.spawn_local(repeat("analytics", FOLD_EVERY, stop, move || {
        count_once(counting.clone(), Rc::clone(&sealed))
    }));
    (workers, held)
}

/// Folds what happened; and every so often, since `sealed`, puts together what has changed.
async fn count_once(shift: Shift, sealed: Rc<Cell<Option<Instant>>>) -> anyhow::Result<()> {
    let began = Instant::now();
    let Some(folded) = keep_up(&shift).await? else {
        return Ok(());
    };
    metrics::counter!("linedesk_analytics_folded_tickets_total").increment(folded.tickets);
    metrics::histogram!("linedesk_analytics_fold_seconds").record(began.elapsed());
    if sealed.get().is_some_and(|at| at.elapsed() < SEAL_EVERY) {
        return Ok(());
    }
    while seal(shift.app()).await? {}
    sealed.set(Some(Instant::now()));
    Ok(())
}
