//! Attachments' bytes.

use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::Stream;
use linedesk_domain::ids::AttachmentId;
use thiserror::Error;

/// Bytes that arrive bit by bit; an error ends them.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BlobError>>>>;

/// Where attachments are kept, by identity. What they are called and who may read them is in the store.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait(?Send)]
pub trait Blobs: Send + Sync {
    /// Keeps all of `bytes` under `id`, durably: synced before it returns. Stops at `limit` bytes.
    /// After an error nothing of it is left.
    async fn put(
        &self,
        id: AttachmentId,
        bytes: ByteStream,
        limit: u64,
    ) -> Result<Stored, BlobError>;

    /// The bytes, streamed; `range` is a start and an exclusive end.
    async fn get(
        &self,
        id: AttachmentId,
        range: Option<(u64, u64)>,
    ) -> Result<ByteStream, BlobError>;

    /// Forgets the bytes; nothing happens where there are none.
    async fn delete(&self, id: AttachmentId) -> Result<(), BlobError>;

    /// Up to `limit` ids under which whole files are kept, in an order of the place's own that stays the same, behind `after`
    /// (`None`: from the beginning), under which nothing need be kept any more. There may be more even where there are fewer than
    /// `limit`; none at all: that is the end. What somebody else keeps there is left out.
    async fn kept(
        &self,
        after: Option<AttachmentId>,
        limit: usize,
    ) -> Result<Vec<AttachmentId>, BlobError>;

    /// Whether the place can be written to.
    async fn check(&self) -> Result<(), BlobError>;
}

/// What was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Bytes.
    pub size: u64,
    /// Type by content, `application/octet-stream` where the content tells nothing.
    pub content_type: String,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
}

/// Why bytes could not be kept or read.
#[derive(Debug, Error)]
pub enum BlobError {
    /// More bytes than allowed.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// No such blob, or one that is not as long as it should be.
    #[error("the file is not there")]
    Missing,
    /// The sender stopped half-way.
    #[error("the upload broke off")]
    BrokenOff,
    /// The place cannot be used at the moment (full, gone, not permitted).
    #[error("the file storage is not available")]
    Unavailable(#[source] std::io::Error),
}
