//! URLs of PostgreSQL: checked here as far as that keeps its client library from repeating a part of one in an error,
//! which may be a part of a password.

use std::fmt;

use thiserror::Error;

use crate::config::secret::Secret;

/// What stands for a password in a URL.
const MASK: &str = "***";

/// `postgres://user:password@host:port/database?parameter=value`, as libpq takes it: every part may be missing, there
/// may be several hosts, and what the URL does not say is taken from libpq's own variables (`PGHOST` and so on).
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    whole: Secret,
    masked: String,
}

impl PostgresUrl {
    /// Reads a URL with its scheme.
    pub(super) fn parse(url: &str) -> Result<Self, PostgresUrlError> {
        use PostgresUrlError as E;
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        if rest.contains(|c: char| c.is_control() || c == ' ') {
            return Err(E::Space);
        }
        // As libpq takes it apart: a user ends at the first @, unless there is a / before.
        let (user, rest) = match rest.find(['@', '/']) {
            Some(at) if rest[at..].starts_with('@') => (Some(&rest[..at]), &rest[at + 1..]),
            _ => (None, rest),
        };
        let (place, parameters) = match rest.split_once('?') {
            Some((place, parameters)) => (place, Some(parameters)),
            None => (rest, None),
        };
        let (hosts, database) = match place.split_once('/') {
            Some((hosts, database)) => (hosts, Some(database)),
            None => (place, None),
        };
        // A password with one of these in it was cut in two, and its end is not a host or a database.
        if hosts.contains('@') || database.is_some_and(|name| name.contains(['/', '@', ':'])) {
            return Err(E::Unescaped);
        }
        // Nor are parameters a user.
        if user.is_some_and(|user| user.contains('?')) {
            return Err(E::Unescaped);
        }
        for part in [user, Some(hosts), database].into_iter().flatten() {
            escapes(part)?;
        }
        hosts.split(',').try_for_each(port)?;

        let shown_user = match user.map(|user| user.split_once(':').ok_or(user)) {
            Some(Ok((name, _))) => format!("{name}:{MASK}@"),
            Some(Err(name)) => format!("{name}@"),
            None => String::new(),
        };
        let shown_database = database.map(|name| format!("/{name}")).unwrap_or_default();
        let shown_parameters = match parameters {
            Some(parameters) => format!("?{}", mask_parameters(parameters)?),
            None => String::new(),
        };
        let masked = format!("{scheme}://{shown_user}{hosts}{shown_database}{shown_parameters}");
        Ok(Self {
            whole: Secret::new(url.to_owned()),
            masked,
        })
    }

    /// The whole URL, for whoever connects.
    pub fn expose(&self) -> &str {
        self.whole.expose()
    }
}

/// Without what is secret in it.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked)
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why PostgreSQL would not take a URL. Never says any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PostgresUrlError {
    /// It would end there.
    #[error("a PostgreSQL URL has no spaces; write %20")]
    Space,
    /// Most often in a password.
    #[error(
        "has one of / @ : ? where none can be; in a user name or password write %2F %40 %3A %3F"
    )]
    Unescaped,
    /// `%` and not two hexadecimal digits.
    #[error("has a % that is not followed by two hexadecimal digits; write %25 for a % itself")]
    Percent,
    /// Not a number.
    #[error("a port is a number from 1 to 65535")]
    Port,
    /// After the question mark.
    #[error("its parameters are not of the form name=value&name=value")]
    Parameter,
}

fn escapes(part: &str) -> Result<(), PostgresUrlError> {
    let complete = |rest: &str| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit) && digits != b"00")
    };
    if part.split('%').skip(1).all(complete) {
        Ok(())
    } else {
        Err(PostgresUrlError::Percent)
    }
}

/// One host with or without a port; an IPv6 address stands in brackets.
fn port(host: &str) -> Result<(), PostgresUrlError> {
    let after = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').ok_or(PostgresUrlError::Port)?.1,
        None => host.find(':').map_or("", |at| &host[at..]),
    };
    match after.strip_prefix(':') {
        None if after.is_empty() => Ok(()),
        Some("") => Ok(()),
        Some(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => Ok(()),
        _ => Err(PostgresUrlError::Port),
    }
}

fn mask_parameters(parameters: &str) -> Result<String, PostgresUrlError> {
    let masked = parameters.split('&').map(|parameter| {
        let (name, value) = parameter
            .split_once('=')
            .filter(|(name, value)| !name.is_empty() && !value.contains('='))
            .ok_or(PostgresUrlError::Parameter)?;
        escapes(name)?;
        escapes(value)?;
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        // A name that is spelt in a roundabout way is not looked at closely.
        let secret = !name.chars().all(plain)
            || ["password", "secret", "scram", "token"]
                .iter()
                .any(|word| name.contains(word));
        let shown = if secret { MASK } else { value };
        Ok(format!("{name}={shown}"))
    });
    Ok(masked.collect::<Result<Vec<_>, _>>()?.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_what_is_secret_is_shown() {
        for (url, shown) in [
            ("postgres://", "postgres://"),
            ("postgres:///desk", "postgres:///desk"),
            (
                "postgresql://ann@db:5432/desk",
                "postgresql://ann@db:5432/desk",
            ),
            ("postgres://ann:pw@db/desk", "postgres://ann:***@db/desk"),
            (
                "postgres://ann:p:w%40x@db/desk",
                "postgres://ann:***@db/desk",
            ),
            ("postgres://ann:p#w@db", "postgres://ann:***@db"),
            ("postgres://ann:@db", "postgres://ann:***@db"),
            (
                "postgres://a:pw@[::1]:5432,two:5433/d?target_session_attrs=read-write",
                "postgres://a:***@[::1]:5432,two:5433/d?target_session_attrs=read-write",
            ),
            (
                "postgres:///desk?host=/run/postgresql&user=ann&password=pw",
                "postgres:///desk?host=/run/postgresql&user=ann&password=***",
            ),
            (
                "postgres://db/desk?sslmode=verify-full&sslpassword=pw&p%61ssword=pw",
                "postgres://db/desk?sslmode=verify-full&sslpassword=***&p%61ssword=***",
            ),
        ] {
            let parsed = PostgresUrl::parse(url).unwrap();
            assert_eq!((parsed.expose(), parsed.to_string().as_str()), (url, shown));
            assert_eq!(format!("{parsed:?}"), shown);
        }
    }

    #[test]
    fn what_would_be_cut_in_the_wrong_place_is_refused() {
        use PostgresUrlError as E;
        for (url, error) in [
            ("postgres://ann:p/w@db/desk", E::Unescaped),
            ("postgres://ann:p@w@db/desk", E::Unescaped),
            ("postgres://db?password=p@w", E::Unescaped),
            ("postgres://ann:p?w@db/desk", E::Unescaped),
            ("postgres://ann:p w@db/desk", E::Space),
            ("postgres://ann:100%@db/desk", E::Percent),
            ("postgres://ann:%zz@db/desk", E::Percent),
            ("postgres://db:port/desk", E::Port),
            ("postgres://[::1/desk", E::Port),
            ("postgres://db/desk?sslmode", E::Parameter),
            ("postgres://db/desk?password=a=b", E::Parameter),
        ] {
            assert_eq!(PostgresUrl::parse(url), Err(error), "{url}");
        }
    }
}
