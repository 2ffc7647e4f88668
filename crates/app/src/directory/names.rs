//! What people and things are called, for those who read of them.

use linedesk_domain::access::Operation;
use linedesk_ports::names::{Names, NamesWanted};

use crate::{App, Caller, Error};

/// The names of what a caller has read of already: it is told the names of identities that it was shown.
///
/// # Errors
/// [`Error::Store`].
pub async fn names(app: &App, caller: &Caller, wanted: NamesWanted) -> Result<Names, Error> {
    caller.may(Operation::ReadTicket)?;
    Ok(app.directory.names(wanted).await?)
}
