//! What both kinds of HTTP requests share: no redirects, no proxies, TLS as everywhere.

use std::error::Error as _;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder};

use crate::error::NotifyError;

/// What a client is made with.
pub(crate) struct Making<'a> {
    /// For what, in words.
    pub(crate) what: &'static str,
    /// How long a request may take.
    pub(crate) timeout: Duration,
    /// Certificate authorities that are trusted beside the system's, in PEM.
    pub(crate) authorities: Option<&'a [u8]>,
}

/// A client that goes where it is sent and nowhere else, with what `more` adds.
pub(crate) fn client(
    making: &Making<'_>,
    more: impl Fn(ClientBuilder) -> ClientBuilder,
) -> Result<Client, NotifyError> {
    let failed = |error: reqwest::Error| failed(&error, making.what);
    let builder = || {
        let builder = Client::builder()
            .redirect(Policy::none())
            // A proxy named in the environment would do the resolving, and with it decide where the request goes.
            .no_proxy()
            .referer(false)
            .timeout(making.timeout)
            .pool_max_idle_per_host(16)
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(concat!("Linedesk/", env!("CARGO_PKG_VERSION")));
        more(builder)
    };
    if let Some(pem) = making.authorities {
        let authorities = Certificate::from_pem_bundle(pem).map_err(failed)?;
        return builder()
            .tls_certs_merge(authorities)
            .build()
            .map_err(failed);
    }
    let error = match builder().build() {
        Ok(client) => return Ok(client),
        Err(error) => error,
    };
    // A system without certificate authorities (a bare container) still serves tickets; it just trusts nobody.
    tracing::warn!(
        what = making.what,
        reason = why(&error),
        "https will fail: no certificate authorities were found on this system"
    );
    builder().tls_certs_only([]).build().map_err(failed)
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
