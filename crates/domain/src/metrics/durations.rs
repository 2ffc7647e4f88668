//! Many durations, and what they come to.

/// Durations in microseconds, in no order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Durations(Vec<i64>);

/// What many durations come to, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// How many there are.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// Half of them are shorter.
    pub p50: f64,
    /// Nine of ten are shorter.
    pub p90: f64,
    /// Nineteen of twenty are shorter.
    pub p95: f64,
}

impl Durations {
    /// Takes in one more.
    pub fn push(&mut self, micros: i64) {
        self.0.push(micros);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// What they come to; `None` where there are none.
    pub fn spread(mut self) -> Option<Spread> {
        if self.0.is_empty() {
            return None;
        }
        let sum: i128 = self.0.iter().copied().map(i128::from).sum();
        let [p50, p90, p95] = percentiles(&mut self.0, [50, 90, 95]);
        Some(Spread {
            count: self.0.len() as u64,
            mean: ratio(sum, self.0.len() as u64) / 1e6,
            p50,
            p90,
            p95,
        })
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a mean needs no more than 53 bits"
)]
fn ratio(sum: i128, count: u64) -> f64 {
    sum as f64 / count as f64
}

/// Those percentiles (rising) in seconds, between two values in proportion, as SQL's `percentile_cont`.
#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of centuries fit into 53 bits"
)]
fn percentiles<const N: usize>(values: &mut [i64], wanted: [usize; N]) -> [f64; N] {
    let last = values.len() - 1;
    let mut sorted = 0;
    wanted.map(|percent| {
        // The place between the first (0) and the last, in hundredths.
        let place = percent * last;
        let (low, part) = (place / 100, place % 100);
        let high = low + usize::from(part > 0);
        for at in [low, high] {
            // What is before `sorted` stands where it belongs; what comes behind is larger.
            if at >= sorted {
                values[sorted..].select_nth_unstable(at - sorted);
                sorted = at + 1;
            }
        }
        let (low, high) = (values[low], values[high]);
        (low as f64 + (high - low) as f64 * (part as f64 / 100.0)) / 1e6
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[i64]) -> Durations {
        Durations(values.to_vec())
    }

    #[test]
    fn percentiles_lie_between_values_in_proportion() {
        let seconds = [10, 20, 30, 40].map(|s| s * 1_000_000);
        let spread = of(&seconds).spread().unwrap();
        assert_eq!((spread.count, spread.mean, spread.p50), (4, 25.0, 25.0));
        assert!((spread.p90 - 37.0).abs() < 1e-9, "{}", spread.p90);
        assert!((spread.p95 - 38.5).abs() < 1e-9, "{}", spread.p95);
        let one = of(&[7_000_000]).spread().unwrap();
        assert_eq!((one.p50, one.p95), (7.0, 7.0));
        assert_eq!(of(&[]).spread(), None);
    }

    proptest! {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "places of a short list"
        )]
        #[test]
        fn percentiles_are_those_of_the_sorted_values(mut values in prop::collection::vec(0..10_i64.pow(12), 1..200)) {
            let spread = of(&values).spread().unwrap();
            values.sort_unstable();
            for (percent, found) in [(0.5, spread.p50), (0.9, spread.p90), (0.95, spread.p95)] {
                let place = percent * (values.len() - 1) as f64;
                let (low, high) = (values[place.floor() as usize] as f64, values[place.ceil() as usize] as f64);
                let wanted = (low + (high - low) * (place - place.floor())) / 1e6;
                prop_assert!((found - wanted).abs() <= 1e-6 * wanted.max(1.0), "{found} {wanted}");
            }
        }
    }
}
