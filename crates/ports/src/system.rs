//! Time and identities.

use jiff::Timestamp;
use uuid::Uuid;

/// The wall clock.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, in UTC, cut to the microsecond: the finest that both databases keep.
    fn now(&self) -> Timestamp;
}

/// New identities.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Ids: Send + Sync {
    /// A UUID version 7 for `now`, rising within one process.
    fn next(&self, now: Timestamp) -> Uuid;

    /// 32 bytes that nobody can guess.
    fn random(&self) -> [u8; 32];
}
