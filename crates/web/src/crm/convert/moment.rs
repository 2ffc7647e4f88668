//! Instants as Django's forms send them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::extract::faults::Wrong;
use crate::extract::parse;

/// An instant. Forms send it without a zone, or a day alone: that is in UTC, as a Django server of no other setting has it.
pub(super) fn moment(text: impl AsRef<str>) -> Result<Option<Timestamp>, Wrong> {
    let text = text.as_ref().trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = match parse::instant(text) {
        Ok(at) => return Ok(Some(at)),
        Err(wrong) => wrong,
    };
    let is_bare = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"-:. Tt".contains(&byte));
    let bare = text.parse::<DateTime>().ok().filter(|_| is_bare);
    match bare.and_then(|bare| TimeZone::UTC.to_timestamp(bare).ok()) {
        // Through the same gate, which knows the bounds.
        Some(at) => parse::instant(at.to_string()).map(Some),
        None => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_may_be_as_forms_send_them() {
        let read = |text: &str| moment(text).unwrap().map(|at| at.to_string());
        for (sent, at) in [
            ("2030-11-20T17:00:00Z", "2030-11-20T17:00:00Z"),
            ("2030-11-20T17:00:00+02:00", "2030-11-20T15:00:00Z"),
            ("2030-11-20T17:00", "2030-11-20T17:00:00Z"),
            ("2030-11-20 17:00:30", "2030-11-20T17:00:30Z"),
            (" 2030-11-20 ", "2030-11-20T00:00:00Z"),
        ] {
            assert_eq!(read(sent).as_deref(), Some(at), "{sent}");
        }
        assert_eq!(read(" "), None);
        for wrong in [
            "tomorrow",
            "2030-02-30",
            "1969-12-31",
            "2030-11-20T17:00[Europe/Berlin]",
            "17:00",
            "20",
        ] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }
}
