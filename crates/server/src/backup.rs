//! The archive that `linedesk backup` writes and `linedesk restore` reads: a tar file with
//!
//! ```text
//! linedesk.db                 a consistent copy of the database, unless that is PostgreSQL's
//! attachments/<xx>/<id>       the bytes of attachments, unless they are in a bucket
//! signing.key                 the key that signs tokens, unless it is in PostgreSQL
//! manifest.json               last: what there has to be, with sizes and hashes
//! ```
//!
//! The database is copied first. An attachment's bytes are written before its row and never change, so that every row
//! in the copy has its bytes in the archive. A database of PostgreSQL is copied by PostgreSQL's own tools, also before the
//! archive is written.

mod attachments;
mod hashing;
mod manifest;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use manifest::{Database, FORMAT, Files, Manifest, Member};
pub use read::restore;
pub use write::write;

const DATABASE: &str = "linedesk.db";
const SIGNING_KEY: &str = "signing.key";
const MANIFEST: &str = "manifest.json";
const ATTACHMENTS: &str = "attachments";
