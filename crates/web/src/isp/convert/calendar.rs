//! Calendars, both ways.

use linedesk_app::sla::ApplyTo;
use linedesk_app::sla::calendars::fault;
use linedesk_domain::access::Operation;
use linedesk_domain::sla::calendar::WEEKDAYS;
use linedesk_domain::sla::{CalendarSpec, CalendarVersion, Holiday, Span, Time};

use super::policy::apply_to;
use crate::extract::faults::Wrong;
use crate::extract::given::{Expected, is_short_enough};
use crate::extract::{Body, Faults, parse};
use crate::isp::dto::calendar::{
    CalendarBody, CalendarDto, CalendarListDto, DayBody, HolidayBody, HolidayDto, HoursBody,
};

impl Expected for HoursBody {
    const EXPECTED: &'static str = "an object";
}

impl Expected for Vec<HolidayBody> {
    const EXPECTED: &'static str = "a list of objects";
}

impl Expected for Vec<Vec<String>> {
    const EXPECTED: &'static str = "a list of pairs of times";
}

/// A calendar that is wanted, and for which tickets.
#[derive(Debug)]
pub struct WantedCalendar {
    /// What it says.
    pub spec: CalendarSpec,
    /// For which tickets.
    pub apply_to: ApplyTo,
}

impl Body for CalendarBody {
    type Command = WantedCalendar;
    const OPERATION: Option<Operation> = Some(Operation::WriteSlaPolicies);
    const READ_ONLY: &[&str] = &["id", "version_id", "version", "effective_from", "retired"];

    fn command(self, faults: &mut Faults) -> Option<WantedCalendar> {
        self.rest.refuse(faults);
        let hours = self.hours.optional("hours", faults, Ok).unwrap_or_default();
        let holidays = self
            .holidays
            .optional("holidays", faults, Ok)
            .unwrap_or_default();
        let spec = CalendarSpec {
            name: self.name.required("name", faults, Ok).unwrap_or_default(),
            timezone: self
                .timezone
                .required("timezone", faults, Ok)
                .unwrap_or_default(),
            always_open: self.always_open.or("always_open", faults, false),
            hours: faults.inside("hours", |faults| of_hours(hours, faults)),
            holidays: of_holidays(holidays, faults),
        };
        let apply_to = self
            .apply_to
            .optional("apply_to", faults, apply_to)
            .unwrap_or_default();
        if let Err(errors) = spec.check() {
            for fault in errors.iter().map(fault) {
                faults.push(&fault.field, fault.code, fault.message);
            }
        }
        Some(WantedCalendar { spec, apply_to })
    }
}

fn of_hours(body: HoursBody, faults: &mut Faults) -> [Vec<Span>; 7] {
    let HoursBody {
        monday,
        tuesday,
        wednesday,
        thursday,
        friday,
        saturday,
        sunday,
        rest,
    } = body;
    rest.refuse(faults);
    let mut names = WEEKDAYS.into_iter();
    [
        monday, tuesday, wednesday, thursday, friday, saturday, sunday,
    ]
    .map(|day| of_day(day, names.next().unwrap_or_default(), faults))
}

fn of_day(day: DayBody, name: &str, faults: &mut Faults) -> Vec<Span> {
    let pairs = day.optional(name, faults, Ok).unwrap_or_default();
    if !is_short_enough(pairs.len(), name, faults) {
        return Vec::new();
    }
    let places = pairs.iter().enumerate();
    places
        .filter_map(|(place, pair)| faults.take(&format!("{name}[{place}]"), span(pair)))
        .collect()
}

fn span(pair: &[String]) -> Result<Span, Wrong> {
    let times = match pair {
        [opens, closes] => Time::parse(opens).zip(Time::parse(closes)),
        _ => None,
    };
    let times = times.map(|(opens, closes)| Span::new(opens, closes));
    times.ok_or_else(|| {
        (
            "not_a_span",
            "must be two times such as [\"08:00\", \"18:00\"]".to_owned(),
        )
    })
}

fn of_holidays(bodies: Vec<HolidayBody>, faults: &mut Faults) -> Vec<Holiday> {
    if !is_short_enough(bodies.len(), "holidays", faults) {
        return Vec::new();
    }
    let places = bodies.into_iter().enumerate();
    let holidays = places.filter_map(|(place, HolidayBody { date, name, rest })| {
        faults.inside(&format!("holidays[{place}]"), |faults| {
            rest.refuse(faults);
            let name = name.or("name", faults, String::new());
            Some(Holiday {
                date: date.required("date", faults, parse::date)?,
                name,
            })
        })
    });
    holidays.collect()
}

/// A version of a calendar.
pub fn calendar(version: &CalendarVersion) -> CalendarDto<'_> {
    let CalendarSpec {
        name,
        timezone,
        always_open,
        hours,
        holidays,
    } = &version.spec;
    let pair = |span: &Span| [span.opens.to_string(), span.closes.to_string()];
    let days = WEEKDAYS.into_iter().zip(hours);
    CalendarDto {
        id: version.calendar.0,
        version_id: version.id.0,
        version: version.version,
        effective_from: version.effective_from.into(),
        apply_to: if version.applies_to_open {
            ApplyTo::Open
        } else {
            ApplyTo::New
        }
        .name(),
        retired: version.retired,
        name,
        timezone,
        always_open: *always_open,
        hours: days
            .map(|(day, spans)| (day, spans.iter().map(pair).collect()))
            .collect(),
        holidays: holidays
            .iter()
            .map(|day| HolidayDto {
                date: day.date.to_string(),
                name: &day.name,
            })
            .collect(),
    }
}

/// Calendars, all versions.
pub fn calendars(versions: &[CalendarVersion]) -> CalendarListDto<'_> {
    CalendarListDto {
        items: versions.iter().map(calendar).collect(),
        total: versions.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::body::parse;

    #[test]
    fn hours_are_read_by_weekday() {
        let body = br#"{"name":"Shop","timezone":"Europe/Berlin","hours":{"monday":[["08:00","12:00"],["13:00","24:00"]]},
                        "holidays":[{"date":"2026-12-25","name":"Christmas"}]}"#;
        let spec = parse::<CalendarBody>(body).unwrap().spec;
        assert_eq!(
            (
                spec.hours[0].len(),
                spec.hours[1].len(),
                spec.holidays.len()
            ),
            (2, 0, 1)
        );
    }

    #[test]
    fn faults_name_their_place() {
        let body = br#"{"name":"Shop","timezone":"Mars/Base","hours":{"monday":[["8","12:00"],["13:00","12:00"]],"mon":[]},
                        "holidays":[{"date":"25.12."}]}"#;
        let failure = parse::<CalendarBody>(body).unwrap_err();
        let mut fields: Vec<_> = failure
            .faults
            .iter()
            .map(|fault| fault.field.as_str())
            .collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                "holidays[0].date",
                "hours.mon",
                "hours.monday[0]",
                "timezone"
            ]
        );
    }

    #[test]
    fn hours_that_cannot_be_are_told_apart() {
        let body = br#"{"name":"Shop","timezone":"UTC",
                        "hours":{"monday":[["13:00","12:00"]],"tuesday":[["08:00","12:00"],["11:00","18:00"]]}}"#;
        let failure = parse::<CalendarBody>(body).unwrap_err();
        let told: Vec<_> = failure
            .faults
            .iter()
            .map(|fault| (fault.field.as_str(), fault.code))
            .collect();
        assert_eq!(
            told,
            [
                ("hours.monday[0]", "backwards"),
                ("hours.tuesday[1]", "overlap")
            ]
        );
    }
}
