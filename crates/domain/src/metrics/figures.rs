//! What is made of facts: one shape for each question.

mod agents;
mod contact;
mod escalations;
mod flow;
mod patterns;
mod satisfaction;
mod times;

pub use agents::AgentFigures;
pub use contact::{FirstContact, Work};
pub use escalations::EscalationFigures;
pub use flow::{Attainment, Decisions, Performance};
pub use patterns::{Ordered, PathFigures, Pattern, PatternFigures, Patterns};
pub use satisfaction::{RatedComment, RatingFigures};
pub use times::ResponseTimes;

/// A part of a whole, `None` where there is no whole.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
