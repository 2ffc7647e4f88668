//! Reading what people typed into a directory, all faults at once.

use std::mem;

use linedesk_domain::text::{is_blank, turns_writing};
use linedesk_domain::ticket::edit::Patch;

use crate::error::{Error, Fault};

/// Longest name, in characters.
pub(crate) const NAME_MAX: usize = 200;
/// Longest e-mail address, in characters. Source: RFC 5321, 4.5.3.1.3, less the angle brackets.
pub(crate) const EMAIL_MAX: usize = 254;
/// Longest telephone number, in characters.
pub(crate) const PHONE_MAX: usize = 50;
/// Code and words for what exists already.
pub(crate) const UNIQUE: (&str, &str) = ("unique", "is taken already");

/// What is wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// One more.
    pub(crate) fn add(
        &mut self,
        field: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        self.0.push(Fault::new(field, code, message));
    }

    /// Several more.
    pub(crate) fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0.extend(faults);
    }

    /// Passes if nothing is wrong.
    pub(crate) fn done(&mut self) -> Result<(), Error> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(mem::take(&mut self.0)))
        }
    }

    /// One line of 1 to `max` characters, trimmed.
    pub(crate) fn line(&mut self, field: &str, raw: &str, max: usize) -> String {
        let text = raw.trim();
        if text.chars().all(is_blank) {
            self.add(field, "required", "must not be empty");
        }
        self.limits(field, text, max, false);
        text.to_owned()
    }

    /// At most one line of at most `max` characters; nothing but white space is nothing.
    pub(crate) fn maybe_line(
        &mut self,
        field: &str,
        raw: Option<&str>,
        max: usize,
    ) -> Option<String> {
        self.maybe(field, raw, max, false)
    }

    /// As [`Self::maybe_line`], of several lines.
    pub(crate) fn maybe_lines(
        &mut self,
        field: &str,
        raw: Option<&str>,
        max: usize,
    ) -> Option<String> {
        self.maybe(field, raw, max, true)
    }

    /// An e-mail address that mail could be sent to.
    pub(crate) fn maybe_email(&mut self, field: &str, raw: Option<&str>) -> Option<String> {
        let email = self.maybe_line(field, raw, EMAIL_MAX)?;
        if !is_email(&email) {
            self.add(field, "invalid", "is not an e-mail address");
        }
        Some(email)
    }

    fn maybe(&mut self, field: &str, raw: Option<&str>, max: usize, lines: bool) -> Option<String> {
        let text = raw
            .map(str::trim)
            .filter(|text| !text.chars().all(is_blank))?;
        self.limits(field, text, max, lines);
        Some(text.to_owned())
    }

    fn limits(&mut self, field: &str, text: &str, max: usize, lines: bool) {
        let got = text.chars().count();
        if got > max {
            self.add(
                field,
                "too_long",
                format!("must have at most {max} characters, not {got}"),
            );
        }
        let allowed = |c: char| match c {
            '\n' | '\r' | '\t' => lines,
            c => !c.is_control() && (lines || !turns_writing(c)),
        };
        if !text.chars().all(allowed) {
            self.add(
                field,
                "control_characters",
                "must not contain control characters",
            );
        }
    }
}

/// A field that may be empty, after a patch.
pub(crate) fn patched<T>(present: Option<T>, patch: Patch<T>) -> Option<T> {
    let mut field = present;
    patch.apply(&mut field);
    field
}

/// Whether mail could be sent there: a local part, and a domain of several labels (or this machine).
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>[]:;,\\\"@".contains(c);
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    (1..=64).contains(&local.chars().count())
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && (domain.contains('.') || domain.eq_ignore_ascii_case("localhost"))
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_mail_could_be_sent_to_are_told_from_others() {
        let good = [
            "a@b.c",
            "first.last+tag@mail.example.com",
            "root@localhost",
            "имя@пример.рф",
        ];
        let bad = [
            "",
            "a",
            "@b.c",
            "a@",
            "a@b",
            "a b@c.d",
            "a@b..c",
            ".a@b.c",
            "a@-b.c",
            "a@b@c.d",
            "a\r\nBcc: x@y.z",
        ];
        assert_eq!(good.map(is_email), [true; 4]);
        assert_eq!(bad.map(is_email), [false; 11]);
    }

    #[test]
    fn all_faults_come_at_once_and_name_their_fields() {
        let mut faults = Faults::default();
        faults.line("name", "  ", 200);
        faults.maybe_line("phone", Some(&"1".repeat(51)), PHONE_MAX);
        faults.maybe_email("email", Some("nowhere"));
        faults.maybe_lines("address", Some("a\0b"), 10);
        assert_eq!(
            faults.maybe_lines("note", Some(" a\nb "), 10).as_deref(),
            Some("a\nb")
        );
        assert_eq!(faults.maybe_line("tier", Some("  "), 10), None);
        let found: Vec<_> = faults
            .done()
            .unwrap_err()
            .faults()
            .into_iter()
            .map(|f| (f.field, f.code))
            .collect();
        let expected = [
            ("name", "required"),
            ("phone", "too_long"),
            ("email", "invalid"),
            ("address", "control_characters"),
        ];
        assert_eq!(
            found,
            expected.map(|(field, code)| (field.to_owned(), code))
        );
    }
}
