//! How people and machines are told: mail, SMS, webhooks, and the texts.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::fault::Origin;
use crate::config::network::Network;
use crate::config::parse;
use crate::config::reader::{Kind, Noted, Reader, Wrong};
use crate::config::secret::{MASK, Secret};

/// What is true for all ways.
#[derive(Debug, Clone)]
pub struct Notifications {
    /// Whether anybody is told of anything.
    pub enabled: bool,
    /// Folder of templates that override the built-in ones; it may be missing.
    pub templates: PathBuf,
    /// Where a ticket is found, with `{number}` or `{id}` in it; `None`: in the helpdesk API.
    pub ticket_url: Option<String>,
    /// Where a forgotten password is replaced, with `{uid}` and `{token}` in it; `None`: a page of this program.
    pub password_url: Option<String>,
    /// Whether customers are asked how content they were with a resolution.
    pub survey: bool,
    /// Where they say so, with `{token}` in it; `None`: a page of this program.
    pub survey_url: Option<String>,
    /// How many letters about the clock somebody gets by themselves within [`Self::digest_window`].
    pub digest_after: u32,
    /// After how long the others go in one letter; nothing: each goes by itself.
    pub digest_window: Duration,
}

/// The mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Its name or address; `None`: mail is written into files.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// How the conversation is kept private.
    pub tls: SmtpTls,
    /// User name and password.
    pub account: Option<(String, Secret)>,
    /// Who writes: an address, with or without a name.
    pub from: String,
    /// How long connecting, and each answer, may take.
    pub timeout: Duration,
    /// Connections at the same time.
    pub pool_size: usize,
    /// A file with authorities that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// How the conversation with the mail server is kept private.
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
#[derive(Debug, Clone)]
pub struct Sms {
    /// Where messages are posted; it may hold a secret. `None`: there is no SMS.
    pub url: Option<Secret>,
    /// How we sign in there.
    pub auth: SmsAuth,
    /// What we sign in with.
    pub token: Option<Secret>,
    /// Who messages are from.
    pub from: String,
    /// Shape of what is posted.
    pub format: SmsFormat,
    /// Pattern of what is posted; `None`: a plain one.
    pub body: Option<String>,
    /// Put before numbers that begin with a single 0, as `+49`.
    pub country_code: Option<String>,
    /// How long a request may take.
    pub timeout: Duration,
}

/// How we sign in at the SMS gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsAuth {
    /// Not at all.
    None,
    /// `Authorization: Bearer …`.
    Bearer,
    /// `Authorization: Basic …`; the token is `user:password`.
    Basic,
    /// In a header of this name.
    Header(String),
}

/// Shape of what is posted to the SMS gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsFormat {
    /// A JSON object.
    Json,
    /// A form.
    Form,
}

/// Webhooks.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// Whether `http` is good enough.
    pub allow_http: bool,
    /// Networks that are allowed though they are not public.
    pub allowed_networks: Vec<Network>,
    /// How long one may take.
    pub timeout: Duration,
    /// A file with authorities that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// How long anything outside may take: an attempt ends within half a minute.
pub(super) fn patience() -> impl Fn(&str) -> Result<Duration, Wrong> {
    parse::duration(Duration::from_secs(1)..=Duration::from_secs(30))
}

impl Notifications {
    pub(super) fn read(r: &mut Reader, dir: &Path) -> Result<Self, Noted> {
        let enabled = r.value("notifications.enabled", Kind::Switch, parse::switch);
        let templates = r.optional("notifications.templates", Kind::Text, parse::path);
        let templates = templates.map(|given| {
            given.unwrap_or_else(|| {
                let folder = dir.join("templates");
                let shown = format!("{:?}", folder.display().to_string());
                let from = Origin::Derived("storage.dir");
                r.show("notifications.templates", Some(shown), from);
                folder
            })
        });
        let ticket_url = optional(
            r,
            "notifications.ticket_url",
            parse::link(&[&["{number}", "{id}"]]),
        );
        let password_url = optional(
            r,
            "notifications.password_url",
            parse::link(&[&["{uid}"], &["{token}"]]),
        );
        let survey = r.value("notifications.survey", Kind::Switch, parse::switch);
        let survey_url = optional(r, "notifications.survey_url", parse::link(&[&["{token}"]]));
        let digest_after = r.value(
            "notifications.digest_after",
            Kind::Number,
            parse::whole(0..=1_000_u32),
        );
        let digest_window = r.value(
            "notifications.digest_window",
            Kind::Text,
            parse::duration(Duration::ZERO..=Duration::from_hours(24)),
        );
        Ok(Self {
            enabled: enabled?,
            templates: templates?,
            ticket_url: ticket_url?,
            password_url: password_url?,
            survey: survey?,
            survey_url: survey_url?,
            digest_after: digest_after?,
            digest_window: digest_window?,
        })
    }
}

impl Smtp {
    pub(super) fn read(r: &mut Reader) -> Result<Self, Noted> {
        let host = optional(r, "smtp.host", parse::host);
        let tls = r.value("smtp.tls", Kind::Text, parse::smtp_tls);
        let port = Self::port(r, tls);
        let username = optional(r, "smtp.username", parse::text);
        let password = r.secret("smtp.password", secret, |_| MASK.to_owned());
        if matches!(password, Ok(None)) {
            r.show("smtp.password", None, Origin::Nowhere);
        }
        let from = r.value("smtp.from", Kind::Text, parse::text);
        let timeout = r.value("smtp.timeout", Kind::Text, patience());
        let pool_size = r.value("smtp.pool_size", Kind::Number, parse::whole(1..=64_usize));
        let ca_file = optional(r, "smtp.ca_file", parse::path);
        let account = match (username?, password?) {
            (Some(name), Some(password)) => Some((name, password)),
            (None, None) => None,
            (Some(_), None) => {
                r.refuse("smtp.username", "goes with smtp.password".to_owned());
                return Err(Noted);
            }
            (None, Some(_)) => {
                r.refuse("smtp.password", "goes with smtp.username".to_owned());
                return Err(Noted);
            }
        };
        let smtp = Self {
            host: host?,
            port: port?,
            tls: tls?,
            account,
            from: from?,
            timeout: timeout?,
            pool_size: pool_size?,
            ca_file: ca_file?,
        };
        smtp.check(r);
        Ok(smtp)
    }

    fn port(r: &mut Reader, tls: Result<SmtpTls, Noted>) -> Result<u16, Noted> {
        let port = r.optional("smtp.port", Kind::Number, parse::whole(1..=u16::MAX))?;
        Ok(port.unwrap_or_else(|| {
            let usual = match tls {
                Ok(SmtpTls::None) => 25,
                Ok(SmtpTls::StartTls) | Err(Noted) => 587,
                Ok(SmtpTls::Tls) => 465,
            };
            r.show(
                "smtp.port",
                Some(usual.to_string()),
                Origin::Derived("smtp.tls"),
            );
            usual
        }))
    }

    /// What does not go together.
    fn check(&self, r: &mut Reader) {
        let Some(host) = &self.host else { return };
        let address: Option<IpAddr> = host.parse().ok();
        let is_here = host == "localhost" || address.is_some_and(|address| address.is_loopback());
        if self.from.trim_end_matches('>').ends_with("@localhost") && !is_here {
            let message = "has to be an address of yours when there is a mail server (smtp.host)";
            r.refuse("smtp.from", message.to_owned());
        }
        if self.tls == SmtpTls::None && self.account.is_some() && !is_here {
            let message = "would send smtp.password in the clear; choose starttls or tls";
            r.refuse("smtp.tls", message.to_owned());
        }
    }
}

impl Sms {
    pub(super) fn read(r: &mut Reader) -> Result<Self, Noted> {
        let url = r.secret("sms.url", parse::http_url, |url| {
            without_query(url.expose())
        });
        let auth = r.value("sms.auth", Kind::Text, parse::sms_auth);
        let token = r.secret("sms.token", secret, |_| MASK.to_owned());
        for (key, given) in [("sms.url", &url), ("sms.token", &token)] {
            if matches!(given, Ok(None)) {
                r.show(key, None, Origin::Nowhere);
            }
        }
        let from = r.value("sms.from", Kind::Text, parse::text);
        let format = r.value("sms.format", Kind::Text, parse::sms_format);
        let body = optional(r, "sms.body", parse::text);
        let country_code = optional(r, "sms.country_code", parse::country_code);
        let timeout = r.value("sms.timeout", Kind::Text, patience());
        let sms = Self {
            url: url?,
            auth: auth?,
            token: token?,
            from: from?,
            format: format?,
            body: body?,
            country_code: country_code?,
            timeout: timeout?,
        };
        let needs_token = sms.url.is_some() && sms.auth != SmsAuth::None;
        if needs_token && sms.token.is_none() {
            let message = "has to be set with sms.url, unless sms.auth is \"none\"";
            r.refuse("sms.token", message.to_owned());
        }
        let pair = sms.token.as_ref().map(Secret::expose);
        if sms.auth == SmsAuth::Basic && pair.is_some_and(|pair| !pair.contains(':')) {
            let message = "has to be user:password when sms.auth is \"basic\"";
            r.refuse("sms.token", message.to_owned());
        }
        Ok(sms)
    }
}

impl Webhooks {
    pub(super) fn read(r: &mut Reader) -> Result<Self, Noted> {
        let allow_http = r.value("webhooks.allow_http", Kind::Switch, parse::switch);
        let allowed_networks = r.list("webhooks.allowed_networks", parse::network);
        let timeout = r.value("webhooks.timeout", Kind::Text, patience());
        let ca_file = optional(r, "webhooks.ca_file", parse::path);
        Ok(Self {
            allow_http: allow_http?,
            allowed_networks: allowed_networks?,
            timeout: timeout?,
            ca_file: ca_file?,
        })
    }
}

/// A key that may have no value, which then is shown as such.
pub(super) fn optional<T>(
    r: &mut Reader,
    key: &'static str,
    parse: impl Fn(&str) -> Result<T, Wrong>,
) -> Result<Option<T>, Noted> {
    let read = r.optional(key, Kind::Text, parse);
    if matches!(read, Ok(None)) {
        r.show(key, None, Origin::Nowhere);
    }
    read
}

#[expect(clippy::unnecessary_wraps, reason = "the reader's parsers may refuse")]
pub(super) fn secret(text: &str) -> Result<Secret, Wrong> {
    Ok(Secret::new(text.to_owned()))
}

/// What may be seen of an address: gateways have keys after the question mark.
fn without_query(url: &str) -> String {
    match url.split_once('?') {
        Some((before, _)) => format!("{before}?{MASK}"),
        None => url.to_owned(),
    }
}
