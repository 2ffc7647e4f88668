//! Where the program keeps what it keeps, and who holds that place.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::config::{DatabaseUrl, Settings};

/// The files and folders of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Everything, unless the settings put single things elsewhere.
    pub folder: PathBuf,
    /// The database's file.
    pub database: PathBuf,
    /// The folder of attachments.
    pub attachments: PathBuf,
    /// The file of the key that signs tokens.
    pub signing_key: PathBuf,
}

/// Why a place cannot be used.
#[derive(Debug, Error)]
pub enum PlaceError {
    /// It cannot be made.
    #[error("cannot make {}", path.display())]
    Uncreatable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another process holds it.
    #[error("{} is in use by another linedesk{}", path.display(), in_brackets(holder))]
    InUse {
        /// What is held.
        path: PathBuf,
        /// The process that holds it, as it wrote itself down.
        holder: String,
    },
    /// It cannot be held.
    #[error("cannot lock {}", path.display())]
    Unlockable {
        /// The lock's file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

fn in_brackets(holder: &str) -> String {
    if holder.is_empty() {
        String::new()
    } else {
        format!(" (process {holder})")
    }
}

impl Places {
    /// Those that `settings` name.
    pub fn of(settings: &Settings) -> Self {
        let DatabaseUrl::Sqlite(database) = &settings.database.url;
        let folder = settings.storage.dir.clone();
        Self {
            attachments: folder.join("attachments"),
            database: database.clone(),
            signing_key: settings.auth.signing_key_file.clone(),
            folder,
        }
    }

    /// Makes the folders that are not there, for the owner's eyes alone.
    ///
    /// # Errors
    /// [`PlaceError::Uncreatable`].
    pub fn create(&self) -> Result<(), PlaceError> {
        let parents = [&self.database, &self.signing_key].map(|file| parent(file));
        for folder in [self.folder.as_path()].into_iter().chain(parents) {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(|source| PlaceError::Uncreatable {
                    path: folder.to_owned(),
                    source,
                })?;
        }
        Ok(())
    }

    /// Makes an empty database if there is none, so that it is its owner's alone: SQLite itself would let everybody
    /// read it. The folders must exist.
    ///
    /// # Errors
    /// [`PlaceError::Uncreatable`].
    pub fn create_database(&self) -> Result<(), PlaceError> {
        let mut open = OpenOptions::new();
        match open
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.database)
        {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(source) => Err(PlaceError::Uncreatable {
                path: self.database.clone(),
                source,
            }),
        }
    }

    /// Holds the folder and the database, wherever that is, for this process alone. The folders must exist.
    ///
    /// # Errors
    /// [`PlaceError::InUse`], [`PlaceError::Unlockable`].
    pub fn hold(&self) -> Result<Held, PlaceError> {
        let folder = lock(&self.folder, &self.lock_file())?;
        // Also where it is inside: another server's settings may name this folder's database from elsewhere.
        let database = lock(&self.database, &self.database_lock_file())?;
        Ok(Held {
            _folder: folder,
            _database: database,
        })
    }

    /// The file that stands for the whole folder.
    pub fn lock_file(&self) -> PathBuf {
        self.folder.join(".lock")
    }

    /// The file that stands for the database, whatever symbolic link leads there.
    pub fn database_lock_file(&self) -> PathBuf {
        let database = fs::canonicalize(&self.database).unwrap_or_else(|_| self.database.clone());
        let mut file = database.into_os_string();
        file.push(".lock");
        file.into()
    }
}

/// The folder that `path` is in.
pub fn parent(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Keeps other processes out until it is dropped, or this process ends in whatever way.
#[derive(Debug)]
pub struct Held {
    _folder: File,
    _database: File,
}

fn lock(what: &Path, file: &Path) -> Result<File, PlaceError> {
    let unlockable = |source| PlaceError::Unlockable {
        path: file.to_owned(),
        source,
    };
    let mut open = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(file)
        .map_err(unlockable)?;
    match open.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Only to be helpful: the message is fine without it.
            let _ = open.take(20).read_to_string(&mut holder);
            return Err(PlaceError::InUse {
                path: what.to_owned(),
                holder: holder.trim().to_owned(),
            });
        }
        Err(TryLockError::Error(error)) => return Err(unlockable(error)),
    }
    let written = open
        .set_len(0)
        .and_then(|()| open.rewind())
        .and_then(|()| writeln!(open, "{}", std::process::id()));
    written.map_err(unlockable)?;
    Ok(open)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn places(folder: &Path) -> Places {
        Places {
            folder: folder.to_owned(),
            database: folder.join("linedesk.db"),
            attachments: folder.join("attachments"),
            signing_key: folder.join("signing.key"),
        }
    }

    #[test]
    fn what_is_made_is_private() {
        let root = tempfile::tempdir().unwrap();
        let places = places(&root.path().join("a/b"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for _ in 0..2 {
            places.create().unwrap();
            places.create_database().unwrap();
        }
        assert_eq!(
            (mode(&places.folder), mode(&places.database)),
            (0o700, 0o600)
        );
    }

    #[test]
    fn a_held_folder_cannot_be_held_again_until_it_is_let_go() {
        let root = tempfile::tempdir().unwrap();
        let places = places(root.path());
        let held = places.hold().unwrap();
        let refused = places.hold().unwrap_err().to_string();
        let process = format!("(process {})", std::process::id());
        assert!(refused.ends_with(&process), "{refused}");
        drop(held);
        places.hold().unwrap();
    }

    #[test]
    fn a_database_elsewhere_is_held_too() {
        let root = tempfile::tempdir().unwrap();
        let mut first = places(&root.path().join("one"));
        first.database = root.path().join("shared/desk.db");
        let mut second = places(&root.path().join("two"));
        second.database.clone_from(&first.database);
        first.create().unwrap();
        second.create().unwrap();
        let held = first.hold().unwrap();
        assert!(
            matches!(second.hold(), Err(PlaceError::InUse { path, .. }) if path == first.database)
        );
        drop(held);
        second.hold().unwrap();
    }

    #[test]
    fn a_database_inside_a_folder_is_held_against_those_who_name_it_from_elsewhere() {
        let root = tempfile::tempdir().unwrap();
        let first = places(&root.path().join("one"));
        let mut second = places(&root.path().join("two"));
        first.create().unwrap();
        second.create().unwrap();
        first.create_database().unwrap();
        let link = root.path().join("link.db");
        std::os::unix::fs::symlink(&first.database, &link).unwrap();
        let held = first.hold().unwrap();
        for database in [&first.database, &link] {
            second.database.clone_from(database);
            assert!(matches!(second.hold(), Err(PlaceError::InUse { .. })));
        }
        drop(held);
        second.hold().unwrap();
    }
}
