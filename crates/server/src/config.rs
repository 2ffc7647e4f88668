//! Settings: where they come from, what they are, and what is wrong with them.
//!
//! The only place that reads the environment.

mod database_url;
mod fault;
mod layers;
mod network;
mod parse;
mod reader;
mod secret;
mod sections;
mod show;
#[cfg(test)]
mod tests;
mod units;
mod unknown;

use std::ffi::OsString;

pub use database_url::{DatabaseUrl, DatabaseUrlError, PostgresUrl, PostgresUrlError};
pub use fault::{Fault, Faults, Origin};
pub use layers::{FlagSetting, Inputs};
pub use network::Network;
pub use reader::Shown;
pub use secret::{MASK, Secret};
pub use sections::{
    Access, Auth, Bootstrap, Database, Dialects, Http, Limits, Log, LogFormat, Notifications,
    OpenToAll, S3, Server, Settings, Simple, Sms, SmsAuth, SmsFormat, Smtp, SmtpTls, Storage,
    Tickets, Webhooks,
};

use reader::Reader;

/// Settings that can be used, and where each came from.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The settings.
    pub settings: Settings,
    /// Every key with its effective value, secrets masked.
    pub shown: Vec<Shown>,
}

impl Effective {
    /// Reads all sources of `inputs`.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn load(inputs: &Inputs) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let entries = layers::collect(inputs, &mut faults);
        Self::of(entries, faults)
    }

    fn of(entries: layers::Entries, faults: Vec<Fault>) -> Result<Self, Faults> {
        let mut reader = Reader::new(entries, faults);
        let settings = Settings::read(&mut reader);
        let (shown, faults) = reader.finish();
        match settings {
            Ok(settings) if faults.is_empty() => Ok(Self { settings, shown }),
            _ => Err(Faults(faults)),
        }
    }
}

impl Settings {
    /// The built-in settings, with those of a larger program over them, by key and as text: `("storage.dir", "desk-data")`.
    /// No file and no environment variable is looked at; [`Effective::load`] does so.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn given(pairs: &[(&str, &str)]) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let entries = layers::given(pairs, &mut faults);
        Ok(Effective::of(entries, faults)?.settings)
    }
}

/// The environment of this process, as [`Inputs`] wants it.
pub fn process_environment() -> Vec<(OsString, OsString)> {
    std::env::vars_os().collect()
}
