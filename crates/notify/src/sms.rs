//! SMS through a gateway that speaks HTTP.

mod body;
mod number;

use linedesk_ports::couriers::{Sms, Trouble, Undelivered};
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, RequestBuilder};

use crate::error::NotifyError;
use crate::http::{self, Making};
use crate::letter::tidy;
use crate::options::{SmsAuth, SmsOptions};
use crate::templates::{Part, Templates};
use body::{Body, Fields};

/// The longest text that is handed over: three messages in one, as gateways take them.
const MOST_CHARS: usize = 459;

/// The way for SMS.
pub(crate) struct Gateway {
    client: Client,
    url: String,
    auth: Auth,
    from: String,
    country: Option<String>,
    body: Body,
}

enum Auth {
    None,
    Basic(String, String),
    Header(HeaderName, HeaderValue),
}

impl Gateway {
    pub(crate) fn new(options: SmsOptions) -> Result<Self, NotifyError> {
        let wrong = |reason: String| NotifyError::Sms { reason };
        let making = Making {
            what: "SMS",
            timeout: options.timeout,
            authorities: None,
        };
        Ok(Self {
            client: http::client(&making, |builder| builder)?,
            auth: Auth::new(options.auth).map_err(wrong)?,
            body: Body::parse(options.content, options.body.as_deref()).map_err(wrong)?,
            url: options.url,
            from: options.from,
            country: options.country,
        })
    }

    pub(crate) async fn send(&self, sms: &Sms, texts: &Templates) -> Result<(), Undelivered> {
        let to = number::normal(&sms.to, self.country.as_deref());
        let to = to.ok_or_else(|| Undelivered::Never {
            reason: "the number is none that can be called from everywhere".to_owned(),
        })?;
        let text = text(sms, texts)?;
        let fields = Fields {
            to: &to,
            from: &self.from,
            text: &text,
            key: &sms.key,
        };
        let request = self.client.post(&self.url);
        let request = self.auth.sign(request);
        let request = request
            .header(CONTENT_TYPE, self.body.content_type())
            .body(self.body.fill(&fields));
        let response = request.send().await.map_err(|error| {
            let reason = format!("the SMS gateway did not answer: {}", http::why(&error));
            later(Trouble::Channel, reason)
        })?;
        let status = response.status().as_u16();
        let after = response.headers().get(RETRY_AFTER);
        let after = after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        judge(status, after)
    }
}

impl Auth {
    fn new(auth: SmsAuth) -> Result<Self, String> {
        let hidden = |value: &str| {
            let mut value = HeaderValue::from_str(value)
                .map_err(|_not_one| "the token cannot be sent in a header")?;
            value.set_sensitive(true);
            Ok::<_, &str>(value)
        };
        Ok(match auth {
            SmsAuth::None => Self::None,
            SmsAuth::Basic { user, password } => Self::Basic(user, password),
            SmsAuth::Bearer(token) => {
                let value = hidden(&format!("Bearer {token}"))?;
                Self::Header(reqwest::header::AUTHORIZATION, value)
            }
            SmsAuth::Header { name, value } => {
                let name = HeaderName::from_bytes(name.as_bytes());
                let name = name.map_err(|_not_one| "the header's name is none")?;
                Self::Header(name, hidden(&value)?)
            }
        })
    }

    fn sign(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::None => request,
            Self::Basic(user, password) => request.basic_auth(user, Some(password)),
            Self::Header(name, value) => request.header(name, value),
        }
    }
}

fn text(sms: &Sms, texts: &Templates) -> Result<String, Undelivered> {
    let letter = tidy(&sms.letter);
    let text = texts.render(Part::Sms, &letter);
    let text = text.map_err(|error| later(Trouble::Message, error.to_string()))?;
    let text = text.ok_or_else(|| {
        let reason = format!("there is no template for {:?}", letter.notice);
        later(Trouble::Message, reason)
    })?;
    Ok(text.trim().chars().take(MOST_CHARS).collect())
}

/// What the gateway's answer means. What it says about us (sign-in, credit, its own state) stops everything; what is
/// left is about this message.
fn judge(status: u16, after: Option<u64>) -> Result<(), Undelivered> {
    let trouble = match status {
        200..=299 => return Ok(()),
        401..=405 | 407 | 408 | 425 | 429 => Trouble::Channel,
        400..=499 => Trouble::Message,
        _ => Trouble::Channel,
    };
    Err(Undelivered::Later {
        reason: format!("the SMS gateway answered {status}"),
        trouble,
        after: after.map(std::time::Duration::from_secs),
    })
}

fn later(trouble: Trouble, reason: String) -> Undelivered {
    Undelivered::Later {
        reason,
        trouble,
        after: None,
    }
}
