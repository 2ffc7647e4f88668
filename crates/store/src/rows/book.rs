//! What policies and calendars say, as documents.

use jiff::SignedDuration;
use jiff::civil::Date;
use linedesk_domain::class::{Category, Priority};
use linedesk_domain::ids::CalendarId;
use linedesk_domain::sla::{CalendarSpec, Conditions, Holiday, PolicySpec, Span, Targets, Time};
use linedesk_domain::workflow::Status;
use linedesk_ports::store::StoreError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::known;

/// A policy's document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PolicyDocument {
    name: String,
    position: i32,
    priorities: Vec<String>,
    categories: Vec<String>,
    customer_tiers: Vec<String>,
    first_response_us: Option<i64>,
    next_response_us: Option<i64>,
    resolution_us: Option<i64>,
    calendar: Option<Uuid>,
    pause_statuses: Vec<String>,
    warning_percent: u8,
}

/// A calendar's document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CalendarDocument {
    name: String,
    timezone: String,
    always_open: bool,
    /// Monday first; minutes from midnight.
    hours: [Vec<(u16, u16)>; 7],
    /// Date and name.
    holidays: Vec<(Date, String)>,
}

fn micros(duration: Option<SignedDuration>) -> Option<i64> {
    // At most ten years.
    duration.map(|duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
}

impl From<PolicySpec> for PolicyDocument {
    fn from(spec: PolicySpec) -> Self {
        let PolicySpec {
            name,
            position,
            conditions,
            targets,
            calendar,
            pause_statuses,
            warning_percent,
        } = spec;
        let Conditions {
            priorities,
            categories,
            customer_tiers,
        } = conditions;
        Self {
            name,
            position,
            priorities: priorities
                .iter()
                .map(|priority| priority.name().to_owned())
                .collect(),
            categories: categories
                .iter()
                .map(|category| category.name().to_owned())
                .collect(),
            customer_tiers,
            first_response_us: micros(targets.first_response),
            next_response_us: micros(targets.next_response),
            resolution_us: micros(targets.resolution),
            calendar: calendar.map(|calendar| calendar.0),
            pause_statuses: pause_statuses
                .iter()
                .map(|status| status.name().to_owned())
                .collect(),
            warning_percent,
        }
    }
}

impl PolicyDocument {
    /// What the policy version `row` says.
    pub(crate) fn into_spec(self, row: Uuid) -> Result<PolicySpec, StoreError> {
        const TABLE: &str = "policy_versions";
        let priority = |name: &String| known(Priority::parse(name), TABLE, "priorities", &row);
        let category = |name: &String| known(Category::parse(name), TABLE, "categories", &row);
        let status = |name: &String| known(Status::parse(name), TABLE, "pause_statuses", &row);
        Ok(PolicySpec {
            name: self.name,
            position: self.position,
            conditions: Conditions {
                priorities: self
                    .priorities
                    .iter()
                    .map(priority)
                    .collect::<Result<_, _>>()?,
                categories: self
                    .categories
                    .iter()
                    .map(category)
                    .collect::<Result<_, _>>()?,
                customer_tiers: self.customer_tiers,
            },
            targets: Targets {
                first_response: self.first_response_us.map(SignedDuration::from_micros),
                next_response: self.next_response_us.map(SignedDuration::from_micros),
                resolution: self.resolution_us.map(SignedDuration::from_micros),
            },
            calendar: self.calendar.map(CalendarId),
            pause_statuses: self
                .pause_statuses
                .iter()
                .map(status)
                .collect::<Result<_, _>>()?,
            warning_percent: self.warning_percent,
        })
    }
}

impl From<&CalendarSpec> for CalendarDocument {
    fn from(spec: &CalendarSpec) -> Self {
        let minutes = |span: &Span| (span.opens.minutes(), span.closes.minutes());
        Self {
            name: spec.name.clone(),
            timezone: spec.timezone.clone(),
            always_open: spec.always_open,
            hours: spec
                .hours
                .each_ref()
                .map(|day| day.iter().map(minutes).collect()),
            holidays: spec
                .holidays
                .iter()
                .map(|holiday| (holiday.date, holiday.name.clone()))
                .collect(),
        }
    }
}

impl CalendarDocument {
    /// What the calendar version `row` says.
    pub(crate) fn into_spec(self, row: Uuid) -> Result<CalendarSpec, StoreError> {
        let time = |minutes: u16| {
            known(
                Time::from_minutes(minutes),
                "calendar_versions",
                "hours",
                &row,
            )
        };
        let mut hours: [Vec<Span>; 7] = Default::default();
        for (day, spans) in hours.iter_mut().zip(self.hours) {
            for (opens, closes) in spans {
                day.push(Span::new(time(opens)?, time(closes)?));
            }
        }
        Ok(CalendarSpec {
            name: self.name,
            timezone: self.timezone,
            always_open: self.always_open,
            hours,
            holidays: self
                .holidays
                .into_iter()
                .map(|(date, name)| Holiday { date, name })
                .collect(),
        })
    }
}
