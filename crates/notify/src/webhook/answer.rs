//! What a receiver's answer means.

use std::time::Duration;

use jiff::Timestamp;
use linedesk_ports::couriers::{Trouble, Undelivered};

/// The longest that a receiver may put us off at once.
const LONGEST: Duration = Duration::from_hours(24);

/// Only 2xx is success. A redirect is a failure: whoever signs for one address does not send to another.
pub(super) fn judge(
    status: u16,
    retry_after: Option<&str>,
    at: Timestamp,
) -> Result<(), Undelivered> {
    let trouble = match status {
        200..=299 => return Ok(()),
        410 => return Err(Undelivered::Gone),
        408 | 409 | 425 | 429 => Trouble::Receiver,
        400..=499 => Trouble::Message,
        _ => Trouble::Receiver,
    };
    let after = match status {
        408 | 425 | 429 | 500..=599 => retry_after.and_then(|value| wait(value, at)),
        _ => None,
    };
    Err(Undelivered::Later {
        reason: format!("the receiver answered {status}"),
        trouble,
        after,
    })
}

/// `Retry-After`: seconds, or an instant.
pub(crate) fn wait(value: &str, at: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let wait = if value.bytes().all(|b| b.is_ascii_digit()) {
        Duration::from_secs(value.parse().ok()?)
    } else {
        let until = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        Duration::try_from(until.duration_since(at)).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        "2026-11-21T14:00:00Z".parse().unwrap()
    }

    #[test]
    fn answers_mean_what_the_standard_says() {
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(judge(status, None, at()), Ok(()));
        }
        assert_eq!(judge(410, None, at()), Err(Undelivered::Gone));
        for (status, expected) in [
            (301, Trouble::Receiver),
            (308, Trouble::Receiver),
            (400, Trouble::Message),
            (401, Trouble::Message),
            (404, Trouble::Message),
            (408, Trouble::Receiver),
            (409, Trouble::Receiver),
            (422, Trouble::Message),
            (425, Trouble::Receiver),
            (429, Trouble::Receiver),
            (500, Trouble::Receiver),
            (503, Trouble::Receiver),
        ] {
            match judge(status, None, at()) {
                Err(Undelivered::Later {
                    trouble,
                    after: None,
                    ..
                }) => {
                    assert_eq!(trouble, expected, "{status}");
                }
                other => panic!("{status}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_receiver_says_when_to_come_back() {
        for (value, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sat, 21 Nov 2026 14:05:00 GMT", Some(300)),
            ("Sat, 21 Nov 2026 13:00:00 GMT", Some(0)),
            ("999999999", Some(86_400)),
            ("99999999999999999999999", None),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            let found = wait(value, at()).map(|wait| wait.as_secs());
            assert_eq!(found, expected, "{value:?}");
        }
        let later = judge(503, Some("7"), at());
        let asked = matches!(later, Err(Undelivered::Later { after: Some(after), .. }) if after.as_secs() == 7);
        assert!(asked, "{later:?}");
        let ignored = judge(404, Some("7"), at());
        assert!(matches!(
            ignored,
            Err(Undelivered::Later { after: None, .. })
        ));
    }
}
