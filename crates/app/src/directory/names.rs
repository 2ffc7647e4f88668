//! What people and things are called, for those who read of them.

use linedesk_ports::names::{Names, NamesWanted};

use crate::{App, Error};

/// The names of what a caller was shown already, in a ticket that it read or has just written.
///
/// # Errors
/// [`Error::Store`].
pub async fn names(app: &App, wanted: NamesWanted) -> Result<Names, Error> {
    Ok(app.directory.names(wanted).await?)
}
