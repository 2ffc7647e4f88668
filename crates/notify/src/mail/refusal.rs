//! What it means that the mail server did not take a message.

use std::error::Error as _;
use std::io;

use lettre::transport::smtp::Error as SmtpError;
use linedesk_ports::couriers::{Trouble, Undelivered};

use super::later;

/// How far the conversation had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Connect,
    Encrypt,
    SignIn,
    Sender,
    Recipient,
    Data,
    Content,
}

/// What stopped it.
#[derive(Debug)]
pub(super) enum Cause {
    Smtp(SmtpError),
    Io(io::Error),
    Slow,
    NotOffered,
}

/// Where and why it stopped.
#[derive(Debug)]
pub(super) struct Refusal {
    stage: Stage,
    cause: Cause,
}

impl Refusal {
    pub(super) const fn new(stage: Stage, cause: Cause) -> Self {
        Self { stage, cause }
    }

    /// The server's code, if it answered.
    fn code(&self) -> Option<u16> {
        match &self.cause {
            Cause::Smtp(error) => error.status().map(u16::from),
            Cause::Io(_) | Cause::Slow | Cause::NotOffered => None,
        }
    }

    /// Whether the server only said no to this message, so that the connection can go on.
    pub(super) fn leaves_connection_usable(&self) -> bool {
        matches!(self.stage, Stage::Recipient | Stage::Data | Stage::Content)
            && self.code().is_some_and(|code| code != 421)
    }

    /// Whether it may be just the age of a connection that was kept: nothing of the message had been sent.
    pub(super) fn may_be_a_stale_connection(&self) -> bool {
        self.stage == Stage::Sender
            && !matches!(self.cause, Cause::Slow)
            && self.code().is_none_or(|code| code == 421)
    }

    /// What whoever keeps the message has to know.
    pub(super) fn into_undelivered(self) -> Undelivered {
        let reason = self.reason();
        let code = self.code();
        let wants_sign_in_or_leaves = matches!(code, Some(421 | 530 | 534 | 535 | 538));
        let trouble = match self.stage {
            _ if wants_sign_in_or_leaves => Trouble::Channel,
            Stage::Recipient | Stage::Data | Stage::Content if code >= Some(500) => {
                return Undelivered::Never { reason };
            }
            Stage::Recipient if code.is_some() => Trouble::Receiver,
            Stage::Connect | Stage::Encrypt | Stage::SignIn | Stage::Sender | Stage::Recipient => {
                Trouble::Channel
            }
            // Also where the connection broke: it may be the content that breaks it. If it was the server that died, the
            // next attempt will not even connect.
            Stage::Data | Stage::Content => Trouble::Message,
        };
        later(trouble, reason)
    }

    /// In words, without what the server said: its texts repeat addresses.
    fn reason(&self) -> String {
        let what = match (self.stage, &self.cause) {
            (Stage::Connect, _) => "the mail server cannot be reached",
            (Stage::Encrypt, Cause::NotOffered) => "the mail server does not offer STARTTLS",
            (Stage::Encrypt, _) => "TLS with the mail server failed",
            (Stage::SignIn, _) => "the mail server does not let us sign in",
            (Stage::Sender, _) => "the mail server does not take mail from us",
            (Stage::Recipient, _) => "the mail server does not take mail for this recipient",
            (Stage::Data | Stage::Content, _) => "the mail server does not take the message",
        };
        match self.why() {
            Some(why) => format!("{what}: {why}"),
            None => what.to_owned(),
        }
    }

    fn why(&self) -> Option<String> {
        let error = match &self.cause {
            Cause::NotOffered => return None,
            Cause::Slow => return Some("no answer in time".to_owned()),
            Cause::Io(error) => return Some(error.to_string()),
            Cause::Smtp(error) => error,
        };
        if let Some(code) = error.status() {
            let enhanced = error.source().and_then(|text| enhanced(&text.to_string()));
            return Some(match enhanced {
                Some(enhanced) => format!("{code} {enhanced}"),
                None => code.to_string(),
            });
        }
        if error.is_response() {
            return Some("it closed the connection or answered nonsense".to_owned());
        }
        if error.is_client() {
            return Some("it does not offer what is needed".to_owned());
        }
        // Of the network or TLS: the system's words, without anything of the message.
        let mut deepest: &dyn std::error::Error = error;
        while let Some(source) = deepest.source() {
            deepest = source;
        }
        Some(deepest.to_string())
    }
}

/// The enhanced status code (RFC 3463) that a server's text begins with.
fn enhanced(text: &str) -> Option<String> {
    let first = text.split_whitespace().next()?;
    let numbers: Vec<_> = first.split('.').collect();
    let is_number = |digits: &&str| {
        (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    };
    (numbers.len() == 3 && numbers.iter().all(is_number)).then(|| first.to_owned())
}
