//! Which database, and where.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A database that this program can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of `SQLite`; made when it is not there.
    Sqlite(PathBuf),
}

impl DatabaseUrl {
    /// Reads `sqlite://relative/path` or `sqlite:///absolute/path`.
    pub fn parse(url: &str) -> Result<Self, DatabaseUrlError> {
        let (scheme, rest) = url.split_once("://").ok_or(DatabaseUrlError::NoScheme)?;
        match scheme {
            "sqlite" => {
                if rest.is_empty() || rest.ends_with('/') {
                    return Err(DatabaseUrlError::NoFile);
                }
                if rest.starts_with(":memory:") {
                    return Err(DatabaseUrlError::InMemory);
                }
                if rest.contains(['?', '#', '\0']) {
                    return Err(DatabaseUrlError::Parameters);
                }
                Ok(Self::Sqlite(PathBuf::from(rest)))
            }
            "postgres" | "postgresql" => Err(DatabaseUrlError::PostgreSql),
            _ => Err(DatabaseUrlError::UnknownScheme),
        }
    }

    /// The database used when none is named.
    pub(super) fn inside(dir: &Path) -> Self {
        Self::Sqlite(dir.join("linedesk.db"))
    }
}

/// As it was given. A URL of `SQLite` has no password to hide.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
        }
    }
}

/// Why a database URL cannot be used. Never says the URL itself, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DatabaseUrlError {
    /// No `://`.
    #[error("not a database URL; expected sqlite://PATH")]
    NoScheme,
    /// Some other database.
    #[error("unknown kind of database; expected sqlite://PATH")]
    UnknownScheme,
    /// Not yet.
    #[error("PostgreSQL is not supported by this build yet; expected sqlite://PATH")]
    PostgreSql,
    /// `sqlite://` alone, or a folder.
    #[error("names no file; expected sqlite://PATH")]
    NoFile,
    /// A dropped connection would drop the tickets.
    #[error("a database in memory cannot keep tickets; expected sqlite://PATH")]
    InMemory,
    /// `?mode=…` and the like would be taken as part of the file's name.
    #[error("a SQLite URL takes no parameters; expected sqlite://PATH")]
    Parameters,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_and_absolute_files_are_understood() {
        for (url, path) in [
            ("sqlite://data/x.db", "data/x.db"),
            ("sqlite:///var/x.db", "/var/x.db"),
        ] {
            let parsed = DatabaseUrl::parse(url).unwrap();
            assert_eq!(parsed, DatabaseUrl::Sqlite(PathBuf::from(path)));
            assert_eq!(parsed.to_string(), url);
        }
    }

    #[test]
    fn other_databases_and_databases_in_memory_are_refused() {
        for (url, error) in [
            ("postgres://u:pw@h/d", DatabaseUrlError::PostgreSql),
            ("postgresql://h/d", DatabaseUrlError::PostgreSql),
            ("mysql://h/d", DatabaseUrlError::UnknownScheme),
            ("data/x.db", DatabaseUrlError::NoScheme),
            ("sqlite://", DatabaseUrlError::NoFile),
            ("sqlite://data/", DatabaseUrlError::NoFile),
            ("sqlite://:memory:", DatabaseUrlError::InMemory),
            ("sqlite://x.db?mode=ro", DatabaseUrlError::Parameters),
        ] {
            assert_eq!(DatabaseUrl::parse(url), Err(error), "{url}");
        }
    }
}
