//! What an operator decides about the couriers.

use std::path::PathBuf;
use std::time::Duration;

use crate::webhook::TargetRules;

/// How e-mail leaves.
#[derive(Debug, Clone)]
pub struct MailOptions {
    /// Who writes: an address, with or without a name.
    pub from: String,
    /// Where to.
    pub way: MailWay,
}

/// Where e-mail goes.
#[derive(Debug, Clone)]
pub enum MailWay {
    /// To a mail server.
    Smtp(SmtpOptions),
    /// Into `.eml` files in this folder, which is made when the first is written.
    Folder(PathBuf),
}

/// The mail server.
#[derive(Clone)]
pub struct SmtpOptions {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the conversation is kept private.
    pub tls: SmtpTls,
    /// Certificate authorities that are trusted beside the system's, in PEM.
    pub authorities: Option<Vec<u8>>,
    /// User name and password.
    pub credentials: Option<(String, String)>,
    /// How long connecting, and each answer of the server, may take; taking a message three times as long.
    pub timeout: Duration,
    /// Connections at the same time, at least 1.
    pub pool_size: usize,
}

impl std::fmt::Debug for SmtpOptions {
    // Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpOptions")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// How a conversation with the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// Not at all.
    None,
    /// By STARTTLS, without which nothing is sent.
    StartTls,
    /// By TLS from the first byte on.
    Tls,
}

/// The SMS gateway.
#[derive(Clone)]
pub struct SmsOptions {
    /// Where messages are posted.
    pub url: String,
    /// How we sign in there.
    pub auth: SmsAuth,
    /// Who the message is from, as the gateway wants it.
    pub from: String,
    /// Shape of the body.
    pub content: SmsContent,
    /// The body, with `{to}`, `{from}`, `{text}`, `{key}` in it; `None`: a plain one.
    pub body: Option<String>,
    /// Put before numbers that begin with a single 0, as `+49`.
    pub country: Option<String>,
    /// How long a request may take.
    pub timeout: Duration,
}

/// How we sign in at the gateway.
#[derive(Clone)]
pub enum SmsAuth {
    /// Not at all.
    None,
    /// `Authorization: Bearer …`.
    Bearer(String),
    /// `Authorization: Basic …`.
    Basic {
        /// User name.
        user: String,
        /// Password.
        password: String,
    },
    /// A header of its own.
    Header {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
}

/// Shape of what is sent to the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsContent {
    /// A JSON object.
    Json,
    /// A form.
    Form,
}

/// Webhooks.
#[derive(Debug, Clone)]
pub struct WebhookOptions {
    /// Where they may go.
    pub rules: TargetRules,
    /// Certificate authorities that are trusted beside the system's, in PEM.
    pub authorities: Option<Vec<u8>>,
    /// How long one may take, connecting included.
    pub timeout: Duration,
}

/// Everything that an operator decides.
#[derive(Debug)]
pub struct NotifyOptions {
    /// E-mail.
    pub mail: MailOptions,
    /// SMS; `None`: there is none.
    pub sms: Option<SmsOptions>,
    /// Webhooks.
    pub webhooks: WebhookOptions,
    /// A folder with templates that override the built-in ones. It need not be there.
    pub templates: Option<PathBuf>,
}

impl std::fmt::Debug for SmsOptions {
    // Without the token, which may also be in the address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsOptions")
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}
