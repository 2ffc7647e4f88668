//! Random calendars, policies and histories, around days on which clocks do something odd.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use uuid::Uuid;

use super::oracle::{Fact, Minutes};
use crate::ids::{CalendarId, CalendarVersionId, PolicyId, PolicyVersionId};
use crate::sla::{
    CalendarSpec, CalendarVersion, Conditions, Holiday, PolicySpec, PolicyVersion, Span, Targets,
    Time, Timeline,
};
use crate::workflow::Status;

/// A zone and a UTC day near which its clock does something odd, or the engine's table has a seam.
const ODD: [(&str, Date); 16] = [
    ("Europe/Berlin", jiff::civil::date(2026, 3, 29)),
    ("Europe/Berlin", jiff::civil::date(2026, 10, 25)),
    // A seam of the compiled table.
    ("Europe/Berlin", jiff::civil::date(2000, 12, 30)),
    ("America/St_Johns", jiff::civil::date(2026, 3, 8)),
    // In those years it changed at one minute past midnight.
    ("America/St_Johns", jiff::civil::date(2010, 11, 7)),
    ("America/St_Johns", jiff::civil::date(2011, 3, 13)),
    // Half an hour of daylight saving.
    ("Australia/Lord_Howe", jiff::civil::date(2026, 4, 5)),
    ("Australia/Lord_Howe", jiff::civil::date(2026, 10, 4)),
    // Ramadan.
    ("Africa/Casablanca", jiff::civil::date(2026, 2, 15)),
    ("Africa/Casablanca", jiff::civil::date(2026, 3, 22)),
    // A day that never was.
    ("Pacific/Apia", jiff::civil::date(2011, 12, 30)),
    // From 5:30 to 5:45, before the years that are kept compiled.
    ("Asia/Kathmandu", jiff::civil::date(1986, 1, 1)),
    // Midnight is skipped.
    ("America/Sao_Paulo", jiff::civil::date(2018, 11, 4)),
    ("UTC", jiff::civil::date(2028, 2, 29)),
    // Past the years that are kept compiled.
    ("Europe/Berlin", jiff::civil::date(2150, 3, 29)),
    ("America/New_York", jiff::civil::date(2099, 11, 1)),
];
/// Days on each side of the odd one for which the oracle knows the hours.
pub(super) const DAYS: i64 = 12;
pub(super) fn second(at: i64) -> Timestamp {
    Timestamp::from_second(at).unwrap()
}

/// A calendar, with the beginning of the odd day in seconds.
pub(super) fn calendars() -> impl Strategy<Value = (CalendarVersion, i64)> {
    // Quarters of an hour make ties with facts and limits likely; 96 is the end of the day.
    let quarters = || subsequence((0..=96_u16).collect::<Vec<_>>(), 0..=6);
    let day = quarters().prop_map(|edges| {
        let time = |quarter: u16| Time::from_minutes(quarter * 15).unwrap();
        edges
            .chunks_exact(2)
            .map(|pair| Span::new(time(pair[0]), time(pair[1])))
            .collect::<Vec<_>>()
    });
    let hours =
        prop::collection::vec(day, 7).prop_map(|days| <[Vec<Span>; 7]>::try_from(days).unwrap());
    let holidays = prop::collection::btree_set(-DAYS..DAYS, 0..4);
    (
        select(&ODD[..]),
        hours,
        holidays,
        prop::bool::weighted(0.05),
    )
        .prop_map(|((zone, odd), mut hours, holidays, always_open)| {
            let holiday = |days: i64| Holiday {
                date: odd
                    .checked_add(SignedDuration::from_hours(days * 24))
                    .unwrap(),
                name: String::new(),
            };
            if hours.iter().all(Vec::is_empty) {
                hours[0] = vec![Span::new(Time::START_OF_DAY, Time::END_OF_DAY)];
            }
            let spec = CalendarSpec {
                name: "random".to_owned(),
                timezone: zone.to_owned(),
                always_open,
                hours: if always_open {
                    Default::default()
                } else {
                    hours
                },
                holidays: if always_open {
                    Vec::new()
                } else {
                    holidays.into_iter().map(holiday).collect()
                },
            };
            let odd = odd
                .at(0, 0, 0, 0)
                .to_zoned(jiff::tz::TimeZone::UTC)
                .unwrap()
                .timestamp()
                .as_second();
            let (id, calendar) = (CalendarVersionId(Uuid::nil()), CalendarId(Uuid::nil()));
            (
                CalendarVersion::new(id, calendar, 1, Timestamp::MIN, false, spec).unwrap(),
                odd,
            )
        })
}

pub(super) fn policies() -> impl Strategy<Value = PolicyVersion> {
    let limit = || {
        let seconds =
            prop_oneof![4 => (1..40_i64).prop_map(|quarters| quarters * 900), 1 => 1..100_000_i64];
        prop::option::weighted(0.9, seconds.prop_map(SignedDuration::from_secs))
    };
    let pauses = subsequence(
        Status::ALL
            .into_iter()
            .filter(|status| !status.is_done())
            .collect::<Vec<_>>(),
        0..3,
    );
    let percent = prop_oneof![select(&[50_u8, 75, 80][..]), 1..=99_u8];
    (limit(), limit(), limit(), pauses, percent).prop_map(
        |(first_response, next_response, resolution, pause_statuses, warning_percent)| {
            PolicyVersion {
                id: PolicyVersionId(Uuid::nil()),
                policy: PolicyId(Uuid::nil()),
                version: 1,
                effective_from: Timestamp::MIN,
                applies_to_open: false,
                retired: false,
                spec: PolicySpec {
                    name: "random".to_owned(),
                    position: 0,
                    conditions: Conditions::default(),
                    targets: Targets {
                        first_response,
                        next_response,
                        resolution,
                    },
                    calendar: None,
                    pause_statuses,
                    warning_percent,
                },
            }
        },
    )
}

/// Seconds between one thing and the next.
fn gaps() -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(0_i64), 4 => (0..50_i64).prop_map(|quarters| quarters * 900), 2 => 0..60_000_i64]
}

/// What happens to a ticket, each fact with the seconds since the one before. Most histories keep to full quarters of an hour,
/// as spans and limits do, so that much happens at the very instant of something else.
fn facts() -> impl Strategy<Value = Vec<(i64, Fact)>> {
    let fact = || {
        prop_oneof![
            4 => select(&Status::ALL[..]).prop_map(Fact::Status),
            2 => Just(Fact::CustomerComment),
            2 => Just(Fact::StaffReply),
        ]
    };
    let quarters = (0..20_i64).prop_map(|quarters| quarters * 900);
    prop_oneof![
        2 => prop::collection::vec((quarters, fact()), 0..14),
        1 => prop::collection::vec((gaps(), fact()), 0..14),
    ]
}

/// A history in seconds: facts in order, when the policy came to apply, and as of when it is judged.
#[derive(Debug, Clone)]
pub(super) struct History {
    pub(super) facts: Vec<(i64, Fact)>,
    pub(super) since: i64,
    pub(super) now: i64,
}

impl History {
    /// The same, that many seconds later.
    pub(super) fn around(&self, odd: i64) -> Self {
        let facts = self
            .facts
            .iter()
            .map(|(at, fact)| (at + odd, *fact))
            .collect();
        Self {
            facts,
            since: self.since + odd,
            now: self.now + odd,
        }
    }
}

/// Histories around second zero.
pub(super) fn histories() -> impl Strategy<Value = History> {
    (
        0..16 * 96_i64,
        facts(),
        any::<Index>(),
        gaps(),
        gaps(),
        prop::bool::ANY,
    )
        .prop_map(|(start, gaps, since, after, rest, rejudged)| {
            let last = (DAYS - 1) * 86_400;
            let mut at = start * 900 - last;
            let mut facts = vec![(at, Fact::Status(Status::Open))];
            for (gap, fact) in gaps {
                at = (at + gap).min(last);
                facts.push((at, fact));
            }
            let since = if rejudged {
                since.get(&facts).0 + after
            } else {
                facts[0].0
            };
            let since = since.min(last);
            History {
                since,
                now: (at + rest).min(last).max(since),
                facts,
            }
        })
}

pub(super) fn minutes(calendar: &CalendarVersion, odd: i64) -> Minutes {
    Minutes::new(&calendar.spec, odd - DAYS * 86_400, 2 * DAYS * 24 * 60)
}

pub(super) fn timeline(facts: &[(i64, Fact)]) -> Timeline {
    let mut timeline = Timeline::new(second(facts[0].0), Status::Open);
    for &(at, fact) in &facts[1..] {
        apply(&mut timeline, second(at), fact);
    }
    timeline
}

pub(super) fn apply(timeline: &mut Timeline, at: Timestamp, fact: Fact) {
    match fact {
        Fact::Status(status) => timeline.status_changed(at, status),
        Fact::CustomerComment => timeline.customer_commented(at),
        Fact::StaffReply => timeline.staff_replied(at),
    }
}
