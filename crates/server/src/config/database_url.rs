//! Which database, and where.

mod postgres;

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use postgres::{PostgresUrl, PostgresUrlError};

/// A database that this program can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of `SQLite`; made when it is not there.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server; it has to be there.
    Postgres(PostgresUrl),
}

impl DatabaseUrl {
    /// Reads `sqlite://relative/path`, `sqlite:///absolute/path` or a URL as PostgreSQL's own programs take it.
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
            "postgres" | "postgresql" => Ok(Self::Postgres(PostgresUrl::parse(url)?)),
            _ => Err(DatabaseUrlError::UnknownScheme),
        }
    }

    /// The database used when none is named.
    pub(super) fn inside(dir: &Path) -> Self {
        Self::Sqlite(dir.join("linedesk.db"))
    }
}

/// As it was given, without what is secret in it. A URL of `SQLite` has no password to hide.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

/// Why a database URL cannot be used. Never says the URL itself, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DatabaseUrlError {
    /// No `://`.
    #[error("not a database URL; expected sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE")]
    NoScheme,
    /// Some other database.
    #[error(
        "unknown kind of database; expected sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    UnknownScheme,
    /// `sqlite://` alone, or a folder.
    #[error("names no file; expected sqlite://PATH")]
    NoFile,
    /// A dropped connection would drop the tickets.
    #[error("a database in memory cannot keep tickets; expected sqlite://PATH")]
    InMemory,
    /// `?mode=…` and the like would be taken as part of the file's name.
    #[error("a SQLite URL takes no parameters; expected sqlite://PATH")]
    Parameters,
    /// PostgreSQL would not take it.
    #[error(transparent)]
    Postgres(#[from] PostgresUrlError),
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
    fn a_scheme_decides_which_database_it_is() {
        for url in ["postgres://db/desk", "postgresql://db/desk"] {
            let parsed = DatabaseUrl::parse(url).unwrap();
            assert!(matches!(&parsed, DatabaseUrl::Postgres(given) if given.expose() == url));
        }
    }

    #[test]
    fn other_databases_and_databases_in_memory_are_refused() {
        for (url, error) in [
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
