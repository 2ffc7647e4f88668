//! Durations and sizes as people write them: `1h30m`, `25MiB`.

use std::time::Duration;

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The duration that `text` spells: whole days, hours, minutes and seconds, each at most once and the largest
/// first. `None` for anything else, also for a bare number, whose unit nobody knows.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut seconds = 0_u64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: u64 = rest[..end].parse().ok()?;
        let unit = rest[end..].chars().next()?;
        let (_, size) = units.find(|(name, _)| *name == unit)?;
        seconds = seconds.checked_add(count.checked_mul(*size)?)?;
        rest = &rest[end + unit.len_utf8()..];
    }
    Some(Duration::from_secs(seconds))
}

/// The shortest spelling that [`parse_duration`] reads back; parts of a second are left out.
pub(super) fn show_duration(duration: Duration) -> String {
    let mut seconds = duration.as_secs();
    let mut text = String::new();
    for (unit, size) in UNITS {
        if seconds >= size {
            text += &(seconds / size).to_string();
            text.push(unit);
            seconds %= size;
        }
    }
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}

const SIZES: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

/// The bytes that `text` spells: `25MiB`, `512KiB`, `1GiB`, or a plain number of bytes.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    let (digits, unit) = SIZES
        .iter()
        .find_map(|(name, size)| Some((text.strip_suffix(name)?, *size)))
        .unwrap_or((text, 1));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_shown_in_their_units() {
        for (text, seconds) in [
            ("45s", 45),
            ("10m", 600),
            ("1h30m", 5_400),
            ("30d", 2_592_000),
            ("1d1h1m1s", 90_061),
        ] {
            assert_eq!(
                parse_duration(text),
                Some(Duration::from_secs(seconds)),
                "{text}"
            );
            assert_eq!(show_duration(Duration::from_secs(seconds)), text);
        }
        assert_eq!(
            parse_duration("90m").map(show_duration).as_deref(),
            Some("1h30m")
        );
        assert_eq!(
            parse_duration("0s").map(show_duration).as_deref(),
            Some("0s")
        );
    }

    #[test]
    fn a_duration_without_unit_in_the_wrong_order_or_too_long_is_refused() {
        for text in [
            "",
            "10",
            "m",
            "10 m",
            "-1m",
            "1.5h",
            "30m1h",
            "1m1m",
            "1w",
            "10ms",
            "1h30",
            "é",
            "1é",
            "99999999999999999999d",
            "18446744073709551615d",
        ] {
            assert_eq!(parse_duration(text), None, "{text:?}");
        }
    }

    #[test]
    fn sizes_are_read_and_shown_in_their_units() {
        for (text, bytes) in [
            ("25MiB", 26_214_400),
            ("512KiB", 524_288),
            ("1GiB", 1 << 30),
            ("1000", 1000),
        ] {
            assert_eq!(parse_size(text), Some(bytes), "{text}");
        }
        for text in [
            "",
            "MiB",
            "25MB",
            "25 MiB",
            "-1",
            "+1",
            "1.5MiB",
            "99999999999999999GiB",
        ] {
            assert_eq!(parse_size(text), None, "{text:?}");
        }
    }
}
