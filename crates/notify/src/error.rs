//! What keeps the couriers from starting.

use std::path::PathBuf;

use thiserror::Error;

/// Why there are no couriers.
#[derive(Debug, Error)]
pub enum NotifyError {
    /// A template does not work.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The folder of templates cannot be read.
    #[error("the templates in {folder} cannot be read")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The sender's address is none.
    #[error(
        "{0:?} is no address to send mail from; it is written desk@example.net or Desk <desk@example.net>"
    )]
    From(String),
    /// The SMS gateway's settings do not fit together.
    #[error("SMS cannot be set up: {reason}")]
    Sms {
        /// What is wrong.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error("TLS for {what} cannot be set up: {reason}")]
    Tls {
        /// For what.
        what: &'static str,
        /// Why not.
        reason: String,
    },
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("template {file}{}: {reason}", at(self.line))]
pub struct TemplateError {
    /// The file, or "built-in" and its name.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

fn at(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}
