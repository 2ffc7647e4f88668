//! Measuring one target: walking its stretch of the timeline, counting open time, and noting when limits are reached.

use jiff::{SignedDuration, Timestamp};

use super::calendar::CalendarVersion;
use super::policy::{PolicyVersion, Target};
use super::timeline::Timeline;
use crate::workflow::Status;

/// Whether and why the clock ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentState {
    /// It ran, whenever the calendar was open.
    Counted,
    /// It stood still, since the policy pauses in that status.
    Paused(Status),
    /// It stood still, since the work was over: resolved or closed.
    Stopped(Status),
}

impl SegmentState {
    pub(super) fn of(status: Status, policy: &PolicyVersion) -> Self {
        if status.is_done() {
            Self::Stopped(status)
        } else if policy.spec.pause_statuses.contains(&status) {
            Self::Paused(status)
        } else {
            Self::Counted
        }
    }
}

/// A stretch of a target's time in which the clock was in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end, the next one's beginning.
    pub to: Timestamp,
    /// Open time inside by the calendar, whether counted or not.
    pub open: SignedDuration,
    /// What of it counts towards the target: all or nothing.
    pub counted: SignedDuration,
    /// Whether and why.
    pub state: SegmentState,
}

/// How many limits are watched at once: warning, due, and level three.
pub(super) const WATCHED: usize = 3;

/// What a walk found, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Measured {
    /// Counted time.
    pub(super) elapsed: i64,
    /// When each watched limit was reached, if it was.
    pub(super) reached: [Option<i64>; WATCHED],
}

/// Where the clock of a target stands at the end of its walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standstill {
    /// It runs.
    Runs,
    /// It stands still in a pause.
    Paused,
    /// It stopped then: answered, or the work is over.
    Stopped(i64),
}

/// Walks from `from` to `to`, hands every segment to `see`, and says when counted time reached each of `limits`
/// (positive microseconds). A limit is reached at the first instant at which that much was counted, so never later than
/// the end of the segment that completes it.
pub(super) fn measure(
    timeline: &Timeline,
    policy: &PolicyVersion,
    calendar: &CalendarVersion,
    (from, to): (i64, i64),
    limits: [Option<i64>; WATCHED],
    mut see: impl FnMut(Segment),
) -> Measured {
    let mut measured = Measured::default();
    for (start, end, state) in stretches(timeline, policy, from, to) {
        let open = calendar.hours().between(start, end);
        let counted = if state == SegmentState::Counted {
            open
        } else {
            0
        };
        for (limit, reached) in limits.into_iter().zip(&mut measured.reached) {
            if let (Some(limit), None) = (limit, *reached)
                && counted > 0
                && measured.elapsed + counted >= limit
            {
                *reached = calendar.hours().add(start, limit - measured.elapsed);
            }
        }
        measured.elapsed += counted;
        see(Segment {
            from: instant(start),
            to: instant(end),
            open: SignedDuration::from_micros(open),
            counted: SignedDuration::from_micros(counted),
            state,
        });
    }
    measured
}

/// The stretches between two instants in which the clock keeps one state, none empty, neighbours different.
fn stretches<'a>(
    timeline: &'a Timeline,
    policy: &'a PolicyVersion,
    from: i64,
    to: i64,
) -> impl Iterator<Item = (i64, i64, SegmentState)> + 'a {
    let mut next = 0;
    let mut cursor = from;
    std::iter::from_fn(move || {
        if cursor >= to {
            return None;
        }
        let changes = &timeline.statuses;
        while changes
            .get(next)
            .is_some_and(|change| change.0.as_microsecond() <= cursor)
        {
            next += 1;
        }
        let status = changes
            .get(next.saturating_sub(1))
            .map_or(Status::Open, |present| present.1);
        let state = SegmentState::of(status, policy);
        let mut end = to;
        while let Some(change) = changes.get(next) {
            let at = change.0.as_microsecond();
            let last_of_instant = changes
                .get(next + 1)
                .is_none_or(|after| after.0.as_microsecond() > at);
            if last_of_instant && SegmentState::of(change.1, policy) != state {
                end = at.min(to);
                break;
            }
            next += 1;
        }
        let start = std::mem::replace(&mut cursor, end);
        Some((start, end, state))
    })
}

/// The first instant from `at` on at which the work was not over.
pub(super) fn first_undone(timeline: &Timeline, at: i64) -> Option<i64> {
    let changes = &timeline.statuses;
    let began = changes.partition_point(|change| change.0.as_microsecond() <= at);
    let present = began.checked_sub(1).map(|i| changes[i].1);
    if !present.is_some_and(Status::is_done) {
        return Some(at);
    }
    changes[began..]
        .iter()
        .find(|change| !change.1.is_done())
        .map(|change| change.0.as_microsecond())
}

/// Where the clock of `target` stands: `met` is when it was met.
pub(super) fn standstill(
    timeline: &Timeline,
    policy: &PolicyVersion,
    target: Target,
    met: Option<i64>,
) -> Standstill {
    match (target, met, timeline.done_since()) {
        (Target::FirstResponse | Target::NextResponse, Some(met), _) => Standstill::Stopped(met),
        (_, _, Some(done)) => Standstill::Stopped(done.as_microsecond()),
        (_, _, None) => match SegmentState::of(timeline.status(), policy) {
            SegmentState::Paused(_) => Standstill::Paused,
            SegmentState::Counted | SegmentState::Stopped(_) => Standstill::Runs,
        },
    }
}

/// Back from microseconds. What was within the range of instants going in is within it coming out.
pub(super) fn instant(at: i64) -> Timestamp {
    Timestamp::from_microsecond(at).unwrap_or(Timestamp::MAX)
}
