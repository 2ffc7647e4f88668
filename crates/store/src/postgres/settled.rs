//! An end of the log behind which everything is still to come.
//!
//! Numbers are taken in another order than that of commits (see `log`): below the newest number that is seen, some may
//! still be missing. They are there, or will never be, once everybody who was writing events has ended; whoever writes
//! afterwards takes higher numbers.

use diesel::connection::SimpleConnection as _;

use super::{Conn, position};
use crate::fault::Fault;

/// The place of the newest event, once nothing before it can still appear. Holds up whoever writes events until the
/// transaction ends, which is to be at once.
pub(crate) fn end(connection: &mut Conn) -> Result<i64, Fault> {
    connection.batch_execute("LOCK TABLE events IN SHARE MODE")?;
    position::end(connection)
}
