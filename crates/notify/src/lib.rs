//! Brings messages to people and machines: e-mail by SMTP (or into files), SMS through an HTTP gateway, webhooks.
//!
//! One adapter behind [`linedesk_ports::couriers::Couriers`]. It keeps nothing: whoever asks keeps what was not
//! delivered. What it says of a failure is for operators and holds no addresses, secrets or contents.

mod error;
mod http;
mod letter;
mod mail;
mod notifier;
mod options;
mod sms;
mod templates;
mod webhook;

pub use error::{NotifyError, TemplateError};
pub use notifier::Notifier;
pub use options::{
    MailOptions, MailWay, NotifyOptions, SmsAuth, SmsContent, SmsOptions, SmtpOptions, SmtpTls,
    WebhookOptions,
};
pub use templates::Templates;
pub use webhook::{TargetRules, check_url};
