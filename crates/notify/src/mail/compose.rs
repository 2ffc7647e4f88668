//! From a letter to the bytes of a message.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use lettre::Address;
use lettre::message::header::{
    ContentType, Date, Header, HeaderName, HeaderValue, InReplyTo, MessageId, References, Subject,
};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use linedesk_domain::ids::TicketId;
use linedesk_ports::couriers::{Letter, Mail, Trouble, Undelivered};
use sha2::{Digest, Sha256};

use super::address::{Sender, display_name};
use super::{Composed, later};
use crate::error::TemplateError;
use crate::letter::{one_line, tidy};
use crate::templates::{Part, Templates};

/// The message for `mail`. The same mail gives the same bytes, so that a repeat is recognisable.
pub(super) fn compose(
    mail: &Mail,
    to: Address,
    sender: &Sender,
    texts: &Templates,
) -> Result<Composed, Undelivered> {
    let letter = tidy(&mail.letter);
    let subject = subject(&letter, texts)?;
    let text = part(texts, Part::Text, &letter)?;
    let html = part(texts, Part::Html, &letter)?;
    let name = letter.recipient.as_deref().and_then(display_name);
    let domain = sender.domain();
    let mut builder = Message::builder()
        .from(sender.mailbox.clone())
        .to(Mailbox::new(name, to.clone()))
        .header(Date::new(SystemTime::from(mail.at)))
        .header(MessageId::from(format!("<{}@{domain}>", id(&mail.key))));
    if let Some(ticket) = mail.thread {
        let root = thread(ticket, domain);
        builder = builder
            .header(InReplyTo::from(root.clone()))
            .header(References::from(root));
    }
    let alternative = MultiPart::alternative()
        .boundary(boundary(&mail.key))
        .singlepart(single(ContentType::TEXT_PLAIN, text))
        .singlepart(single(ContentType::TEXT_HTML, html));
    let message = builder.multipart(alternative);
    let mut message = message.map_err(|error| {
        let reason = format!("the mail cannot be composed: {error}");
        later(Trouble::Message, reason)
    })?;
    let headers = message.headers_mut();
    headers.insert_raw(subject_header(subject));
    headers.insert_raw(fixed("Auto-Submitted", "auto-generated"));
    headers.insert_raw(fixed("X-Auto-Response-Suppress", "All"));
    let text = String::from_utf8(message.formatted()).map_err(|_not_ascii| {
        let reason = "the mail cannot be composed: it is not ASCII".to_owned();
        later(Trouble::Message, reason)
    })?;
    Ok(Composed { to, text })
}

fn subject(letter: &Letter, texts: &Templates) -> Result<String, Undelivered> {
    let written = texts
        .render(Part::Subject, letter)
        .map_err(|error| unfilled(&error))?;
    let subject = match (written, &letter.ticket) {
        (Some(subject), _) => subject,
        (None, Some(ticket)) => format!("[{}] {}", ticket.label, ticket.title),
        (None, None) => letter.notice.replace('_', " "),
    };
    Ok(one_line(&subject))
}

/// A text that ends in one line end.
fn part(texts: &Templates, part: Part, letter: &Letter) -> Result<String, Undelivered> {
    let text = texts
        .render(part, letter)
        .map_err(|error| unfilled(&error))?;
    let text = text.ok_or_else(|| {
        let reason = format!("there is no template for {:?}", letter.notice);
        later(Trouble::Message, reason)
    })?;
    Ok(format!("{}\n", text.trim_end()))
}

fn unfilled(error: &TemplateError) -> Undelivered {
    later(Trouble::Message, error.to_string())
}

fn single(kind: ContentType, text: String) -> SinglePart {
    SinglePart::builder().header(kind).body(text)
}

/// The message that a ticket's mails answer. It was never sent: mail clients build the thread around it all the same.
fn thread(ticket: TicketId, domain: &str) -> String {
    format!("<ticket.{}@{domain}>", ticket.0)
}

/// A key as the local part of a message id.
fn id(key: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    key.chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .collect::<String>()
        .trim_matches('.')
        .to_owned()
}

/// What parts the two texts: `=_` cannot stand in what is quoted-printable, and nobody guesses the rest.
fn boundary(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    let hex: Vec<_> = digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("=_{}", hex.concat())
}

fn fixed(name: &'static str, value: &'static str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), value.to_owned())
}

/// The subject as a header. One that looks like an encoded word is encoded, so that it shows as it was written.
fn subject_header(subject: String) -> HeaderValue {
    if subject.contains("=?") {
        let encoded = encoded_words(&subject);
        HeaderValue::dangerous_new_pre_encoded(Subject::name(), subject, encoded)
    } else {
        HeaderValue::new(Subject::name(), subject)
    }
}

/// `text` as encoded words (RFC 2047), each on a line of at most 75 characters.
fn encoded_words(text: &str) -> String {
    const MOST_BYTES: usize = 42;
    let mut words = Vec::new();
    let mut piece = String::new();
    for c in text.chars() {
        if piece.len() + c.len_utf8() > MOST_BYTES {
            words.push(std::mem::take(&mut piece));
        }
        piece.push(c);
    }
    words.push(piece);
    let words: Vec<_> = words
        .iter()
        .map(|word| format!("=?utf-8?b?{}?=", BASE64.encode(word)))
        .collect();
    words.join("\r\n ")
}

#[cfg(test)]
mod tests;
