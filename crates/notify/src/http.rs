//! What both kinds of HTTP requests share: no redirects, no proxies, TLS as everywhere.

use std::error::Error as _;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder};

use crate::error::NotifyError;

/// A client that goes where it is sent and nowhere else. `authorities`: PEM, trusted beside the system's.
pub(crate) fn client(
    authorities: Option<&[u8]>,
    timeout: Duration,
    what: &'static str,
) -> Result<ClientBuilder, NotifyError> {
    let mut builder = Client::builder()
        .redirect(Policy::none())
        // A proxy named in the environment would do the resolving, and with it decide where the request goes.
        .no_proxy()
        .referer(false)
        .timeout(timeout)
        .pool_max_idle_per_host(16)
        .pool_idle_timeout(Duration::from_secs(30))
        .user_agent(concat!("Linedesk/", env!("CARGO_PKG_VERSION")));
    if let Some(pem) = authorities {
        let authorities =
            Certificate::from_pem_bundle(pem).map_err(|error| failed(&error, what))?;
        builder = builder.tls_certs_merge(authorities);
    }
    Ok(builder)
}

pub(crate) fn build(builder: ClientBuilder, what: &'static str) -> Result<Client, NotifyError> {
    builder.build().map_err(|error| failed(&error, what))
}

fn failed(error: &reqwest::Error, what: &'static str) -> NotifyError {
    NotifyError::Tls {
        what,
        reason: why(error),
    }
}

/// The innermost reason, without the address: it may hold a secret.
pub(crate) fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "not in time".to_owned();
    }
    let Some(mut deepest) = error.source() else {
        return "the request cannot be made".to_owned();
    };
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
