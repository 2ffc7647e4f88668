//! A place in the log, as a caller is told it.
//!
//! To staff it is the event's number among all. To a customer that would count what happens to everybody else, so it is the
//! number under a permutation that only this installation's key tells: a Feistel network over 64 bits.

use linedesk_domain::access::Operation;
use sha2::{Digest, Sha256};

use crate::{App, Caller};

const ROUNDS: u8 = 4;

/// The place as the caller is told it.
pub(super) fn write(app: &App, caller: &Caller, place: i64) -> String {
    if caller.can(Operation::ReadInternal) {
        place.to_string()
    } else {
        format!(
            "{:016x}",
            hidden(&app.settings.place_key, place.unsigned_abs())
        )
    }
}

/// The place that a caller was told.
pub(super) fn read(app: &App, caller: &Caller, given: &str) -> Option<i64> {
    let place = if caller.can(Operation::ReadInternal) {
        given.parse().ok()?
    } else if given == "0" {
        0
    } else {
        let hidden = u64::from_str_radix(given, 16)
            .ok()
            .filter(|_| given.len() == 16)?;
        i64::try_from(shown(&app.settings.place_key, hidden)).ok()?
    };
    (place >= 0).then_some(place)
}

fn hidden(key: &[u8; 32], number: u64) -> u64 {
    (0..ROUNDS).fold(number, |number, round| {
        let (left, right) = halves(number);
        whole(right, left ^ mixed(key, round, right))
    })
}

fn shown(key: &[u8; 32], hidden: u64) -> u64 {
    (0..ROUNDS).rev().fold(hidden, |number, round| {
        let (left, right) = halves(number);
        whole(right ^ mixed(key, round, left), left)
    })
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
const fn halves(number: u64) -> (u32, u32) {
    ((number >> 32) as u32, number as u32)
}

fn whole(left: u32, right: u32) -> u64 {
    u64::from(left) << 32 | u64::from(right)
}

fn mixed(key: &[u8; 32], round: u8, half: u32) -> u32 {
    let mut hash = Sha256::new();
    hash.update(key);
    hash.update([round]);
    hash.update(half.to_be_bytes());
    let hash = hash.finalize();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_hidden_is_found_again_and_neighbours_are_far_apart() {
        let key = [7; 32];
        let mut last = 0;
        for number in [0, 1, 2, 3, 1_000_000, u64::MAX] {
            let hidden = hidden(&key, number);
            assert_eq!(shown(&key, hidden), number);
            assert!(hidden.abs_diff(last) > 1_000, "{number}");
            last = hidden;
        }
    }

    #[test]
    fn another_key_hides_otherwise() {
        assert_ne!(hidden(&[1; 32], 5), hidden(&[2; 32], 5));
    }
}
