//! The policies and the calendar that a new installation starts with.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::calendar::{CalendarSpec, CalendarVersion};
use super::policy::{Conditions, PolicySpec, PolicyVersion, Targets};
use super::span::{Span, Time};
use crate::class::Priority;
use crate::ids::{CalendarId, CalendarVersionId, PolicyId, PolicyVersionId};

/// The shipped policies and calendars, effective from `now`, with identities from `ids`.
///
/// # Source
/// The API contract, SLA, "Shipped": around the clock for emergency and critical (15 minutes to respond, 4 hours to
/// resolve), urgent (30 minutes, 8 hours) and high (1 hour, 24 hours); Monday to Friday 08:00 to 18:00 UTC for medium
/// (4 hours, 40 hours) and low (8 hours, 80 hours).
///
/// # Panics
/// If the shipped calendar were wrong, which a test excludes.
pub fn shipped(
    now: Timestamp,
    mut ids: impl FnMut() -> Uuid,
) -> (Vec<PolicyVersion>, Vec<CalendarVersion>) {
    let business_hours = CalendarId(ids());
    let calendar = CalendarVersion::new(
        CalendarVersionId(ids()),
        business_hours,
        1,
        now,
        false,
        business_hours_spec(),
    );
    let calendar =
        calendar.expect("the shipped calendar is checked by a test, and every system knows UTC");

    let rows = [
        (
            "Emergency and critical",
            vec![Priority::Emergency, Priority::Critical],
            15,
            4,
            None,
        ),
        ("Urgent", vec![Priority::Urgent], 30, 8, None),
        ("High", vec![Priority::High], 60, 24, None),
        (
            "Medium",
            vec![Priority::Medium],
            4 * 60,
            40,
            Some(business_hours),
        ),
        ("Low", vec![Priority::Low], 8 * 60, 80, Some(business_hours)),
    ];
    let policies = rows.into_iter().zip(1..).map(
        |((name, priorities, respond_minutes, resolve_hours, calendar), place)| {
            let respond = Some(SignedDuration::from_mins(respond_minutes));
            let targets = Targets {
                first_response: respond,
                next_response: respond,
                resolution: Some(SignedDuration::from_hours(resolve_hours)),
            };
            PolicyVersion {
                id: PolicyVersionId(ids()),
                policy: PolicyId(ids()),
                version: 1,
                effective_from: now,
                applies_to_open: false,
                retired: false,
                spec: PolicySpec {
                    name: name.to_owned(),
                    position: place * 10,
                    conditions: Conditions {
                        priorities,
                        ..Conditions::default()
                    },
                    targets,
                    calendar,
                    pause_statuses: PolicySpec::PAUSE_STATUSES.to_vec(),
                    warning_percent: PolicySpec::WARNING_PERCENT,
                },
            }
        },
    );
    (policies.collect(), vec![calendar])
}

fn business_hours_spec() -> CalendarSpec {
    let day = || -> Vec<Span> {
        let spans = Time::parse("08:00")
            .zip(Time::parse("18:00"))
            .map(|(opens, closes)| Span::new(opens, closes));
        spans.into_iter().collect()
    };
    CalendarSpec {
        name: "Business hours".to_owned(),
        timezone: "UTC".to_owned(),
        always_open: false,
        hours: [day(), day(), day(), day(), day(), Vec::new(), Vec::new()],
        holidays: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::Category;
    use crate::sla::{Facts, SlaBook};

    fn book() -> SlaBook {
        let mut next = 0;
        let (policies, calendars) = shipped(Timestamp::UNIX_EPOCH, || {
            next += 1;
            Uuid::from_u128(next)
        });
        assert!(policies.iter().all(|policy| policy.spec.check().is_ok()));
        SlaBook::new(policies, calendars).unwrap()
    }

    #[test]
    fn every_priority_has_the_contracts_targets() {
        let book = book();
        let drawn: Vec<String> = Priority::ALL
            .iter()
            .map(|&priority| {
                let facts = Facts {
                    priority,
                    category: Category::Repair,
                    customer_tier: None,
                };
                let judge = book.choose(&facts, Timestamp::UNIX_EPOCH).unwrap();
                let (policy, calendar) = book.judged_by(&judge).unwrap();
                let targets = policy.spec.targets;
                let [first, next, resolution] = [
                    targets.first_response,
                    targets.next_response,
                    targets.resolution,
                ]
                .map(Option::unwrap);
                format!(
                    "{}: {first:#} {next:#} {resolution:#} {}",
                    priority.name(),
                    calendar.spec.name
                )
            })
            .collect();
        assert_eq!(
            drawn,
            [
                "low: 8h 8h 80h Business hours",
                "medium: 4h 4h 40h Business hours",
                "high: 1h 1h 24h 24x7",
                "urgent: 30m 30m 8h 24x7",
                "critical: 15m 15m 4h 24x7",
                "emergency: 15m 15m 4h 24x7",
            ]
        );
    }
}
