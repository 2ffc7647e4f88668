//! The desk's figures: what is counted, of which tickets, and what is made of it.
//!
//! - [`fact`]: what happened to a ticket, as figures count it; [`replay`]: a ticket's history as facts;
//! - [`packed`]: facts as few bytes, which is how they are kept and read by the million;
//! - [`period`], [`tally`]: days and other parts of a period; figures in total, by part and by group;
//! - [`durations`], [`figures`], [`trend`]: what is made of facts.
//!
//! Every figure is a function of facts, and facts are a function of a ticket's history. A fact has the category,
//! priority, team and agent that the ticket had when it happened, so that what was once reported stays so. Three things alter
//! the past: a ticket that is deleted has no facts any more, one that comes back makes its resolution one that did not
//! last, and what became of an escalation is known later.

pub mod durations;
pub mod fact;
pub mod figures;
pub mod packed;
pub mod period;
pub mod replay;
pub mod tally;
pub mod trend;

#[cfg(test)]
mod tests;

pub use durations::{Durations, Spread};
pub use fact::{Dims, Fact, Part, What};
pub use packed::{Damaged, Seen, pack, unpack};
pub use period::{Period, Step};
pub use replay::{Subject, facts};
pub use tally::{Dimension, Filter, GroupKey, Tally};
