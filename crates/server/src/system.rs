//! The world outside: the wall clock and chance. Nothing else in Linedesk reads either.

use std::sync::Mutex;

use jiff::Timestamp;
use linedesk_ports::system::{Clock, Ids};
use uuid::{ContextV7, Uuid};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the Clock port's one real implementation"
        )]
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond())
            .expect("a cut timestamp is as much in range as it was before")
    }
}

/// Identities from the time and the operating system's randomness.
#[derive(Debug, Default)]
pub struct SystemIds {
    /// Counts on where the clock stands still or is set back, so that ids rise within the process.
    context: Mutex<ContextV7>,
}

impl SystemIds {
    /// A generator; one per process keeps the rising order.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Ids for SystemIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(
            &self.context,
            seconds,
            nanoseconds,
        ))
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;
    use std::thread;

    use super::*;

    #[test]
    fn the_clock_is_cut_to_the_microsecond() {
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1_000, 0);
    }

    #[test]
    fn ids_rise_even_when_the_clock_stands_still_or_is_set_back() {
        let ids = SystemIds::new();
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        let mut last = Uuid::nil();
        for step in [0, 0, 0, 5, -3_600, -3_600, 1, 2] {
            for _ in 0..10_000 {
                let id = ids.next(start + jiff::SignedDuration::from_secs(step));
                assert!(id > last, "{id} after {last}");
                assert_eq!(id.get_version_num(), 7);
                last = id;
            }
        }
    }

    #[test]
    fn an_id_tells_its_millisecond() {
        let now = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let (seconds, nanoseconds) = SystemIds::new()
            .next(now)
            .get_timestamp()
            .unwrap()
            .to_unix();
        assert_eq!((seconds, nanoseconds / 1_000_000), (1_700_000_000, 123));
    }

    #[test]
    fn threads_never_get_the_same_id() {
        let ids = Arc::new(SystemIds::new());
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let ids = Arc::clone(&ids);
                thread::spawn(move || (0..10_000).map(|_| ids.next(now)).collect::<Vec<_>>())
            })
            .collect();
        let all: HashSet<Uuid> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(all.len(), 40_000);
    }

    #[test]
    fn random_bytes_differ() {
        let ids = SystemIds::new();
        assert_ne!(ids.random(), ids.random());
    }
}
