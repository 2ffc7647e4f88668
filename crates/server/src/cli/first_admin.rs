//! Shows the password that the program made up for the first admin.

use std::io::{self, Write as _};

use anyhow::Context as _;
use linedesk_app::directory::operator::FirstAdmin;

/// Prints it this once; it is never written to the log. One that the settings gave is not printed.
///
/// # Errors
/// When nothing can be printed; the admin exists then, and nobody knows the password.
pub(super) fn show(admin: Option<&FirstAdmin>) -> anyhow::Result<()> {
    if let Some(FirstAdmin {
        user,
        password: Some(password),
    }) = admin
    {
        print(&user.username, password).context(
            "the first admin was made, but the password could not be shown; \
             choose another one with `linedesk user set-password`",
        )?;
    }
    Ok(())
}

fn print(username: &str, password: &str) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(
        out,
        "The first admin, with a password that is shown only this once:"
    )?;
    writeln!(out, "    user name  {username}")?;
    writeln!(out, "    password   {password}")?;
    out.flush()
}
