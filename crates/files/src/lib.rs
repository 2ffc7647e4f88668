//! Where attachments' bytes are kept.
//!
//! - [`local`]: a folder on this machine, or one that several servers share
//! - [`content_type`]: what a file is, judged by its first bytes and never by its name

pub mod content_type;
pub mod local;

pub use local::LocalFiles;
