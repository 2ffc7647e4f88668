//! When to try again to deliver a message, and when to stop.

use std::time::Duration;

/// How long a message is tried for before it is parked.
///
/// Source: the API contract, "Notifications".
pub const TRIED_FOR: Duration = Duration::from_hours(24);

/// After so many attempts a message is parked, whatever became of them: more than there are in the time that it is tried
/// for, when each of them ends.
pub const MOST_ATTEMPTS: u32 = 20;

/// The pauses between attempts; the last one repeats.
const PAUSES: [Duration; 8] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(2),
    Duration::from_hours(4),
];

/// How long to wait after the `attempts`th attempt failed, at an age of `age`; `None`: no more attempts.
///
/// `asked` is the pause that the receiver asked for; a shorter one than planned is not taken. `chance` is any number: it
/// moves the pause by up to a fifth either way, so that those who failed together do not come back together.
pub fn pause(
    attempts: u32,
    age: Duration,
    asked: Option<Duration>,
    chance: u64,
) -> Option<Duration> {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let planned = PAUSES[place.min(PAUSES.len() - 1)];
    let planned = planned.mul_f64(0.8 + 0.4 * share(chance));
    let pause = asked.map_or(planned, |asked| planned.max(asked));
    (age + pause <= TRIED_FOR).then_some(pause)
}

/// A number from 0 to 1 out of any number.
#[expect(clippy::cast_precision_loss, reason = "16 bits fit")]
fn share(chance: u64) -> f64 {
    // Neighbours have to differ: a step of Fibonacci hashing.
    let mixed = chance.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48;
    mixed as f64 / 65_535.0
}

/// Whether a receiver is worth a try: after some failures in a row it is left alone for a while, and then tried with a single
/// message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breaker {
    failures: u32,
    /// Closed again at, as a time since some beginning.
    open_until: Option<Duration>,
    /// While one message tries, until when the others wait for what becomes of it.
    probing_until: Option<Duration>,
}

/// What to do with a message for a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Try.
    Try,
    /// Leave it for so long.
    Wait(Duration),
}

impl Breaker {
    /// Failures in a row that open it.
    pub const FAILURES: u32 = 3;
    /// How long a receiver is left alone at first; it doubles with each vain probe.
    pub const FIRST: Duration = Duration::from_secs(10);
    /// The longest that a receiver is left alone.
    pub const LONGEST: Duration = Duration::from_mins(10);
    /// How long those wait that come while one tries.
    const PROBING: Duration = Duration::from_secs(5);
    /// After that long nobody will say any more what became of the one that tried: the next one may.
    const PROBE: Duration = Duration::from_mins(1);

    /// Asks before an attempt at `now`, which is to be reported afterwards. Of one that never is (its server's database was
    /// away, say), nobody hears for a minute; then another one may try.
    pub fn ask(&mut self, now: Duration) -> Advice {
        match self.open_until {
            None => Advice::Try,
            Some(until) if until > now => Advice::Wait(until.saturating_sub(now)),
            Some(_) if self.probing_until.is_some_and(|until| until > now) => {
                Advice::Wait(Self::PROBING)
            }
            Some(_) => {
                self.probing_until = Some(now + Self::PROBE);
                Advice::Try
            }
        }
    }

    /// The receiver took it, or refused this very message: it is there.
    pub fn worked(&mut self) {
        *self = Self::default();
    }

    /// The receiver did not answer, or not as it should. Answers for how long it is left alone now, if it is.
    pub fn failed(&mut self, now: Duration) -> Option<Duration> {
        if let Some(left) = self.open_until.and_then(|until| until.checked_sub(now))
            && self.probing_until.is_none()
            && !left.is_zero()
        {
            // An attempt that began before it was left alone: the same trouble, not more of it.
            return Some(left);
        }
        self.failures = self.failures.saturating_add(1);
        self.probing_until = None;
        let vain = self.failures.checked_sub(Self::FAILURES)?;
        let pause = Self::FIRST.saturating_mul(2_u32.saturating_pow(vain));
        let pause = pause.min(Self::LONGEST);
        self.open_until = Some(now + pause);
        Some(pause)
    }

    /// Whether it lets everything through.
    pub const fn is_closed(&self) -> bool {
        self.open_until.is_none()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_receiver_is_left_alone_after_three_failures_and_tried_with_one_message() {
        let mut breaker = Breaker::default();
        assert_eq!(breaker.failed(at(0)), None);
        assert_eq!(breaker.failed(at(0)), None);
        assert_eq!(breaker.ask(at(0)), Advice::Try);
        assert_eq!(breaker.failed(at(0)), Some(at(10)));
        assert_eq!(breaker.ask(at(4)), Advice::Wait(at(6)));
        assert_eq!(breaker.ask(at(10)), Advice::Try, "the probe");
        assert_eq!(breaker.ask(at(10)), Advice::Wait(at(5)), "behind it");
        assert_eq!(breaker.failed(at(10)), Some(at(20)), "twice as long");
        assert_eq!(breaker.ask(at(30)), Advice::Try);
        breaker.worked();
        assert!(breaker.is_closed());
        assert_eq!(breaker.ask(at(30)), Advice::Try);
    }

    #[test]
    fn a_probe_that_nobody_reports_is_followed_by_another_one() {
        let mut breaker = Breaker::default();
        let open: Vec<_> = (0..3).filter_map(|_| breaker.failed(at(0))).collect();
        assert_eq!(open, [at(10)]);
        assert_eq!(breaker.ask(at(10)), Advice::Try);
        assert_eq!(breaker.ask(at(69)), Advice::Wait(at(5)));
        assert_eq!(breaker.ask(at(70)), Advice::Try);
    }

    #[test]
    fn attempts_that_fail_together_are_one_trouble() {
        let mut breaker = Breaker::default();
        let pauses: Vec<_> = (0..8).map(|_| breaker.failed(at(2))).collect();
        assert_eq!(pauses[..2], [None, None]);
        assert!(pauses[2..].iter().all(|pause| *pause == Some(at(10))));
    }

    #[test]
    fn nobody_is_left_alone_for_longer_than_ten_minutes() {
        let mut breaker = Breaker::default();
        let mut now = at(0);
        let mut last = None;
        for _ in 0..90 {
            last = breaker.failed(now);
            now += last.unwrap_or_default();
            breaker.ask(now);
        }
        assert_eq!(last, Some(Breaker::LONGEST));
    }

    #[test]
    fn the_receivers_wish_counts_where_it_is_longer() {
        let asked = Some(at(3_600));
        assert_eq!(pause(1, at(0), asked, 7), asked);
        let soon = pause(3, at(0), Some(at(1)), 7).unwrap();
        assert!(soon > at(60));
    }

    proptest! {
        #[test]
        fn a_message_is_tried_for_a_day_and_no_longer(chances in proptest::collection::vec(any::<u64>(), 60)) {
            let (mut age, mut attempts) = (Duration::ZERO, 0);
            for chance in chances {
                attempts += 1;
                match pause(attempts, age, None, chance) {
                    Some(pause) => age += pause,
                    None => break,
                }
            }
            prop_assert!(age <= TRIED_FOR && age > TRIED_FOR.mul_f64(0.7), "{age:?}");
            prop_assert!((10..=18).contains(&attempts), "{attempts}");
        }

        #[test]
        fn pauses_differ_by_a_fifth_at_most(attempts in 1_u32..20, chance: u64) {
            let pause = pause(attempts, Duration::ZERO, None, chance).unwrap();
            let planned = PAUSES[(attempts as usize - 1).min(7)];
            prop_assert!(pause >= planned.mul_f64(0.79) && pause <= planned.mul_f64(1.21));
        }
    }
}
