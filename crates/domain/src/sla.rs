//! The SLA clock: what was promised to a customer, and whether it was kept.
//!
//! Measurement is apart from policy. A [`Timeline`] holds facts only; a [`PolicyVersion`] and a
//! [`CalendarVersion`] are immutable; [`evaluate()`] puts them together at an instant and says what is due, met,
//! warned of and breached, each with the instant at which it happened, which does not depend on when or how often
//! anybody asks. The [`SlaBook`] holds every version, chooses the one that applies and finds the one that once did.
//!
//! All arithmetic is on instants, in whole microseconds; finer parts of an instant are cut off.

pub mod book;
pub mod calendar;
pub mod evaluate;
pub mod explain;
mod hours;
mod measure;
pub mod policy;
pub mod record;
mod shipped;
pub mod span;
pub mod tally;
pub mod timeline;
pub mod what_if;

pub use book::{BookError, Candidacy, Candidate, Facts, Judge, Matched, SlaBook};
pub use calendar::{CalendarError, CalendarSpec, CalendarVersion, Holiday, zone};
pub use evaluate::{TargetVerdict, Verdict, evaluate};
pub use explain::{DueBasis, Explanation, Step, TargetExplanation, explain};
pub use measure::{Segment, SegmentState};
pub use policy::{Conditions, PolicyError, PolicySpec, PolicyVersion, Target, Targets};
pub use record::{
    Judged, Milestone, SlaRecord, SlaState, TargetRecord, Told, What, judge, rejudge, says_the_same,
};
pub use shipped::shipped;
pub use span::{Span, Time};
pub use tally::{Counts, Shift, Tally};
pub use timeline::Timeline;
pub use what_if::{Case, Draft, DraftError, DraftIds, Outcome, Standing, WhatIf};

#[cfg(test)]
mod tests;
