//! When a deleted ticket is gone for good.

use jiff::{SignedDuration, Timestamp};

/// Tickets that were deleted at the answer or before have been kept long enough by `now`; `None`: none ever have.
pub fn kept_until(now: Timestamp, kept: Option<SignedDuration>) -> Option<Timestamp> {
    now.checked_sub(kept?).ok()
}

/// What is asked of a deleted ticket before it is gone for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remains {
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// The place of its last event among all events; `None` where none is left.
    pub last_event: Option<i64>,
    /// Whether figures still count it.
    pub is_counted: bool,
    /// Whether a ticket that was merged into it is deleted too, and still kept.
    pub is_target: bool,
}

/// Why a deleted ticket is still kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// It has not been kept long enough.
    Young,
    /// Not everybody who reads the log to its end has come past its last event.
    Unread,
    /// Figures still count it.
    Counted,
    /// What was merged into it goes first.
    Target,
}

impl Remains {
    /// Whether it can go. `until` is as [`kept_until`] says; up to `passed` every reader of the log has read it.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn can_go(&self, until: Timestamp, passed: i64) -> Result<(), Needed> {
        if self.deleted_at > until {
            return Err(Needed::Young);
        }
        if self.last_event.is_some_and(|last| last > passed) {
            return Err(Needed::Unread);
        }
        if self.is_counted {
            return Err(Needed::Counted);
        }
        if self.is_target {
            return Err(Needed::Target);
        }
        Ok(())
    }
}
