//! How a verdict came about, step by step, for people who ask why.

use jiff::{SignedDuration, Timestamp};

use super::book::{Candidate, Facts, Judge, SlaBook};
use super::calendar::CalendarVersion;
use super::evaluate::{TargetVerdict, Verdict, judge};
use super::measure::{Segment, SegmentState};
use super::policy::{PolicyVersion, Target};
use super::timeline::Timeline;

/// A verdict and everything it rests on. Made by the same computation as the verdict itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation<'a> {
    /// The policy version that judged.
    pub policy: &'a PolicyVersion,
    /// The calendar version that judged.
    pub calendar: &'a CalendarVersion,
    /// When they came to apply to the ticket.
    pub since: Timestamp,
    /// Every policy and why it was chosen or not, as of `since`.
    pub candidates: Vec<Candidate<'a>>,
    /// The verdict.
    pub verdict: Verdict,
    /// By [`Target::index`].
    pub targets: [TargetExplanation; 3],
}

/// How one target's due time came about.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetExplanation {
    /// What was found.
    pub verdict: TargetVerdict,
    /// The target's time from its beginning to now or to when it was met; what counted and what did not.
    pub steps: Vec<Step>,
    /// What its due time rests on.
    pub due: DueBasis,
}

/// A segment and where it left the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The stretch of time.
    pub segment: Segment,
    /// Counted time at its end.
    pub elapsed: SignedDuration,
    /// Time left of the limit at its end; negative when over, `None` without a limit.
    pub remaining: Option<SignedDuration>,
}

/// What a due time rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueBasis {
    /// Nothing is promised.
    NoTarget,
    /// Nothing was asked yet.
    NotStarted,
    /// Counted time reached the limit.
    Reached {
        /// When.
        at: Timestamp,
    },
    /// The rest, counted on from then with the clock running.
    Projected {
        /// Now, or when it was met, or when the work ended.
        from: Timestamp,
        /// Open time that was left then.
        remaining: SignedDuration,
        /// When that will have elapsed.
        due_at: Timestamp,
    },
    /// A pause holds the clock: there is no due time until it ends.
    Held {
        /// Since when.
        since: Timestamp,
        /// Open time that is left.
        remaining: SignedDuration,
    },
    /// The calendar opens too rarely: the rest would take more than two hundred years.
    Never {
        /// Open time that is left.
        remaining: SignedDuration,
    },
}

/// Explains what [`super::evaluate()`] says at `now` of a ticket that came under `by` at `since`. `None` when `book` does not
/// know those versions.
pub fn explain<'a>(
    timeline: &Timeline,
    by: &Judge,
    since: Timestamp,
    facts: &Facts<'_>,
    book: &'a SlaBook,
    now: Timestamp,
) -> Option<Explanation<'a>> {
    let (policy, calendar) = book.judged_by(by)?;
    let mut segments: [Vec<Segment>; 3] = Default::default();
    let verdict = judge(timeline, policy, calendar, since, now, |target, segment| {
        segments[target.index()].push(segment);
    });
    let now = now.max(timeline.latest()).max(since);
    let targets = Target::ALL.map(|target| {
        let segments = std::mem::take(&mut segments[target.index()]);
        explain_target(*verdict.target(target), segments, timeline, now)
    });
    Some(Explanation {
        policy,
        calendar,
        since,
        candidates: book.candidates(facts, since),
        verdict,
        targets,
    })
}

fn explain_target(
    verdict: TargetVerdict,
    segments: Vec<Segment>,
    timeline: &Timeline,
    now: Timestamp,
) -> TargetExplanation {
    let mut elapsed = SignedDuration::ZERO;
    let step = |segment: Segment| {
        elapsed += segment.counted;
        Step {
            segment,
            elapsed,
            remaining: verdict.limit.map(|limit| limit - elapsed),
        }
    };
    let steps: Vec<Step> = segments.into_iter().map(step).collect();
    let due = due_basis(&verdict, &steps, timeline, now);
    TargetExplanation {
        verdict,
        steps,
        due,
    }
}

fn due_basis(
    verdict: &TargetVerdict,
    steps: &[Step],
    timeline: &Timeline,
    now: Timestamp,
) -> DueBasis {
    let Some(limit) = verdict.limit else {
        return DueBasis::NoTarget;
    };
    let Some(starts_at) = verdict.starts_at else {
        return DueBasis::NotStarted;
    };
    let remaining = limit - verdict.elapsed;
    match verdict.due_at {
        Some(at) if verdict.elapsed >= limit => DueBasis::Reached { at },
        Some(due_at) => {
            let ended = timeline.done_since();
            DueBasis::Projected {
                from: verdict.met_at.or(ended).unwrap_or(now),
                remaining,
                due_at,
            }
        }
        None if verdict.paused => DueBasis::Held {
            since: pause_began(steps).unwrap_or(starts_at),
            remaining,
        },
        None => DueBasis::Never { remaining },
    }
}

/// When the last unbroken run of pauses began.
fn pause_began(steps: &[Step]) -> Option<Timestamp> {
    let paused = |step: &&Step| matches!(step.segment.state, SegmentState::Paused(_));
    steps
        .iter()
        .rev()
        .take_while(paused)
        .last()
        .map(|step| step.segment.from)
}
