//! A period of whole days in some time zone, cut into days, weeks or months.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use thiserror::Error;

use super::fact::DAY;

/// How long the parts of a period are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// A day.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
}

impl Step {
    /// Every step, the shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The name that clients use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The step that makes a readable number of parts of so many days.
    pub const fn fitting(days: i64) -> Self {
        match days {
            ..=92 => Self::Day,
            93..=366 => Self::Week,
            _ => Self::Month,
        }
    }
}

/// Why a period is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PeriodError {
    /// It ends before it begins.
    #[error("must not be before `from`")]
    EndsBefore,
    /// It is longer than [`Period::MAX_DAYS`].
    #[error("must be at most {max} days after `from`", max = Period::MAX_DAYS - 1)]
    TooLong,
    /// It is not within the time that can be computed with.
    #[error("is beyond the time that can be computed with")]
    BeyondTime,
}

/// A period of whole days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    from: Date,
    to: Date,
    zone: TimeZone,
    step: Step,
    /// The first day of each part.
    starts: Vec<Date>,
    /// Where the parts begin, and where the last one ends, in seconds since 1970.
    borders: Vec<i64>,
}

/// A stretch of time that lies in one part of a period, or outside of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Its first second since 1970.
    pub from: i64,
    /// The first second that is not in it any more.
    pub until: i64,
    /// Which part.
    pub part: Option<usize>,
}

impl Stretch {
    /// Whether an instant is in it.
    pub const fn holds(&self, second: i64) -> bool {
        self.from <= second && second < self.until
    }
}

impl Period {
    /// The longest period, in days: ten years and a bit.
    pub const MAX_DAYS: i64 = 3_660;

    /// The days from `from` to `to`, both included. The first and the last part may be cut short.
    ///
    /// # Errors
    /// [`PeriodError`]
    pub fn new(from: Date, to: Date, zone: TimeZone, step: Step) -> Result<Self, PeriodError> {
        if to < from {
            return Err(PeriodError::EndsBefore);
        }
        if days_between(from, to) >= Self::MAX_DAYS {
            return Err(PeriodError::TooLong);
        }
        let mut starts = Vec::new();
        let mut day = from;
        while day <= to {
            starts.push(day);
            day = next(day, step).ok_or(PeriodError::BeyondTime)?;
        }
        let end = to
            .checked_add(1.day())
            .ok()
            .ok_or(PeriodError::BeyondTime)?;
        let mut borders = Vec::with_capacity(starts.len() + 1);
        for day in starts.iter().copied().chain([end]) {
            borders.push(begin_of(day, &zone).ok_or(PeriodError::BeyondTime)?);
        }
        Ok(Self {
            from,
            to,
            zone,
            step,
            starts,
            borders,
        })
    }

    /// As many days, just before this period, or those of them from `first` on; `None` where there are none.
    ///
    /// # Errors
    /// [`PeriodError::BeyondTime`]
    pub fn before(&self, first: Date) -> Result<Option<Self>, PeriodError> {
        let back = |day: Date, days: i64| {
            day.checked_sub(days.days())
                .ok()
                .ok_or(PeriodError::BeyondTime)
        };
        let (from, to) = (back(self.from, self.days())?, back(self.from, 1)?);
        let from = from.max(first);
        if to < from {
            return Ok(None);
        }
        Self::new(from, to, self.zone.clone(), self.step).map(Some)
    }

    /// The first day in a zone that begins when a UTC day is over, or later.
    pub fn first_after(utc_day: i64, zone: &TimeZone) -> Option<Date> {
        let last = Timestamp::from_second((utc_day + 1) * DAY - 1).ok()?;
        last.to_zoned(zone.clone()).date().tomorrow().ok()
    }

    /// Its first day.
    pub const fn from(&self) -> Date {
        self.from
    }

    /// Its last day.
    pub const fn to(&self) -> Date {
        self.to
    }

    /// The zone that its days are of.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// How long its parts are.
    pub const fn step(&self) -> Step {
        self.step
    }

    /// How many days it has.
    pub fn days(&self) -> i64 {
        days_between(self.from, self.to) + 1
    }

    /// The first and the last day of each part.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = (Date, Date)> + '_ {
        (0..self.starts.len()).map(|at| {
            let next = self.starts.get(at + 1);
            let last = next.and_then(|next| next.checked_sub(1.day()).ok());
            (self.starts[at], last.unwrap_or(self.to))
        })
    }

    /// When it begins, in seconds since 1970.
    pub fn begins(&self) -> i64 {
        self.borders[0]
    }

    /// When it is over, in seconds since 1970.
    pub fn ends(&self) -> i64 {
        self.borders[self.borders.len() - 1]
    }

    /// The part that an instant is in.
    pub fn part(&self, second: i64) -> Option<usize> {
        self.stretch(second).part
    }

    /// The part that an instant is in, with its borders; before and after the period, all that is there.
    pub fn stretch(&self, second: i64) -> Stretch {
        let after = self.borders.partition_point(|border| *border <= second);
        let part = after
            .checked_sub(1)
            .filter(|part| *part < self.starts.len());
        let before = after.checked_sub(1).map(|before| self.borders[before]);
        Stretch {
            from: before.unwrap_or(i64::MIN),
            until: self.borders.get(after).copied().unwrap_or(i64::MAX),
            part,
        }
    }
}

fn next(day: Date, step: Step) -> Option<Date> {
    match step {
        Step::Day => day.checked_add(1.day()).ok(),
        Step::Week => {
            let days = 7 - i64::from(day.weekday().since(Weekday::Monday));
            day.checked_add(days.days()).ok()
        }
        Step::Month => day.first_of_month().checked_add(1.month()).ok(),
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// When a day begins in a zone: at midnight, or where there is none, after the gap.
fn begin_of(day: Date, zone: &TimeZone) -> Option<i64> {
    let start = day.to_zoned(zone.clone()).ok()?.start_of_day().ok()?;
    Some(start.timestamp().as_second())
}
