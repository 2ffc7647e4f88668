//! When the clock runs, by hand.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{at, day, weekdays};
use crate::ids::{CalendarId, CalendarVersionId};
use crate::sla::{CalendarSpec, CalendarVersion, Holiday};

fn version(spec: CalendarSpec) -> CalendarVersion {
    let (id, calendar) = (CalendarVersionId(Uuid::nil()), CalendarId(Uuid::nil()));
    CalendarVersion::new(id, calendar, 1, Timestamp::MIN, false, spec).unwrap()
}

/// Every day of the week those hours.
fn daily(timezone: &str, spans: &str) -> CalendarSpec {
    let mut spec = weekdays(timezone, spans);
    spec.hours = std::array::from_fn(|_| day(spans));
    spec
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn holiday(date: jiff::civil::Date) -> Holiday {
    Holiday {
        date,
        name: "holiday".to_owned(),
    }
}

#[test]
fn a_zone_means_the_same_on_every_machine() {
    for name in [
        "localtime",
        "posixrules",
        "Factory",
        "posix/UTC",
        "right/UTC",
        "",
        "Etc/Unknown",
    ] {
        assert!(crate::sla::zone(name).is_none(), "{name}");
        assert!(weekdays(name, "08:00-18:00").check().is_err(), "{name}");
    }
    for name in ["UTC", "Europe/Berlin", "america/new_york", "Asia/Calcutta"] {
        assert!(crate::sla::zone(name).is_some(), "{name}");
    }
}

#[test]
fn a_weekend_and_a_lunch_break_do_not_count() {
    let calendar = version(weekdays("UTC", "08:00-12:00 13:00-18:00"));
    // Friday noon to Monday noon.
    assert_eq!(
        calendar.between(at("2026-11-20T12:00Z"), at("2026-11-23T12:00Z")),
        hours(9)
    );
    assert_eq!(
        calendar.add(at("2026-11-20T12:00Z"), hours(9)),
        Some(at("2026-11-23T12:00Z"))
    );
    assert!(!calendar.is_open(at("2026-11-20T12:00Z")));
    assert!(calendar.is_open(at("2026-11-20T13:00Z")));
    assert!(!calendar.is_open(at("2026-11-20T18:00Z")));
}

#[test]
fn the_last_open_moment_of_a_day_ends_at_closing_time() {
    let calendar = version(weekdays("UTC", "08:00-18:00"));
    assert_eq!(
        calendar.add(at("2026-11-20T10:00Z"), hours(8)),
        Some(at("2026-11-20T18:00Z"))
    );
    let more = hours(8) + SignedDuration::from_micros(1);
    assert_eq!(
        calendar.add(at("2026-11-20T10:00Z"), more),
        Some(at("2026-11-23T08:00:00.000001Z"))
    );
    assert_eq!(
        calendar.add(at("2026-11-21T10:00Z"), SignedDuration::ZERO),
        Some(at("2026-11-21T10:00Z"))
    );
}

#[test]
fn a_holiday_closes_the_whole_local_day() {
    let mut spec = weekdays("Pacific/Auckland", "00:00-24:00");
    spec.holidays = [date(2026, 12, 1), date(2026, 11, 24), date(2026, 1, 1)]
        .map(holiday)
        .to_vec();
    let calendar = version(spec);
    // The local 24th is from 11:00 UTC of the 23rd to 11:00 UTC of the 24th.
    assert_eq!(
        calendar.openings(at("2026-11-23T00:00Z"), at("2026-11-25T00:00Z")),
        [
            (at("2026-11-23T00:00Z"), at("2026-11-23T11:00Z")),
            (at("2026-11-24T11:00Z"), at("2026-11-25T00:00Z")),
        ]
    );
}

#[test]
fn days_of_23_and_25_hours_are_what_they_are() {
    let calendar = version(daily("Europe/Berlin", "00:00-24:00"));
    let local = |day, hours| {
        (
            at(day),
            calendar.add(at(day), SignedDuration::from_hours(hours)),
        )
    };
    // Noon to noon, local time.
    assert_eq!(
        local("2026-03-28T11:00Z", 23),
        (at("2026-03-28T11:00Z"), Some(at("2026-03-29T10:00Z")))
    );
    assert_eq!(
        calendar.between(at("2026-03-28T23:00Z"), at("2026-03-29T22:00Z")),
        hours(23)
    );
    assert_eq!(
        calendar.between(at("2026-10-24T22:00Z"), at("2026-10-25T23:00Z")),
        hours(25)
    );
}

#[test]
fn a_span_with_the_skipped_hour_inside_lasts_an_hour_less() {
    let calendar = version(daily("Europe/Berlin", "01:00-04:00"));
    assert_eq!(
        calendar.between(at("2026-03-28T12:00Z"), at("2026-03-29T12:00Z")),
        hours(2)
    );
    assert_eq!(
        calendar.between(at("2026-10-24T12:00Z"), at("2026-10-25T12:00Z")),
        hours(4)
    );
    // Half an hour of daylight saving.
    let calendar = version(daily("Australia/Lord_Howe", "01:00-04:00"));
    assert_eq!(
        calendar.between(at("2026-10-03T12:00Z"), at("2026-10-04T12:00Z")),
        SignedDuration::from_mins(150)
    );
    assert_eq!(
        calendar.between(at("2026-04-04T12:00Z"), at("2026-04-05T12:00Z")),
        SignedDuration::from_mins(210)
    );
}

#[test]
fn a_span_inside_the_repeated_hour_is_open_twice_and_one_inside_the_skipped_hour_never() {
    let calendar = version(daily("Europe/Berlin", "02:15-02:30"));
    assert_eq!(
        calendar.openings(at("2026-10-25T00:00Z"), at("2026-10-25T12:00Z")),
        [
            (at("2026-10-25T00:15Z"), at("2026-10-25T00:30Z")),
            (at("2026-10-25T01:15Z"), at("2026-10-25T01:30Z")),
        ]
    );
    assert_eq!(
        calendar.openings(at("2026-03-29T00:00Z"), at("2026-03-29T12:00Z")),
        []
    );
}

#[test]
fn a_local_day_that_never_was_does_not_count() {
    // Samoa went from Thursday the 29th straight to Saturday the 31st.
    let calendar = version(weekdays("Pacific/Apia", "09:00-17:00"));
    assert_eq!(
        calendar.openings(at("2011-12-29T12:00Z"), at("2012-01-03T00:00Z")),
        [
            (at("2011-12-29T19:00Z"), at("2011-12-30T03:00Z")),
            (at("2012-01-01T19:00Z"), at("2012-01-02T03:00Z")),
            (at("2012-01-02T19:00Z"), at("2012-01-03T00:00Z")),
        ]
    );
}

#[test]
fn what_takes_more_than_two_centuries_has_no_end() {
    let mut spec = weekdays("UTC", "");
    spec.hours[0] = day("08:00-08:01");
    let calendar = version(spec);
    // 8760 minutes, one a week.
    assert!(
        calendar
            .add(at("2026-01-01T00:00Z"), SignedDuration::from_mins(8760))
            .is_some()
    );
    assert_eq!(
        calendar.add(at("2026-01-01T00:00Z"), SignedDuration::from_mins(87_600)),
        None
    );
    let always = CalendarVersion::around_the_clock();
    assert_eq!(always.add(at("9999-01-01T00:00Z"), hours(24 * 366)), None);
}

#[test]
fn the_ends_of_time_are_no_trouble() {
    let calendar = version(weekdays("Europe/Berlin", "00:00-24:00"));
    assert_eq!(
        calendar.between(Timestamp::MAX, Timestamp::MIN),
        SignedDuration::ZERO
    );
    assert!(calendar.is_open(Timestamp::MIN) || !calendar.is_open(Timestamp::MAX));
    assert_eq!(calendar.add(Timestamp::MAX, hours(100)), None);
    let near = Timestamp::MIN.checked_add(hours(24 * 7)).unwrap();
    assert!(calendar.between(Timestamp::MIN, near) > hours(100));
}

#[test]
fn every_fault_is_named_with_its_field() {
    let mut spec = weekdays("Mars/Olympus", "08:00-12:00");
    spec.name = " ".to_owned();
    spec.hours[1] = day("12:00-08:00 09:00-11:00 10:00-14:00 14:00-15:00");
    spec.holidays = vec![
        holiday(date(2026, 1, 1)),
        holiday(date(2026, 5, 1)),
        holiday(date(2026, 1, 1)),
    ];
    spec.holidays[1].name = "x".repeat(101);
    let faults: Vec<String> = spec
        .check()
        .unwrap_err()
        .iter()
        .map(|fault| format!("{}: {fault}", fault.field()))
        .collect();
    assert_eq!(
        faults,
        [
            "name: the name is empty",
            "timezone: no time zone is called so",
            "hours.tuesday[2]: overlaps another span of the day, which closes at 11:00",
            "hours.tuesday[0]: opens at 12:00 and closes at 08:00, which is not later",
            "holidays[1].name: the holiday's name has 101 characters, at most 100 are allowed",
            "holidays[2].date: 2026-01-01 is already a holiday",
        ]
    );
}

#[test]
fn a_calendar_is_either_always_open_or_has_hours() {
    assert_eq!(CalendarSpec::always_open("24x7").check(), Ok(()));
    let fields = |spec: &CalendarSpec| -> Vec<String> {
        spec.check()
            .unwrap_err()
            .iter()
            .map(crate::sla::CalendarError::field)
            .collect()
    };
    assert_eq!(fields(&weekdays("UTC", "")), ["hours"]);
    let mut both = weekdays("UTC", "08:00-12:00");
    both.always_open = true;
    both.holidays = vec![holiday(date(2026, 1, 1))];
    assert_eq!(fields(&both), ["hours", "holidays"]);
    let mut many = weekdays("UTC", "08:00-12:00");
    many.holidays = vec![holiday(date(2026, 1, 1)); 1001];
    assert_eq!(fields(&many), ["holidays"]);
}
