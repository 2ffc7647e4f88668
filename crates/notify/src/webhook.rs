//! Webhooks: signed as Standard Webhooks 1.0.0 has it, and only to where they may go.

mod answer;
mod network;
mod resolver;
mod signature;
mod target;

use std::error::Error as _;
use std::time::Duration;

use linedesk_ports::couriers::{Call, Trouble, Undelivered};
use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response};

use crate::error::NotifyError;
use crate::http::{self, Making};
use crate::options::WebhookOptions;

pub use target::{TargetRules, check_url};

use resolver::{Refused, Resolver};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How much of an answer is read, so that the connection can be used again.
const MOST_READ: usize = 64 * 1024;
/// How long an answer's body may take when all that matters is known.
const DRAIN: Duration = Duration::from_secs(1);

/// The way for webhooks.
pub(crate) struct Webhooks {
    client: Client,
    rules: TargetRules,
}

impl Webhooks {
    pub(crate) fn new(options: WebhookOptions) -> Result<Self, NotifyError> {
        let making = Making {
            what: "webhooks",
            timeout: options.timeout,
            authorities: options.authorities.as_deref(),
        };
        let client = http::client(&making, |builder| {
            builder
                .connect_timeout(CONNECT.min(options.timeout))
                .dns_resolver(Resolver::new(options.rules.clone()))
        })?;
        Ok(Self {
            client,
            rules: options.rules,
        })
    }

    pub(crate) fn check(&self, url: &str) -> Result<(), String> {
        check_url(url, &self.rules).map(|_url| ())
    }

    pub(crate) async fn call(&self, call: &Call) -> Result<(), Undelivered> {
        let never = |reason: String| Undelivered::Never { reason };
        let url = check_url(&call.url, &self.rules).map_err(never)?;
        if call.secrets.is_empty() {
            return Err(never("there is no secret to sign with".to_owned()));
        }
        let timestamp = call.at.as_second();
        let signature = signature::of(call, timestamp);
        let sending = self
            .client
            .post(url)
            .header("webhook-id", header(&call.id)?)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", header(&signature)?)
            .header(CONTENT_TYPE, "application/json")
            .body(call.body.clone())
            .send();
        let response = sending.await.map_err(|error| unanswered(&error))?;
        let after = response.headers().get(RETRY_AFTER);
        let after = after.and_then(|value| value.to_str().ok());
        let judged = answer::judge(response.status().as_u16(), after, call.at);
        // The verdict stands; this is for the connection alone.
        let _read_or_not = tokio::time::timeout(DRAIN, drain(response)).await;
        judged
    }
}

fn header(text: &str) -> Result<HeaderValue, Undelivered> {
    HeaderValue::from_str(text).map_err(|_not_one| Undelivered::Never {
        reason: "the message's id cannot be sent in a header".to_owned(),
    })
}

async fn drain(mut response: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read > MOST_READ {
            return;
        }
    }
}

/// What it means that there was no answer.
fn unanswered(error: &reqwest::Error) -> Undelivered {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return Undelivered::Never {
                reason: refused.to_string(),
            };
        }
        source = cause.source();
    }
    Undelivered::Later {
        reason: format!("the receiver did not answer: {}", http::why(error)),
        trouble: Trouble::Receiver,
        after: None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// As if `localhost` were a harmless name: what it leads to is judged when the connection is made.
    #[tokio::test]
    async fn a_name_that_leads_into_a_private_network_is_refused_when_connecting() {
        for (allowed, is_refused) in [(false, true), (true, false)] {
            let rules = TargetRules {
                allow_http: true,
                allowed: Arc::new(move |_| allowed),
            };
            let webhooks = Webhooks::new(WebhookOptions {
                rules,
                authorities: None,
                timeout: CONNECT,
            });
            // Nobody listens on port 1: where connecting is allowed, it fails.
            let sent = webhooks.unwrap().client.get("http://localhost:1/").send();
            let undelivered = unanswered(&sent.await.unwrap_err());
            let never = matches!(undelivered, Undelivered::Never { .. });
            assert_eq!(never, is_refused, "{undelivered:?}");
        }
    }
}
