//! Rows as they lie in the tables, and how they become domain values and back.

pub(crate) mod accounts;
pub(crate) mod book;
pub(crate) mod directory;
pub(crate) mod event;
pub(crate) mod job;
pub(crate) mod knowledge;
pub(crate) mod logged;
pub(crate) mod message;
pub(crate) mod notification;
pub(crate) mod sla;
pub(crate) mod ticket;
pub(crate) mod ticket_parts;
pub(crate) mod user;

use jiff::Timestamp;
use linedesk_ports::store::StoreError;

use crate::codes::Coded;
use crate::fault::corrupt;
use crate::types::At;

/// An instant for a row that may have none.
pub(crate) fn at(instant: Option<Timestamp>) -> Option<At> {
    instant.map(At)
}

/// An instant out of a row that may have none.
pub(crate) fn instant(at: Option<At>) -> Option<Timestamp> {
    at.map(|at| at.0)
}

/// The value of a code.
pub(crate) fn decoded<T: Coded>(
    code: i16,
    table: &'static str,
    column: &str,
    row: &impl ToString,
) -> Result<T, StoreError> {
    T::from_code(code).ok_or_else(|| {
        corrupt(
            table,
            row.to_string(),
            format_args!("{column} has code {code}"),
        )
    })
}

/// A value that a check of the domain's may refuse.
pub(crate) fn checked<T, E: std::fmt::Display>(
    parsed: Result<T, E>,
    table: &'static str,
    column: &str,
    row: &impl ToString,
) -> Result<T, StoreError> {
    parsed.map_err(|error| corrupt(table, row.to_string(), format_args!("{column}: {error}")))
}

/// A value that is missing where it must be known.
pub(crate) fn known<T>(
    found: Option<T>,
    table: &'static str,
    column: &str,
    row: &impl ToString,
) -> Result<T, StoreError> {
    found.ok_or_else(|| {
        corrupt(
            table,
            row.to_string(),
            format_args!("{column} is not known"),
        )
    })
}
