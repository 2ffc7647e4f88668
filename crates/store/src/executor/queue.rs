//! A bounded queue that measures how long its jobs wait.

use std::time::{Duration, Instant};

use linedesk_ports::store::StoreError;

/// What is said of a job that has waited too long: whoever asked has probably given up.
pub(crate) const WAITED: StoreError = StoreError::Unavailable("the database is too busy");

/// The end into which jobs go.
pub(crate) struct Entry<J> {
    name: &'static str,
    full: &'static str,
    sender: flume::Sender<(Instant, J)>,
}

/// The end from which threads take them.
pub(crate) struct Exit<J> {
    name: &'static str,
    receiver: flume::Receiver<(Instant, J)>,
}

impl<J> Clone for Exit<J> {
    fn clone(&self) -> Self {
        Self {
            name: self.name,
            receiver: self.receiver.clone(),
        }
    }
}

/// A queue of at most `limit` jobs; `full` is what callers are told when that is reached.
pub(crate) fn bounded<J>(
    name: &'static str,
    full: &'static str,
    limit: usize,
) -> (Entry<J>, Exit<J>) {
    let (sender, receiver) = flume::bounded(limit);
    (Entry { name, full, sender }, Exit { name, receiver })
}

impl<J> Entry<J> {
    /// Puts a job at the end.
    pub(crate) fn put(&self, job: J) -> Result<(), StoreError> {
        self.sender
            .try_send((Instant::now(), job))
            .map_err(|error| {
                metrics::counter!("linedesk_store_refused_jobs_total", "queue" => self.name)
                    .increment(1);
                match error {
                    flume::TrySendError::Full(_) => StoreError::Unavailable(self.full),
                    flume::TrySendError::Disconnected(_) => {
                        StoreError::Unavailable("the database is being closed")
                    }
                }
            })
    }

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.sender.len()
    }
}

impl<J> Exit<J> {
    /// The next job; `None` once the other end is gone and nothing is left.
    pub(crate) fn take(&self) -> Option<J> {
        self.receiver
            .recv()
            .ok()
            .map(|(since, job)| self.out(since, job))
    }

    /// The same, and since when it has waited.
    pub(crate) fn take_waited(&self) -> Option<(J, Instant)> {
        let (since, job) = self.receiver.recv().ok()?;
        Some((self.out(since, job), since))
    }

    /// The next job, if one waits.
    pub(crate) fn try_take(&self) -> Option<J> {
        self.try_take_waited().map(|(job, _)| job)
    }

    /// The same, and since when it has waited.
    pub(crate) fn try_take_waited(&self) -> Option<(J, Instant)> {
        let (since, job) = self.receiver.try_recv().ok()?;
        Some((self.out(since, job), since))
    }

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.receiver.len()
    }

    fn out(&self, since: Instant, job: J) -> J {
        let waited: Duration = since.elapsed();
        metrics::histogram!("linedesk_store_queue_seconds", "queue" => self.name).record(waited);
        job
    }
}
