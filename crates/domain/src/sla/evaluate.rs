//! The verdict: a timeline, judged by a policy and a calendar, at an instant.

use jiff::{SignedDuration, Timestamp};

use super::calendar::CalendarVersion;
use super::measure::{self, Measured, Segment, Standstill, instant};
use super::policy::{PolicyVersion, Target};
use super::timeline::Timeline;

/// What is to be said about a ticket's promises at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// By [`Target::index`].
    pub targets: [TargetVerdict; 3],
    /// When the clock reached escalation level 1, 2 and 3, if it did.
    pub escalations: [Option<Timestamp>; 3],
    /// When it will reach each level that it has not reached, if nothing changes.
    pub upcoming_escalations: [Option<Timestamp>; 3],
    /// The earliest of [`Self::upcoming_escalations`].
    pub next_escalation: Option<Timestamp>,
    /// The next instant at which a warning, a breach or an escalation joins this verdict if nothing happens to the
    /// ticket. Nothing but elapsed and remaining time changes before it.
    pub next_instant: Option<Timestamp>,
}

/// What is to be said about one promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetVerdict {
    /// Which promise.
    pub target: Target,
    /// Open time granted; `None` when nothing is promised.
    pub limit: Option<SignedDuration>,
    /// When its time began; `None` when nothing was asked yet.
    pub starts_at: Option<Timestamp>,
    /// When counted time reached or will reach the limit if the clock runs on. Projected from when it was met or the work
    /// ended, if so. `None` in a pause, unless reached before it, and when it would take more than two hundred years.
    pub due_at: Option<Timestamp>,
    /// Likewise for the policy's warning share of the limit.
    pub warn_at: Option<Timestamp>,
    /// When it was kept or, if late, done: resolution only while the ticket is resolved or closed.
    pub met_at: Option<Timestamp>,
    /// When it was missed: at [`Self::due_at`], or later when the policy came to apply later.
    pub breached_at: Option<Timestamp>,
    /// When it came close to being missed, likewise. Every breach has one, not later than itself.
    pub warned_at: Option<Timestamp>,
    /// Whether its clock stands still in a pause.
    pub paused: bool,
    /// Open time left at the instant of the verdict, or when it was met or the work ended; negative when over.
    pub remaining: Option<SignedDuration>,
    /// Open time counted.
    pub elapsed: SignedDuration,
}

impl Verdict {
    /// That target's part.
    pub const fn target(&self, target: Target) -> &TargetVerdict {
        &self.targets[target.index()]
    }

    /// The next instant at which the clock alone raises a ticket that is at that level now.
    pub fn next_escalation_above(&self, level: u8) -> Option<Timestamp> {
        self.upcoming_escalations
            .into_iter()
            .skip(usize::from(level))
            .flatten()
            .min()
    }
}

/// Judges `timeline` by `policy` and `calendar`, which came to apply at `since`, as of `now`.
///
/// A verdict is of an instant not before the latest fact: a `now` before that (or before `since`) counts as that.
/// Judged again later with no new facts, every instant in it that lies in the past stays as it is.
pub fn evaluate(
    timeline: &Timeline,
    policy: &PolicyVersion,
    calendar: &CalendarVersion,
    since: Timestamp,
    now: Timestamp,
) -> Verdict {
    judge(timeline, policy, calendar, since, now, |_, _| {})
}

/// [`evaluate()`], handing every segment of every target's time to `see` as it is measured.
pub(super) fn judge(
    timeline: &Timeline,
    policy: &PolicyVersion,
    calendar: &CalendarVersion,
    since: Timestamp,
    now: Timestamp,
    mut see: impl FnMut(Target, Segment),
) -> Verdict {
    let now = now.max(timeline.latest()).max(since).as_microsecond();
    let bench = Bench {
        timeline,
        policy,
        calendar,
        since: since.as_microsecond(),
        now,
    };
    let marks = Target::ALL.map(|target| bench.judge(target, |segment| see(target, segment)));
    let [first, next, resolution] = marks;

    let reached = [
        [resolution.warned, first.breached, next.breached]
            .into_iter()
            .flatten()
            .min(),
        resolution.breached,
        resolution.level_three.happened,
    ];
    let coming = [
        [resolution.warning.coming, first.due.coming, next.due.coming]
            .into_iter()
            .flatten()
            .min(),
        resolution.due.coming,
        resolution.level_three.coming,
    ];
    let upcoming = [0, 1, 2].map(|level| coming[level].filter(|_| reached[level].is_none()));
    let changes = marks
        .into_iter()
        .flat_map(|mark| [mark.warning.coming, mark.due.coming]);
    let next_instant = changes.chain(upcoming).flatten().min();

    Verdict {
        targets: marks.map(|mark| mark.verdict),
        escalations: reached.map(|at| at.map(instant)),
        upcoming_escalations: upcoming.map(|at| at.map(instant)),
        next_escalation: upcoming.into_iter().flatten().min().map(instant),
        next_instant: next_instant.map(instant),
    }
}

/// All that a judgement is made from; instants in microseconds.
struct Bench<'a> {
    timeline: &'a Timeline,
    policy: &'a PolicyVersion,
    calendar: &'a CalendarVersion,
    since: i64,
    now: i64,
}

/// One limit of a target: when it is reached, and what follows from that.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// When it was reached, or would be from where the clock stands or stopped.
    at: Option<i64>,
    /// That instant, or a later one at which the ticket no longer was done, if it is past.
    happened: Option<i64>,
    /// When it will be reached if the clock, which runs, runs on; always in future.
    coming: Option<i64>,
}

/// A target's verdict with what the escalations need of it.
#[derive(Debug, Clone, Copy)]
struct Judged {
    verdict: TargetVerdict,
    warned: Option<i64>,
    breached: Option<i64>,
    warning: Mark,
    due: Mark,
    level_three: Mark,
}

impl Bench<'_> {
    fn judge(&self, target: Target, see: impl FnMut(Segment)) -> Judged {
        let (starts, met) = self.facts(target);
        let limit = self.policy.spec.targets.get(target);
        let limits = limit.map_or([None; 3], |limit| self.limits(limit));
        let standstill = measure::standstill(self.timeline, self.policy, target, met);
        let measured = starts.map_or_else(Measured::default, |starts| {
            let until = if target == Target::Resolution {
                self.now
            } else {
                met.unwrap_or(self.now)
            };
            measure::measure(
                self.timeline,
                self.policy,
                self.calendar,
                (starts, until),
                limits,
                see,
            )
        });
        let mark = |which: usize| match (starts, limits[which]) {
            (Some(_), Some(limit)) => self.mark(
                target,
                met,
                limit,
                measured.reached[which],
                measured.elapsed,
                standstill,
            ),
            _ => Mark::default(),
        };
        let (warning, due, mut level_three) = (mark(0), mark(1), mark(2));
        let not_before_since = |at: i64| at.max(self.since);
        let breached = due.happened.map(not_before_since);
        // A warning is for those who can still act: unmet when it comes. A breach had one, whatever became of it since.
        let in_time = warning
            .happened
            .and_then(|at| self.first_unmet(target, met, not_before_since(at)));
        let warned = breached
            .map(|breached| in_time.map_or(breached, |at| at.min(breached)))
            .or(in_time);
        level_three.happened = level_three
            .happened
            .and_then(|at| self.first_unmet(target, met, not_before_since(at)));
        let active = starts.is_some() && limit.is_some();
        let elapsed = SignedDuration::from_micros(measured.elapsed);
        let verdict = TargetVerdict {
            target,
            limit,
            starts_at: starts.map(instant),
            due_at: due.at.map(instant),
            warn_at: warning.at.map(instant),
            met_at: met.map(instant),
            breached_at: breached.map(instant),
            warned_at: warned.map(instant),
            paused: active && standstill == Standstill::Paused,
            remaining: limits[1]
                .filter(|_| active)
                .map(|limit| SignedDuration::from_micros(limit) - elapsed),
            elapsed,
        };
        Judged {
            verdict,
            warned,
            breached,
            warning,
            due,
            level_three,
        }
    }

    /// When the target's time began, and when it was met.
    fn facts(&self, target: Target) -> (Option<i64>, Option<i64>) {
        let timeline = self.timeline;
        let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
        match target {
            Target::FirstResponse => (
                micros(Some(timeline.created_at)),
                micros(timeline.first_response_at),
            ),
            Target::NextResponse => (micros(timeline.asked_at), micros(timeline.answered_at)),
            Target::Resolution => (
                micros(Some(timeline.created_at)),
                micros(timeline.done_since()),
            ),
        }
    }

    /// Warning, due and level three, in microseconds of counted time, parts of a microsecond rounded up.
    fn limits(&self, limit: SignedDuration) -> [Option<i64>; measure::WATCHED] {
        // A century; policies that were checked stay far below, and nothing overflows.
        const MOST: i128 = 100 * 366 * 86_400 * 1_000_000;
        let limit = limit.as_micros().clamp(1, MOST);
        let percent = i128::from(self.policy.spec.warning_percent);
        [(limit * percent + 99) / 100, limit, (limit * 3 + 1) / 2]
            .map(|part| i64::try_from(part.max(1)).ok())
    }

    fn mark(
        &self,
        target: Target,
        met: Option<i64>,
        limit: i64,
        reached: Option<i64>,
        elapsed: i64,
        standstill: Standstill,
    ) -> Mark {
        if reached.is_some() {
            let happened = reached.and_then(|at| self.first_unmet(target, met, at));
            return Mark {
                at: reached,
                happened,
                coming: None,
            };
        }
        let from = |at: i64| self.calendar.hours().add(at, limit - elapsed);
        match standstill {
            Standstill::Runs => {
                let at = from(self.now);
                Mark {
                    at,
                    happened: None,
                    coming: at,
                }
            }
            Standstill::Paused => Mark::default(),
            Standstill::Stopped(at) => Mark {
                at: from(at),
                happened: None,
                coming: None,
            },
        }
    }

    /// The first instant from `at` on at which the target was not met, if that is past. Being met at that very instant is
    /// being met in time.
    fn first_unmet(&self, target: Target, met: Option<i64>, at: i64) -> Option<i64> {
        match target {
            Target::FirstResponse | Target::NextResponse => {
                met.is_none_or(|met| at < met).then_some(at)
            }
            Target::Resolution => {
                measure::first_undone(self.timeline, at).filter(|at| *at <= self.now)
            }
        }
    }
}
