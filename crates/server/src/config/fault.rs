//! Where a setting came from, and what was wrong with it.

use std::fmt;
use std::path::PathBuf;

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Compiled into the program.
    BuiltIn,
    /// A configuration file.
    File(PathBuf),
    /// An environment variable of this name.
    Environment(String),
    /// A flag, as it was written.
    Flag(String),
    /// The program that the desk is a part of.
    Program,
    /// A file that holds nothing but the value, and what named that file.
    SecretFile(PathBuf, Box<Origin>),
    /// Not given, but following from other keys.
    Derived(&'static str),
    /// Not given at all.
    Nowhere,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::Program => f.write_str("given by the program"),
            Self::SecretFile(path, named_by) => {
                write!(f, "{}, named by {named_by}", path.display())
            }
            Self::Derived(from) => write!(f, "from {from}"),
            Self::Nowhere => f.write_str("not set"),
        }
    }
}

/// One thing that is wrong with the settings. Never says the value of a key that is secret or unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key; `None` when a whole source cannot be used.
    pub key: Option<String>,
    /// Who gave it.
    pub origin: Origin,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{key} ({}): {}", self.origin, self.message),
            None => write!(f, "{}: {}", self.origin, self.message),
        }
    }
}

/// Everything that is wrong with the settings; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings cannot be used")?;
        for fault in &self.0 {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
