//! What can go wrong, as every dialect draws it.

use linedesk_domain::ticket::TicketError;
use linedesk_ports::blobs::BlobError;
use linedesk_ports::secrets::PasswordError;
use linedesk_ports::store::StoreError;
use thiserror::Error;

/// Why a use case did not do what it was asked. Nothing was written then, unless it is [`Kind::Unavailable`] with the
/// outcome unknown.
#[derive(Debug, Error)]
pub enum Error {
    /// Something sent cannot be; all faults at once.
    #[error("{}", faults_in_words(.0))]
    Invalid(Vec<Fault>),
    /// Nobody, or nobody that this desk knows.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The caller may not.
    #[error("{detail}")]
    Forbidden {
        /// Why, for people.
        detail: String,
        /// Why, for programs.
        code: &'static str,
    },
    /// Not there, or not for this caller's eyes.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The ticket refuses.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// What is asked for contradicts what is there.
    #[error("{detail}")]
    Conflict {
        /// Why, for people.
        detail: String,
        /// Why, for programs.
        code: &'static str,
    },
    /// The same request is being worked on right now.
    #[error("the first request with this idempotency key is still being worked on")]
    InProgress,
    /// An idempotency key came back with another body.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// What the caller holds is not what is stored any more.
    #[error("it has changed since it was read")]
    Stale,
    /// The body is too large.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// Too often.
    #[error("too many attempts; try again in {retry_after_seconds} seconds")]
    TooMany {
        /// Seconds to wait.
        retry_after_seconds: u32,
        /// Attempts allowed in a window, where that is what was exceeded.
        limit: Option<u32>,
    },
    /// The database said no.
    #[error("the database could not be used")]
    Store(#[source] StoreError),
    /// The file storage said no.
    #[error("the file storage could not be used")]
    Blobs(#[source] BlobError),
}

/// One thing that is wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which field, as a path: `title`, `targets.resolution`, `ticket_ids[3]`.
    pub field: String,
    /// A stable code: `required`, `too_long`, `unknown`, …
    pub code: &'static str,
    /// In words; never holds the value.
    pub message: String,
}

impl Fault {
    /// A fault.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            message: message.into(),
        }
    }
}

/// What every dialect draws in its own shape. Does not grow lightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 400
    Invalid,
    /// 401
    Unauthenticated,
    /// 403
    Forbidden,
    /// 404
    NotFound,
    /// 409
    Conflict,
    /// 412
    Stale,
    /// 413
    TooLarge,
    /// 422: an idempotency key reused
    KeyReused,
    /// 429
    TooMany,
    /// 503
    Unavailable,
    /// 500
    Bug,
}

impl Kind {
    /// Every kind.
    const ALL: [Self; 11] = [
        Self::Invalid,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::Stale,
        Self::TooLarge,
        Self::KeyReused,
        Self::TooMany,
        Self::Unavailable,
        Self::Bug,
    ];

    /// The name under which it is kept.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Stale => "stale",
            Self::TooLarge => "too_large",
            Self::KeyReused => "key_reused",
            Self::TooMany => "too_many",
            Self::Unavailable => "unavailable",
            Self::Bug => "bug",
        }
    }

    /// The kind of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Error {
    /// One fault.
    pub fn invalid(
        field: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![Fault::new(field, code, message)])
    }

    /// What was to be stored cannot be written as JSON: a bug.
    pub(crate) fn unwritable(error: &serde_json::Error) -> Self {
        Self::Store(StoreError::Refused(error.to_string()))
    }

    /// Forbidden by the table of roles.
    pub fn forbidden() -> Self {
        Self::Forbidden {
            detail: "you may not do this".to_owned(),
            code: "forbidden",
        }
    }

    /// What kind of failure it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) | Self::Ticket(TicketError::TooManyTags { .. }) => Kind::Invalid,
            Self::Unauthenticated(_) => Kind::Unauthenticated,
            Self::Forbidden { .. }
            | Self::Ticket(TicketError::StaffField { .. } | TicketError::Locked { .. }) => {
                Kind::Forbidden
            }
            Self::NotFound(_) => Kind::NotFound,
            Self::Ticket(_) | Self::Conflict { .. } | Self::InProgress => Kind::Conflict,
            Self::Stale | Self::Store(StoreError::Stale) => Kind::Stale,
            Self::TooLarge { .. } => Kind::TooLarge,
            Self::KeyReused => Kind::KeyReused,
            Self::TooMany { .. } => Kind::TooMany,
            Self::Store(StoreError::Unavailable(_) | StoreError::Unknown)
            | Self::Blobs(BlobError::Unavailable(_)) => Kind::Unavailable,
            Self::Store(_) | Self::Blobs(_) => Kind::Bug,
        }
    }

    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Unauthenticated(_) => "unauthenticated",
            Self::Forbidden { code, .. } | Self::Conflict { code, .. } => code,
            Self::NotFound(_) => "not_found",
            Self::Ticket(error) => error.code(),
            Self::InProgress => "in_progress",
            Self::KeyReused => "idempotency_key_reused",
            Self::Stale | Self::Store(StoreError::Stale) => "stale",
            Self::TooLarge { .. } => "too_large",
            Self::TooMany { .. } => "too_many",
            Self::Store(StoreError::Unknown) => "outcome_unknown",
            Self::Store(StoreError::Unavailable(_)) | Self::Blobs(BlobError::Unavailable(_)) => {
                "unavailable"
            }
            Self::Store(_) | Self::Blobs(_) => "bug",
        }
    }

    /// The single faults, where there are any.
    pub fn faults(&self) -> Vec<Fault> {
        match self {
            Self::Invalid(faults) => faults.clone(),
            Self::Ticket(error @ TicketError::TooManyTags { .. }) => {
                vec![Fault::new("tags", error.code(), error.to_string())]
            }
            Self::Ticket(error @ TicketError::StaffField { field }) => {
                vec![Fault::new(field.name(), error.code(), error.to_string())]
            }
            _ => Vec::new(),
        }
    }

    /// How many attempts are allowed in a window, where there were more.
    pub const fn limit(&self) -> Option<u32> {
        match self {
            Self::TooMany { limit, .. } => *limit,
            _ => None,
        }
    }

    /// How long to wait before trying again, where that helps.
    pub const fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::TooMany {
                retry_after_seconds,
                ..
            } => Some(*retry_after_seconds),
            Self::InProgress => Some(1),
            _ => match self.kind() {
                Kind::Unavailable => Some(2),
                _ => None,
            },
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(linedesk_ports::store::Unique::IdempotencyKey) => {
                Self::InProgress
            }
            error => Self::Store(error),
        }
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge { limit } => Self::TooLarge { limit },
            BlobError::Missing => Self::NotFound("file"),
            BlobError::BrokenOff => Self::invalid("file", "broken_off", "the upload broke off"),
            error @ BlobError::Unavailable(_) => Self::Blobs(error),
        }
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::TooMany {
                retry_after_seconds: 2,
                limit: None,
            },
            PasswordError::TooLong => Self::invalid("password", "too_long", error.to_string()),
        }
    }
}

fn faults_in_words(faults: &[Fault]) -> String {
    faults
        .iter()
        .map(|fault| format!("{}: {}", fault.field, fault.message))
        .collect::<Vec<_>>()
        .join("; ")
}
