//! The book with a draft in it, and tickets judged twice.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{at, facts, policy, weekdays};
use crate::class::Priority;
use crate::ids::{CalendarId, CalendarVersionId, PolicyId, PolicyVersionId};
use crate::sla::{
    CalendarVersion, Case, Conditions, Draft, DraftIds, Facts, Matched, Outcome, PolicySpec,
    PolicyVersion, SlaBook, SlaRecord, Standing, Tally, Targets, Timeline, WhatIf, judge, rejudge,
};
use crate::workflow::Status;

const MADE: &str = "2026-03-02T10:00:00Z";
const NOW: &str = "2026-03-10T10:00:00Z";

fn ids() -> DraftIds {
    DraftIds {
        policy: PolicyId(Uuid::from_u128(91)),
        policy_version: PolicyVersionId(Uuid::from_u128(92)),
        calendar: CalendarId(Uuid::from_u128(93)),
        calendar_version: CalendarVersionId(Uuid::from_u128(94)),
    }
}

fn hours(first: i64, resolution: i64) -> Targets {
    Targets {
        first_response: Some(SignedDuration::from_hours(first)),
        next_response: None,
        resolution: Some(SignedDuration::from_hours(resolution)),
    }
}

fn spec(targets: Targets) -> PolicySpec {
    PolicySpec {
        name: "draft".to_owned(),
        position: 1,
        targets,
        ..policy().spec
    }
}

fn book() -> SlaBook {
    let office = CalendarVersion::new(
        CalendarVersionId(Uuid::from_u128(5)),
        CalendarId(Uuid::from_u128(4)),
        1,
        Timestamp::MIN,
        false,
        weekdays("UTC", "08:00-18:00"),
    );
    let low = PolicyVersion {
        id: PolicyVersionId(Uuid::from_u128(3)),
        policy: PolicyId(Uuid::from_u128(2)),
        spec: PolicySpec {
            name: "low".to_owned(),
            position: 5,
            conditions: Conditions {
                priorities: vec![Priority::Low],
                ..Conditions::default()
            },
            calendar: Some(CalendarId(Uuid::from_u128(4))),
            ..policy().spec
        },
        ..policy()
    };
    SlaBook::new(vec![policy(), low], vec![office.unwrap()]).unwrap()
}

/// Answered after 40 minutes, resolved after 7 hours.
fn timeline() -> Timeline {
    let made = at(MADE);
    let mut timeline = Timeline::new(made, Status::Open);
    timeline.staff_replied(made + SignedDuration::from_mins(40));
    timeline.status_changed(made + SignedDuration::from_hours(7), Status::Resolved);
    timeline
}

fn record(book: &SlaBook, timeline: &Timeline, facts: &Facts<'_>, now: Timestamp) -> SlaRecord {
    let made = timeline.created_at;
    let fresh = rejudge(None, book.choose(facts, made), Matched::by_anybody(made));
    judge(&fresh, timeline, book, now, 0).record
}

fn both(draft: &Draft, facts: Facts<'_>, timeline: &Timeline) -> (Standing, Standing) {
    let book = book();
    let record = record(&book, timeline, &facts, at(NOW));
    let what_if = WhatIf::new(Arc::new(book), draft, ids(), at(NOW)).unwrap();
    let case = Case {
        facts,
        timeline,
        record: Some(&record),
    };
    (what_if.recorded(&case), what_if.simulated(&case))
}

#[test]
fn a_stricter_policy_breaks_what_was_kept() {
    let draft = Draft {
        policy: Some(spec(hours(1, 6))),
        ..Draft::default()
    };
    let (before, after) = both(&draft, facts(), &timeline());
    assert_eq!(
        before.outcomes,
        [Outcome::Met, Outcome::NotPromised, Outcome::Met]
    );
    assert_eq!(
        after.outcomes,
        [Outcome::Met, Outcome::NotPromised, Outcome::Breached]
    );
    assert_eq!(before.policy, Some(policy().id));
    assert_eq!(after.policy, Some(ids().policy_version));
}

#[test]
fn a_draft_takes_its_place_in_the_order() {
    let last = PolicySpec {
        position: 900,
        ..spec(hours(1, 1))
    };
    let behind = Draft {
        policy: Some(last.clone()),
        ..Draft::default()
    };
    let (before, after) = both(&behind, facts(), &timeline());
    assert_eq!(after, before, "another one comes first");
    let instead = Draft {
        replaces: Some(policy().policy),
        ..behind
    };
    let (_, after) = both(&instead, facts(), &timeline());
    assert_eq!(
        after.policy,
        Some(ids().policy_version),
        "the one before it is gone"
    );
    assert_eq!(after.outcomes[2], Outcome::Breached);
}

#[test]
fn a_draft_calendar_is_the_drafts_own_or_everybodys_who_named_the_old_one() {
    let night = weekdays("UTC", "20:00-22:00");
    let own = Draft {
        policy: Some(spec(hours(1, 6))),
        calendar: Some(night.clone()),
        ..Draft::default()
    };
    let (_, after) = both(&own, facts(), &timeline());
    assert_eq!(
        after.outcomes,
        [Outcome::Met, Outcome::NotPromised, Outcome::Met]
    );
    let low = Facts {
        priority: Priority::Low,
        ..facts()
    };
    let mut late = Timeline::new(at(MADE), Status::Open);
    late.staff_replied(at(MADE) + SignedDuration::from_hours(3));
    let shared = Draft {
        calendar: Some(night),
        replaces_calendar: Some(CalendarId(Uuid::from_u128(4))),
        ..Draft::default()
    };
    let (before, after) = both(&shared, low, &late);
    assert_eq!(
        (before.outcomes[0], after.outcomes[0]),
        (Outcome::Breached, Outcome::Met)
    );
    let (before, after) = both(&shared, facts(), &late);
    assert_eq!(after, before, "others run on");
}

#[test]
fn a_record_that_nobody_looked_at_since_is_brought_up_to_date() {
    let (book, open) = (book(), Timeline::new(at(MADE), Status::Open));
    let early = at(MADE) + SignedDuration::from_mins(1);
    let record = record(&book, &open, &facts(), early);
    let draft = Draft {
        policy: Some(policy().spec),
        replaces: Some(policy().policy),
        ..Draft::default()
    };
    let what_if = WhatIf::new(Arc::new(book), &draft, ids(), at(NOW)).unwrap();
    let case = Case {
        facts: facts(),
        timeline: &open,
        record: Some(&record),
    };
    let breached = [Outcome::Breached, Outcome::NotPromised, Outcome::Breached];
    assert_eq!(what_if.recorded(&case).outcomes, breached);
    assert_eq!(what_if.simulated(&case).outcomes, breached);
}

#[test]
fn sums_tell_what_was_from_what_would_be() {
    let standing = |outcomes| Standing {
        policy: None,
        outcomes,
    };
    let kept = standing([Outcome::Met, Outcome::NotPromised, Outcome::Pending]);
    let missed = standing([Outcome::Met, Outcome::NotPromised, Outcome::Breached]);
    let mut tally = Tally::default();
    assert!(!tally.add(&kept, &kept));
    assert!(tally.add(&kept, &missed));
    assert!(tally.add(&missed, &kept));
    assert!(tally.add(&missed, &kept));
    assert_eq!((tally.tickets, tally.changed), (4, 3));
    assert_eq!((tally.newly_breached, tally.no_longer_breached), (1, 2));
    let [first, next, resolution] = tally.targets;
    assert_eq!((first.before.met, first.after.met), (4, 4));
    assert_eq!(next, crate::sla::Shift::default());
    assert_eq!(
        (resolution.before.breached, resolution.before.pending),
        (2, 2)
    );
    assert_eq!(
        (resolution.after.breached, resolution.after.pending),
        (1, 3)
    );
}
