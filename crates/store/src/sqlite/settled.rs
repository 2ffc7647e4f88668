//! An end of the log behind which everything is still to come. One thread writes, so that it is the newest event.

use super::{Conn, position};
use crate::fault::Fault;

/// The place of the newest event.
pub(crate) fn end(connection: &mut Conn) -> Result<i64, Fault> {
    position::end(connection)
}
