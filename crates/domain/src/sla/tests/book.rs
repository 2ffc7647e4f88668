//! What a policy may be, which applies, and when that is to be asked again.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{at, facts, policy, weekdays};
use crate::class::{Category, Priority};
use crate::ids::{CalendarId, CalendarVersionId, PolicyId, PolicyVersionId};
use crate::sla::{
    BookError, CalendarVersion, Candidacy, Facts, Judge, Matched, PolicyError, PolicyVersion,
    SlaBook,
};
use crate::workflow::Status;

/// Version `version` of policy `number`, for every ticket, effective from that hour of a day.
fn versioned(number: u128, version: u32, hour: i64) -> PolicyVersion {
    let mut made = policy();
    made.id = PolicyVersionId(Uuid::from_u128(number * 100 + u128::from(version)));
    made.policy = PolicyId(Uuid::from_u128(number));
    made.version = version;
    made.effective_from = o_clock(hour);
    made.spec.name = format!("policy {number}");
    made
}

fn calendar(version: u32, hour: i64) -> CalendarVersion {
    let id = CalendarVersionId(Uuid::from_u128(u128::from(version)));
    let spec = weekdays("UTC", "08:00-18:00");
    CalendarVersion::new(
        id,
        CalendarId(Uuid::from_u128(7)),
        version,
        o_clock(hour),
        true,
        spec,
    )
    .unwrap()
}

fn o_clock(hour: i64) -> Timestamp {
    Timestamp::from_second(hour * 3600).unwrap()
}

fn chosen(book: &SlaBook, hour: i64) -> Option<(u128, u32)> {
    let judge = book.choose(&facts(), o_clock(hour))?;
    let policy = book.policy(judge.policy).unwrap();
    Some((policy.policy.0.as_u128(), policy.version))
}

#[test]
fn the_first_in_order_of_position_then_name_applies() {
    let (mut a, mut b, mut c) = (versioned(1, 1, 0), versioned(2, 1, 0), versioned(3, 1, 0));
    a.spec.position = 20;
    b.spec.name = "zebra".to_owned();
    c.spec.name = "aardvark".to_owned();
    let book = SlaBook::new(vec![a, b, c], Vec::new()).unwrap();
    assert_eq!(chosen(&book, 0), Some((3, 1)));
}

#[test]
fn the_present_version_of_a_policy_counts_even_when_it_no_longer_matches() {
    let mut second = versioned(1, 2, 10);
    second.spec.conditions.priorities = vec![Priority::Emergency];
    let mut third = versioned(1, 3, 20);
    third.retired = true;
    third.spec.conditions.priorities = Vec::new();
    let book = SlaBook::new(vec![third, versioned(1, 1, 1), second], Vec::new()).unwrap();
    assert_eq!(
        [0, 1, 9, 10, 20].map(|hour| chosen(&book, hour)),
        [None, Some((1, 1)), Some((1, 1)), None, None]
    );
    let emergency = Facts {
        priority: Priority::Emergency,
        ..facts()
    };
    assert!(book.choose(&emergency, o_clock(19)).is_some());
    assert!(book.choose(&emergency, o_clock(20)).is_none());
}

#[test]
fn of_versions_of_one_instant_the_higher_counts() {
    let book = SlaBook::new(
        vec![versioned(1, 2, 1), versioned(1, 3, 1), versioned(1, 1, 1)],
        Vec::new(),
    )
    .unwrap();
    assert_eq!(chosen(&book, 1), Some((1, 3)));
}

#[test]
fn every_candidate_has_its_reason() {
    let mut priority = versioned(1, 1, 0);
    priority.spec.conditions.priorities = vec![Priority::High];
    let mut category = versioned(2, 1, 0);
    category.spec.conditions.categories = vec![Category::Complaint];
    let mut tier = versioned(3, 1, 0);
    tier.spec.conditions.customer_tiers = vec!["gold".to_owned()];
    let mut retired = versioned(4, 1, 0);
    retired.retired = true;
    let policies = vec![
        versioned(7, 1, 5),
        versioned(6, 1, 0),
        versioned(5, 1, 0),
        retired,
        tier,
        category,
        priority,
    ];
    let book = SlaBook::new(policies, Vec::new()).unwrap();
    let outcome = |facts: &Facts<'_>| -> Vec<&str> {
        book.candidates(facts, o_clock(1))
            .into_iter()
            .map(|candidate| candidate.candidacy.name())
            .collect()
    };
    assert_eq!(
        outcome(&facts()),
        [
            "other_priority",
            "other_category",
            "other_customer_tier",
            "retired",
            "chosen",
            "later_in_order",
            "not_yet_effective",
        ]
    );
    let gold = Facts {
        customer_tier: Some("gold"),
        ..facts()
    };
    assert_eq!(
        outcome(&gold)[2..5],
        ["chosen", "retired", "later_in_order"]
    );
    for facts in [facts(), gold] {
        let judge = book.choose(&facts, o_clock(1)).unwrap();
        let candidates = book.candidates(&facts, o_clock(1));
        let first = candidates
            .iter()
            .find(|candidate| candidate.candidacy == Candidacy::Chosen)
            .unwrap();
        assert_eq!(first.policy.id, judge.policy);
    }
}

#[test]
fn the_calendar_is_the_version_of_that_time() {
    let mut with_hours = versioned(1, 1, 0);
    with_hours.spec.calendar = Some(CalendarId(Uuid::from_u128(7)));
    let book = SlaBook::new(vec![with_hours], vec![calendar(6, 20), calendar(5, 10)]).unwrap();
    let version = |hour| {
        let judge = book.choose(&facts(), o_clock(hour)).unwrap();
        book.judged_by(&judge).unwrap().1.version
    };
    assert_eq!(
        [version(5), version(10), version(19), version(20)],
        [5, 5, 5, 6]
    );
}

#[test]
fn a_policy_without_a_calendar_is_judged_around_the_clock() {
    let book = SlaBook::new(vec![versioned(1, 1, 0)], Vec::new()).unwrap();
    let judge = book.choose(&facts(), o_clock(0)).unwrap();
    assert_eq!(judge.calendar, None);
    let (_, calendar) = book.judged_by(&judge).unwrap();
    assert!(calendar.is_open(at("2026-12-25T03:00Z")));
}

#[test]
fn only_versions_for_open_tickets_supersede() {
    let mut with_hours = versioned(1, 1, 0);
    with_hours.spec.calendar = Some(CalendarId(Uuid::from_u128(7)));
    let mut for_open = versioned(2, 2, 30);
    for_open.applies_to_open = true;
    let policies = vec![
        with_hours,
        versioned(2, 1, 0),
        versioned(1, 2, 40),
        for_open,
    ];
    let book = SlaBook::new(policies, vec![calendar(1, 20)]).unwrap();
    let by = |policy: u128| Judge {
        policy: PolicyVersionId(Uuid::from_u128(policy)),
        calendar: None,
    };
    let superseded = |policy, since, until| {
        let matched = Matched::by_anybody(o_clock(since));
        book.superseded(Some(&by(policy)), matched, o_clock(until))
    };
    let at = |hour| Some(o_clock(hour));
    assert_eq!(superseded(101, 19, 20), at(20), "its calendar changed");
    assert_eq!(superseded(101, 19, 99), at(20), "that came first");
    assert_eq!(superseded(201, 19, 20), None, "another calendar changed");
    assert_eq!(superseded(201, 20, 29), None);
    assert_eq!(superseded(201, 20, 30), at(30), "a policy came");
    assert_eq!(superseded(101, 20, 99), at(30), "a policy came");
    assert_eq!(superseded(201, 30, 99), None, "nothing since");
    let unjudged = book.superseded(None, Matched::by_anybody(o_clock(10)), o_clock(99));
    assert_eq!(
        unjudged,
        at(30),
        "no calendar concerns a ticket without a policy"
    );
}

#[test]
fn a_match_that_did_not_know_a_version_for_open_tickets_is_made_again() {
    let mut for_open = versioned(1, 2, 20);
    for_open.applies_to_open = true;
    let older = SlaBook::new(vec![versioned(1, 1, 0)], Vec::new()).unwrap();
    let newer = SlaBook::new(vec![versioned(1, 1, 0), for_open], Vec::new()).unwrap();
    let matched = |book: &SlaBook, hour| Matched {
        at: o_clock(hour),
        knew: book.versions_for_open(o_clock(hour)),
    };
    let again = |matched| newer.superseded(None, matched, o_clock(99));
    assert_eq!(again(matched(&older, 21)), Some(o_clock(21)));
    assert_eq!(again(matched(&newer, 21)), None);
    assert_eq!(again(matched(&older, 19)), Some(o_clock(20)));
    assert_eq!(again(matched(&newer, 19)), Some(o_clock(20)));
    // A server that has not read the newer book yet leaves such a ticket alone.
    let ahead = matched(&newer, 21);
    assert_eq!(older.superseded(None, ahead, o_clock(99)), None);
}

#[test]
fn contradictions_are_refused() {
    let twice = SlaBook::new(vec![versioned(1, 1, 0), versioned(1, 1, 0)], Vec::new());
    assert_eq!(
        twice,
        Err(BookError::DuplicatePolicyVersion(versioned(1, 1, 0).id))
    );
    let twice = SlaBook::new(Vec::new(), vec![calendar(1, 0), calendar(1, 0)]);
    assert_eq!(
        twice,
        Err(BookError::DuplicateCalendarVersion(calendar(1, 0).id))
    );
    let mut lost = versioned(1, 1, 0);
    let nowhere = CalendarId(Uuid::from_u128(9));
    lost.spec.calendar = Some(nowhere);
    let unknown = BookError::UnknownCalendar {
        policy: lost.id,
        calendar: nowhere,
    };
    assert_eq!(SlaBook::new(vec![lost], vec![calendar(1, 0)]), Err(unknown));
}

#[test]
fn every_fault_of_a_policy_is_named_with_its_field() {
    let mut spec = policy().spec;
    assert_eq!(spec.check(), Ok(()));
    spec.name = "x".repeat(101);
    spec.conditions.customer_tiers = vec!["gold".to_owned(), String::new()];
    spec.targets.first_response = Some(SignedDuration::from_millis(999));
    spec.targets.resolution = Some(SignedDuration::from_hours(24 * 366 * 10 + 1));
    spec.pause_statuses.push(Status::Resolved);
    spec.warning_percent = 100;
    let fields: Vec<String> = spec
        .check()
        .unwrap_err()
        .iter()
        .map(PolicyError::field)
        .collect();
    assert_eq!(
        fields,
        [
            "name",
            "conditions.customer_tiers[1]",
            "targets.first_response",
            "targets.resolution",
            "pause_statuses[1]",
            "warning_percent",
        ]
    );
}
