//! What a ticket carries of its SLA: by what it is judged, how it stood when it was judged last, and what has
//! been recorded of it already, so that nothing is ever recorded twice.

use jiff::{SignedDuration, Timestamp};

use super::{Judge, Matched, SlaBook, Target, TargetVerdict, Timeline, Verdict, evaluate};
use crate::ids::{CalendarVersionId, PolicyVersionId};

/// A ticket's SLA as it stood when it was judged last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaRecord {
    /// The policy version that judges it; `None` where none applies any more.
    pub policy: Option<PolicyVersionId>,
    /// The calendar version; `None` is around the clock.
    pub calendar: Option<CalendarVersionId>,
    /// Since when these apply.
    pub since: Timestamp,
    /// When they were chosen, or chosen again. Nobody sees it, and nothing but what comes to apply next depends on it.
    pub matched: Matched,
    /// How each target stood, in the order of [`Target::ALL`].
    pub targets: [TargetRecord; 3],
    /// What the history already tells of each target.
    pub told: [Told; 3],
    /// The next escalation, if nothing changes.
    pub next_escalation: Option<Timestamp>,
    /// The next instant at which any of this changes by itself.
    pub next_instant: Option<Timestamp>,
}

/// How one target stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TargetRecord {
    /// Open time granted; `None`: the policy promises nothing.
    pub limit: Option<SignedDuration>,
    /// When it is (or was) due; `None` while paused, or with nothing running.
    pub due_at: Option<Timestamp>,
    /// When it was fulfilled.
    pub met_at: Option<Timestamp>,
    /// When it was missed.
    pub breached_at: Option<Timestamp>,
    /// When its warning share was used up.
    pub warned_at: Option<Timestamp>,
    /// Whether its clock stands still because of the ticket's status.
    pub paused: bool,
    /// Open time left, negative when over, while the clock does not run; `None` while it runs
    /// (then it is the open time from now until `due_at`).
    pub remaining: Option<SignedDuration>,
}

/// What the history tells of one target, in one cycle of it. The first response and the resolution have one cycle in
/// a ticket's life, the next response one per unanswered question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Which cycle.
    pub cycle: u32,
    /// Its warning.
    pub warned: bool,
    /// Its breach.
    pub breached: bool,
}

/// How a ticket stands with its SLA, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SlaState {
    /// No policy applies, or the work is over and nothing was missed.
    Quiet,
    /// Nothing missed, no warning.
    OnTrack,
    /// A warning, nothing missed.
    AtRisk,
    /// The clock stands still, nothing missed.
    Paused,
    /// Something was missed, whether or not the work is over.
    Breached,
}

/// Something that the clock did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    /// When, by the clock; not when it was noticed.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What the clock can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A target's warning share was used up.
    Warned(Target),
    /// A target was missed.
    Breached(Target),
    /// A level of escalation was reached.
    Escalated(u8),
}

/// A judgement: the new record, and what happened since the last one, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The record to keep.
    pub record: SlaRecord,
    /// What to write into the history.
    pub milestones: Vec<Milestone>,
}

impl SlaRecord {
    /// When the resolution is due.
    pub const fn resolution_due_at(&self) -> Option<Timestamp> {
        self.targets[Target::Resolution.index()].due_at
    }

    /// How one target stood.
    pub const fn target(&self, target: Target) -> &TargetRecord {
        &self.targets[target.index()]
    }

    /// The record of a ticket to which nothing more will happen by itself.
    pub fn stopped(&self) -> Self {
        Self {
            next_escalation: None,
            next_instant: None,
            ..self.clone()
        }
    }

    /// By what it is judged; `None` where no policy applies.
    pub fn judge(&self) -> Option<Judge> {
        Some(Judge {
            policy: self.policy?,
            calendar: self.calendar,
        })
    }

    /// Open time left of a target at `now`, negative when over; `None` where nothing runs or ran.
    pub fn remaining(
        &self,
        target: Target,
        timeline: &Timeline,
        book: &SlaBook,
        now: Timestamp,
    ) -> Option<SignedDuration> {
        let record = self.target(target);
        let due_at = match (record.remaining, record.due_at) {
            (Some(frozen), _) => return Some(frozen),
            (None, due_at) => due_at?,
        };
        let (policy, calendar) = book.judged_by(&self.judge()?)?;
        if due_at >= now {
            return Some(calendar.between(now, due_at));
        }
        // Past its due time the clock may have stood still since: only the timeline knows.
        evaluate(timeline, policy, calendar, self.since, now)
            .target(target)
            .remaining
    }

    /// In one word; `is_done`: the ticket is resolved or closed.
    pub fn state(&self, is_done: bool) -> SlaState {
        let open = |target: &&TargetRecord| target.limit.is_some() && target.met_at.is_none();
        let any = |holds: fn(&TargetRecord) -> bool| self.targets.iter().filter(open).any(holds);
        match () {
            () if self.targets.iter().any(|t| t.breached_at.is_some()) => SlaState::Breached,
            () if is_done || self.policy.is_none() => SlaState::Quiet,
            () if any(|t| t.paused) => SlaState::Paused,
            () if any(|t| t.warned_at.is_some()) => SlaState::AtRisk,
            () => SlaState::OnTrack,
        }
    }
}

/// Whether two records say the same of their ticket: all but when the policy was chosen last.
pub fn says_the_same(one: Option<&SlaRecord>, other: Option<&SlaRecord>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            let matched = other.matched;
            *other
                == SlaRecord {
                    matched,
                    ..one.clone()
                }
        }
        (None, Some(record)) | (Some(record), None) => record.policy.is_none(),
        (None, None) => true,
    }
}

/// The record after a choice of a policy. The same policy goes on as it was; another one judges the whole past anew
/// from `matched.at` on, but what the history tells already is not told again, not even after a time without any policy.
pub fn rejudge(before: Option<SlaRecord>, chosen: Option<Judge>, matched: Matched) -> SlaRecord {
    match before {
        Some(record) if record.judge() == chosen => SlaRecord { matched, ..record },
        before => {
            let kept = before.map(|record| (record.targets, record.told));
            let (targets, told) = kept.unwrap_or_default();
            SlaRecord {
                policy: chosen.map(|judge| judge.policy),
                calendar: chosen.and_then(|judge| judge.calendar),
                since: matched.at,
                matched,
                targets: match chosen {
                    Some(_) => targets,
                    None => targets.map(TargetRecord::without_limit),
                },
                told,
                next_escalation: None,
                next_instant: None,
            }
        }
    }
}

impl TargetRecord {
    /// What stays when nothing is promised any more: what was met, nothing that was missed.
    fn without_limit(self) -> Self {
        Self {
            met_at: self.met_at,
            ..Self::default()
        }
    }
}

/// Judges a ticket, escalated to `level` so far, at `now` by the policy in its record.
pub fn judge(
    record: &SlaRecord,
    timeline: &Timeline,
    book: &SlaBook,
    now: Timestamp,
    level: u8,
) -> Judged {
    // A version that this book does not know yet is left to a server whose book does.
    let known = record.judge().and_then(|by| book.judged_by(&by));
    let Some((policy, calendar)) = known else {
        return Judged {
            record: record.clone(),
            milestones: Vec::new(),
        };
    };
    let verdict = evaluate(timeline, policy, calendar, record.since, now);
    let mut milestones = Vec::new();
    let mut next = SlaRecord {
        next_escalation: verdict.next_escalation_above(level),
        next_instant: verdict.next_instant,
        ..record.clone()
    };
    for target in Target::ALL {
        let index = target.index();
        let told = told_in(record.told[index], target, timeline);
        let same_cycle = told.cycle == record.told[index].cycle;
        let found = &verdict.targets[index];
        next.targets[index] = target_record(
            found,
            &record.targets[index],
            told,
            same_cycle,
            timeline.status().is_done(),
        );
        next.told[index] = tell(target, told, &next.targets[index], &mut milestones);
    }
    milestones.extend(escalations(&verdict));
    milestones.sort_by_key(|milestone| milestone.at);
    Judged {
        record: next,
        milestones,
    }
}

/// What was told of the target's present cycle.
const fn told_in(told: Told, target: Target, timeline: &Timeline) -> Told {
    match target {
        Target::NextResponse if told.cycle != timeline.cycle => Told {
            cycle: timeline.cycle,
            warned: false,
            breached: false,
        },
        Target::FirstResponse | Target::NextResponse | Target::Resolution => told,
    }
}

/// A breach and a warning that the history tells keep their instants, whatever judges the ticket now.
fn target_record(
    found: &TargetVerdict,
    before: &TargetRecord,
    told: Told,
    same_cycle: bool,
    is_done: bool,
) -> TargetRecord {
    let keep = |was_told: bool, old: Option<Timestamp>, new: Option<Timestamp>| match (new, old) {
        (Some(_), Some(old)) if was_told && same_cycle => Some(old),
        (new, _) => new,
    };
    let runs = found.starts_at.is_some() && found.met_at.is_none() && !found.paused && !is_done;
    TargetRecord {
        limit: found.limit,
        due_at: found.due_at,
        met_at: found.met_at,
        breached_at: keep(told.breached, before.breached_at, found.breached_at),
        warned_at: keep(told.warned, before.warned_at, found.warned_at),
        paused: found.paused,
        remaining: if runs { None } else { found.remaining },
    }
}

fn tell(
    target: Target,
    mut told: Told,
    record: &TargetRecord,
    milestones: &mut Vec<Milestone>,
) -> Told {
    if let (Some(at), false) = (record.warned_at, told.warned) {
        told.warned = true;
        milestones.push(Milestone {
            at,
            what: What::Warned(target),
        });
    }
    if let (Some(at), false) = (record.breached_at, told.breached) {
        told.breached = true;
        milestones.push(Milestone {
            at,
            what: What::Breached(target),
        });
    }
    told
}

fn escalations(verdict: &Verdict) -> impl Iterator<Item = Milestone> {
    (1..).zip(verdict.escalations).filter_map(|(level, at)| {
        Some(Milestone {
            at: at?,
            what: What::Escalated(level),
        })
    })
}
