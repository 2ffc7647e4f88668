//! The order of creation as one number: a ticket's place.

/// Tickets of one microsecond that keep their own order.
pub(crate) const PLACES: i64 = 2048;

/// The first place of a microsecond.
pub(crate) fn first_place(micros: i64) -> i64 {
    micros.saturating_mul(PLACES)
}

/// The place of the ticket with that number, made in that microsecond. Two tickets have the same one only where they were
/// made in the same microsecond and thousands of others were made meanwhile.
pub(crate) fn place(micros: i64, number: i64) -> i64 {
    first_place(micros) + number.rem_euclid(PLACES)
}
