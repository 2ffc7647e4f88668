//! `If-Match` and `ETag`: a ticket's entity tag is its version in quotes.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, web};
use linedesk_app::models::TicketKey;
use linedesk_app::{App, Caller, tickets};

use super::caller::signed_in;
use super::path::named;
use crate::failure::Failure;

/// A version that no ticket has, for tags that no ticket ever had.
const NEVER: i64 = -1;

/// The version that the client holds; `None` where it does not say, or takes any (`*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected(pub Option<i64>);

impl FromRequest for Expected {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(held) = sent(request) else {
            return Box::pin(async { Err(malformed()) });
        };
        let (request, key) = (request.clone(), named(request));
        Box::pin(async move {
            Ok(Self(match held {
                Held::Any => None,
                Held::One(version) => Some(version),
                Held::Several(versions) => Some(present(&request, key?, &versions).await?),
            }))
        })
    }
}

/// The versions of which the client holds one; `None` where it does not say, or takes any (`*`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf(pub Option<Vec<i64>>);

impl FromRequest for AnyOf {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match sent(request) {
            Some(Held::Any) => Ok(Self(None)),
            Some(Held::One(version)) => Ok(Self(Some(vec![version]))),
            Some(Held::Several(versions)) => Ok(Self(Some(versions))),
            None => Err(malformed()),
        })
    }
}

impl AnyOf {
    /// The version to ask of a ticket that is of version `present`: it if it is among those, or one of them.
    pub fn of(&self, present: i64) -> Option<i64> {
        let versions = self.0.as_deref()?;
        let is_held = versions.contains(&present);
        Some(if is_held {
            present
        } else {
            versions.first().copied().unwrap_or(NEVER)
        })
    }

    /// The same of a ticket that has yet to be looked at, where that is needed.
    ///
    /// # Errors
    /// What looking at the ticket says.
    pub async fn of_ticket(
        &self,
        app: &App,
        caller: &Caller,
        key: TicketKey,
    ) -> Result<Option<i64>, Failure> {
        match self.0.as_deref() {
            None => Ok(None),
            Some([version]) => Ok(Some(*version)),
            Some(_) => {
                let view = tickets::ticket(app, caller, key).await?;
                Ok(self.of(view.ticket.data.version))
            }
        }
    }
}

/// What `If-Match` says; `None` where it cannot be read.
fn sent(request: &HttpRequest) -> Option<Held> {
    let lines: Option<Vec<_>> = request
        .headers()
        .get_all(header::IF_MATCH)
        .map(|value| value.to_str().ok())
        .collect();
    read(&lines?.join(","))
}

fn malformed() -> Failure {
    let detail = "`If-Match` has to be `*` or entity tags such as \"3\"";
    Failure::new(StatusCode::BAD_REQUEST, "malformed_if_match", detail)
}

/// The present version of the ticket if it is among those, or one of them.
async fn present(request: &HttpRequest, key: TicketKey, versions: &[i64]) -> Result<i64, Failure> {
    let caller = signed_in(request).await?;
    let Some(app) = request.app_data::<web::Data<App>>() else {
        return Ok(NEVER);
    };
    let held = AnyOf(Some(versions.to_vec()));
    let held = held.of_ticket(app, &caller, key).await?;
    Ok(held.unwrap_or(NEVER))
}

/// The entity tag of a ticket of that version.
pub fn etag(version: i64) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{version}\""))
}

/// What `If-Match` says.
#[derive(Debug, PartialEq, Eq)]
enum Held {
    /// Nothing, or `*`.
    Any,
    /// One version.
    One(i64),
    /// One of several.
    Several(Vec<i64>),
}

/// `*`, or tags separated by commas, of which one has to match.
fn read(value: &str) -> Option<Held> {
    let value = value.trim();
    if value.is_empty() || value == "*" {
        return Some(Held::Any);
    }
    // None of our tags holds a comma, and a piece of one that does is malformed.
    let versions: Option<Vec<_>> = value.split(',').map(|tag| version(tag.trim())).collect();
    match versions?.as_slice() {
        [version] => Some(Held::One(*version)),
        versions => Some(Held::Several(versions.to_vec())),
    }
}

/// The version of a strong tag; a weak one never matches (RFC 9110, 13.1.1: the comparison is the strong one).
fn version(tag: &str) -> Option<i64> {
    let (weak, tag) = tag
        .strip_prefix("W/")
        .map_or((false, tag), |tag| (true, tag));
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('"') {
        return None;
    }
    let version = inner
        .parse()
        .ok()
        .filter(|version: &i64| !weak && version.to_string() == inner);
    Some(version.unwrap_or(NEVER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_and_compared_strongly() {
        assert_eq!(read("\"3\""), Some(Held::One(3)));
        assert_eq!(read("*"), Some(Held::Any));
        for never in ["W/\"3\"", "\"03\"", "\"x\"", "\"\""] {
            assert_eq!(read(never), Some(Held::One(NEVER)), "{never}");
        }
        assert_eq!(
            read("\"3\" , W/\"4\",\"5\""),
            Some(Held::Several(vec![3, NEVER, 5]))
        );
        for malformed in ["3", "\"3", "\"3\" \"4\"", "\"3\",", "*, \"3\""] {
            assert_eq!(read(malformed), None, "{malformed}");
        }
    }
}
