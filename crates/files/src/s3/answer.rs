//! What a bucket's answer means.

use std::io;
use std::time::Duration;

use linedesk_ports::blobs::BlobError;
use reqwest::{Response, StatusCode};

/// More of an answer than this is not read to find out what went wrong.
const MOST_BYTES: usize = 16 * 1024;
/// Names of errors are shorter.
const MOST_LETTERS: usize = 64;

/// Why there is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no such object, or it is shorter.
    Missing,
    /// There is one already.
    Taken,
    /// The bucket does not know what `If-None-Match` means.
    Conditional,
    /// It may go better the next time. Nobody knows whether it was done.
    Passing(String),
    /// It will not.
    Lasting(String),
}

impl From<Refused> for BlobError {
    fn from(refused: Refused) -> Self {
        let unavailable = |kind, why: String| Self::Unavailable(io::Error::new(kind, why));
        match refused {
            Refused::Missing => Self::Missing,
            Refused::Taken => unavailable(
                io::ErrorKind::AlreadyExists,
                "there is an object of this name already".to_owned(),
            ),
            Refused::Conditional => unavailable(
                io::ErrorKind::Unsupported,
                "the bucket refuses If-None-Match".to_owned(),
            ),
            Refused::Passing(why) | Refused::Lasting(why) => unavailable(io::ErrorKind::Other, why),
        }
    }
}

/// The answer, if it is a success.
pub(super) async fn judged(response: Response, patience: Duration) -> Result<Response, Refused> {
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    // Nothing but the name is taken of what it says: the rest repeats what was signed.
    Err(judge(status, &name_of_error(response, patience).await))
}

/// `name` is the error's, empty where it has none.
fn judge(status: StatusCode, name: &str) -> Refused {
    let said = || match (name, hint(name)) {
        ("", _) => format!("the bucket answered {}", status.as_u16()),
        (_, None) => format!("the bucket answered {} {name}", status.as_u16()),
        (_, Some(hint)) => format!("the bucket answered {} {name}: {hint}", status.as_u16()),
    };
    match (status.as_u16(), name) {
        (404, "NoSuchBucket") => Refused::Lasting(said()),
        (404 | 416, _) => Refused::Missing,
        (412, _) => Refused::Taken,
        (501, _) => Refused::Conditional,
        // A body that did not arrive, or not as it was sent; two who put the same at once.
        (400, "RequestTimeout" | "BadDigest" | "XAmzContentSHA256Mismatch" | "IncompleteBody")
        | (408 | 409 | 425 | 429 | 500..=599, _) => Refused::Passing(said()),
        _ => Refused::Lasting(said()),
    }
}

/// What an operator may look at.
fn hint(name: &str) -> Option<&'static str> {
    Some(match name {
        "NoSuchBucket" => "is storage.s3.bucket right?",
        "InvalidAccessKeyId" => "is storage.s3.access_key_id right?",
        "SignatureDoesNotMatch" => "is storage.s3.secret_access_key right?",
        "AuthorizationHeaderMalformed"
        | "PermanentRedirect"
        | "TemporaryRedirect"
        | "IllegalLocationConstraintException" => {
            "are storage.s3.region and storage.s3.endpoint right?"
        }
        "AccessDenied" => "may storage.s3.access_key_id put, get and delete objects there?",
        "RequestTimeTooSkewed" => "is the clock of this machine right?",
        _ => return None,
    })
}

/// What stands in `<Code>`.
async fn name_of_error(mut response: Response, patience: Duration) -> String {
    let mut text = Vec::new();
    while text.len() < MOST_BYTES {
        match tokio::time::timeout(patience, response.chunk()).await {
            Ok(Ok(Some(chunk))) => text.extend_from_slice(&chunk),
            _ => break,
        }
    }
    let text = String::from_utf8_lossy(&text);
    let name = text
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"))
        .map_or("", |(name, _)| name.trim());
    let is_name = name.len() <= MOST_LETTERS && name.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_name {
        name.to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, name: &str) -> Refused {
        judge(StatusCode::from_u16(status).unwrap(), name)
    }

    #[test]
    fn what_passes_is_told_from_what_lasts() {
        for (status, name) in [
            (500, "InternalError"),
            (503, "SlowDown"),
            (502, ""),
            (429, ""),
            (409, "ConditionalRequestConflict"),
            (400, "RequestTimeout"),
            (400, "XAmzContentSHA256Mismatch"),
        ] {
            assert!(
                matches!(judged(status, name), Refused::Passing(_)),
                "{status} {name}"
            );
        }
        for (status, name) in [
            (400, "InvalidArgument"),
            (403, "AccessDenied"),
            (301, "PermanentRedirect"),
            (404, "NoSuchBucket"),
            (405, ""),
        ] {
            assert!(
                matches!(judged(status, name), Refused::Lasting(_)),
                "{status} {name}"
            );
        }
        assert_eq!(judged(404, "NoSuchKey"), Refused::Missing);
        assert_eq!(judged(404, ""), Refused::Missing);
        assert_eq!(judged(416, "InvalidRange"), Refused::Missing);
        assert_eq!(judged(412, "PreconditionFailed"), Refused::Taken);
        assert_eq!(judged(501, "NotImplemented"), Refused::Conditional);
    }

    #[test]
    fn a_mistake_of_the_settings_is_told_by_the_settings_name() {
        for (name, setting) in [
            ("NoSuchBucket", "storage.s3.bucket"),
            ("InvalidAccessKeyId", "storage.s3.access_key_id"),
            ("SignatureDoesNotMatch", "storage.s3.secret_access_key"),
            ("AuthorizationHeaderMalformed", "storage.s3.region"),
        ] {
            assert!(
                hint(name).is_some_and(|hint| hint.contains(setting)),
                "{name}"
            );
        }
    }
}
