//! Opening hours compiled into intervals of UTC microseconds.
//!
//! The line of time is cut into stretches of [`STRETCH`]; each is compiled when first needed, with running sums, and
//! kept if it lies in the years that tickets live in. Elsewhere it is compiled for each question: slower, same answer.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::calendar::CalendarSpec;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// 52 weeks: a whole number of days spares nothing, but keeps stretches alike in size.
const STRETCH: i64 = 364 * DAY;
/// 2000-01-01T00:00Z; the first stretch that is kept begins here.
const KEPT_FROM: i64 = 946_684_800_000_000;
/// Stretches that are kept, up to the year 2099.
const KEPT: usize = 100;
/// How many stretches [`Hours::add`] looks ahead: about two hundred years.
const AHEAD: i64 = 201;

#[derive(Debug, Clone)]
pub(super) enum Hours {
    Always,
    Weekly(Box<Weekly>),
}

#[derive(Debug, Clone)]
pub(super) struct Weekly {
    zone: TimeZone,
    /// Monday first; opening and closing offsets from local midnight in microseconds, ascending.
    week: [Vec<(i64, i64)>; 7],
    /// Local days since 1970-01-01, ascending.
    holidays: Vec<i64>,
    kept: Vec<OnceLock<Stretch>>,
}

/// The opening intervals inside one stretch of time, ascending and disjoint.
#[derive(Debug, Clone, Default)]
struct Stretch {
    intervals: Vec<Interval>,
    total: i64,
}

#[derive(Debug, Clone, Copy)]
struct Interval {
    opens: i64,
    closes: i64,
    /// Open time in the stretch before this interval.
    before: i64,
}

impl Hours {
    /// The hours of a specification that was checked, in its zone.
    pub(super) fn new(spec: &CalendarSpec, zone: TimeZone) -> Self {
        if spec.always_open {
            return Self::Always;
        }
        let week = spec.hours.each_ref().map(|spans| {
            let mut day: Vec<_> = spans
                .iter()
                .map(|span| {
                    (
                        i64::from(span.opens.minutes()) * MINUTE,
                        i64::from(span.closes.minutes()) * MINUTE,
                    )
                })
                .collect();
            day.sort_unstable();
            day
        });
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        let mut holidays: Vec<i64> = spec
            .holidays
            .iter()
            .map(|holiday| holiday.date.duration_since(epoch).as_hours() / 24)
            .collect();
        holidays.sort_unstable();
        Self::Weekly(Box::new(Weekly {
            zone,
            week,
            holidays,
            kept: vec![OnceLock::new(); KEPT],
        }))
    }

    /// Open time in `[from, to)`; nothing when `to` is not after `from`.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        if to <= from {
            return 0;
        }
        match self {
            Self::Always => to - from,
            Self::Weekly(weekly) => weekly.between(from, to),
        }
    }

    /// The first instant at which `open` has elapsed since `from`; `from` itself when `open` is not positive.
    pub(super) fn add(&self, from: i64, open: i64) -> Option<i64> {
        if open <= 0 {
            return Some(from);
        }
        let at = match self {
            Self::Always => from.checked_add(open)?,
            Self::Weekly(weekly) => weekly.add(from, open)?,
        };
        (at <= Timestamp::MAX.as_microsecond()).then_some(at)
    }

    /// The opening intervals within `[from, to)`, cut to it.
    pub(super) fn openings(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        if to <= from {
            return Vec::new();
        }
        match self {
            Self::Always => vec![(from, to)],
            Self::Weekly(weekly) => weekly.openings(from, to),
        }
    }
}

impl Weekly {
    fn between(&self, from: i64, to: i64) -> i64 {
        let (first, last) = (number(from), number(to));
        if first == last {
            return self.stretch(first, |stretch| {
                stretch.open_until(to) - stretch.open_until(from)
            });
        }
        let head = self.stretch(first, |stretch| stretch.total - stretch.open_until(from));
        let middle: i64 = (first + 1..last)
            .map(|n| self.stretch(n, |stretch| stretch.total))
            .sum();
        head + middle + self.stretch(last, |stretch| stretch.open_until(to))
    }

    fn add(&self, from: i64, open: i64) -> Option<i64> {
        let first = number(from);
        let mut wanted = open + self.stretch(first, |stretch| stretch.open_until(from));
        for n in first..first + AHEAD {
            let found = self.stretch(n, |stretch| stretch.when(wanted));
            match found {
                Ok(at) => return Some(at),
                Err(total) => wanted -= total,
            }
        }
        None
    }

    fn openings(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        let mut found: Vec<(i64, i64)> = Vec::new();
        for n in number(from)..=number(to) {
            self.stretch(n, |stretch| {
                for interval in &stretch.intervals {
                    let (opens, closes) = (interval.opens.max(from), interval.closes.min(to));
                    match found.last_mut() {
                        Some(last) if last.1 == opens => last.1 = closes.max(last.1),
                        _ if opens < closes => found.push((opens, closes)),
                        _ => {}
                    }
                }
            });
        }
        found
    }

    fn stretch<T>(&self, n: i64, ask: impl FnOnce(&Stretch) -> T) -> T {
        match usize::try_from(n).ok().and_then(|n| self.kept.get(n)) {
            Some(kept) => ask(kept.get_or_init(|| self.compile(n))),
            None => ask(&self.compile(n)),
        }
    }

    /// An instant is open if the local wall clock then reads a time inside a span of that weekday, and the local day is
    /// no holiday. So a span loses the hour that spring skips, has the hour that autumn repeats twice, and two spans that
    /// touch are the same as one.
    fn compile(&self, n: i64) -> Stretch {
        let (start, end) = (KEPT_FROM + n * STRETCH, KEPT_FROM + (n + 1) * STRETCH);
        let mut stretch = Stretch::default();
        let Some((mut from, first)) = cut(start) else {
            return stretch;
        };
        let mut offset = self.zone.to_offset(first);
        for change in self.zone.following(first) {
            let at = change.timestamp().as_microsecond();
            if at >= end {
                break;
            }
            self.compile_at_offset(&mut stretch, from, at, offset);
            (from, offset) = (at, change.offset());
        }
        self.compile_at_offset(&mut stretch, from, end, offset);
        stretch
    }

    fn compile_at_offset(&self, stretch: &mut Stretch, from: i64, to: i64, offset: Offset) {
        let offset = i64::from(offset.seconds()) * 1_000_000;
        let (first, last) = (
            (from + offset).div_euclid(DAY),
            (to - 1 + offset).div_euclid(DAY),
        );
        for day in first..=last {
            if self.holidays.binary_search(&day).is_ok() {
                continue;
            }
            // 1970-01-01 was a Thursday.
            let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
            for (opens, closes) in &self.week[weekday] {
                let midnight = day * DAY - offset;
                stretch.push((midnight + opens).max(from), (midnight + closes).min(to));
            }
        }
    }
}

impl Stretch {
    fn push(&mut self, opens: i64, closes: i64) {
        if opens >= closes {
            return;
        }
        match self.intervals.last_mut() {
            Some(last) if last.closes == opens => last.closes = closes,
            _ => self.intervals.push(Interval {
                opens,
                closes,
                before: self.total,
            }),
        }
        self.total += closes - opens;
    }

    /// Open time from the beginning of the stretch until `at`.
    fn open_until(&self, at: i64) -> i64 {
        let next = self
            .intervals
            .partition_point(|interval| interval.opens < at);
        match next.checked_sub(1).map(|i| self.intervals[i]) {
            Some(interval) => interval.before + (at.min(interval.closes) - interval.opens),
            None => 0,
        }
    }

    /// The first instant at which `open` (positive) has elapsed since the beginning, or the whole open time if less.
    fn when(&self, open: i64) -> Result<i64, i64> {
        if open > self.total {
            return Err(self.total);
        }
        let next = self
            .intervals
            .partition_point(|interval| interval.before < open);
        let interval = next
            .checked_sub(1)
            .map(|i| self.intervals[i])
            .ok_or(self.total)?;
        Ok(interval.opens + (open - interval.before))
    }
}

fn number(at: i64) -> i64 {
    (at - KEPT_FROM).div_euclid(STRETCH)
}

/// That instant, or the nearest there is; `None` past the end of time, where nothing is open.
fn cut(at: i64) -> Option<(i64, Timestamp)> {
    let (min, max) = (
        Timestamp::MIN.as_microsecond(),
        Timestamp::MAX.as_microsecond(),
    );
    let at = at.max(min);
    (at <= max)
        .then(|| Timestamp::from_microsecond(at).ok())
        .flatten()
        .map(|instant| (at, instant))
}
