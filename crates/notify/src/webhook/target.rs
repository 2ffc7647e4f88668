//! Where a webhook may go.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use url::{Host, Url};

use super::network::is_public;

/// The longest address of a receiver.
const MOST_CHARS: usize = 2048;

/// What receivers may be.
#[derive(Clone)]
pub struct TargetRules {
    /// Whether `http` is good enough.
    pub allow_http: bool,
    /// Addresses that are allowed though they are not public.
    pub allowed: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
}

impl TargetRules {
    /// Whether a connection to `address` may be made.
    pub(super) fn allow(&self, address: IpAddr) -> bool {
        is_public(address) || (self.allowed)(address)
    }
}

impl fmt::Debug for TargetRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TargetRules")
            .field("allow_http", &self.allow_http)
            .finish_non_exhaustive()
    }
}

/// Reads the address of a receiver as far as that goes without asking for its name: names are checked when a connection
/// is made.
///
/// # Errors
/// What is wrong with it, in words that follow "the address".
pub fn check_url(url: &str, rules: &TargetRules) -> Result<Url, String> {
    let wrong = |reason: &str| Err(reason.to_owned());
    if url.chars().count() > MOST_CHARS {
        return Err(format!(
            "the address is longer than {MOST_CHARS} characters"
        ));
    }
    // A URL parser drops or mends these silently; what was meant is not to be guessed.
    if url.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
        return wrong("the address holds spaces, control characters or backslashes");
    }
    let lower = url.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    if rest.is_none_or(|rest| rest.starts_with('/')) {
        return wrong("the address must begin with https:// and a host");
    }
    let Ok(parsed) = Url::parse(url) else {
        return wrong("the address is no URL");
    };
    match parsed.scheme() {
        "https" => {}
        "http" if rules.allow_http => {}
        _ => return wrong("the address must begin with https://"),
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return wrong("the address holds a user name or password");
    }
    if parsed.port() == Some(0) {
        return wrong("the address has port 0");
    }
    let is_allowed = match parsed.host() {
        None => return wrong("the address names no host"),
        Some(Host::Ipv4(address)) => rules.allow(address.into()),
        Some(Host::Ipv6(address)) => rules.allow(address.into()),
        Some(Host::Domain(name)) => !is_local(name) || rules.allow(Ipv4Addr::LOCALHOST.into()),
    };
    if is_allowed {
        Ok(parsed)
    } else {
        wrong(NOT_PUBLIC)
    }
}

pub(super) const NOT_PUBLIC: &str =
    "the address leads into a private network (webhooks.allowed_networks does not allow it)";

/// Whether a name means this machine, wherever it is asked for.
fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests;
