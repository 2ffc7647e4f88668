//! Opening hours within a day.

use std::fmt;

/// A time of day on a wall clock, in whole minutes from `00:00` to `24:00`, the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time(u16);

impl Time {
    /// The beginning of the day.
    pub const START_OF_DAY: Self = Self(0);
    /// The end of the day, `24:00`.
    pub const END_OF_DAY: Self = Self(24 * 60);

    /// The time that many minutes after midnight, 0 to 1440.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= Self::END_OF_DAY.0).then_some(Self(minutes))
    }

    /// Reads `"08:00"`: two digits, a colon, two digits; `"24:00"` is the end of the day.
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let number = |part: &str| -> Option<u16> {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())
                .flatten()
        };
        let (hour, minute) = (number(hour)?, number(minute)?);
        (minute < 60)
            .then(|| Self::from_minutes(hour * 60 + minute))
            .flatten()
    }

    /// Minutes since midnight, 0 to 1440.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// One stretch of opening hours of a weekday: open from `opens`, no longer open at `closes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// First minute that is open.
    pub opens: Time,
    /// First minute that is closed again; later than `opens`.
    pub closes: Time,
}

impl Span {
    /// From one time to another; [`super::CalendarSpec::check`] judges it.
    pub const fn new(opens: Time, closes: Time) -> Self {
        Self { opens, closes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_back() {
        for text in ["00:00", "08:05", "23:59", "24:00"] {
            assert_eq!(
                Time::parse(text).map(|t| t.to_string()).as_deref(),
                Some(text)
            );
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "", "8:00", "08:0", "08:60", "24:01", "25:00", "+8:00", "08:00:00", "08.00", "٠٨:00",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }
}
