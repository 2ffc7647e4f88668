//! Beginnings of ticket numbers in searches: `T-2026` is every ticket of that year.
//!
//! A number begins with the day on which its ticket was made, so that such a beginning is a span of time, which lists are
//! narrowed to by their order. What goes on behind the day is for the index of words.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use linedesk_ports::queries::TicketFilter;

/// Takes the beginnings of numbers out of the filter's text, and narrows it to the days that they name.
pub(super) fn take_days(filter: &mut TicketFilter, zone: &TimeZone) {
    let Some(text) = filter.text.take() else {
        return;
    };
    let mut left = Vec::new();
    for word in text.split_whitespace() {
        if !narrow(filter, word, zone) {
            left.push(word);
        }
    }
    filter.text = match left.as_slice() {
        [] if !text.trim().is_empty() => None,
        left if left.len() == text.split_whitespace().count() => Some(text),
        left => Some(left.join(" ")),
    };
}

/// Narrows the filter to the days that `word` names; `false` where it is not the beginning of a number.
pub(super) fn narrow(filter: &mut TicketFilter, word: &str, zone: &TimeZone) -> bool {
    let Some((from, before)) = span(word, zone) else {
        return false;
    };
    filter.created_from = filter.created_from.max(Some(from));
    filter.created_before = Some(filter.created_before.map_or(before, |end| end.min(before)));
    true
}

/// The instants between which tickets were made whose numbers begin so.
fn span(word: &str, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let digits = word.strip_prefix(['T', 't'])?.strip_prefix('-')?;
    let digits = match digits.strip_suffix('-') {
        Some(day) if day.len() == 8 => day,
        _ => digits,
    };
    let (first, last) = days(digits)?;
    let begins = |day: Date| Some(day.to_zoned(zone.clone()).ok()?.timestamp());
    Some((begins(first)?, begins(last.tomorrow().ok()?)?))
}

/// The first and the last day that begin with those digits, of this millennium: `T-1000` is nobody's number.
fn days(digits: &str) -> Option<(Date, Date)> {
    let is_year = digits.starts_with('2') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_year || digits.len() > 8 {
        return None;
    }
    let (years, rest) = digits.split_at(digits.len().min(4));
    let (month, day) = rest.split_at(rest.len().min(2));
    let (years, months) = (numbers(years, 4)?, numbers(month, 2)?);
    let (from, to) = (months.0.max(1), months.1.min(12));
    if from > to {
        return None;
    }
    let first = date(years.0, 1, 1)
        .with()
        .month(small(from)?)
        .build()
        .ok()?;
    let last = date(years.1, 1, 1).with().month(small(to)?).build().ok()?;
    let days = numbers(day, 2)?;
    let (from, to) = (days.0.max(1), days.1.min(last.days_in_month().into()));
    if from > to {
        return None;
    }
    let first = first.with().day(small(from)?).build().ok()?;
    let last = last.with().day(small(to)?).build().ok()?;
    Some((first, last))
}

/// The least and the greatest number of so many digits that begins with those.
fn numbers(digits: &str, length: usize) -> Option<(i16, i16)> {
    let filled = |with: &str| -> Option<i16> {
        let filler = with.repeat(length - digits.len());
        format!("{digits}{filler}").parse().ok()
    };
    Some((filled("0")?, filled("9")?))
}

fn small(number: i16) -> Option<i8> {
    i8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(digits: &str) -> Option<(String, String)> {
        let (first, last) = days(digits)?;
        Some((first.to_string(), last.to_string()))
    }

    #[test]
    fn the_beginning_of_a_day_names_the_days_that_begin_so() {
        for (digits, first, last) in [
            ("2", "2000-01-01", "2999-12-31"),
            ("20", "2000-01-01", "2099-12-31"),
            ("202", "2020-01-01", "2029-12-31"),
            ("2026", "2026-01-01", "2026-12-31"),
            ("20260", "2026-01-01", "2026-09-30"),
            ("20261", "2026-10-01", "2026-12-31"),
            ("202602", "2026-02-01", "2026-02-28"),
            ("2026110", "2026-11-01", "2026-11-09"),
            ("2026112", "2026-11-20", "2026-11-29"),
            ("2026113", "2026-11-30", "2026-11-30"),
            ("20240229", "2024-02-29", "2024-02-29"),
        ] {
            let days = (first.to_owned(), last.to_owned());
            assert_eq!(named(digits), Some(days), "{digits}");
        }
        for digits in [
            "",
            "1",
            "1000",
            "3",
            "2026x",
            "20262",
            "202613",
            "202600",
            "2026024",
            "20260230",
            "20261100",
            "202611210",
        ] {
            assert_eq!(named(digits), None, "{digits}");
        }
    }

    #[test]
    fn beginnings_of_numbers_narrow_the_time_and_leave_the_other_words() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let taken = |text: &str| {
            let mut filter = TicketFilter {
                text: Some(text.to_owned()),
                ..TicketFilter::default()
            };
            take_days(&mut filter, &zone);
            let at = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
            let span = (at(filter.created_from), at(filter.created_before));
            (filter.text, span.0, span.1)
        };
        let november = (
            "2026-10-31T23:00:00Z".to_owned(),
            "2026-11-30T23:00:00Z".to_owned(),
        );
        let (text, from, before) = taken("  no  T-202611 signal t-2026 ");
        assert_eq!(text.as_deref(), Some("no signal"));
        assert_eq!((from, before), november);
        assert_eq!(taken("T-20261121-").0, None);
        let left = taken("T-20261121-01 T-1000 t-shirt");
        assert_eq!(left.0.as_deref(), Some("T-20261121-01 T-1000 t-shirt"));
        assert_eq!(left.1, "");
        assert_eq!(taken("  ").0.as_deref(), Some("  "));
    }
}
