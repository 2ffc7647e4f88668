//! Adapters for secrets: who is calling, and may they be believed.
//!
//! - [`passwords`]: bcrypt on threads of its own, behind a bounded queue
//! - [`tokens`]: signed tokens (JWT, HS256)
//! - [`key_file`]: the signing key on disk, made at the first start

pub mod key_file;
pub mod passwords;
pub mod tokens;

pub use key_file::{KeyFileError, load_or_create};
pub use passwords::{BcryptPasswords, StartError};
pub use tokens::{JwtSigner, KeyError};
