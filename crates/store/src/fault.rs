//! What goes wrong inside a database job, and what a use case is told of it.

use diesel::result::{DatabaseErrorKind, Error};
use linedesk_ports::store::{StoreError, Unique};

/// A failure inside a job.
#[derive(Debug)]
pub(crate) enum Fault {
    /// One that a port knows.
    Store(StoreError),
    /// One of the database's.
    Database(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<std::convert::Infallible> for Fault {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error,
            Fault::Database(error) => from_database(&error),
        }
    }
}

fn from_database(error: &Error) -> StoreError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            StoreError::Duplicate(Unique::Other)
        }
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => StoreError::Dangling,
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _,
        ) => StoreError::Unavailable("the database closed the connection"),
        Error::DatabaseError(_, info) => unavailable(info.message()).map_or_else(
            || StoreError::Refused(error.to_string()),
            StoreError::Unavailable,
        ),
        Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. } => {
            StoreError::Unavailable("the transaction was broken off")
        }
        _ => StoreError::Refused(error.to_string()),
    }
}

/// What is said of a transaction that another one stood in the way of, and that can be tried again.
pub(crate) const MET_HALFWAY: &str = "another transaction stood in the way";

/// What is the matter, when a message says that the database cannot be used at the moment.
pub(crate) fn unavailable(message: &str) -> Option<&'static str> {
    const SAYINGS: [(&str, &str); 27] = [
        ("database or disk is full", "the disk is full"),
        (
            "database is locked",
            "another program has locked the database",
        ),
        (
            "database table is locked",
            "another program has locked the database",
        ),
        ("disk I/O error", "the disk does not answer"),
        (
            "unable to open database file",
            "the database file cannot be opened",
        ),
        (
            "attempt to write a readonly database",
            "the database file is read-only",
        ),
        // From here on PostgreSQL and its client.
        ("deadlock detected", MET_HALFWAY),
        ("could not serialize access", MET_HALFWAY),
        ("due to statement timeout", "a statement took too long"),
        (
            "due to conflict with recovery",
            "the replica had to catch up",
        ),
        ("due to lock timeout", "a lock was not to be had in time"),
        ("due to user request", "a statement was cancelled"),
        ("could not extend file", "the disk is full"),
        ("No space left on device", "the disk is full"),
        ("out of memory", "the database has no memory left"),
        ("out of shared memory", "the database has no memory left"),
        (
            "the database system is",
            "the database is starting or stopping",
        ),
        (
            "terminating connection",
            "the database closed the connection",
        ),
        (
            "closed the connection",
            "the database closed the connection",
        ),
        (
            "connection already closed",
            "the database closed the connection",
        ),
        (
            "no connection to the server",
            "the database cannot be reached",
        ),
        ("could not connect", "the database cannot be reached"),
        ("connection to server", "the database cannot be reached"),
        (
            "could not receive data",
            "the database closed the connection",
        ),
        ("could not send data", "the database closed the connection"),
        ("in a read-only transaction", "the database takes no writes"),
        (
            "too many clients already",
            "the database has no connection to spare",
        ),
    ];
    SAYINGS
        .into_iter()
        .find(|(says, _)| message.contains(says))
        .map(|(_, meaning)| meaning)
}

/// The same result, with a unique violation explained: `found` looks at the database's words.
pub(crate) fn explain_duplicate<T>(
    result: Result<T, Error>,
    found: impl FnOnce(&str) -> Unique,
) -> Result<T, Fault> {
    result.map_err(|error| match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
            Fault::Store(StoreError::Duplicate(found(info.message())))
        }
        _ => Fault::Database(error),
    })
}

/// A row that cannot be what it claims to be.
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers have ids and errors at hand, not references to them"
)]
pub(crate) fn corrupt(table: &'static str, row: impl ToString, what: impl ToString) -> StoreError {
    StoreError::Corrupt {
        table,
        row: row.to_string(),
        what: what.to_string(),
    }
}
