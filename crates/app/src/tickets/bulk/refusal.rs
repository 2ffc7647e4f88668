//! Why nothing was done to one ticket of many.

use linedesk_ports::store::StoreError;

use crate::error::{Error, Kind};

/// Why nothing was done to a ticket, as everybody may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of failure it is.
    pub kind: Kind,
    /// A stable name for programs.
    pub code: String,
    /// In words; nothing of the program's insides.
    pub detail: String,
}

impl Refusal {
    /// What an error comes to. One that is our own fault is logged.
    pub(super) fn of(error: &Error) -> Self {
        let kind = error.kind();
        let detail = match kind {
            Kind::Bug => {
                let cause = match error {
                    Error::Store(cause) => cause.to_string(),
                    other => other.to_string(),
                };
                tracing::error!(error = cause, "one ticket of many failed");
                "something went wrong here; it has been noted".to_owned()
            }
            _ => in_words(error),
        };
        Self {
            kind,
            code: error.code().to_owned(),
            detail,
        }
    }
}

/// Whatever is wrong, each fault with its field.
fn in_words(error: &Error) -> String {
    let faults = error.faults();
    if faults.is_empty() {
        return error.to_string();
    }
    let words = faults
        .iter()
        .map(|fault| format!("{}: {}", fault.field, fault.message));
    words.collect::<Vec<_>>().join("; ")
}

/// Whether trying again may help: nothing was done, or nobody knows.
pub(super) fn is_passing(error: &Error) -> bool {
    error.kind() == Kind::Unavailable
}

/// Whether what became of the ticket is known already.
pub(super) fn is_known(error: &Error) -> bool {
    use linedesk_ports::store::Unique::ItemOutcome;
    matches!(error, Error::Store(StoreError::Duplicate(ItemOutcome)))
}
