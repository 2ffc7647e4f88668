//! Takes settings out of the layers one by one and notes everything that is wrong with them.

use std::fs;
use std::path::PathBuf;

use config::ValueKind;

use super::fault::{Fault, Origin};
use super::layers::{Entries, Entry, Raw};
use super::unknown;

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Switch,
    /// Text like `25MiB`, or a number.
    Size,
}

/// Why a value cannot be used.
#[derive(Debug)]
pub(super) enum Wrong {
    /// It is not what this names.
    Not(String),
    /// For this reason, which does not repeat the value.
    Because(String),
}

/// An effective setting, ready to be shown: secrets are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The key.
    pub key: &'static str,
    /// Its value as TOML has it; `None` when there is none.
    pub value: Option<String>,
    /// Where it came from.
    pub origin: Origin,
}

/// A fault has been noted; reading goes on, so that the others are found too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noted;

/// Reads keys.
#[derive(Debug)]
pub(super) struct Reader {
    entries: Entries,
    known: Vec<String>,
    shown: Vec<Shown>,
    faults: Vec<Fault>,
}

impl Reader {
    pub(super) fn new(entries: Entries, faults: Vec<Fault>) -> Self {
        Self {
            entries,
            known: Vec::new(),
            shown: Vec::new(),
            faults,
        }
    }

    /// A key that always has a value, since the built-in defaults name it.
    pub(super) fn value<T>(
        &mut self,
        key: &'static str,
        kind: Kind,
        parse: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Result<T, Noted> {
        let Some(entry) = self.take(key) else {
            return self.fault(key, &Origin::Nowhere, "has no value".to_owned());
        };
        self.parse(key, kind, &entry, parse)
    }

    /// A key that may have no value; an empty one counts as none.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        kind: Kind,
        parse: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Result<Option<T>, Noted> {
        match self.take(key) {
            Some(entry) if !is_empty(&entry.raw) => self.parse(key, kind, &entry, parse).map(Some),
            _ => Ok(None),
        }
    }

    /// A list of texts.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, Noted> {
        let Some(entry) = self.take(key) else {
            return self.fault(key, &Origin::Nowhere, "has no value".to_owned());
        };
        let items = match &entry.raw {
            Raw::Text(text) if text.trim().is_empty() => Vec::new(),
            Raw::Text(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
            Raw::Typed(ValueKind::Array(values)) => {
                let texts = values.iter().map(|value| match &value.kind {
                    ValueKind::String(text) => Ok(text.clone()),
                    other => Err(mismatch(
                        "a list of texts",
                        &format!("a list with {}", name_of(other)),
                    )),
                });
                match texts.collect::<Result<Vec<_>, _>>() {
                    Ok(texts) => texts,
                    Err(message) => return self.fault(key, &entry.origin, message),
                }
            }
            Raw::Typed(other) => {
                return self.fault(
                    key,
                    &entry.origin,
                    mismatch("a list of texts", name_of(other)),
                );
            }
        };
        let mut parsed = Vec::with_capacity(items.len());
        for item in &items {
            match parse(item) {
                Ok(value) => parsed.push(value),
                Err(wrong) => return self.fault(key, &entry.origin, wrong.about(item)),
            }
        }
        self.show(key, Some(format!("{items:?}")), entry.origin);
        Ok(parsed)
    }

    /// A key whose value may be secret, given directly or as `<key>_file`; the later layer wins. `None` when it
    /// is missing or empty. `show` says what may be seen of it.
    pub(super) fn secret<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, Wrong>,
        show: impl Fn(&T) -> String,
    ) -> Result<Option<T>, Noted> {
        let file_key = format!("{key}_file");
        let direct = self.take(key).filter(|entry| !is_empty(&entry.raw));
        let file = self.take(&file_key).filter(|entry| !is_empty(&entry.raw));
        if let (Some(direct), Some(file)) = (&direct, &file)
            && direct.layer == file.layer
        {
            let message = format!(
                "{file_key} is given as well ({}); give one of them",
                file.origin
            );
            return self.fault(key, &direct.origin, message);
        }
        let file = file.filter(|file| {
            direct
                .as_ref()
                .is_none_or(|direct| file.layer > direct.layer)
        });
        let (text, origin) = match (file, direct) {
            (None, None) => return Ok(None),
            (Some(file), _) => self.secret_file(&file_key, &file)?,
            (None, Some(direct)) => match text_of(&direct.raw, Kind::Text) {
                Ok(text) => (text, direct.origin),
                Err(message) => return self.fault(key, &direct.origin, message),
            },
        };
        match parse(&text) {
            Ok(value) => {
                self.show(key, Some(format!("{:?}", show(&value))), origin);
                Ok(Some(value))
            }
            Err(Wrong::Not(what)) => self.fault(key, &origin, format!("the value is not {what}")),
            Err(Wrong::Because(message)) => self.fault(key, &origin, message),
        }
    }

    /// Shows what follows for a key that has no value of its own.
    pub(super) fn show(&mut self, key: &'static str, value: Option<String>, origin: Origin) {
        self.shown.push(Shown { key, value, origin });
    }

    /// Notes that a value does not go together with others.
    pub(super) fn refuse(&mut self, key: &str, message: String) {
        let origin = self.origin(key);
        self.note(key, &origin, message);
    }

    /// Where a key's value came from.
    pub(super) fn origin(&self, key: &str) -> Origin {
        let entry = self.entries.get(key).and_then(|all| all.last());
        entry.map_or(Origin::Nowhere, |entry| entry.origin.clone())
    }

    /// What was shown and what was wrong, now also the keys that nothing has asked for.
    pub(super) fn finish(mut self) -> (Vec<Shown>, Vec<Fault>) {
        unknown::report(&self.entries, &self.known, &mut self.faults);
        (self.shown, self.faults)
    }

    fn take(&mut self, key: &str) -> Option<Entry> {
        self.known.push(key.to_owned());
        self.entries.get(key).and_then(|all| all.last()).cloned()
    }

    fn parse<T>(
        &mut self,
        key: &'static str,
        kind: Kind,
        entry: &Entry,
        parse: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Result<T, Noted> {
        let text = match text_of(&entry.raw, kind) {
            Ok(text) => text,
            Err(message) => return self.fault(key, &entry.origin, message),
        };
        match parse(&text) {
            Ok(value) => {
                let bare = matches!(kind, Kind::Number | Kind::Switch);
                self.show(
                    key,
                    Some(if bare { text } else { format!("{text:?}") }),
                    entry.origin.clone(),
                );
                Ok(value)
            }
            Err(wrong) => self.fault(key, &entry.origin, wrong.about(&text)),
        }
    }

    fn secret_file(&mut self, file_key: &str, entry: &Entry) -> Result<(String, Origin), Noted> {
        let path = match text_of(&entry.raw, Kind::Text) {
            Ok(path) => PathBuf::from(path),
            Err(message) => return self.fault(file_key, &entry.origin, message),
        };
        match fs::read_to_string(&path) {
            Ok(mut text) => {
                let end = text.strip_suffix('\n').map_or(text.len(), |rest| {
                    rest.strip_suffix('\r').unwrap_or(rest).len()
                });
                text.truncate(end);
                Ok((
                    text,
                    Origin::SecretFile(path, Box::new(entry.origin.clone())),
                ))
            }
            Err(error) => self.fault(
                file_key,
                &entry.origin,
                format!("cannot read {}: {error}", path.display()),
            ),
        }
    }

    fn fault<T>(&mut self, key: &str, origin: &Origin, message: String) -> Result<T, Noted> {
        self.note(key, origin, message);
        Err(Noted)
    }

    fn note(&mut self, key: &str, origin: &Origin, message: String) {
        self.faults.push(Fault {
            key: Some(key.to_owned()),
            origin: origin.clone(),
            message,
        });
    }
}

impl Wrong {
    fn about(self, text: &str) -> String {
        match self {
            Self::Not(what) => format!("{text:?} is not {what}"),
            Self::Because(message) => message,
        }
    }
}

fn is_empty(raw: &Raw) -> bool {
    matches!(raw, Raw::Text(text) | Raw::Typed(ValueKind::String(text)) if text.is_empty())
}

/// The value as text, if TOML gave it the type that the key wants.
fn text_of(raw: &Raw, kind: Kind) -> Result<String, String> {
    let typed = match raw {
        Raw::Text(text) => return Ok(text.clone()),
        Raw::Typed(typed) => typed,
    };
    match (kind, typed) {
        (Kind::Text | Kind::Size, ValueKind::String(text)) => Ok(text.clone()),
        (Kind::Number | Kind::Size, ValueKind::I64(number)) => Ok(number.to_string()),
        (Kind::Switch, ValueKind::Boolean(on)) => Ok(on.to_string()),
        (Kind::Text, other) => Err(mismatch("text in quotes", name_of(other))),
        (Kind::Number, other) => Err(mismatch("a whole number without quotes", name_of(other))),
        (Kind::Switch, other) => Err(mismatch("true or false without quotes", name_of(other))),
        (Kind::Size, other) => Err(mismatch("a size such as \"25MiB\"", name_of(other))),
    }
}

fn mismatch(wanted: &str, found: &str) -> String {
    format!("expected {wanted}, found {found}")
}

fn name_of(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Nil => "nothing",
        ValueKind::Boolean(_) => "true or false",
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => {
            "a number"
        }
        ValueKind::Float(_) => "a number with a fraction",
        ValueKind::String(_) => "text",
        ValueKind::Table(_) => "a section",
        ValueKind::Array(_) => "a list",
    }
}
