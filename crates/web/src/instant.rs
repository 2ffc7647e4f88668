//! Instants on the wire: RFC 3339 in UTC with `Z`, with six digits of a second where there are any.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

const MICROS: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;

/// An instant as answers write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub Timestamp);

impl From<Timestamp> for Instant {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl Instant {
    /// The text, in a buffer of its own: most of the time of writing a list would go into formatting instants.
    fn write(self) -> ([u8; 27], usize) {
        let micros = self.0.as_microsecond();
        let (seconds, fraction) = (micros.div_euclid(MICROS), micros.rem_euclid(MICROS));
        let (year, month, day) = civil(seconds.div_euclid(DAY_SECONDS));
        let time = seconds.rem_euclid(DAY_SECONDS);
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        digits(&mut text[0..4], year);
        digits(&mut text[5..7], month);
        digits(&mut text[8..10], day);
        digits(&mut text[11..13], time / 3_600);
        digits(&mut text[14..16], time / 60 % 60);
        digits(&mut text[17..19], time % 60);
        if fraction == 0 {
            text[19] = b'Z';
            return (text, 20);
        }
        digits(&mut text[20..26], fraction);
        (text, 27)
    }
}

fn digits(place: &mut [u8], mut number: i64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

/// Year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
///
/// # Source
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
const fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (text, length) = self.write();
        f.write_str(std::str::from_utf8(&text[..length]).unwrap_or_default())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (text, length) = self.write();
        serializer.serialize_str(std::str::from_utf8(&text[..length]).unwrap_or_default())
    }
}

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("RFC 3339 in UTC"))
            .examples(["2030-03-14T09:26:53.589793Z"])
            .into()
    }
}

impl ToSchema for Instant {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Instant")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_jiff_writes_them_but_with_six_digits() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2000-02-29T23:59:59Z",
            "2024-12-31T12:34:56.000001Z",
            "1900-03-01T00:00:00Z",
            "2100-02-28T08:00:00.120000Z",
            "0001-01-01T00:00:00Z",
            "9999-12-30T22:00:00.999999Z",
        ] {
            assert_eq!(Instant(text.parse().unwrap()).to_string(), text);
        }
        for day in 0..60_000_i64 {
            let at = Timestamp::from_second(day * 86_399 * 3).unwrap();
            assert_eq!(Instant(at).to_string(), at.to_string());
        }
    }
}
