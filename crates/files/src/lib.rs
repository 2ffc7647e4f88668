//! Where attachments' bytes are kept.
//!
//! - [`local`]: a folder on this machine, or one that several servers share
//! - [`s3`]: a bucket of anything that speaks S3
//! - [`content_type`]: what a file is, judged by its first bytes and never by its name

mod arriving;
pub mod content_type;
#[cfg(test)]
mod contract;
mod disk;
pub mod local;
mod name;
pub mod s3;

pub use local::LocalFiles;
pub use s3::{S3Error, S3Files, S3Options};
