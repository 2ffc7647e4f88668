//! A request that came to nothing, before any dialect has drawn it.

use std::error::Error as _;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use linedesk_app::{Error, Fault, Kind};

use crate::extract::Faults;
use crate::{drawing, problem};

/// What a handler answers.
pub type Answer = Result<HttpResponse, Failure>;

/// Why a request came to nothing. The dialect of the request's path draws it.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Status code.
    pub status: StatusCode,
    /// Why, for programs.
    pub code: &'static str,
    /// Why, for people; nothing of the program's insides.
    pub detail: String,
    /// Single faults in what was sent.
    pub faults: Vec<Fault>,
    /// How long to wait before trying again, in seconds.
    pub retry_after_seconds: Option<u32>,
    /// How many attempts are allowed until then, where there were more.
    pub limit: Option<u32>,
    /// The methods that the path has, where the request's is not among them.
    pub allow: Option<String>,
}

impl Failure {
    /// A failure with nothing but a status, a code and a sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            faults: Vec::new(),
            retry_after_seconds: None,
            limit: None,
            allow: None,
        }
    }

    /// 400 with everything that is wrong.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        Error::Invalid(faults).into()
    }

    /// The same, saying where it is so that more is wrong than `faults` tells.
    #[must_use]
    pub fn with_more_faults(self, has_more: bool) -> Self {
        if !has_more {
            return self;
        }
        let told = self.faults.len();
        Self {
            detail: format!("more things that were sent cannot be than the {told} in `errors`"),
            ..self
        }
    }

    /// 408 for a body that does not come, or comes too slowly.
    pub fn too_slow() -> Self {
        Self::of_status(StatusCode::REQUEST_TIMEOUT)
    }

    /// 404 for a path that leads nowhere.
    pub fn no_route() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is nothing at this path",
        )
    }

    /// 405, naming the methods that the path has.
    pub fn method_not_allowed(allow: String) -> Self {
        let failure = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            format!("allowed here: {allow}"),
        );
        Self {
            allow: Some(allow),
            ..failure
        }
    }

    /// 415, naming the type that is taken.
    pub fn unsupported_type(wanted: &str) -> Self {
        let detail = format!("the body has to be {wanted}");
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            detail,
        )
    }

    /// 413 for a body of more than `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("the body is larger than {limit} bytes"),
        )
    }

    /// A failure that the framework found, known by its status alone.
    pub fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => return Self::no_route(),
            StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "the body is too large"),
            StatusCode::REQUEST_TIMEOUT => ("timeout", "the request took too long to arrive"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                "unsupported_media_type",
                "the body has the wrong content type",
            ),
            status if status.is_client_error() => ("malformed", "the request is malformed"),
            _ => ("bug", "something went wrong here; it has been noted"),
        };
        Self::new(status, code, detail)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    // Only for failures that leave before the drawing middleware sees them.
    fn error_response(&self) -> HttpResponse {
        let mut answer = problem::draw(self, "");
        let mark = HeaderValue::from_static("1");
        answer
            .headers_mut()
            .insert(HeaderName::from_static(drawing::UNDRAWN), mark);
        answer
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        log(&error);
        let mut faults = error.faults();
        let has_more = faults.len() > Faults::MAX;
        faults.truncate(Faults::MAX);
        let failure = Self {
            status: status(error.kind()),
            code: error.code(),
            detail: detail(&error),
            faults,
            retry_after_seconds: error.retry_after_seconds(),
            limit: error.limit(),
            allow: None,
        };
        failure.with_more_faults(has_more)
    }
}

/// The status code of a kind of failure.
pub const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What the client may read: of our own trouble, only that there is some.
fn detail(error: &Error) -> String {
    match error.kind() {
        Kind::Bug => "something went wrong here; it has been noted".to_owned(),
        Kind::Invalid => match error.faults().len() {
            1 => "one thing that was sent cannot be; see `errors`".to_owned(),
            n => format!("{n} things that were sent cannot be; see `errors`"),
        },
        Kind::Unauthenticated
        | Kind::Forbidden
        | Kind::NotFound
        | Kind::Conflict
        | Kind::Stale
        | Kind::TooLarge
        | Kind::KeyReused
        | Kind::TooMany
        | Kind::Unavailable => error.to_string(),
    }
}

/// The whole chain, once, for the operator.
fn log(error: &Error) {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        chain = format!("{chain}: {cause}");
        source = cause.source();
    }
    match error.kind() {
        Kind::Bug | Kind::Unavailable => {
            tracing::error!(code = error.code(), error = chain, "request failed");
        }
        _ => tracing::debug!(code = error.code(), error = chain, "request refused"),
    }
}
