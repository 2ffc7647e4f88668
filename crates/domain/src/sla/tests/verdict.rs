//! The rules of the clock, one by one. Around the clock, so that hours are hours.

use jiff::{SignedDuration, Timestamp};

use super::policy;
use crate::sla::{
    CalendarVersion, DueBasis, Judge, PolicyVersion, SlaBook, Target, TargetVerdict, Timeline,
    Verdict, evaluate, explain,
};
use crate::workflow::Status;

/// An instant, in minutes after the ticket was made.
fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_second(minutes * 60).unwrap()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "verdicts hold options; this spares a `Some` around each expectation"
)]
fn some(minutes: i64) -> Option<Timestamp> {
    Some(minute(minutes))
}

fn ticket() -> Timeline {
    Timeline::new(minute(0), Status::Open)
}

fn judge_since(timeline: &Timeline, policy: &PolicyVersion, since: i64, now: i64) -> Verdict {
    evaluate(
        timeline,
        policy,
        CalendarVersion::around_the_clock(),
        minute(since),
        minute(now),
    )
}

fn judge(timeline: &Timeline, now: i64) -> Verdict {
    judge_since(timeline, &policy(), 0, now)
}

fn first(timeline: &Timeline, now: i64) -> TargetVerdict {
    *judge(timeline, now).target(Target::FirstResponse)
}

fn next(timeline: &Timeline, now: i64) -> TargetVerdict {
    *judge(timeline, now).target(Target::NextResponse)
}

fn resolution(timeline: &Timeline, now: i64) -> TargetVerdict {
    *judge(timeline, now).target(Target::Resolution)
}

#[test]
fn a_new_ticket_is_due_after_its_limits() {
    let verdict = judge(&ticket(), 10);
    assert_eq!(
        verdict.targets.map(|target| target.due_at),
        [some(60), None, some(480)]
    );
    assert_eq!(
        verdict.targets.map(|target| target.warn_at),
        [some(45), None, some(360)]
    );
    assert_eq!(
        verdict.target(Target::FirstResponse).remaining,
        Some(SignedDuration::from_mins(50))
    );
    assert_eq!(verdict.target(Target::NextResponse).remaining, None);
    assert_eq!(verdict.next_instant, some(45));
}

#[test]
fn a_breach_happens_at_the_due_time_and_not_when_it_is_noticed() {
    assert_eq!(first(&ticket(), 59).breached_at, None);
    assert_eq!(first(&ticket(), 60).breached_at, some(60));
    assert_eq!(first(&ticket(), 100_000).breached_at, some(60));
    assert_eq!(first(&ticket(), 100_000).warned_at, some(45));
    assert_eq!(
        first(&ticket(), 90).remaining,
        Some(SignedDuration::from_mins(-30))
    );
}

#[test]
fn being_met_at_the_very_due_time_is_being_met() {
    for (answered, breached_at) in [(59, None), (60, None), (61, some(60))] {
        let mut timeline = ticket();
        timeline.staff_replied(minute(answered));
        let found = first(&timeline, 500);
        assert_eq!(
            (found.met_at, found.breached_at),
            (some(answered), breached_at)
        );
    }
    let mut timeline = ticket();
    timeline.status_changed(minute(480), Status::Resolved);
    assert_eq!(resolution(&timeline, 1000).breached_at, None);
    // But then it is over the limit as soon as it comes back.
    timeline.status_changed(minute(900), Status::Reopened);
    assert_eq!(resolution(&timeline, 1000).breached_at, some(900));
}

#[test]
fn a_met_target_is_frozen() {
    let mut timeline = ticket();
    timeline.staff_replied(minute(20));
    let found = first(&timeline, 5000);
    assert_eq!(
        (found.due_at, found.warned_at, found.paused),
        (some(60), None, false)
    );
    assert_eq!(found.remaining, Some(SignedDuration::from_mins(40)));
    assert_eq!(found.elapsed, SignedDuration::from_mins(20));
}

#[test]
fn a_pause_holds_every_clock() {
    let mut timeline = ticket();
    timeline.status_changed(minute(30), Status::PendingCustomer);
    let verdict = judge(&timeline, 5000);
    assert_eq!(verdict.targets.map(|target| target.due_at), [None; 3]);
    assert_eq!(
        verdict.targets.map(|target| target.paused),
        [true, false, true]
    );
    assert_eq!(
        verdict.target(Target::FirstResponse).remaining,
        Some(SignedDuration::from_mins(30))
    );
    assert_eq!(
        (verdict.next_instant, verdict.next_escalation),
        (None, None)
    );
    timeline.status_changed(minute(130), Status::InProgress);
    assert_eq!(
        judge(&timeline, 130).targets.map(|target| target.due_at),
        [some(160), None, some(580)]
    );
}

#[test]
fn other_waiting_does_not_pause_unless_the_policy_says_so() {
    let mut timeline = ticket();
    timeline.status_changed(minute(30), Status::PendingVendor);
    assert_eq!(resolution(&timeline, 100).due_at, some(480));
    let mut policy = policy();
    policy.spec.pause_statuses.push(Status::PendingVendor);
    assert!(
        judge_since(&timeline, &policy, 0, 100)
            .target(Target::Resolution)
            .paused
    );
}

#[test]
fn what_was_over_before_a_pause_keeps_its_due_time() {
    let mut timeline = ticket();
    timeline.status_changed(minute(70), Status::PendingCustomer);
    let found = first(&timeline, 100);
    assert_eq!(
        (found.due_at, found.breached_at, found.paused),
        (some(60), some(60), true)
    );
}

#[test]
fn time_spent_resolved_or_closed_does_not_count() {
    let mut timeline = ticket();
    timeline.status_changed(minute(100), Status::Resolved);
    timeline.status_changed(minute(300), Status::Closed);
    let found = resolution(&timeline, 10_000);
    assert_eq!(
        (found.met_at, found.due_at, found.breached_at),
        (some(100), some(480), None)
    );
    assert_eq!(found.remaining, Some(SignedDuration::from_mins(380)));
    timeline.status_changed(minute(10_000), Status::Reopened);
    let found = resolution(&timeline, 10_000);
    assert_eq!((found.met_at, found.due_at), (None, some(10_380)));
}

#[test]
fn a_response_that_never_came_is_not_missed_after_the_work_is_over() {
    let mut timeline = ticket();
    timeline.status_changed(minute(50), Status::Closed);
    let found = first(&timeline, 10_000);
    assert_eq!(
        (found.met_at, found.breached_at, found.due_at),
        (None, None, some(60))
    );
    assert_eq!(judge(&timeline, 10_000).next_instant, None);
}

#[test]
fn the_next_response_is_measured_from_the_oldest_unanswered_comment() {
    let mut timeline = ticket();
    timeline.staff_replied(minute(10));
    assert_eq!(next(&timeline, 10).starts_at, None);
    timeline.customer_commented(minute(100));
    timeline.customer_commented(minute(200));
    let found = next(&timeline, 230);
    assert_eq!(
        (found.starts_at, found.due_at, found.breached_at),
        (some(100), some(220), some(220))
    );
    timeline.staff_replied(minute(240));
    assert_eq!(next(&timeline, 300).met_at, some(240));
    timeline.customer_commented(minute(300));
    let found = next(&timeline, 300);
    assert_eq!(
        (found.met_at, found.breached_at, found.due_at),
        (None, None, some(420))
    );
}

#[test]
fn a_policy_that_came_later_judges_the_whole_past_but_misses_nothing_before_it_came() {
    let mut timeline = ticket();
    let late = |timeline: &Timeline| judge_since(timeline, &policy(), 100, 5000).targets;
    assert_eq!(late(&timeline)[0].breached_at, some(100));
    assert_eq!(late(&timeline)[0].due_at, some(60));
    assert_eq!(late(&timeline)[0].warned_at, some(100));
    assert_eq!(late(&timeline)[2].breached_at, some(480));
    // Answered late before it came: missed all the same.
    timeline.staff_replied(minute(80));
    assert_eq!(
        (late(&timeline)[0].warned_at, late(&timeline)[0].breached_at),
        (some(100), some(100))
    );
    // Answered in time, though past the warning: nobody is warned of it any more.
    let mut timeline = ticket();
    timeline.staff_replied(minute(50));
    assert_eq!(
        (late(&timeline)[0].warned_at, late(&timeline)[0].breached_at),
        (None, None)
    );
}

#[test]
fn shares_of_a_limit_are_exact_to_the_microsecond() {
    let mut policy = policy();
    policy.spec.targets.first_response = Some(SignedDuration::from_micros(10_000_001));
    policy.spec.warning_percent = 33;
    let found = *judge_since(&ticket(), &policy, 0, 0).target(Target::FirstResponse);
    assert_eq!(
        found.warn_at,
        Some(Timestamp::from_microsecond(3_300_001).unwrap())
    );
    policy.spec.targets.resolution = policy.spec.targets.first_response;
    let verdict = judge_since(&ticket(), &policy, 0, 0);
    assert_eq!(
        verdict.next_escalation_above(2),
        Some(Timestamp::from_microsecond(15_000_002).unwrap())
    );
}

#[test]
fn escalation_climbs_by_warning_breach_and_half_the_limit_again() {
    let mut timeline = ticket();
    timeline.staff_replied(minute(5));
    let at = |now: i64| {
        let verdict = judge(&timeline, now);
        (verdict.escalations, verdict.next_escalation)
    };
    assert_eq!(at(10), ([None; 3], some(360)));
    assert_eq!(at(360), ([some(360), None, None], some(480)));
    assert_eq!(at(480), ([some(360), some(480), None], some(720)));
    assert_eq!(at(9999), ([some(360), some(480), some(720)], None));
    assert_eq!(judge(&timeline, 10).next_escalation_above(0), some(360));
    assert_eq!(judge(&timeline, 10).next_escalation_above(2), some(720));
    assert_eq!(judge(&timeline, 10).next_escalation_above(3), None);
}

#[test]
fn a_missed_response_escalates_to_level_one() {
    assert_eq!(judge(&ticket(), 60).escalations, [some(60), None, None]);
    let mut timeline = ticket();
    timeline.staff_replied(minute(5));
    timeline.customer_commented(minute(10));
    assert_eq!(judge(&timeline, 11).next_escalation, some(130));
    assert_eq!(judge(&timeline, 200).escalations, [some(130), None, None]);
}

#[test]
fn a_resolved_ticket_climbs_no_further() {
    let mut timeline = ticket();
    timeline.staff_replied(minute(5));
    timeline.status_changed(minute(500), Status::Resolved);
    let verdict = judge(&timeline, 9999);
    assert_eq!(verdict.escalations, [some(360), some(480), None]);
    assert_eq!(
        (verdict.next_escalation, verdict.next_instant),
        (None, None)
    );
}

#[test]
fn no_verdict_is_older_than_the_latest_fact() {
    let mut timeline = ticket();
    timeline.status_changed(minute(100), Status::InProgress);
    assert_eq!(judge(&timeline, 10), judge(&timeline, 100));
}

#[test]
fn a_target_without_a_limit_is_only_measured() {
    let mut policy = policy();
    policy.spec.targets.first_response = None;
    let mut timeline = ticket();
    timeline.staff_replied(minute(500));
    let found = *judge_since(&timeline, &policy, 0, 600).target(Target::FirstResponse);
    assert_eq!(
        (
            found.met_at,
            found.due_at,
            found.breached_at,
            found.remaining
        ),
        (some(500), None, None, None)
    );
    assert_eq!(found.elapsed, SignedDuration::from_mins(500));
}

#[test]
fn an_explanation_says_since_when_a_pause_holds() {
    let mut timeline = ticket();
    timeline.status_changed(minute(30), Status::PendingCustomer);
    timeline.status_changed(minute(40), Status::InProgress);
    timeline.status_changed(minute(50), Status::PendingCustomer);
    let policy = policy();
    let by = Judge {
        policy: policy.id,
        calendar: None,
    };
    let book = SlaBook::new(vec![policy], Vec::new()).unwrap();
    let explained = explain(
        &timeline,
        &by,
        minute(0),
        &super::facts(),
        &book,
        minute(500),
    )
    .unwrap();
    let [first, next, _] = &explained.targets;
    assert_eq!(
        first.due,
        DueBasis::Held {
            since: minute(50),
            remaining: SignedDuration::from_mins(20)
        }
    );
    assert_eq!(next.due, DueBasis::NotStarted);
    let steps: Vec<_> = first
        .steps
        .iter()
        .map(|step| (step.segment.to, step.elapsed.as_mins()))
        .collect();
    assert_eq!(
        steps,
        [
            (minute(30), 30),
            (minute(40), 30),
            (minute(50), 40),
            (minute(500), 40)
        ]
    );
    assert_eq!(explained.candidates.len(), 1);
}
