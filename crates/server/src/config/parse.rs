//! From text to values: one small function per kind of setting.

mod bucket;

use std::fmt::Display;
use std::net::IpAddr;
use std::num::NonZeroU16;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use jiff::tz::TimeZone;
use linedesk_app::directory::operator::{password_faults, unusable_username};
use linedesk_domain::sla::zone;
use tracing_subscriber::EnvFilter;

use super::database_url::{DatabaseUrl, PostgresUrl};
use super::network::Network;
use super::reader::Wrong;
use super::secret::Secret;
use super::sections::{Access, LogFormat, SmsAuth, SmsFormat, SmtpTls};
use super::units::{parse_duration, parse_size, show_duration};

pub(super) use bucket::{bucket, endpoint, prefix, region};

pub(super) const DAY: Duration = Duration::from_hours(24);

/// Paths that belong to the program itself; no API can be mounted on or under them.
const TAKEN: [&str; 7] = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs",
    "/auth",
    "/survey",
    "/password",
];

fn not<T>(what: &str) -> Result<T, Wrong> {
    Err(Wrong::Not(what.to_owned()))
}

pub(super) fn whole<N>(range: RangeInclusive<N>) -> impl Fn(&str) -> Result<N, Wrong>
where
    N: FromStr + PartialOrd + Display,
{
    move |text| match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => not(&format!(
            "a whole number from {} to {}",
            range.start(),
            range.end()
        )),
    }
}

pub(super) fn duration(
    range: RangeInclusive<Duration>,
) -> impl Fn(&str) -> Result<Duration, Wrong> {
    move |text| match parse_duration(text) {
        Some(duration) if range.contains(&duration) => Ok(duration),
        Some(_) => not(&format!(
            "between {} and {}",
            show_duration(*range.start()),
            show_duration(*range.end())
        )),
        None => not("a duration such as 45s, 10m, 1h30m or 30d"),
    }
}

/// How long something is kept; `0s`: for ever, which is `None`.
pub(super) fn retention(
    range: RangeInclusive<Duration>,
) -> impl Fn(&str) -> Result<Option<Duration>, Wrong> {
    move |text| match parse_duration(text) {
        Some(Duration::ZERO) => Ok(None),
        Some(duration) if range.contains(&duration) => Ok(Some(duration)),
        Some(_) => not(&format!(
            "0s (for ever), or between {} and {}",
            show_duration(*range.start()),
            show_duration(*range.end())
        )),
        None => not("a duration such as 30d or 365d, or 0s (for ever)"),
    }
}

pub(super) fn size(text: &str) -> Result<u64, Wrong> {
    match parse_size(text) {
        Some(0) => not("a size above zero"),
        Some(bytes) => Ok(bytes),
        None => not("a size such as 25MiB, 512KiB or a number of bytes"),
    }
}

pub(super) fn switch(text: &str) -> Result<bool, Wrong> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => not("true or false"),
    }
}

pub(super) fn host(text: &str) -> Result<String, Wrong> {
    // What has digits and dots alone is meant to be an address.
    let is_name = text.contains(|c: char| c.is_ascii_alphabetic())
        && !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    if is_name || text.parse::<IpAddr>().is_ok() {
        Ok(text.to_owned())
    } else {
        not("an IP address or a host name (the port is server.port)")
    }
}

/// A host, and a port behind a colon where it is not the usual one.
pub(super) fn host_and_port(text: &str) -> Result<String, Wrong> {
    const SHAPE: &str = "a host such as static.example.net or static.example.net:8443";
    let (name, port) = text.split_once(':').unwrap_or((text, "443"));
    if host(name).is_ok() && port.parse::<NonZeroU16>().is_ok() {
        Ok(text.to_ascii_lowercase())
    } else {
        not(SHAPE)
    }
}

/// An origin exactly as browsers name it: scheme, host, and the port where it is not the scheme's own.
pub(super) fn origin(text: &str) -> Result<String, Wrong> {
    const SHAPE: &str = "an origin as browsers name it, such as https://portal.example.net or http://localhost:3000";
    let text = text.to_ascii_lowercase();
    let (scheme, authority) = text.split_once("://").unwrap_or_default();
    let (own_port, is_known) = match scheme {
        "https" => ("443", true),
        "http" => ("80", true),
        _ => ("", false),
    };
    let (name, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or_default(),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let is_port = |port: &str| port != own_port && port.parse::<NonZeroU16>().is_ok();
    let has_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    if is_known && host(name).is_ok() && has_port {
        Ok(text)
    } else {
        not(SHAPE)
    }
}

/// A link to fill in: of each set of places, it has to have one.
pub(super) fn link(
    places: &'static [&'static [&'static str]],
) -> impl Fn(&str) -> Result<String, Wrong> {
    move |text| {
        let is_web = text.starts_with("https://") || text.starts_with("http://");
        let is_plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
        let missing = places
            .iter()
            .find(|set| !set.iter().any(|place| text.contains(place)));
        match missing {
            None if is_web && is_plain => Ok(text.to_owned()),
            None => not("a URL"),
            Some(set) => not(&format!("a URL with {} in it", set.join(" or "))),
        }
    }
}

pub(super) fn public_url(text: &str) -> Result<String, Wrong> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let refused = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@' | '"' | '<' | '>' | '\\')
    };
    match rest {
        Some(rest)
            if !rest.is_empty() && !rest.starts_with(['/', ':']) && !rest.contains(refused) =>
        {
            if text.ends_with('/') {
                not("without a trailing slash")
            } else {
                Ok(text.to_owned())
            }
        }
        _ => not("a URL such as https://desk.example.net"),
    }
}

pub(super) fn network(text: &str) -> Result<Network, Wrong> {
    Network::parse(text).map_or_else(|| not("an address or network such as 10.0.0.0/8"), Ok)
}

pub(super) fn path(text: &str) -> Result<PathBuf, Wrong> {
    if text.is_empty() || text.contains('\0') {
        not("a path")
    } else {
        Ok(PathBuf::from(text))
    }
}

pub(super) fn database_url(text: &str) -> Result<DatabaseUrl, Wrong> {
    DatabaseUrl::parse(text).map_err(|error| Wrong::Because(error.to_string()))
}

pub(super) fn replica_url(text: &str) -> Result<PostgresUrl, Wrong> {
    match database_url(text)? {
        DatabaseUrl::Postgres(url) => Ok(url),
        DatabaseUrl::Sqlite(_) => Err(Wrong::Because(
            "only PostgreSQL has replicas; expected postgres://USER:PASSWORD@HOST/DATABASE"
                .to_owned(),
        )),
    }
}

pub(super) fn user_name(text: &str) -> Result<String, Wrong> {
    let fine = !text.is_empty()
        && text.chars().count() <= 150
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    match unusable_username(text) {
        _ if !fine => not("a user name: 1 to 150 characters without spaces"),
        Some(why) => Err(Wrong::Because(why.to_owned())),
        None => Ok(text.to_owned()),
    }
}

pub(super) fn email(text: &str) -> Result<String, Wrong> {
    match text.split_once('@') {
        Some((name, host))
            if !name.is_empty()
                && !host.is_empty()
                && !host.contains('@')
                && text.len() <= 254
                && !text.contains(|c: char| c.is_whitespace() || c.is_control()) =>
        {
            Ok(text.to_owned())
        }
        _ => not("an e-mail address"),
    }
}

/// A password as every other, of the admin with that name and that address.
pub(super) fn password<'a>(
    username: Option<&'a str>,
    email: Option<&'a str>,
) -> impl Fn(&str) -> Result<Secret, Wrong> + 'a {
    move |text| {
        let faults = password_faults(text, username.unwrap_or_default(), email);
        if faults.is_empty() {
            return Ok(Secret::new(text.to_owned()));
        }
        let messages: Vec<_> = faults.into_iter().map(|fault| fault.message).collect();
        Err(Wrong::Because(messages.join("; ")))
    }
}

pub(super) fn mount(text: &str) -> Result<String, Wrong> {
    let plain = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
    };
    match text.strip_prefix('/') {
        Some(rest) if rest.split('/').all(plain) => {
            let first = &text[..=rest.find('/').unwrap_or(rest.len())];
            match TAKEN.iter().find(|taken| first == **taken) {
                Some(taken) => Err(Wrong::Because(format!(
                    "{taken} belongs to the program itself"
                ))),
                None => Ok(text.to_owned()),
            }
        }
        _ => not("a path such as /api/v1, without a trailing slash"),
    }
}

pub(super) fn access(text: &str) -> Result<Access, Wrong> {
    match text {
        "auto" => Ok(Access::Auto),
        "anonymous" => Ok(Access::Anonymous),
        "token" => Ok(Access::Token),
        _ => not("auto, anonymous or token"),
    }
}

pub(super) fn smtp_tls(text: &str) -> Result<SmtpTls, Wrong> {
    match text {
        "none" => Ok(SmtpTls::None),
        "starttls" => Ok(SmtpTls::StartTls),
        "tls" => Ok(SmtpTls::Tls),
        _ => not("none, starttls or tls"),
    }
}

pub(super) fn sms_auth(text: &str) -> Result<SmsAuth, Wrong> {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match (text, text.strip_prefix("header:")) {
        ("none", _) => Ok(SmsAuth::None),
        ("bearer", _) => Ok(SmsAuth::Bearer),
        ("basic", _) => Ok(SmsAuth::Basic),
        (_, Some(name)) if is_name(name) => Ok(SmsAuth::Header(name.to_owned())),
        _ => not("none, bearer, basic or header: and a header's name"),
    }
}

pub(super) fn sms_format(text: &str) -> Result<SmsFormat, Wrong> {
    match text {
        "json" => Ok(SmsFormat::Json),
        "form" => Ok(SmsFormat::Form),
        _ => not("json or form"),
    }
}

pub(super) fn country_code(text: &str) -> Result<String, Wrong> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let is_code = (1..=3).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|b| b.is_ascii_digit());
    if is_code {
        Ok(text.to_owned())
    } else {
        not("a country's code such as +49")
    }
}

/// Any text without control characters.
pub(super) fn text(text: &str) -> Result<String, Wrong> {
    if text.contains(char::is_control) {
        not("a text without control characters")
    } else {
        Ok(text.to_owned())
    }
}

/// The address of a service; it may hold a secret and is not repeated.
pub(super) fn http_url(text: &str) -> Result<Secret, Wrong> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let refused = |c: char| c.is_whitespace() || c.is_control();
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') && !rest.contains(refused) => {
            Ok(Secret::new(text.to_owned()))
        }
        _ => not("a URL such as https://sms.example.net/send"),
    }
}

pub(super) fn timezone(text: &str) -> Result<TimeZone, Wrong> {
    zone(text).map_or_else(|| not("an IANA time zone such as Europe/Amsterdam"), Ok)
}

pub(super) fn log_level(text: &str) -> Result<String, Wrong> {
    const WANTED: &str =
        "error, warn, info, debug or trace, or directives such as info,linedesk_store=debug";
    if text.trim().is_empty() {
        return not(WANTED);
    }
    // A misspelt level would be taken as the name of a part, and nothing would be logged.
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    let known = |part: &str| {
        part.contains(['=', ':', '['])
            || levels.contains(&part.trim().to_ascii_lowercase().as_str())
    };
    match EnvFilter::try_new(text) {
        Ok(_) if text.split(',').all(known) => Ok(text.to_owned()),
        _ => not(WANTED),
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, Wrong> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => not("text or json"),
    }
}
