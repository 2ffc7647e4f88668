//! The signing key on disk: base64 text that nobody but its owner can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use thiserror::Error;

use crate::tokens::MIN_KEY_BYTES;

/// Bytes in a new key.
const NEW_KEY_BYTES: usize = 64;
/// More than any sensible key file has.
const MAX_FILE_BYTES: u64 = 4096;

/// Why there is no signing key.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// It is there and cannot be read.
    #[error("cannot read the signing key {}", path.display())]
    Unreadable {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is not there and cannot be made.
    #[error("cannot create the signing key {}", path.display())]
    Uncreatable {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Others than its owner can read or write it.
    #[error("the signing key {} has mode {mode:04o}, so that others can get at it; set it to 0600", path.display())]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is not base64 text.
    #[error("the signing key {} is not base64 text", path.display())]
    NotBase64 {
        /// The key file.
        path: PathBuf,
    },
    /// It is too short to be safe.
    #[error("the signing key {} has {got} bytes and needs at least {MIN_KEY_BYTES}", path.display())]
    TooShort {
        /// The key file.
        path: PathBuf,
        /// Bytes in it, decoded.
        got: usize,
    },
}

/// The key in the file at `path`; where there is none, a new one is made. The folder must exist.
///
/// Processes that start at once all end with the same key. Nothing is ever overwritten.
pub fn load_or_create(path: &Path) -> Result<Vec<u8>, KeyFileError> {
    if let Some(key) = load(path)? {
        return Ok(key);
    }
    create(path).map_err(|source| KeyFileError::Uncreatable {
        path: path.to_owned(),
        source,
    })?;
    load(path)?.ok_or_else(|| KeyFileError::Unreadable {
        path: path.to_owned(),
        source: io::ErrorKind::NotFound.into(),
    })
}

/// The key, or `None` where there is no such file.
fn load(path: &Path) -> Result<Option<Vec<u8>>, KeyFileError> {
    let unreadable = |source| KeyFileError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(unreadable)?,
    };
    // Asked of the open file, so that it cannot be exchanged in between.
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Exposed {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = Vec::new();
    file.take(MAX_FILE_BYTES)
        .read_to_end(&mut text)
        .map_err(unreadable)?;
    let Ok(key) = BASE64.decode(text.trim_ascii()) else {
        return Err(KeyFileError::NotBase64 {
            path: path.to_owned(),
        });
    };
    if key.len() < MIN_KEY_BYTES {
        return Err(KeyFileError::TooShort {
            path: path.to_owned(),
            got: key.len(),
        });
    }
    Ok(Some(key))
}

/// Puts a new key at `path`, whole and synced, unless another process has put one there first.
fn create(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let draft = folder.join(format!(
        ".signing-key-{:032x}",
        u128::from_ne_bytes(random()?)
    ));
    let written = write(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        // Unlike a rename, a link never replaces: whoever comes second uses the first one's key.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&draft);
    written.and(removed)?;
    File::open(folder)?.sync_all()
}

fn write(draft: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    let key = BASE64.encode(random::<NEW_KEY_BYTES>()?);
    file.write_all(format!("{key}\n").as_bytes())?;
    file.sync_all()
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
