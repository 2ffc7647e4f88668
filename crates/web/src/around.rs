//! Which paths are the desk's beside those of its dialects, where it is mounted in a server that has others of its own.

use crate::Mounts;
use crate::dialect::is_under;

/// What the desk serves beside its dialects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Around {
    /// Whatever anybody asks for: the desk is the whole server. `/` and `/docs`, `/healthz`, `/readyz` and `/metrics`, sign-in,
    /// the pages behind links in letters, and an answer to every path that is not there.
    #[default]
    Everything,
    /// Sign-in (`/auth`), and the pages behind links in letters (`/password`, `/survey`). All other paths are left to the server
    /// around it.
    SignIn,
    /// The page behind the link in letters about resolutions (`/survey`). All other paths are left to the server around it, which
    /// also says who sends a request.
    Surveys,
}

impl Around {
    /// Whether the server is the desk's alone.
    pub(crate) fn is_everything(self) -> bool {
        self == Self::Everything
    }

    /// Whether people sign in at the desk.
    pub(crate) fn has_sign_in(self) -> bool {
        matches!(self, Self::Everything | Self::SignIn)
    }

    /// Whether a request for that path is for the desk.
    pub(crate) fn is_ours(self, mounts: &Mounts, path: &str) -> bool {
        let own: &[&str] = match self {
            Self::Everything => return true,
            Self::SignIn => &["/auth", "/password", "/survey"],
            Self::Surveys => &["/survey"],
        };
        own.iter().any(|own| is_under(path, own)) || mounts.dialect_of(path).is_some()
    }
}

#[cfg(test)]
mod tests;
