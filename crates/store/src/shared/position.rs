//! How far readers of the log have come.

use diesel::dsl::max;
use diesel::prelude::*;
use linedesk_ports::outbox::LogReader;

use super::Conn;
use crate::fault::Fault;
use crate::schema::{events, log_cursors};

/// How far one has come.
pub(crate) fn position(connection: &mut Conn, reader: LogReader) -> Result<i64, Fault> {
    let position = log_cursors::table
        .find(reader.name())
        .select(log_cursors::seq);
    Ok(position.get_result(connection)?)
}

/// The newest event's place.
pub(crate) fn end(connection: &mut Conn) -> Result<i64, Fault> {
    let newest: Option<i64> = events::table
        .select(max(events::seq))
        .get_result(connection)?;
    Ok(newest.unwrap_or(0))
}
