//! Calendars: when the clock runs.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::hours::Hours;
use super::span::{Span, Time};
use crate::ids::{CalendarId, CalendarVersionId};

/// The weekdays as clients name them, Monday first, as in [`CalendarSpec::hours`].
pub const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The time zone of that IANA name, without regard to case.
///
/// Names and rules are those of the database compiled into the program: a machine's own one may be of another year than
/// that of the next machine, and has names that mean something else on every machine (`localtime`, `posixrules`).
/// `Factory` says that nobody has chosen a zone yet.
pub fn zone(name: &str) -> Option<TimeZone> {
    let zones = TimeZoneDatabase::bundled();
    let listed = |listed: &str| listed.eq_ignore_ascii_case(name);
    let known = !listed("Factory") && zones.available().any(|zone| listed(zone.as_str()));
    let zone = known.then(|| zones.get(name).ok()).flatten();
    zone.filter(|zone| !zone.is_unknown())
}

/// What a calendar says; [`Self::check`] tells whether it makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarSpec {
    /// What people call it, 1 to [`Self::NAME_MAX`] characters.
    pub name: String,
    /// IANA name of the zone whose wall clock the hours are read on.
    pub timezone: String,
    /// Open around the clock, every day of the year; then there are no hours and no holidays.
    pub always_open: bool,
    /// Opening hours, Monday first, several spans a day.
    pub hours: [Vec<Span>; 7],
    /// Days that are closed as a whole, by the local date.
    pub holidays: Vec<Holiday>,
}

/// A day that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Which local day.
    pub date: Date,
    /// What is celebrated.
    pub name: String,
}

/// What is wrong with a calendar; [`Self::field`] says where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// There is no name.
    #[error("the name is empty")]
    NameEmpty,
    /// The name is longer than [`CalendarSpec::NAME_MAX`] characters.
    #[error(
        "the name has {got} characters, at most {} are allowed",
        CalendarSpec::NAME_MAX
    )]
    NameTooLong {
        /// Its length in characters.
        got: usize,
    },
    /// The zone is in no time zone database.
    #[error("no time zone is called so")]
    UnknownZone {
        /// What was given.
        name: String,
    },
    /// A span ends before it begins, or as it begins.
    #[error("opens at {} and closes at {}, which is not later", span.opens, span.closes)]
    Backwards {
        /// 0 for Monday.
        weekday: usize,
        /// Its place in that day's list, from 0.
        index: usize,
        /// The span.
        span: Span,
    },
    /// Two spans of a day share time.
    #[error("overlaps another span of the day, which closes at {closes}")]
    Overlap {
        /// 0 for Monday.
        weekday: usize,
        /// Its place in that day's list, from 0.
        index: usize,
        /// When the other one closes.
        closes: Time,
    },
    /// It would never be open.
    #[error("there are no opening hours on any day")]
    NeverOpen,
    /// Always open, and yet hours are given.
    #[error("a calendar that is always open has no opening hours")]
    HoursOfAlwaysOpen,
    /// Always open, and yet holidays are given.
    #[error("a calendar that is always open has no holidays")]
    HolidaysOfAlwaysOpen,
    /// A day is a holiday twice.
    #[error("{date} is already a holiday")]
    DuplicateHoliday {
        /// Its place in the list, from 0.
        index: usize,
        /// The day.
        date: Date,
    },
    /// A holiday's name is longer than [`CalendarSpec::NAME_MAX`] characters.
    #[error(
        "the holiday's name has {got} characters, at most {} are allowed",
        CalendarSpec::NAME_MAX
    )]
    HolidayNameTooLong {
        /// Its place in the list, from 0.
        index: usize,
        /// Its length in characters.
        got: usize,
    },
    /// More than [`CalendarSpec::HOLIDAYS_MAX`] holidays.
    #[error(
        "there are {got} holidays, at most {} are allowed",
        CalendarSpec::HOLIDAYS_MAX
    )]
    TooManyHolidays {
        /// How many.
        got: usize,
    },
}

impl CalendarError {
    /// The field that is wrong, as a path into what the client sent: `hours.monday[1]`.
    pub fn field(&self) -> String {
        match self {
            Self::NameEmpty | Self::NameTooLong { .. } => "name".to_owned(),
            Self::UnknownZone { .. } => "timezone".to_owned(),
            Self::Backwards { weekday, index, .. } | Self::Overlap { weekday, index, .. } => {
                format!("hours.{}[{index}]", WEEKDAYS.get(*weekday).unwrap_or(&"?"))
            }
            Self::NeverOpen | Self::HoursOfAlwaysOpen => "hours".to_owned(),
            Self::HolidaysOfAlwaysOpen | Self::TooManyHolidays { .. } => "holidays".to_owned(),
            Self::DuplicateHoliday { index, .. } => format!("holidays[{index}].date"),
            Self::HolidayNameTooLong { index, .. } => format!("holidays[{index}].name"),
        }
    }
}

impl CalendarSpec {
    /// Longest name of a calendar or a holiday, in characters.
    pub const NAME_MAX: usize = 100;
    /// Most holidays of one calendar.
    pub const HOLIDAYS_MAX: usize = 1000;

    /// Around the clock, every day.
    pub fn always_open(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            timezone: "UTC".to_owned(),
            always_open: true,
            hours: Default::default(),
            holidays: Vec::new(),
        }
    }

    /// Whether this can be a calendar.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn check(&self) -> Result<(), Vec<CalendarError>> {
        self.zone().map(|_| ())
    }

    fn zone(&self) -> Result<TimeZone, Vec<CalendarError>> {
        let mut faults = Vec::new();
        match self.name.chars().count() {
            _ if self.name.trim().is_empty() => faults.push(CalendarError::NameEmpty),
            got if got > Self::NAME_MAX => faults.push(CalendarError::NameTooLong { got }),
            _ => {}
        }
        let zone = zone(&self.timezone);
        if zone.is_none() {
            faults.push(CalendarError::UnknownZone {
                name: self.timezone.clone(),
            });
        }
        self.check_hours(&mut faults);
        self.check_holidays(&mut faults);
        match zone {
            Some(zone) if faults.is_empty() => Ok(zone),
            _ => Err(faults),
        }
    }

    fn check_hours(&self, faults: &mut Vec<CalendarError>) {
        let no_hours = self.hours.iter().all(Vec::is_empty);
        match (self.always_open, no_hours) {
            (true, false) => faults.push(CalendarError::HoursOfAlwaysOpen),
            (false, true) => faults.push(CalendarError::NeverOpen),
            _ => {}
        }
        for (weekday, spans) in self.hours.iter().enumerate() {
            let mut ordered: Vec<(usize, Span)> = spans.iter().copied().enumerate().collect();
            ordered.sort_by_key(|(_, span)| (span.opens, span.closes));
            let mut open_until: Option<Time> = None;
            for (index, span) in ordered {
                if span.opens >= span.closes {
                    faults.push(CalendarError::Backwards {
                        weekday,
                        index,
                        span,
                    });
                    continue;
                }
                match open_until {
                    Some(closes) if span.opens < closes => {
                        faults.push(CalendarError::Overlap {
                            weekday,
                            index,
                            closes,
                        });
                    }
                    _ => {}
                }
                open_until = open_until.max(Some(span.closes));
            }
        }
    }

    fn check_holidays(&self, faults: &mut Vec<CalendarError>) {
        if self.always_open && !self.holidays.is_empty() {
            faults.push(CalendarError::HolidaysOfAlwaysOpen);
        }
        if self.holidays.len() > Self::HOLIDAYS_MAX {
            faults.push(CalendarError::TooManyHolidays {
                got: self.holidays.len(),
            });
            return;
        }
        let mut seen = BTreeSet::new();
        for (index, holiday) in self.holidays.iter().enumerate() {
            if !seen.insert(holiday.date) {
                faults.push(CalendarError::DuplicateHoliday {
                    index,
                    date: holiday.date,
                });
            }
            let got = holiday.name.chars().count();
            if got > Self::NAME_MAX {
                faults.push(CalendarError::HolidayNameTooLong { index, got });
            }
        }
    }
}

/// One version of a calendar. It never changes; an edit makes the next version.
#[derive(Debug, Clone)]
pub struct CalendarVersion {
    /// This version.
    pub id: CalendarVersionId,
    /// The calendar it is a version of.
    pub calendar: CalendarId,
    /// 1 for the first.
    pub version: u32,
    /// From when on it is the calendar's present version.
    pub effective_from: Timestamp,
    /// Whether tickets that are not yet resolved are judged again by it, from `effective_from` on.
    pub applies_to_open: bool,
    /// Withdrawn: not offered for new policies. Policies that name it keep its hours.
    pub retired: bool,
    /// What it says. [`Self::new`] reads it once; changing it later changes no answer.
    pub spec: CalendarSpec,
    hours: Hours,
}

impl PartialEq for CalendarVersion {
    fn eq(&self, other: &Self) -> bool {
        // `hours` follows from `spec`.
        self.id == other.id
            && self.calendar == other.calendar
            && self.version == other.version
            && self.effective_from == other.effective_from
            && self.applies_to_open == other.applies_to_open
            && self.retired == other.retired
            && self.spec == other.spec
    }
}

impl CalendarVersion {
    /// A version that is not retired.
    ///
    /// # Errors
    /// Everything that is wrong with `spec`, at once.
    pub fn new(
        id: CalendarVersionId,
        calendar: CalendarId,
        version: u32,
        effective_from: Timestamp,
        applies_to_open: bool,
        spec: CalendarSpec,
    ) -> Result<Self, Vec<CalendarError>> {
        let hours = Hours::new(&spec, spec.zone()?);
        Ok(Self {
            id,
            calendar,
            version,
            effective_from,
            applies_to_open,
            retired: false,
            spec,
            hours,
        })
    }

    /// The built-in calendar of policies that name none: always open. Its ids are nil and it is never stored.
    pub fn around_the_clock() -> &'static Self {
        static ALWAYS: OnceLock<CalendarVersion> = OnceLock::new();
        ALWAYS.get_or_init(|| Self {
            id: CalendarVersionId(Uuid::nil()),
            calendar: CalendarId(Uuid::nil()),
            version: 1,
            effective_from: Timestamp::MIN,
            applies_to_open: false,
            retired: false,
            spec: CalendarSpec::always_open("24x7"),
            hours: Hours::Always,
        })
    }

    /// Open time in `[from, to)`; zero when `to` is not after `from`.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        SignedDuration::from_micros(
            self.hours
                .between(from.as_microsecond(), to.as_microsecond()),
        )
    }

    /// The first instant at which that much open time has elapsed since `from`: `from` itself when it is not positive, the
    /// closing time when the day's last open moment completes it. `None` if it would take more than two hundred years.
    pub fn add(&self, from: Timestamp, open_time: SignedDuration) -> Option<Timestamp> {
        let open = i64::try_from(open_time.as_micros()).ok()?;
        let at = self.hours.add(from.as_microsecond(), open)?;
        Timestamp::from_microsecond(at).ok()
    }

    /// Whether the clock runs at that instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let at = at.as_microsecond();
        self.hours.between(at, at + 1) > 0
    }

    /// The opening intervals in `[from, to)`, ascending, cut to it; those that touch are one.
    pub fn openings(&self, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let within = |at: i64| Timestamp::from_microsecond(at).unwrap_or(to);
        let found = self
            .hours
            .openings(from.as_microsecond(), to.as_microsecond());
        found
            .into_iter()
            .map(|(opens, closes)| (within(opens), within(closes)))
            .collect()
    }

    pub(super) fn hours(&self) -> &Hours {
        &self.hours
    }
}
