//! Fields as clients send them: left out, empty, of the wrong type, or there.

use std::collections::BTreeMap;

use linedesk_domain::ticket::edit::Patch;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use validator::ValidateLength;

use super::faults::{Faults, Wrong};

/// One field of a body. Reading it never fails, so that every fault of a body can be told at once.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Given<T> {
    /// Left out.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// Something of another type.
    Wrong,
    /// There.
    Value(T),
}

/// What the type of a field is called when something else was sent.
pub trait Expected {
    /// "a string", …
    const EXPECTED: &'static str;
}

macro_rules! expected {
    ($($type:ty => $name:literal),+ $(,)?) => {$(
        impl Expected for $type {
            const EXPECTED: &'static str = $name;
        }
    )+};
}

expected! {
    String => "a string",
    bool => "true or false",
    u8 => "a small whole number",
    u32 => "a whole number from 0 on",
    i32 => "a whole number",
    i64 => "a whole number",
    f64 => "a number",
    Vec<Given<String>> => "a list of strings",
    Value => "a value",
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Null,
            value => serde_json::from_value(value).map_or(Self::Wrong, Self::Value),
        })
    }
}

// For `validator`, which keeps what it refused: only whether it was a list, never the value (it may be a password).
impl<T: Expected> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if T::EXPECTED.starts_with("a list") {
            [(); 0].serialize(serializer)
        } else {
            serializer.serialize_unit()
        }
    }
}

impl<T: Expected> Given<T> {
    /// The field's value, parsed; a fault if it is missing.
    pub fn required<U>(
        self,
        field: &str,
        faults: &mut Faults,
        parse: impl FnOnce(T) -> Result<U, Wrong>,
    ) -> Option<U> {
        if matches!(self, Self::Absent | Self::Null) {
            faults.push(field, "required", "is required");
        }
        self.optional(field, faults, parse)
    }

    /// The field's value, parsed, if there is one; `null` is as good as leaving it out.
    pub fn optional<U>(
        self,
        field: &str,
        faults: &mut Faults,
        parse: impl FnOnce(T) -> Result<U, Wrong>,
    ) -> Option<U> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Wrong => {
                faults.push(field, "wrong_type", format!("must be {}", T::EXPECTED));
                None
            }
            Self::Value(value) => faults.take(field, parse(value)),
        }
    }

    /// As [`Self::optional`], for a field that cannot be cleared: `null` is a fault.
    pub fn unless_null<U>(
        self,
        field: &str,
        faults: &mut Faults,
        parse: impl FnOnce(T) -> Result<U, Wrong>,
    ) -> Option<U> {
        if matches!(self, Self::Null) {
            faults.push(field, "required", "cannot be null");
        }
        self.optional(field, faults, parse)
    }

    /// What an edit says of the field: left out it stays, `null` clears it.
    pub fn patch<U>(
        self,
        field: &str,
        faults: &mut Faults,
        parse: impl FnOnce(T) -> Result<U, Wrong>,
    ) -> Patch<U> {
        match self {
            Self::Absent => Patch::Keep,
            Self::Null => Patch::Clear,
            given => given
                .optional(field, faults, parse)
                .map_or(Patch::Keep, Patch::Set),
        }
    }

    /// The value as it is, or the default.
    pub fn or(self, field: &str, faults: &mut Faults, default: T) -> T {
        self.optional(field, faults, Ok).unwrap_or(default)
    }
}

/// The most entries that any list has.
const MAX_ENTRIES: usize = 1000;

/// Whether a list is short enough to be read; a fault if not.
pub fn is_short_enough(length: usize, field: &str, faults: &mut Faults) -> bool {
    has_at_most(MAX_ENTRIES, length, field, faults)
}

fn has_at_most(most: usize, length: usize, field: &str, faults: &mut Faults) -> bool {
    if length > most {
        let message = format!("must have at most {most} entries");
        faults.push(field, "too_long", message);
    }
    !faults.knows(field)
}

/// A list of values, each parsed; faults name the place: `tags[3]`. One whose length is refused already is not read.
pub fn list<U>(
    items: Vec<Given<String>>,
    field: &str,
    faults: &mut Faults,
    parse: impl Fn(String) -> Result<U, Wrong>,
) -> Vec<U> {
    long_list(items, field, MAX_ENTRIES, faults, parse)
}

/// The same where the field may have another number of them than others.
pub fn long_list<U>(
    items: Vec<Given<String>>,
    field: &str,
    most: usize,
    faults: &mut Faults,
    parse: impl Fn(String) -> Result<U, Wrong>,
) -> Vec<U> {
    if !has_at_most(most, items.len(), field, faults) {
        return Vec::new();
    }
    let places = items.into_iter().enumerate();
    places
        .filter_map(|(place, item)| item.required(&format!("{field}[{place}]"), faults, &parse))
        .collect()
}

// Lengths count characters of what is left after trimming, as the domain counts them.
impl ValidateLength<u64> for Given<String> {
    fn length(&self) -> Option<u64> {
        match self {
            Self::Value(text) => Some(text.trim().chars().count() as u64),
            Self::Absent | Self::Null | Self::Wrong => None,
        }
    }
}

impl ValidateLength<u64> for Given<Vec<Given<String>>> {
    fn length(&self) -> Option<u64> {
        match self {
            Self::Value(items) => Some(items.len() as u64),
            Self::Absent | Self::Null | Self::Wrong => None,
        }
    }
}

/// The fields of a body that nobody asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rest(BTreeMap<String, Value>);

impl<'de> Deserialize<'de> for Rest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self)
    }
}

impl Rest {
    /// Each of them is a fault.
    pub fn refuse(&self, faults: &mut Faults) {
        for name in self.0.keys() {
            faults.push(name, "unknown_field", "there is no such field");
        }
    }
}
