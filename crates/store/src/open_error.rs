//! Why a store cannot be opened.

use thiserror::Error;

/// Why a database could not be opened or brought up to date.
#[derive(Debug, Error)]
pub enum OpenError {
    /// A path that SQLite would not take for a file.
    #[error("the database path must be that of a file")]
    NotAFile,
    /// No connection.
    #[error("cannot open {path}: {reason}")]
    Connect {
        /// Which database; never with a password.
        path: String,
        /// What the database says.
        reason: String,
    },
    /// A setting on which durability depends did not take.
    #[error("cannot set {setting} to {wanted}: it is {got}")]
    Setting {
        /// Which.
        setting: &'static str,
        /// What it should be.
        wanted: &'static str,
        /// What it is.
        got: String,
    },
    /// The schema could not be brought up to date.
    #[error("cannot bring the schema up to date: {0}")]
    Migration(String),
    /// No thread could be started.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
}
