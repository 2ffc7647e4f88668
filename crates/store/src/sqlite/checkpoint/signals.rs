//! What the writer and the thread that copies the log tell each other.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Said from either side, heard by the other when it is ready.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    said: Mutex<Said>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Said {
    is_written: bool,
    is_restart_due: bool,
    is_closing: bool,
}

impl Signals {
    /// The writer has committed.
    pub(crate) fn tell_of_commit(&self) {
        let mut said = self.lock();
        if !said.is_written {
            said.is_written = true;
            self.changed.notify_all();
        }
    }

    /// Whether the writer is to begin the log anew. Said once.
    pub(crate) fn take_restart(&self) -> bool {
        std::mem::take(&mut self.lock().is_restart_due)
    }

    /// The log is to be begun anew.
    pub(super) fn ask_for_restart(&self) {
        self.lock().is_restart_due = true;
    }

    /// Whether something was committed since it was last asked, however long that takes; `false`: the store is being
    /// closed.
    pub(super) fn wait_for_commit(&self) -> bool {
        let waited = self
            .changed
            .wait_while(self.lock(), |said| !said.is_written && !said.is_closing);
        let mut said = waited.unwrap_or_else(PoisonError::into_inner);
        said.is_written = false;
        !said.is_closing
    }

    /// Waits for so long; `false`: the store is being closed.
    pub(super) fn rest(&self, rest: Duration) -> bool {
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), rest, |said| !said.is_closing);
        let (said, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !said.is_closing
    }

    /// The store is being closed.
    pub(super) fn close(&self) {
        self.lock().is_closing = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
