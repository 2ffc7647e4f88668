//! What runs beside the requests, on threads of its own: the SLA sweeper, forgetting, measuring, long work, and telling people. Of several
//! servers on one database one at a time sweeps, one forgets, and one makes messages out of events; all of them deliver.
//!
//! A worker that fails is logged and tried again, less and less often up to once a minute. Nothing that happens in one,
//! not even a panic, ends the process or another worker.

mod counting;
mod forgetting;
mod jobs;
mod strays;
mod telling;

use std::future::{Future, ready};
use std::io;
use std::rc::Rc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use linedesk_app::App;
use linedesk_app::knowledge::keep_up;
use linedesk_app::tickets::sweep::sweep_in_turn;
use linedesk_app::work::{RETENTION_LEASE, SWEEPER_LEASE, Shift, Work};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::task::{JoinError, LocalSet, spawn_local};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::measurements;
use crate::store::Store;

const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How often the index of articles' words is brought up to date though nobody searches.
const KEEP_UP_EVERY: Duration = Duration::from_secs(30);
/// Less than the lease, so that it is always the same server that forgets, while it lives.
const FORGET_EVERY: Duration = Duration::from_mins(10);
const MEASURE_EVERY: Duration = Duration::from_secs(5);
/// The longest pause after failures, unless the worker's own is longer.
const LONGEST_BACKOFF: Duration = Duration::from_mins(1);
/// How long letting go of the work may take when the server stops.
const RELEASE_WITHIN: Duration = Duration::from_secs(2);

/// The running workers. Dropping it tells them to stop without waiting for them.
#[derive(Debug)]
pub struct Workers {
    told_to_stop: CancellationToken,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts all of them: those who look after the tickets on one thread, those who do long work and those who tell
    /// people on others. `measured` are the process's measurements, where they are the desk's to tidy.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(app: App, store: Store, measured: Option<PrometheusHandle>) -> io::Result<Self> {
        let stop = CancellationToken::new();
        let holder = holder(&app, &store);
        let looking_after = {
            let (app, stop) = (app.clone(), stop.clone());
            on_a_thread("workers", move || {
                look_after(app, store, measured, holder, stop)
            })
        };
        let working = {
            let (app, stop) = (app.clone(), stop.clone());
            on_a_thread("long work", move || jobs::work(app, holder, stop))
        };
        let telling = {
            let stop = stop.clone();
            let app = app.clone();
            on_a_thread("telling", move || telling::tell(app, holder, stop))
        };
        let counting = {
            let stop = stop.clone();
            on_a_thread("counting", move || counting::count(app, holder, stop))
        };
        Ok(Self {
            told_to_stop: stop,
            threads: vec![looking_after?, working?, telling?, counting?],
        })
    }

    /// Tells all to come to their end, and does not wait for it.
    pub fn tell_to_stop(&self) {
        self.told_to_stop.cancel();
    }

    /// Stops them: a commit that is under way is finished by the store, messages that are being delivered are brought to an
    /// end, everything else is done again at the next start. Blocks until they have let go of everything.
    pub fn stop(mut self) {
        self.tell_to_stop();
        for thread in self.threads.drain(..) {
            // A panic there was logged when it happened.
            let _ = thread.join();
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.told_to_stop.cancel();
    }
}

/// Some workers, and the work that they have to let go of at the end.
type Crew = (LocalSet, Vec<Shift>);

/// Runs a crew on a thread of its own.
fn on_a_thread(
    name: &str,
    crew: impl FnOnce() -> Crew + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        let (workers, held) = runtime.block_on(async { crew() });
        runtime.block_on(workers);
        runtime.block_on(release(&held));
    })
}

fn look_after(
    app: App,
    store: Store,
    measured: Option<PrometheusHandle>,
    holder: Uuid,
    stop: CancellationToken,
) -> Crew {
    let workers = LocalSet::new();
    let sweeping = Shift::new(app.clone(), Work::SlaSweeper, holder, SWEEPER_LEASE);
    let shift = Shift::new(app.clone(), Work::Retention, holder, RETENTION_LEASE);
    let held = vec![sweeping.clone(), shift.clone()];
    workers.spawn_local(repeat(
        "sla_sweeper",
        SWEEP_EVERY,
        stop.clone(),
        move || sweep_once(sweeping.clone()),
    ));
    let (collecting, place) = (shift.clone(), strays::Place::default());
    workers.spawn_local(repeat("retention", FORGET_EVERY, stop.clone(), move || {
        forgetting::forget_once(shift.clone())
    }));
    workers.spawn_local(repeat(
        "stray_files",
        FORGET_EVERY,
        stop.clone(),
        move || strays::collect_once(collecting.clone(), Rc::clone(&place)),
    ));
    workers.spawn_local(repeat(
        "knowledge_index",
        KEEP_UP_EVERY,
        stop.clone(),
        move || {
            let app = app.clone();
            async move { Ok(keep_up(&app).await?) }
        },
    ));
    workers.spawn_local(repeat("measuring", MEASURE_EVERY, stop, move || {
        measurements::refresh(measured.as_ref(), &store.stats());
        ready(Ok(()))
    }));
    (workers, held)
}

/// Who this server is to the others. The only server on a file is always the same one, so that after a crash it need not
/// wait for the end of its own lease.
fn holder(app: &App, store: &Store) -> Uuid {
    match store {
        Store::Sqlite(_) => Uuid::nil(),
        Store::Postgres(_) => app.ids.next(app.clock.now()),
    }
}

/// Lets go of all work, so that other servers need not wait for the end of its leases.
async fn release(shifts: &[Shift]) {
    for shift in shifts {
        match tokio::time::timeout(RELEASE_WITHIN, shift.release()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "work was not let go of; its lease will end"),
            Err(_) => tracing::warn!("work was not let go of in time; its lease will end"),
        }
    }
}

async fn sweep_once(shift: Shift) -> anyhow::Result<()> {
    let began = Instant::now();
    let Some(report) = sweep_in_turn(&shift).await? else {
        return Ok(());
    };
    metrics::histogram!("linedesk_sla_sweep_seconds").record(began.elapsed());
    metrics::gauge!("linedesk_sla_sweep_lag_seconds").set(report.lag.as_secs_f64());
    metrics::counter!("linedesk_sla_swept_tickets_total").increment(report.tickets as u64);
    metrics::counter!("linedesk_sla_recorded_events_total").increment(report.events as u64);
    metrics::counter!("linedesk_sla_outrun_total").increment(report.outrun as u64);
    if report.tickets > 0 {
        tracing::debug!(
            tickets = report.tickets,
            events = report.events,
            outrun = report.outrun,
            "SLA clocks swept"
        );
    }
    Ok(())
}

/// Does `work` again and again, `every` so often, until told to stop.
async fn repeat<F, W>(name: &'static str, every: Duration, stop: CancellationToken, work: F)
where
    F: Fn() -> W,
    W: Future<Output = anyhow::Result<()>> + 'static,
{
    repeat_to_the_end(name, every, stop, Duration::ZERO, work).await;
}

/// The same for work that is told to stop, too, and gets `grace` to come to an end.
async fn repeat_to_the_end<F, W>(
    name: &'static str,
    every: Duration,
    stop: CancellationToken,
    grace: Duration,
    work: F,
) where
    F: Fn() -> W,
    W: Future<Output = anyhow::Result<()>> + 'static,
{
    let mut failures = 0;
    loop {
        let mut working = spawn_local(work());
        let outcome = tokio::select! {
            biased;
            () = stop.cancelled() => {
                let _ended = tokio::time::timeout(grace, &mut working).await;
                working.abort();
                return;
            }
            outcome = &mut working => outcome,
        };
        failures = note(name, outcome, failures);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause(every, failures)) => {}
        }
    }
}

/// Logs and counts how it went. Answers how many failures in a row that makes.
fn note(name: &'static str, outcome: Result<anyhow::Result<()>, JoinError>, failures: u32) -> u32 {
    let error = match outcome {
        Ok(Ok(())) => {
            if failures > 0 {
                tracing::info!(worker = name, failures, "the worker works again");
            }
            return 0;
        }
        Ok(Err(error)) => format!("{error:#}"),
        Err(panic) => panic.to_string(),
    };
    metrics::counter!("linedesk_worker_failures_total", "worker" => name).increment(1);
    tracing::error!(
        worker = name,
        failures = failures + 1,
        error,
        "a worker failed"
    );
    failures + 1
}

/// How long to wait after so many failures in a row: twice as long each time.
fn pause(every: Duration, failures: u32) -> Duration {
    let longest = LONGEST_BACKOFF.max(every);
    every
        .saturating_mul(2_u32.saturating_pow(failures))
        .min(longest)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let seconds: Vec<u64> = [0, 1, 2, 5, 6, 7, 40]
            .map(|failures| pause(Duration::from_secs(1), failures).as_secs())
            .to_vec();
        assert_eq!(seconds, [1, 2, 4, 32, 60, 60, 60]);
        assert_eq!(pause(Duration::from_mins(10), 3), Duration::from_mins(10));
    }

    /// Runs `work` with the number of the run until it has been done `times` times.
    fn run_times(times: u32, work: impl Fn(u32) -> anyhow::Result<()> + 'static) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let stop = CancellationToken::new();
        let (stopped, done, work) = (stop.clone(), Rc::new(Cell::new(0)), Rc::new(work));
        let counted = Rc::clone(&done);
        let repeated = repeat("test", Duration::from_millis(1), stop, move || {
            let (done, work, stopped) = (Rc::clone(&done), Rc::clone(&work), stopped.clone());
            async move {
                done.set(done.get() + 1);
                if done.get() == times {
                    stopped.cancel();
                }
                work(done.get())
            }
        });
        LocalSet::new().block_on(&runtime, repeated);
        assert_eq!(counted.get(), times);
    }

    #[test]
    fn a_worker_goes_on_after_errors_and_panics() {
        run_times(5, |run| match run {
            1 | 2 => anyhow::bail!("the database is away"),
            3 => panic!("a bug"),
            _ => Ok(()),
        });
    }

    #[test]
    fn a_worker_that_hangs_can_be_stopped() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let stop = CancellationToken::new();
        let stopper = stop.clone();
        let repeated = repeat("test", Duration::from_millis(1), stop, std::future::pending);
        LocalSet::new().block_on(&runtime, async move {
            tokio::join!(repeated, async { stopper.cancel() });
        });
    }
}
