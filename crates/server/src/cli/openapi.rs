//! `linedesk openapi`

use std::io::{self, Write as _};
use std::net::IpAddr;

use anyhow::Context as _;
use clap::Args;

use crate::config::{OpenToAll, Settings};
use crate::serve;

/// Takes nothing but settings.
#[derive(Debug, Args)]
pub struct OpenapiArgs {}

/// Prints the document that describes the API as these settings mount it.
///
/// # Errors
/// When nothing can be printed, or the settings would let anybody in.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let host = &settings.server.host;
    let address: Option<IpAddr> = host.parse().ok();
    let is_loopback = address.map_or(host == "localhost", |it| it.to_canonical().is_loopback());
    let simple_is_open = settings.dialects.simple_is_open(is_loopback);
    let simple_is_open = simple_is_open.context(OpenToAll::KEY)?;
    let web = serve::web_settings(settings, settings.server.port, simple_is_open);
    let document = linedesk_web::openapi::document(&web);
    writeln!(io::stdout(), "{}", document.to_pretty_json()?)?;
    Ok(())
}
