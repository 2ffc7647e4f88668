//! Attachments in a folder.
//!
//! ```text
//! <folder>/<last two hex digits of the id>/<id>    a whole file, synced before anybody is told of it
//! <folder>/tmp/<id>-<random>                       one that is still arriving, locked by the process that writes it
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use linedesk_domain::ids::AttachmentId;
use linedesk_ports::blobs::{BlobError, Blobs, ByteStream, Stored};

mod listing;
mod reading;

use crate::arriving::{self, Arriving};
use crate::disk::{blocking, private_folders, sync_folder};
use crate::name::{name, shelf};

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
        arriving::prepare(&files.arrivals())?;
        Ok(files)
    }

    fn arrivals(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    fn shelf(&self, id: AttachmentId) -> PathBuf {
        self.folder.join(shelf(id))
    }

    fn path(&self, id: AttachmentId) -> PathBuf {
        self.folder.join(name(id))
    }
}

#[async_trait(?Send)]
impl Blobs for LocalFiles {
    async fn put(
        &self,
        id: AttachmentId,
        bytes: ByteStream,
        limit: u64,
    ) -> Result<Stored, BlobError> {
        let (arriving, piece) = arriving::take_in(&self.arrivals(), id, bytes, limit).await?;
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

#[cfg(test)]
mod tests;
