//! Days, weeks and months.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::super::period::{Period, PeriodError, Step};

fn period(from: Date, to: Date, zone: &str, step: Step) -> Period {
    Period::new(from, to, TimeZone::get(zone).unwrap(), step).unwrap()
}

#[test]
fn weeks_begin_on_mondays_and_months_on_their_first() {
    // 2026-03-04 is a Wednesday.
    let weeks = period(date(2026, 3, 4), date(2026, 3, 17), "UTC", Step::Week);
    let parts: Vec<_> = weeks.parts().collect();
    assert_eq!(
        parts,
        [
            (date(2026, 3, 4), date(2026, 3, 8)),
            (date(2026, 3, 9), date(2026, 3, 15)),
            (date(2026, 3, 16), date(2026, 3, 17)),
        ]
    );
    let months = period(date(2026, 1, 31), date(2026, 3, 1), "UTC", Step::Month);
    let starts: Vec<_> = months.parts().map(|(from, _)| from).collect();
    assert_eq!(
        starts,
        [date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 1)]
    );
}

#[test]
fn days_are_those_of_the_zone_also_when_clocks_change() {
    let days = period(
        date(2026, 3, 28),
        date(2026, 3, 30),
        "Europe/Berlin",
        Step::Day,
    );
    assert_eq!(days.ends() - days.begins(), 71 * 3_600);
    let midnight = |day| -> i64 {
        let zoned = date(2026, 3, day).in_tz("Europe/Berlin").unwrap();
        zoned.timestamp().as_second()
    };
    assert_eq!(days.part(midnight(29) - 1), Some(0));
    assert_eq!(days.part(midnight(29)), Some(1));
    assert_eq!(days.part(midnight(30)), Some(2));
    assert_eq!(days.part(midnight(31)), None);
    assert_eq!(days.part(midnight(28) - 1), None);
}

#[test]
fn the_period_before_is_as_long_and_ends_where_this_begins() {
    let march = period(
        date(2026, 3, 1),
        date(2026, 3, 31),
        "Europe/Berlin",
        Step::Week,
    );
    let before = march.before(Date::MIN).unwrap().unwrap();
    assert_eq!(
        (before.from(), before.to()),
        (date(2026, 1, 29), date(2026, 2, 28))
    );
    assert_eq!(
        (before.days(), before.ends()),
        (march.days(), march.begins())
    );
    let first = |day| march.before(day).unwrap().map(|before| before.from());
    let february = date(2026, 2, 20);
    assert_eq!(first(february), Some(february));
    assert_eq!(first(march.from()), None);
}

#[test]
fn the_first_whole_day_of_a_zone_begins_when_the_utc_day_is_over() {
    for (zone, wanted) in [
        ("UTC", date(1970, 1, 2)),
        ("America/New_York", date(1970, 1, 2)),
        ("Asia/Kolkata", date(1970, 1, 3)),
        ("Pacific/Auckland", date(1970, 1, 3)),
    ] {
        let zone = TimeZone::get(zone).unwrap();
        assert_eq!(Period::first_after(0, &zone), Some(wanted), "{zone:?}");
    }
}

#[test]
fn what_is_no_period_is_refused() {
    let refused = |from, to| Period::new(from, to, TimeZone::UTC, Step::Day).unwrap_err();
    assert_eq!(
        refused(date(2026, 3, 2), date(2026, 3, 1)),
        PeriodError::EndsBefore
    );
    assert_eq!(
        refused(date(2000, 1, 1), date(2026, 3, 1)),
        PeriodError::TooLong
    );
    assert_eq!(refused(Date::MAX, Date::MAX), PeriodError::BeyondTime);
}

#[test]
fn a_stretch_is_as_long_as_its_part_and_nothing_is_between_two() {
    let period = period(
        date(2026, 3, 27),
        date(2026, 4, 2),
        "Europe/Berlin",
        Step::Day,
    );
    let mut second = period.begins();
    let before = period.stretch(second - 1);
    assert_eq!(
        (before.from, before.until, before.part),
        (i64::MIN, second, None)
    );
    for part in 0..7 {
        let here = period.stretch(second);
        assert_eq!((here.from, here.part), (second, Some(part)));
        assert!(here.holds(second) && here.holds(here.until - 1) && !here.holds(here.until));
        assert_eq!(period.stretch(here.until - 1), here);
        second = here.until;
    }
    assert_eq!(second, period.ends());
    let after = period.stretch(second);
    assert_eq!(
        (after.from, after.until, after.part),
        (second, i64::MAX, None)
    );
}
