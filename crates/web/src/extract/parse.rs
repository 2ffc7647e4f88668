//! Parsing single values into domain types, with the fault that goes with each failure.

use jiff::Timestamp;
use jiff::civil::Date;
use linedesk_app::models::MessageState;
use linedesk_domain::class::{Category, ContactMethod, Priority};
use linedesk_domain::knowledge::{Publication, Visibility};
use linedesk_domain::notice::Notice;
use linedesk_domain::people::{Permission, Role};
use linedesk_domain::text::{
    ArticleBody, CommentBody, Description, Label, Note, Tag, TemplateBody, TextError, Title,
};
use linedesk_domain::ticket::merge::Relation;
use linedesk_domain::workflow::Status;
use uuid::Uuid;

use super::faults::Wrong;
use super::path::InPath;
use crate::isp::schema::WebhookAudience;

/// A text with rules of its own.
pub trait Text: Sized {
    /// Trims and checks.
    ///
    /// # Errors
    /// Which rule it breaks.
    fn read(raw: &str) -> Result<Self, TextError>;
}

macro_rules! texts {
    ($($type:ty),+ $(,)?) => {$(
        impl Text for $type {
            fn read(raw: &str) -> Result<Self, TextError> {
                Self::parse(raw)
            }
        }
    )+};
}

texts!(
    Title,
    Description,
    CommentBody,
    Note,
    Label,
    Tag,
    ArticleBody,
    TemplateBody
);

/// A text, parsed.
pub fn text<T: Text>(raw: impl AsRef<str>) -> Result<T, Wrong> {
    T::read(raw.as_ref()).map_err(|error| {
        let code = match error {
            TextError::Empty => "empty",
            TextError::TooLong { .. } => "too_long",
            TextError::Control => "control_characters",
            TextError::Comma => "comma",
        };
        (code, error.to_string())
    })
}

/// A text that may be empty, which means that there is none.
pub fn text_or_none<T: Text>(raw: impl AsRef<str>) -> Result<Option<T>, Wrong> {
    if raw.as_ref().trim().is_empty() {
        Ok(None)
    } else {
        text(raw).map(Some)
    }
}

/// One of a fixed set of names.
pub trait Word: Sized + Copy + 'static {
    /// All of the set.
    const WORDS: &'static [Self];

    /// Its name.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($($type:ty),+ $(,)?) => {$(
        impl Word for $type {
            const WORDS: &'static [Self] = &Self::ALL;

            fn word(self) -> &'static str {
                self.name()
            }
        }
    )+};
}

macro_rules! word_slices {
    ($($type:ty),+ $(,)?) => {$(
        impl Word for $type {
            const WORDS: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.name()
            }
        }
    )+};
}

words!(
    Status,
    Role,
    Permission,
    Relation,
    Notice,
    MessageState,
    WebhookAudience
);
word_slices!(Priority, Category, ContactMethod, Publication, Visibility);

/// A name out of a fixed set.
pub fn word<T: Word>(name: impl AsRef<str>) -> Result<T, Wrong> {
    let found = T::WORDS
        .iter()
        .copied()
        .find(|word| word.word() == name.as_ref());
    found.ok_or_else(|| ("unknown_value", format!("must be one of {}", names::<T>())))
}

/// The names of a fixed set, for people.
pub fn names<T: Word>() -> String {
    T::WORDS
        .iter()
        .map(|word| word.word())
        .collect::<Vec<_>>()
        .join(", ")
}

/// An identity.
pub fn id<T: InPath>(text: impl AsRef<str>) -> Result<T, Wrong> {
    uuid(text.as_ref())
        .map(T::of)
        .ok_or_else(|| ("not_a_uuid", "must be a UUID".to_owned()))
}

/// A UUID in its usual spelling (hyphenated).
pub fn uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 {
        Uuid::try_parse(text).ok()
    } else {
        None
    }
}

/// An instant from 1970 on, RFC 3339, cut to the microsecond that both databases keep.
pub fn instant(text: impl AsRef<str>) -> Result<Timestamp, Wrong> {
    let text = text.as_ref();
    let at = text
        .parse()
        .ok()
        .and_then(|at: Timestamp| Timestamp::from_microsecond(at.as_microsecond()).ok());
    match at {
        Some(at) if at >= Timestamp::UNIX_EPOCH => Ok(at),
        // The library's time ends a day before the year 9999 does.
        Some(_) => Err(out_of_range()),
        None if text.starts_with("9999-12-3") => Err(out_of_range()),
        None => Err((
            "not_an_instant",
            "must be an instant such as 2026-03-14T09:26:53Z".to_owned(),
        )),
    }
}

fn out_of_range() -> Wrong {
    let message = "must be from 1970-01-01T00:00:00Z to 9999-12-30T22:00:00Z";
    ("out_of_range", message.to_owned())
}

/// A day.
pub fn date(text: impl AsRef<str>) -> Result<Date, Wrong> {
    let text = Some(text.as_ref()).filter(|text| text.len() == 10);
    let day = text.and_then(|text| text.parse().ok());
    day.ok_or_else(|| ("not_a_date", "must be a day such as 2026-03-14".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_outside_the_set_are_answered_with_the_set() {
        assert_eq!(word::<Priority>("urgent"), Ok(Priority::Urgent));
        let (code, message) = word::<Priority>("Urgent").unwrap_err();
        assert_eq!(
            (code, message.as_str()),
            (
                "unknown_value",
                "must be one of low, medium, high, urgent, critical, emergency"
            )
        );
    }

    #[test]
    fn instants_need_an_offset_and_are_cut_to_microseconds() {
        assert!(instant("2026-03-14T09:26:53").is_err());
        assert!(instant("2026-03-14").is_err());
        let cut = instant("2026-03-14T10:26:53.1234567+01:00").unwrap();
        assert_eq!(cut.to_string(), "2026-03-14T09:26:53.123456Z");
    }

    #[test]
    fn instants_begin_in_1970() {
        assert!(instant("1970-01-01T00:00:00Z").is_ok());
        assert!(instant("9999-12-30T22:00:00Z").is_ok());
        for text in [
            "-000001-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "9999-12-31T23:59:59Z",
        ] {
            assert_eq!(instant(text).unwrap_err().0, "out_of_range", "{text}");
        }
    }

    #[test]
    fn a_comma_in_a_tag_is_named() {
        let (code, message) = text::<Tag>("a,b").unwrap_err();
        assert_eq!(
            (code, message.as_str()),
            ("comma", "must not contain commas")
        );
    }

    #[test]
    fn uuids_have_one_spelling() {
        assert!(uuid("0190a5f0-0000-7000-8000-000000000001").is_some());
        for text in [
            "0190a5f0000070008000000000000001",
            "{0190a5f0-0000-7000-8000-000000000001}",
            "1",
            "",
        ] {
            assert!(uuid(text).is_none(), "{text}");
        }
    }
}
