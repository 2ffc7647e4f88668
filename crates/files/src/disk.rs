//! What everything on this machine's disk shares.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, stream};
use linedesk_ports::blobs::BlobError;

/// Small pieces from the network are gathered to this size before the disk is bothered.
pub(crate) const PIECE_BYTES: usize = 64 * 1024;

/// Makes folders that only their owner can look into.
pub(crate) fn private_folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// Makes the entry at `path` in its folder survive a power cut.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Runs `work` where blocking harms nobody. If the caller goes away meanwhile, the work ends and what it made is dropped.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(BlobError::Unavailable(error)),
        Err(error) => Err(BlobError::Unavailable(io::Error::other(error))),
    }
}

/// What of a file is still to be read.
pub(crate) struct Rest {
    pub(crate) file: Arc<File>,
    pub(crate) position: u64,
    pub(crate) end: u64,
}

impl Rest {
    /// The bytes, piece by piece, each read when it is asked for.
    pub(crate) fn pieces(self) -> impl Stream<Item = Result<Bytes, BlobError>> + Send {
        stream::try_unfold(self, Self::next)
    }

    async fn next(mut self) -> Result<Option<(Bytes, Self)>, BlobError> {
        let left = self.end - self.position;
        if left == 0 {
            return Ok(None);
        }
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE_BYTES);
        let (file, position) = (Arc::clone(&self.file), self.position);
        let piece = blocking(move || {
            let mut piece = vec![0; length];
            file.read_exact_at(&mut piece, position)?;
            Ok(piece)
        })
        .await?;
        self.position += length as u64;
        Ok(Some((piece.into(), self)))
    }
}
