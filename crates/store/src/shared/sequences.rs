//! Labels by their last part.

use diesel::prelude::*;
use jiff::ToSpan;
use jiff::civil::date;

use super::Conn;
use crate::labels::{indexed, label};
use crate::schema::day_numbers;

/// Days that are looked at, the newest.
const DAYS: i64 = 400;

/// The labels with that sequence as they are indexed, of the newest days that have had so many tickets.
pub(crate) fn with_sequence(connection: &mut Conn, sequence: i64) -> QueryResult<Vec<String>> {
    let days: Vec<i64> = day_numbers::table
        .filter(day_numbers::last.ge(sequence))
        .order(day_numbers::day.desc())
        .limit(DAYS)
        .select(day_numbers::day)
        .load(connection)?;
    let epoch = date(1970, 1, 1);
    let days = days
        .into_iter()
        .filter_map(|day| epoch.checked_add(i32::try_from(day).ok()?.days()).ok());
    Ok(days.map(|day| indexed(&label(day, sequence))).collect())
}
