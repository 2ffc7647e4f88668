//! How the HTTP side is run.

use std::net::IpAddr;

use linedesk_app::knowledge::markup::Images;
use tokio_util::sync::CancellationToken;

use crate::outgoing::Outgoing;
use crate::{Around, Mounts};

/// Measurements in Prometheus' text format, as they are now.
pub type RenderMetrics = Box<dyn Fn() -> String + Send + Sync>;

/// Whether the `X-Forwarded-For` of a proxy at that address is believed.
pub type TrustsProxy = Box<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// How the HTTP side is run.
pub struct WebSettings {
    /// Where clients reach this server, without a slash at the end; links are built on it, never on a request's Host.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusts_proxy: TrustsProxy,
    /// Origins of pages that may read answers, beside this server's own.
    pub origins: Vec<String>,
    /// Where the dialects are.
    pub mounts: Mounts,
    /// What else is there.
    pub around: Around,
    /// Whose images articles show.
    pub images: Images,
    /// Whether the simple dialect serves people who have not signed in.
    pub simple_is_open: bool,
    /// The room for answers that wait for their readers.
    pub outgoing: Outgoing,
    /// What `/metrics` answers; nothing without it.
    pub metrics: Option<RenderMetrics>,
    /// Cancelled once the server is about to stop: `/readyz` then says no, so that nothing new is sent here, and streams end.
    pub stopping: CancellationToken,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8000".to_owned(),
            trusts_proxy: Box::new(|_| false),
            origins: Vec::new(),
            mounts: Mounts::default(),
            around: Around::default(),
            images: Images::default(),
            simple_is_open: false,
            outgoing: Outgoing::default(),
            metrics: None,
            stopping: CancellationToken::new(),
        }
    }
}

impl std::fmt::Debug for WebSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebSettings")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}
