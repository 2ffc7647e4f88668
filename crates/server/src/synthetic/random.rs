//! Chance that can be had again: a small generator per thing, made from the seed, the kind of thing and its place.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// What a generator is for. Two streams of one seed have nothing to do with each other.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    Household = 1,
    Colleague = 2,
    Ticket = 3,
    Policies = 4,
    Library = 5,
}

/// `SplitMix64` (Steele, Lea and Flood, 2014): eight bytes of state, good enough for made-up data, useless for secrets.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The generator of the thing at `place` in its stream.
    pub(super) fn new(seed: u64, stream: Stream, place: u64) -> Self {
        let mut random = Self(seed);
        random.0 = random.next() ^ (stream as u64);
        random.0 = random.next() ^ place;
        random.0 = random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// From 0 to below `len`, which is not 0.
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// One of them; there is at least one.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.index(of.len())]
    }

    /// One of them, each as often as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, of: &[(T, u32)]) -> T {
        let total: u64 = of.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let mut left = self.below(total);
        for (value, weight) in of {
            match left.checked_sub(u64::from(*weight)) {
                Some(rest) => left = rest,
                None => return *value,
            }
        }
        of[0].0
    }

    /// Whether something happens that happens in `per_ten_thousand` of ten thousand cases.
    pub(super) fn chance(&mut self, per_ten_thousand: u32) -> bool {
        self.below(10_000) < u64::from(per_ten_thousand)
    }

    /// A waiting time, exponentially distributed around `mean`, in whole microseconds.
    pub(super) fn wait(&mut self, mean: SignedDuration) -> SignedDuration {
        let [a, b, c, d, ..] = self.next().to_le_bytes();
        let unit = (f64::from(u32::from_le_bytes([a, b, c, d])) + 0.5) / 4_294_967_296.0;
        let wait = SignedDuration::from_secs_f64(-unit.ln() * mean.as_secs_f64());
        SignedDuration::new(wait.as_secs(), wait.subsec_micros() * 1_000)
    }

    /// An instant between two.
    pub(super) fn between(&mut self, from: Timestamp, to: Timestamp) -> Timestamp {
        let micros = u64::try_from(to.duration_since(from).as_micros()).unwrap_or(0);
        let after = i64::try_from(self.below(micros.max(1))).unwrap_or(0);
        from + SignedDuration::from_micros(after)
    }

    /// A UUID version 7 of that instant.
    pub(super) fn uuid(&mut self, at: Timestamp) -> Uuid {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next().to_le_bytes()[..2]);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_place_gives_the_same_values_and_another_place_others() {
        let values = |seed, stream, place| {
            let mut random = Random::new(seed, stream, place);
            [random.next(), random.next(), random.next()]
        };
        assert_eq!(values(1, Stream::Ticket, 7), values(1, Stream::Ticket, 7));
        assert_ne!(values(1, Stream::Ticket, 7), values(1, Stream::Ticket, 8));
        assert_ne!(
            values(1, Stream::Ticket, 7),
            values(1, Stream::Household, 7)
        );
        assert_ne!(values(1, Stream::Ticket, 7), values(2, Stream::Ticket, 7));
    }

    #[test]
    fn weights_and_chances_are_kept() {
        let mut random = Random::new(1, Stream::Ticket, 0);
        let heavy = (0..10_000)
            .filter(|_| random.weighted(&[(true, 9), (false, 1)]))
            .count();
        assert!((8_800..9_200).contains(&heavy), "{heavy}");
        let rare = (0..100_000).filter(|_| random.chance(100)).count();
        assert!((850..1_150).contains(&rare), "{rare}");
    }

    #[test]
    fn waits_have_their_mean_and_are_whole_microseconds() {
        let mut random = Random::new(1, Stream::Ticket, 0);
        let waits: Vec<_> = (0..20_000)
            .map(|_| random.wait(SignedDuration::from_hours(10)))
            .collect();
        let mean = waits.iter().sum::<SignedDuration>().as_secs() / 20_000;
        assert!((35_000..37_000).contains(&mean), "{mean}");
        assert!(waits.iter().all(|wait| wait.subsec_nanos() % 1_000 == 0));
    }

    #[test]
    fn ids_are_of_version_seven_and_of_their_instant() {
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let id = Random::new(1, Stream::Ticket, 0).uuid(at);
        assert_eq!(id.get_version_num(), 7);
        let (seconds, nanoseconds) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanoseconds / 1_000_000), (1_700_000_000, 123));
    }
}
