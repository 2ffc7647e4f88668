//! The numbers by which people know tickets: the day, and a count within it.

use jiff::civil::Date;

/// Days since 1970.
pub(crate) fn day_key(day: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    day.duration_since(epoch).as_hours() / 24
}

/// `T-YYYYMMDD-NNNN`; from the ten thousandth ticket of a day on the sequence has five digits.
pub(crate) fn label(day: Date, sequence: i64) -> String {
    format!(
        "T-{:04}{:02}{:02}-{sequence:04}",
        day.year(),
        day.month(),
        day.day()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_four_digits_until_they_need_five() {
        let day = jiff::civil::date(2026, 1, 9);
        assert_eq!(label(day, 7), "T-20260109-0007");
        assert_eq!(label(day, 9_999), "T-20260109-9999");
        assert_eq!(label(day, 10_000), "T-20260109-10000");
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day_key(jiff::civil::date(1970, 1, 1)), 0);
        assert_eq!(day_key(jiff::civil::date(1969, 12, 31)), -1);
        assert_eq!(day_key(jiff::civil::date(2026, 11, 21)), 20_778);
    }
}
