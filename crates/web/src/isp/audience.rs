//! For whom an answer is written.

use jiff::Timestamp;
use linedesk_app::{App, Caller};
use serde::{Serialize, Serializer};

/// Customers never read what staff keep to themselves: such fields are not there for them, not even as `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Staff and machines.
    Staff,
    /// The ticket's customer.
    Customer,
}

impl Audience {
    /// A field for staff alone: `None` leaves it out.
    pub fn staff_only<T>(self, value: T) -> Option<T> {
        match self {
            Self::Staff => Some(value),
            Self::Customer => None,
        }
    }
}

/// For whom and as of when an answer is written.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// For whom.
    pub audience: Audience,
    /// The instant from which remaining times are measured.
    pub now: Timestamp,
}

impl Reader {
    /// That caller, now.
    pub fn of(app: &App, caller: &Caller) -> Self {
        let audience = if caller.is_customer() {
            Audience::Customer
        } else {
            Audience::Staff
        };
        Self {
            audience,
            now: app.clock.now(),
        }
    }
}

/// A value that may be `null`, inside an `Option` that says whether the field is there at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nullable<T> {
    /// `null`.
    Null,
    /// The value.
    Value(T),
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}
