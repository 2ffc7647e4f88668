//! Waiting for an answer, and not for ever.
//!
//! The database bounds its statements, and nothing in it bounds a commit: where a synchronous standby is lost, commits wait until
//! somebody acts. Those who asked are told before that: that nothing was written, where no thread has begun with it, and
//! else that nobody knows.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use linedesk_ports::store::StoreError;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::executor::queue::WAITED;

/// The right to decide about a job: whoever takes it first has it, the thread that does it or the one who gives up waiting.
#[derive(Debug, Clone, Default)]
pub(super) struct Turn(Arc<AtomicBool>);

impl Turn {
    /// Whether it is the caller's from here on.
    pub(super) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Until a thread takes the job.
    pub(super) turn: Duration,
    /// From then on until its statements have run and its commit has ended.
    pub(super) work: Duration,
}

impl Patience {
    /// The answer to a job.
    pub(super) async fn answer<T>(
        self,
        mut reply: oneshot::Receiver<Result<T, StoreError>>,
        turn: &Turn,
    ) -> Result<T, StoreError> {
        if let Ok(answer) = timeout(self.turn, &mut reply).await {
            return answer.unwrap_or(Err(StoreError::Unknown));
        }
        if turn.take() {
            return Err(WAITED);
        }
        if let Ok(answer) = timeout(self.work, reply).await {
            return answer.unwrap_or(Err(StoreError::Unknown));
        }
        tracing::error!("a commit does not come to its end; its outcome is unknown");
        Err(StoreError::Unknown)
    }
}

/// Since when a thread has been committing, if it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Committing(Arc<Mutex<Option<Instant>>>);

impl Committing {
    pub(super) fn begins(&self) {
        self.set(Some(Instant::now()));
    }

    pub(super) fn ends(&self) {
        self.set(None);
    }

    /// For how long by now.
    pub(super) fn lasts(&self) -> Option<Duration> {
        let since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.map(|since| since.elapsed())
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}
