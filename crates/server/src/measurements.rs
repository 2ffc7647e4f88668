//! What the program measures about itself, for `/metrics`.

use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use linedesk_store::Stats;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds in seconds: from a cached answer to a bcrypt check behind a queue.
const SECONDS: [f64; 15] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Upper bounds of counts, such as how many changes one transaction took.
const COUNTS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// Pages of memory are 4 KiB on every machine that this runs on, unless the kernel was built otherwise.
const PAGE_BYTES: u64 = 4096;

/// The process's measurements; collecting begins with the first call. Servers that run in one process share them.
///
/// # Errors
/// When somebody else in the process collects measurements already.
pub fn collect() -> anyhow::Result<PrometheusHandle> {
    static COLLECTED: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut collected = COLLECTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*collected {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets(&COUNTS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        })
        .context("cannot collect measurements")?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder)
        .ok()
        .context("something else in this process collects measurements already")?;
    metrics::gauge!("linedesk_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    *collected = Some(handle.clone());
    Ok(handle)
}

/// To be called every few seconds: tidies the histograms, which grow otherwise (in a larger program that is the program's
/// own to do), and looks at the process and the store.
pub fn refresh(handle: Option<&PrometheusHandle>, store: &Stats) {
    if let Some(handle) = handle {
        handle.run_upkeep();
    }
    let waiting = |queue| metrics::gauge!("linedesk_store_waiting_jobs", "queue" => queue);
    waiting("write").set(count(store.writes_waiting as u64));
    waiting("read").set(count(store.reads_waiting as u64));
    // A database on another server is measured there.
    if let Some(bytes) = store.database_bytes {
        metrics::gauge!("linedesk_database_bytes").set(count(bytes));
    }
    if let Some(bytes) = store.log_bytes {
        metrics::gauge!("linedesk_database_log_bytes").set(count(bytes));
    }
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
}

/// As measurements are told.
#[expect(
    clippy::cast_precision_loss,
    reason = "a measurement above 2^53 may be off by a few"
)]
fn count(number: u64) -> f64 {
    number as f64
}

/// Memory that the process holds; `None` where the system does not tell.
fn resident_bytes() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(count(pages * PAGE_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurements_are_collected_once_and_shared() {
        let first = collect().unwrap();
        let second = collect().unwrap();
        metrics::histogram!("test_seconds").record(0.003);
        let store = Stats {
            writes_waiting: 3,
            reads_waiting: 0,
            database_bytes: Some(4096),
            log_bytes: None,
        };
        refresh(Some(&first), &store);
        let text = second.render();
        assert!(
            text.contains("test_seconds_bucket{le=\"0.005\"} 1"),
            "{text}"
        );
        assert!(text.contains("linedesk_build_info"), "{text}");
        assert!(
            text.contains("linedesk_store_waiting_jobs{queue=\"write\"} 3"),
            "{text}"
        );
        if cfg!(target_os = "linux") {
            assert!(text.contains("process_resident_memory_bytes"), "{text}");
        }
    }
}
