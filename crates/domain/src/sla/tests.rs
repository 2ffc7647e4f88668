//! Tests of the SLA clock: its rules one by one, and its properties over random histories.

mod book;
mod calendar;
mod oracle;
mod properties;
mod random;
mod record;
mod verdict;
mod what_if;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{CalendarSpec, Conditions, Facts, PolicySpec, PolicyVersion, Span, Targets, Time};
use crate::class::{Category, Priority};
use crate::ids::{PolicyId, PolicyVersionId};
use crate::workflow::Status;

/// An instant, as text.
fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// One day's hours: `"08:00-12:00 13:00-18:00"`.
fn day(spans: &str) -> Vec<Span> {
    let span = |span: &str| {
        let (opens, closes) = span.split_once('-').unwrap();
        Span::new(Time::parse(opens).unwrap(), Time::parse(closes).unwrap())
    };
    spans.split_whitespace().map(span).collect()
}

/// Monday to Friday those hours, in that zone.
fn weekdays(timezone: &str, spans: &str) -> CalendarSpec {
    CalendarSpec {
        name: "office".to_owned(),
        timezone: timezone.to_owned(),
        always_open: false,
        hours: [
            day(spans),
            day(spans),
            day(spans),
            day(spans),
            day(spans),
            Vec::new(),
            Vec::new(),
        ],
        holidays: Vec::new(),
    }
}

/// A policy for every ticket: 1 hour, 2 hours, 8 hours, paused while waiting for the customer, warning at 75 %.
fn policy() -> PolicyVersion {
    PolicyVersion {
        id: PolicyVersionId(Uuid::from_u128(1)),
        policy: PolicyId(Uuid::from_u128(1)),
        version: 1,
        effective_from: Timestamp::MIN,
        applies_to_open: false,
        retired: false,
        spec: PolicySpec {
            name: "everything".to_owned(),
            position: 10,
            conditions: Conditions::default(),
            targets: Targets {
                first_response: Some(SignedDuration::from_hours(1)),
                next_response: Some(SignedDuration::from_hours(2)),
                resolution: Some(SignedDuration::from_hours(8)),
            },
            calendar: None,
            pause_statuses: vec![Status::PendingCustomer],
            warning_percent: 75,
        },
    }
}

/// A ticket that is nothing special.
fn facts() -> Facts<'static> {
    Facts {
        priority: Priority::Medium,
        category: Category::Repair,
        customer_tier: None,
    }
}
