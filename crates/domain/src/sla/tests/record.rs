//! What a ticket records of its SLA: each milestone once, whoever looks and however often.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::random::{History, apply, calendars, histories, policies, second};
use crate::ids::PolicyVersionId;
use crate::sla::{
    CalendarVersion, Judge, Matched, PolicyVersion, SlaBook, SlaRecord, Target, Timeline, What,
    evaluate, judge, rejudge,
};
use crate::workflow::Status;

/// Something that happens in a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// The n-th fact.
    Fact(usize),
    /// The second policy comes to apply.
    Rejudged,
    /// Somebody looks.
    Look,
}

/// In half seconds. Facts and the change of policy are at whole seconds, looks between them: at one and the same instant it
/// would matter whether the look or the answer came first.
fn moments(history: &History, looks: &[i64]) -> Vec<(i64, Moment)> {
    let facts = history.facts.iter().enumerate().skip(1);
    let mut moments: Vec<_> = facts
        .map(|(n, (at, _))| (at * 2, Moment::Fact(n)))
        .collect();
    moments.push((history.since * 2, Moment::Rejudged));
    moments.extend(
        looks
            .iter()
            .map(|at| ((history.facts[0].0 + at) * 2 + 1, Moment::Look)),
    );
    let last = history.now * 2 + 2;
    moments.push((last, Moment::Look));
    moments.retain(|moment| moment.0 <= last);
    moments.sort_unstable();
    moments
}

fn half_second(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at * 500).unwrap()
}

type Seen = BTreeMap<(Target, u32, bool), Timestamp>;

/// Every warning and breach that a verdict ever showed, when it showed it first.
fn shown(
    history: &History,
    policies: &[PolicyVersion; 2],
    calendar: &CalendarVersion,
    looks: &[i64],
) -> Seen {
    let mut seen = Seen::new();
    let mut timeline = Timeline::new(second(history.facts[0].0), Status::Open);
    let (mut policy, mut since) = (&policies[0], timeline.created_at);
    let mut see =
        |timeline: &Timeline, policy: &PolicyVersion, since: Timestamp, now: Timestamp| {
            for found in evaluate(timeline, policy, calendar, since, now).targets {
                let cycle = if found.target == Target::NextResponse {
                    timeline.cycle
                } else {
                    0
                };
                for (breach, at) in [(false, found.warned_at), (true, found.breached_at)] {
                    at.map(|at| seen.entry((found.target, cycle, breach)).or_insert(at));
                }
            }
        };
    for (at, moment) in moments(history, looks) {
        let now = half_second(at);
        if let Moment::Fact(n) = moment {
            apply(&mut timeline, now, history.facts[n].1);
        }
        see(&timeline, policy, since, now);
        if moment == Moment::Rejudged {
            (policy, since) = (&policies[1], now);
            see(&timeline, policy, since, now);
        }
    }
    seen
}

/// The same by records, as a ticket keeps them: judged before and after every fact. Returns milestones in the order in
/// which they were told, and the timeline's cycle then.
fn told(
    history: &History,
    book: &SlaBook,
    judges: [Judge; 2],
    looks: &[i64],
) -> Vec<(u32, Timestamp, What)> {
    let mut told = Vec::new();
    let mut level = 0;
    let mut timeline = Timeline::new(second(history.facts[0].0), Status::Open);
    let made = Matched::by_anybody(timeline.created_at);
    let mut record = rejudge(None, Some(judges[0]), made);
    let mut judge_at = |record: &mut SlaRecord, timeline: &Timeline, now: Timestamp| {
        let outcome = judge(record, timeline, book, now, level);
        for milestone in outcome.milestones {
            if let What::Escalated(to) = milestone.what {
                if to <= level {
                    continue;
                }
                level = to;
            }
            told.push((timeline.cycle, milestone.at, milestone.what));
        }
        *record = outcome.record;
    };
    for (at, moment) in moments(history, looks) {
        let now = half_second(at);
        // Up to the fact, not including its instant: an answer at the very due time is in time.
        judge_at(
            &mut record,
            &timeline,
            now.checked_sub(SignedDuration::from_micros(1)).unwrap(),
        );
        match moment {
            Moment::Fact(n) => apply(&mut timeline, now, history.facts[n].1),
            Moment::Rejudged => {
                judge_at(&mut record, &timeline, now);
                record = rejudge(Some(record), Some(judges[1]), Matched::by_anybody(now));
            }
            Moment::Look => {}
        }
        judge_at(&mut record, &timeline, now);
    }
    told
}

/// Two policies with one calendar, in a book, with their judges.
fn book(policies: &[PolicyVersion; 2], calendar: &CalendarVersion) -> (SlaBook, [Judge; 2]) {
    let mut versions = policies.clone();
    for (version, id) in versions.iter_mut().zip(1..) {
        version.id = PolicyVersionId(Uuid::from_u128(id));
        version.spec.calendar = Some(calendar.calendar);
    }
    let judges = versions.each_ref().map(|version| Judge {
        policy: version.id,
        calendar: Some(calendar.id),
    });
    (
        SlaBook::new(versions.to_vec(), vec![calendar.clone()]).unwrap(),
        judges,
    )
}

/// The warnings and breaches among them.
fn without_escalations(told: &[(u32, Timestamp, What)]) -> Seen {
    let mut seen = Seen::new();
    for &(cycle, at, what) in told {
        let (target, breach) = match what {
            What::Warned(target) => (target, false),
            What::Breached(target) => (target, true),
            What::Escalated(_) => continue,
        };
        let cycle = if target == Target::NextResponse {
            cycle
        } else {
            0
        };
        assert_eq!(seen.insert((target, cycle, breach), at), None, "told twice");
    }
    seen
}

proptest! {
    #[test]
    fn what_is_told_does_not_depend_on_when_anybody_looks(
        (calendar, odd) in calendars(),
        policies in prop::array::uniform2(policies()),
        history in histories(),
        looks in prop::collection::vec(0..24 * 86_400_i64, 0..20),
    ) {
        let history = history.around(odd);
        let (book, judges) = book(&policies, &calendar);
        let seldom = told(&history, &book, judges, &[]);
        let often = told(&history, &book, judges, &looks);
        prop_assert_eq!(without_escalations(&seldom), shown(&history, &policies, &calendar, &[]));
        prop_assert_eq!(without_escalations(&often), shown(&history, &policies, &calendar, &looks));
        prop_assert_eq!(seldom, often);
    }
}
