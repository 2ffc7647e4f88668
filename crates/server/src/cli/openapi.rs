//! `linedesk openapi`

use std::io::{self, Write as _};

use clap::Args;

use crate::config::Settings;
use crate::serve;

/// Takes nothing but settings.
#[derive(Debug, Args)]
pub struct OpenapiArgs {}

/// Prints the document that describes the API as these settings mount it.
///
/// # Errors
/// When nothing can be printed.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let web = serve::web_settings(settings, settings.server.port);
    let document = linedesk_web::openapi::document(&web);
    writeln!(io::stdout(), "{}", document.to_pretty_json()?)?;
    Ok(())
}
