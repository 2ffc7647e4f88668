//! Attachments in a folder.
//!
//! ```text
//! <folder>/<last two hex digits of the id>/<id>    a whole file, synced before anybody is told of it
//! <folder>/tmp/<id>-<random>                       one that is still arriving, locked by the process that writes it
//! ```
//!
//! Names are made of ids alone, so nothing a sender says can lead elsewhere. The *last* digits, since ids begin with the time:
//! the first two are the same for decades.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use futures_util::StreamExt;
use linedesk_domain::ids::AttachmentId;
use linedesk_ports::blobs::{BlobError, Blobs, ByteStream, Stored};

mod arriving;
mod listing;
mod reading;

use arriving::Arriving;

/// Small pieces from the network are gathered to this size before the disk is bothered.
const PIECE_BYTES: usize = 64 * 1024;

/// A folder of attachments. Several servers may share it.
#[derive(Debug, Clone)]
pub struct LocalFiles {
    folder: PathBuf,
}

impl LocalFiles {
    /// Opens the folder, making it where there is none, and removes what uploads of ended processes left.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        let files = Self { folder };
        private_folders().recursive(true).create(files.arrivals())?;
        arriving::sweep(&files.arrivals())?;
        Ok(files)
    }

    fn arrivals(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    fn shelf(&self, id: AttachmentId) -> PathBuf {
        self.folder.join(format!("{:02x}", last(id)))
    }

    fn path(&self, id: AttachmentId) -> PathBuf {
        self.shelf(id).join(id.0.hyphenated().to_string())
    }
}

#[async_trait(?Send)]
impl Blobs for LocalFiles {
    async fn put(
        &self,
        id: AttachmentId,
        mut bytes: ByteStream,
        limit: u64,
    ) -> Result<Stored, BlobError> {
        let arrivals = self.arrivals();
        let mut arriving = blocking(move || Arriving::begin(&arrivals, id)).await?;
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let mut size = 0_u64;
        while let Some(some) = bytes.next().await {
            let some = some?;
            size = size.saturating_add(some.len() as u64);
            if size > limit {
                return Err(BlobError::TooLarge { limit });
            }
            piece.extend_from_slice(&some);
            if piece.len() >= PIECE_BYTES {
                (arriving, piece) = blocking(move || arriving.write(piece)).await?;
            }
        }
        let (folder, path) = (self.shelf(id), self.path(id));
        blocking(move || {
            let (arriving, _) = arriving.write(piece)?;
            make_shelf(&folder)?;
            arriving.keep_as(&path)
        })
        .await
    }

    async fn get(
        &self,
        id: AttachmentId,
        range: Option<(u64, u64)>,
    ) -> Result<ByteStream, BlobError> {
        Ok(reading::stream(reading::open(self.path(id), range).await?))
    }

    async fn delete(&self, id: AttachmentId) -> Result<(), BlobError> {
        let path = self.path(id);
        blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        })
        .await
    }

    async fn kept(
        &self,
        after: Option<AttachmentId>,
        limit: usize,
    ) -> Result<Vec<AttachmentId>, BlobError> {
        let folder = self.folder.clone();
        blocking(move || listing::kept(&folder, after, limit)).await
    }

    async fn check(&self) -> Result<(), BlobError> {
        let arrivals = self.arrivals();
        // Begun and dropped: it takes a place in the folder and a block on the disk, and leaves nothing.
        blocking(move || {
            let probe = Arriving::begin(&arrivals, AttachmentId(uuid::Uuid::nil()))?;
            probe.write(vec![0; 4096]).map(drop)
        })
        .await
    }
}

/// What files are put on shelves by.
const fn last(id: AttachmentId) -> u8 {
    id.0.as_bytes()[15]
}

/// The folder that a file goes into, there and synced.
fn make_shelf(shelf: &Path) -> io::Result<()> {
    match private_folders().create(shelf) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder(shelf),
    }
}

fn private_folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// Makes the entry at `path` in its folder survive a power cut.
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Runs `work` where blocking harms nobody. If the caller goes away meanwhile, the work ends and what it made is dropped.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(BlobError::Unavailable(error)),
        Err(error) => Err(BlobError::Unavailable(io::Error::other(error))),
    }
}

#[cfg(test)]
mod tests;
