//! What a simulation works with, as JSON in its job.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use linedesk_domain::class::{Category, Priority};
use linedesk_domain::ids::{
    CalendarId, CalendarVersionId, CustomerId, PolicyId, PolicyVersionId, TeamId,
};
use linedesk_domain::sla::{
    CalendarSpec, Conditions, Draft, DraftIds, Holiday, PolicySpec, Span, Targets, Time,
};
use linedesk_domain::workflow::Status;
use linedesk_ports::jobs::Job;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Filter, Plan, Wanted};
use crate::error::Error;
use crate::jobs;

#[derive(Serialize, Deserialize)]
struct Input {
    first: Date,
    last: Date,
    timezone: Option<String>,
    from: Timestamp,
    until: Timestamp,
    policy: Option<Policy>,
    replaces: Option<Uuid>,
    calendar: Option<Calendar>,
    replaces_calendar: Option<Uuid>,
    priorities: Vec<String>,
    categories: Vec<String>,
    customer: Option<Uuid>,
    team: Option<Uuid>,
    /// Of the draft's policy, its version, its calendar, and that one's version.
    ids: [Uuid; 4],
}

#[derive(Serialize, Deserialize)]
struct Policy {
    name: String,
    position: i32,
    priorities: Vec<String>,
    categories: Vec<String>,
    customer_tiers: Vec<String>,
    /// Microseconds, in the order of [`linedesk_domain::sla::Target::ALL`].
    targets: [Option<i64>; 3],
    calendar: Option<Uuid>,
    pause_statuses: Vec<String>,
    warning_percent: u8,
}

#[derive(Serialize, Deserialize)]
struct Calendar {
    name: String,
    timezone: String,
    always_open: bool,
    /// Minutes since midnight.
    hours: [Vec<(u16, u16)>; 7],
    holidays: Vec<(Date, String)>,
}

/// As the job keeps it.
pub(super) fn write(plan: &Plan) -> String {
    let Wanted {
        first,
        last,
        timezone,
        draft,
        filter,
    } = &plan.wanted;
    let ids = plan.ids;
    let input = Input {
        first: *first,
        last: *last,
        timezone: timezone.clone(),
        from: plan.from,
        until: plan.until,
        policy: draft.policy.as_ref().map(Policy::of),
        replaces: draft.replaces.map(|id| id.0),
        calendar: draft.calendar.as_ref().map(Calendar::of),
        replaces_calendar: draft.replaces_calendar.map(|id| id.0),
        priorities: names(&filter.priorities, Priority::name),
        categories: names(&filter.categories, Category::name),
        customer: filter.customer.map(|id| id.0),
        team: filter.team.map(|id| id.0),
        ids: [
            ids.policy.0,
            ids.policy_version.0,
            ids.calendar.0,
            ids.calendar_version.0,
        ],
    };
    // Texts, numbers and lists: there is always JSON for that.
    serde_json::to_string(&input).unwrap_or_default()
}

/// Out of the job.
pub(super) fn read(job: &Job) -> Result<Plan, Error> {
    let input: Input =
        serde_json::from_str(&job.new.input).map_err(|error| corrupt(job, &error.to_string()))?;
    let unknown = || corrupt(job, "a name in it means nothing");
    let [policy, policy_version, calendar, calendar_version] = input.ids;
    let draft = Draft {
        policy: match input.policy {
            Some(policy) => Some(policy.into_spec().ok_or_else(unknown)?),
            None => None,
        },
        replaces: input.replaces.map(PolicyId),
        calendar: match input.calendar {
            Some(calendar) => Some(calendar.into_spec().ok_or_else(unknown)?),
            None => None,
        },
        replaces_calendar: input.replaces_calendar.map(CalendarId),
    };
    let filter = Filter {
        priorities: parsed(&input.priorities, Priority::parse).ok_or_else(unknown)?,
        categories: parsed(&input.categories, Category::parse).ok_or_else(unknown)?,
        customer: input.customer.map(CustomerId),
        team: input.team.map(TeamId),
    };
    Ok(Plan {
        wanted: Wanted {
            first: input.first,
            last: input.last,
            timezone: input.timezone,
            draft,
            filter,
        },
        from: input.from,
        until: input.until,
        ids: DraftIds {
            policy: PolicyId(policy),
            policy_version: PolicyVersionId(policy_version),
            calendar: CalendarId(calendar),
            calendar_version: CalendarVersionId(calendar_version),
        },
    })
}

fn corrupt(job: &Job, what: &str) -> Error {
    jobs::corrupt("jobs", job.new.id, format!("input: {what}"))
}

fn names<T: Copy>(values: &[T], name: impl Fn(T) -> &'static str) -> Vec<String> {
    values.iter().map(|value| name(*value).to_owned()).collect()
}

fn parsed<T>(names: &[String], parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    names.iter().map(|name| parse(name)).collect()
}

impl Policy {
    fn of(spec: &PolicySpec) -> Self {
        let PolicySpec {
            name,
            position,
            conditions,
            targets,
            calendar,
            pause_statuses,
            warning_percent,
        } = spec;
        let micros = |limit: Option<SignedDuration>| {
            limit.map(|limit| i64::try_from(limit.as_micros()).unwrap_or(i64::MAX))
        };
        Self {
            name: name.clone(),
            position: *position,
            priorities: names(&conditions.priorities, Priority::name),
            categories: names(&conditions.categories, Category::name),
            customer_tiers: conditions.customer_tiers.clone(),
            targets: [
                targets.first_response,
                targets.next_response,
                targets.resolution,
            ]
            .map(micros),
            calendar: calendar.map(|id| id.0),
            pause_statuses: names(pause_statuses, Status::name),
            warning_percent: *warning_percent,
        }
    }

    fn into_spec(self) -> Option<PolicySpec> {
        let [first_response, next_response, resolution] = self
            .targets
            .map(|limit| limit.map(SignedDuration::from_micros));
        Some(PolicySpec {
            name: self.name,
            position: self.position,
            conditions: Conditions {
                priorities: parsed(&self.priorities, Priority::parse)?,
                categories: parsed(&self.categories, Category::parse)?,
                customer_tiers: self.customer_tiers,
            },
            targets: Targets {
                first_response,
                next_response,
                resolution,
            },
            calendar: self.calendar.map(CalendarId),
            pause_statuses: parsed(&self.pause_statuses, Status::parse)?,
            warning_percent: self.warning_percent,
        })
    }
}

impl Calendar {
    fn of(spec: &CalendarSpec) -> Self {
        let pair = |span: &Span| (span.opens.minutes(), span.closes.minutes());
        Self {
            name: spec.name.clone(),
            timezone: spec.timezone.clone(),
            always_open: spec.always_open,
            hours: spec
                .hours
                .each_ref()
                .map(|day| day.iter().map(pair).collect()),
            holidays: spec
                .holidays
                .iter()
                .map(|day| (day.date, day.name.clone()))
                .collect(),
        }
    }

    fn into_spec(self) -> Option<CalendarSpec> {
        let mut hours: [Vec<Span>; 7] = Default::default();
        for (day, pairs) in hours.iter_mut().zip(self.hours) {
            for (opens, closes) in pairs {
                day.push(Span::new(
                    Time::from_minutes(opens)?,
                    Time::from_minutes(closes)?,
                ));
            }
        }
        let holiday = |(date, name)| Holiday { date, name };
        Some(CalendarSpec {
            name: self.name,
            timezone: self.timezone,
            always_open: self.always_open,
            hours,
            holidays: self.holidays.into_iter().map(holiday).collect(),
        })
    }
}
