//! What the clock does to a ticket when nobody else does anything.

use super::draft::Draft;
use super::{Act, Decision, Ticket};

impl Ticket {
    /// Judges the ticket at `act.at`: records the warnings, breaches and escalations that fell due, each with its
    /// own instant. A policy or calendar version that applies to open tickets too is taken up at the instant at which it
    /// took effect.
    ///
    /// Never touches `updated_at`, and never records anything twice. There is always something to write, since the next
    /// timer has to be; but the version stays where nothing came of it that anybody could see.
    pub fn tick(self, act: &Act<'_>) -> Decision {
        Decision {
            changed: true,
            ..Draft::begin(self, act).close()
        }
    }
}
