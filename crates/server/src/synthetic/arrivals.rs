//! When tickets come in: more by day than by night, more on weekdays than at weekends.

use jiff::{SignedDuration, Timestamp};

use super::random::Random;

const HOUR_MICROS: u128 = 3_600_000_000;

/// Tickets per hour of the day (UTC), as weights.
const BY_HOUR: [u64; 24] = [
    2, 1, 1, 1, 1, 2, 4, 8, 12, 14, 13, 12, 11, 12, 12, 11, 10, 9, 8, 8, 7, 6, 4, 3,
];

/// Days of which there are tickets.
pub(super) const DAYS: i64 = 400;

/// A fixed number of tickets over the last [`DAYS`] days.
#[derive(Debug)]
pub(super) struct Arrivals {
    start: Timestamp,
    tickets: u64,
    /// Weight of each hour, and of all hours before it.
    hours: Vec<(u64, u64)>,
    total: u64,
}

impl Arrivals {
    /// So many tickets until `now`.
    pub(super) fn new(tickets: u64, now: Timestamp) -> Self {
        let start = now - SignedDuration::from_hours(DAYS * 24);
        let mut total = 0;
        let hours = (0..DAYS * 24).map(|hour| {
            let weight = weight(start + SignedDuration::from_hours(hour));
            total += weight;
            (weight, total - weight)
        });
        let hours = hours.collect();
        Self {
            start,
            tickets,
            hours,
            total,
        }
    }

    /// The beginning of the time from which there are tickets.
    pub(super) const fn start(&self) -> Timestamp {
        self.start
    }

    /// When the ticket at `place` came in: after the one before it, and before now.
    pub(super) fn at(&self, place: u64, random: &mut Random) -> Timestamp {
        // All hours laid end to end, each as long as its weight, and cut into one slot per ticket.
        let span = u128::from(self.total) * HOUR_MICROS;
        let slot_at = u128::from(place) * span / u128::from(self.tickets);
        let slot = u64::try_from(span / u128::from(self.tickets)).unwrap_or(u64::MAX);
        let position = slot_at + u128::from(random.below(slot.max(1)));
        let position = position.min(span - 1);
        let hour = self
            .hours
            .partition_point(|(_, before)| u128::from(*before) * HOUR_MICROS <= position)
            - 1;
        let (weight, before) = self.hours[hour];
        let within = (position - u128::from(before) * HOUR_MICROS) / u128::from(weight);
        let micros = hour as u128 * HOUR_MICROS + within;
        self.start + SignedDuration::from_micros(i64::try_from(micros).unwrap_or(0))
    }
}

fn weight(at: Timestamp) -> u64 {
    let hours = at.as_second().div_euclid(3_600);
    let by_hour = usize::try_from(hours.rem_euclid(24)).map_or(1, |hour| BY_HOUR[hour]);
    // 1970-01-01 was a Thursday: 2 and 3 days on is the weekend.
    let weekend = matches!(hours.div_euclid(24).rem_euclid(7), 2 | 3);
    if weekend { by_hour * 2 } else { by_hour * 5 }
}

#[cfg(test)]
mod tests {
    use super::super::random::Stream;
    use super::*;

    #[test]
    fn tickets_come_in_order_within_the_time() {
        let now = Timestamp::from_second(1_795_219_200).unwrap();
        for tickets in [1, 7, 20_000] {
            let arrivals = Arrivals::new(tickets, now);
            let mut random = Random::new(1, Stream::Ticket, 0);
            let times: Vec<_> = (0..tickets)
                .map(|place| arrivals.at(place, &mut random))
                .collect();
            assert!(times.is_sorted());
            assert!(times.iter().all(|at| arrivals.start() <= *at && *at < now));
        }
    }

    #[test]
    fn mornings_are_busier_than_nights() {
        let now = Timestamp::from_second(1_795_219_200).unwrap();
        let arrivals = Arrivals::new(20_000, now);
        let mut random = Random::new(1, Stream::Ticket, 0);
        let (mut nine, mut three) = (0, 0);
        for place in 0..20_000 {
            match arrivals.at(place, &mut random).as_second() / 3_600 % 24 {
                9 => nine += 1,
                3 => three += 1,
                _ => {}
            }
        }
        assert!(nine > 10 * three, "{nine} at nine, {three} at three");
    }
}
