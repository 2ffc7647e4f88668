//! A file that is still arriving.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use linedesk_domain::ids::AttachmentId;
use linedesk_ports::blobs::Stored;
use sha2::{Digest, Sha256};

use super::sync_folder;
use crate::content_type;

/// Bytes under a name that nobody looks for. Dropping it removes them.
pub(super) struct Arriving {
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

impl Arriving {
    /// An empty file in the folder of arrivals, open to this user only.
    pub(super) fn begin(arrivals: &Path, id: AttachmentId) -> io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let path = arrivals.join(format!("{id}-{:016x}", u64::from_ne_bytes(random)));
        let file = OpenOptions::new()
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

    /// Appends `piece`; gives it back empty for the next one.
    pub(super) fn write(mut self, mut piece: Vec<u8>) -> io::Result<(Self, Vec<u8>)> {
        self.file.write_all(&piece)?;
        self.hash.update(&piece);
        self.size += piece.len() as u64;
        let wanted = content_type::HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend(piece.iter().take(wanted));
        piece.clear();
        Ok((self, piece))
    }

    /// Syncs it and gives it its lasting name. Fails where that is taken.
    pub(super) fn keep_as(self, path: &Path) -> io::Result<Stored> {
        let Self {
            file,
            name,
            size,
            hash,
            head,
        } = self;
        file.sync_all()?;
        // Unlike a rename, a link never replaces what is there.
        fs::hard_link(&name.0, path)?;
        sync_folder(path)?;
        Ok(Stored {
            size,
            content_type: content_type::of(&head).to_owned(),
            sha256: hash.finalize().into(),
        })
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // Where it fails, the sweep at the next start finds it.
        drop(fs::remove_file(&self.0));
    }
}

/// Removes what ended processes left; what some process is still writing is locked, and stays.
pub(super) fn sweep(arrivals: &Path) -> io::Result<()> {
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
