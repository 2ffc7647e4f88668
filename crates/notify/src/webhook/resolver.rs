//! Names to addresses, without those that a webhook must not reach.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use super::target::{NOT_PUBLIC, TargetRules};

/// Asks the system, and keeps what is allowed. The connection is made to just these addresses, so that a name which
/// means something else a moment later changes nothing.
pub(super) struct Resolver {
    rules: TargetRules,
}

/// The name leads to addresses, but to none that is allowed.
#[derive(Debug, Error)]
#[error("{NOT_PUBLIC}")]
pub(super) struct Refused;

impl Resolver {
    pub(super) fn new(rules: TargetRules) -> Self {
        Self { rules }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = self.rules.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            let allowed: Vec<SocketAddr> = found
                .iter()
                .copied()
                .filter(|address| rules.allow(address.ip()))
                .collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(Refused.into());
            }
            let allowed: Addrs = Box::new(allowed.into_iter());
            Ok(allowed)
        })
    }
}
