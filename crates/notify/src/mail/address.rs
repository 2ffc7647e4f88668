//! Who writes, and to whom.

use lettre::Address;
use lettre::message::Mailbox;

use crate::error::NotifyError;
use crate::letter::one_line;

/// Who writes.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    /// Address, with or without a name.
    pub(super) mailbox: Mailbox,
}

impl Sender {
    /// Reads `desk@example.net` or `Desk <desk@example.net>`.
    pub(super) fn parse(text: &str) -> Result<Self, NotifyError> {
        let wrong = || NotifyError::From(text.to_owned());
        let (name, bare) = match text.rsplit_once('<') {
            Some((name, rest)) => (
                display_name(name.trim().trim_matches('"')),
                rest.strip_suffix('>').ok_or_else(wrong)?,
            ),
            None => (None, text),
        };
        let address = recipient(bare).ok_or_else(wrong)?;
        Ok(Self {
            mailbox: Mailbox::new(name, address),
        })
    }

    /// The part of its address after the `@`: it also names this program to mail servers and in message ids.
    pub(super) fn domain(&self) -> &str {
        self.mailbox.email.domain()
    }
}

/// The address, if mail can be sent to it: ASCII before the `@`, at most 254 characters, nothing quoted.
pub(super) fn recipient(text: &str) -> Option<Address> {
    let text = text.trim();
    let (user, domain) = text.rsplit_once('@')?;
    // Quoted local parts and those outside ASCII exist on paper; what they hold reaches the server's command line.
    let is_plain =
        |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '(' | ')' | ',');
    if user.is_empty() || !user.chars().all(is_plain) {
        return None;
    }
    let domain = if domain.is_ascii() {
        domain.to_owned()
    } else {
        match url::Host::parse(domain).ok()? {
            url::Host::Domain(domain) => domain,
            url::Host::Ipv4(_) | url::Host::Ipv6(_) => return None,
        }
    };
    if !domain.chars().all(is_plain) || user.len() + domain.len() > 253 {
        return None;
    }
    Address::new(user, domain).ok()
}

/// A name that can stand beside an address without being taken for one.
pub(super) fn display_name(name: &str) -> Option<String> {
    let name = one_line(name);
    let misleads = name.is_empty()
        || name.chars().count() > 100
        || name.contains(['@', '<', '>', '"', '\\'])
        || name.contains("=?");
    (!misleads).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_or_not() {
        for (text, expected) in [
            ("ada@example.net", Some("ada@example.net")),
            (" ada+desk@example.net ", Some("ada+desk@example.net")),
            ("admin@localhost", Some("admin@localhost")),
            ("o'brien@example.net", Some("o'brien@example.net")),
            ("ada@bücher.example", Some("ada@xn--bcher-kva.example")),
            ("", None),
            ("ada", None),
            ("@example.net", None),
            ("ada@", None),
            ("ada@@example.net", None),
            ("a b@example.net", None),
            ("ада@example.net", None),
            ("ada@example.net\r\nRCPT TO:<eve@example.net>", None),
            ("ada\n@example.net", None),
            ("ada@exam\0ple.net", None),
            ("ada@exam\u{2028}ple.net", None),
            ("<ada@example.net>", None),
            ("ada@example.net>", None),
            ("ada@example.net,eve@example.net", None),
            ("ada@example.net eve@example.net", None),
            ("\"a\r\nb\"@example.net", None),
            ("\"a b\"@example.net", None),
            ("ada@example..net", None),
            ("ada..b@example.net", None),
        ] {
            let found = recipient(text);
            assert_eq!(
                found.as_ref().map(AsRef::<str>::as_ref),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn an_address_of_any_length_does_no_harm() {
        assert!(recipient(&format!("{}@example.net", "a".repeat(70))).is_none());
        assert!(recipient(&format!("a@{}example.net", "b.".repeat(150))).is_none());
    }

    #[test]
    fn the_sender_may_have_a_name() {
        let sender = Sender::parse("Linedesk, Support <desk@example.net>").unwrap();
        assert_eq!(sender.mailbox.name.as_deref(), Some("Linedesk, Support"));
        assert_eq!(sender.domain(), "example.net");
        let quoted = Sender::parse("\"Desk\" <desk@example.net>").unwrap();
        assert_eq!(quoted.mailbox.name.as_deref(), Some("Desk"));
        assert!(
            Sender::parse("desk@example.net")
                .unwrap()
                .mailbox
                .name
                .is_none()
        );
        assert!(Sender::parse("desk").is_err());
        assert!(Sender::parse("Desk <desk@example.net").is_err());
    }

    #[test]
    fn names_that_mislead_are_left_out() {
        for name in ["", "ada@bank.example", "A <a@b>", "=?utf-8?q?x?=", "\r\n"] {
            assert_eq!(display_name(name), None, "{name:?}");
        }
        assert_eq!(
            display_name("Ада\r\nBcc: x").as_deref(),
            Some("Ада  Bcc: x")
        );
    }
}
