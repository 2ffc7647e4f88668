//! A file that is still arriving.
//!
//! Whatever keeps it in the end, it arrives in a folder of this machine: only when it is whole are its length, its hash and its
//! type known, and only then does anybody else hear of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt;
use linedesk_domain::ids::AttachmentId;
use linedesk_ports::blobs::{BlobError, ByteStream, Stored};
use sha2::{Digest, Sha256};

use crate::content_type;
use crate::disk::{PIECE_BYTES, blocking, private_folders, sync_folder};

/// Bytes under a name that nobody looks for. Dropping it removes them.
pub(crate) struct Arriving {
    file: File,
    /// Removed when dropped, whatever has become of the file by then.
    name: Name,
    size: u64,
    hash: Sha256,
    /// The first bytes, for telling the type.
    head: Vec<u8>,
}

/// An entry in the folder of arrivals, for as long as this lives.
struct Name(PathBuf);

/// All of a file, to be read until this is dropped.
pub(crate) struct Whole {
    /// Open for reading.
    pub(crate) file: Arc<File>,
    /// What it is.
    pub(crate) stored: Stored,
    _name: Name,
}

/// The folder of arrivals, made where there is none, without what uploads of ended processes left.
pub(crate) fn prepare(arrivals: &Path) -> io::Result<()> {
    private_folders().recursive(true).create(arrivals)?;
    sweep(arrivals)
}

/// Takes `bytes` in, at most `limit` of them. The last piece is still to be written, so that a small file is worked at in one go.
pub(crate) async fn take_in(
    arrivals: &Path,
    id: AttachmentId,
    mut bytes: ByteStream,
    limit: u64,
) -> Result<(Arriving, Vec<u8>), BlobError> {
    let arrivals = arrivals.to_owned();
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
    Ok((arriving, piece))
}

impl Arriving {
    /// An empty file in the folder of arrivals, open to this user only.
    pub(crate) fn begin(arrivals: &Path, id: AttachmentId) -> io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let path = arrivals.join(format!("{id}-{:016x}", u64::from_ne_bytes(random)));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        let name = Name(path);
        // Tells the sweep of another process that somebody is still at it. A file system without locks cannot be told.
        drop(file.try_lock());
        Ok(Self {
            file,
            name,
            size: 0,
            hash: Sha256::new(),
            head: Vec::new(),
        })
    }

    /// The name that it arrives under, which nothing else has.
    pub(crate) fn name(&self) -> String {
        let name = self.name.0.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Appends `piece`; gives it back empty for the next one.
    pub(crate) fn write(mut self, mut piece: Vec<u8>) -> io::Result<(Self, Vec<u8>)> {
        self.file.write_all(&piece)?;
        self.hash.update(&piece);
        self.size += piece.len() as u64;
        let wanted = content_type::HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend(piece.iter().take(wanted));
        piece.clear();
        Ok((self, piece))
    }

    /// Syncs it and gives it its lasting name. Fails where that is taken.
    pub(crate) fn keep_as(self, path: &Path) -> io::Result<Stored> {
        self.file.sync_all()?;
        // Unlike a rename, a link never replaces what is there.
        fs::hard_link(&self.name.0, path)?;
        sync_folder(path)?;
        Ok(self.whole().stored)
    }

    /// All of it, for whoever keeps it elsewhere.
    pub(crate) fn whole(self) -> Whole {
        Whole {
            file: Arc::new(self.file),
            stored: Stored {
                size: self.size,
                content_type: content_type::of(&self.head).to_owned(),
                sha256: self.hash.finalize().into(),
            },
            _name: self.name,
        }
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // Where it fails, the sweep at the next start finds it.
        drop(fs::remove_file(&self.0));
    }
}

/// Removes what ended processes left; what some process is still writing is locked, and stays.
fn sweep(arrivals: &Path) -> io::Result<()> {
    for entry in fs::read_dir(arrivals)? {
        let entry = entry?;
        let path = entry.path();
        let abandoned = entry.file_type()?.is_file()
            && File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        if abandoned {
            // Dropping its name is what removes it; another server that starts now may be faster.
            drop(Name(path));
        }
    }
    Ok(())
}
