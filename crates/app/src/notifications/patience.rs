//! What those who deliver do while the database cannot be used: they stay, and ask less and less often.

use std::fmt::Display;
use std::time::Duration;

/// The first pause.
const FIRST: Duration = Duration::from_millis(250);
/// The longest one: how late the first message may be once the database is back.
const LONGEST: Duration = Duration::from_secs(8);

/// How often in a row it was asked in vain.
#[derive(Debug, Default)]
pub(super) struct Patience {
    failures: u32,
}

impl Patience {
    /// Notes that it was asked in vain. Answers how long to wait: twice as long each time.
    pub(super) fn failed(&mut self, worker: &'static str, error: &dyn Display) -> Duration {
        let pause = FIRST.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        metrics::counter!("linedesk_worker_failures_total", "worker" => worker).increment(1);
        let message = "nothing new is delivered: it cannot be read what there is";
        if self.failures == 1 {
            tracing::error!(worker, %error, message);
        } else {
            // There may be hundreds of webhooks: one line each is enough.
            tracing::debug!(worker, failures = self.failures, %error, message);
        }
        pause.min(LONGEST)
    }

    /// Notes that it was answered.
    pub(super) fn worked(&mut self, worker: &'static str) {
        if self.failures > 0 {
            tracing::info!(worker, failures = self.failures, "the worker works again");
        }
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_few_seconds_and_begin_anew() {
        let mut patience = Patience::default();
        let mut failed = || patience.failed("email", &"gone").as_millis();
        let pauses: Vec<_> = (0..8).map(|_| failed()).collect();
        assert_eq!(pauses, [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
        patience.worked("email");
        assert_eq!(patience.failed("email", &"gone"), FIRST);
    }
}
