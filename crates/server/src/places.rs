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
    /// The database's file; `None` where it is on another server.
    pub database: Option<PathBuf>,
    /// The folder of attachments; `None` where they are in a bucket.
    pub attachments: Option<PathBuf>,
    /// The file of the key that signs tokens; `None` where it is in the database.
    pub signing_key: Option<PathBuf>,
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
        let database = match &settings.database.url {
            DatabaseUrl::Sqlite(database) => Some(database.clone()),
            DatabaseUrl::Postgres(_) => None,
        };
        let folder = settings.storage.dir.clone();
        let is_in_bucket = settings.storage.s3.is_some();
        Self {
            attachments: (!is_in_bucket).then(|| folder.join("attachments")),
            database,
            signing_key: settings.auth.signing_key_file.clone(),
            folder,
        }
    }

    /// Makes the folders that are not there, for the owner's eyes alone.
    ///
    /// # Errors
    /// [`PlaceError::Uncreatable`].
    pub fn create(&self) -> Result<(), PlaceError> {
        let files = [&self.database, &self.signing_key].into_iter().flatten();
        let parents = files.map(|file| parent(file));
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

    /// Holds what this process needs: the folder and the database for itself alone; where the database is on another
    /// server, the folder together with other servers of that database. The folders must exist.
    ///
    /// # Errors
    /// [`PlaceError::InUse`], [`PlaceError::Unlockable`].
    pub fn hold(&self) -> Result<Held, PlaceError> {
        match &self.database {
            Some(_) => self.hold_alone(),
            None => Ok(Held {
                _folder: lock(&self.folder, &self.lock_file(), Sharing::WithOthers)?,
                _database: None,
            }),
        }
    }

    /// Holds the folder and the database's file, wherever that is, for this process alone. The folders must exist.
    ///
    /// # Errors
    /// [`PlaceError::InUse`], [`PlaceError::Unlockable`].
    pub fn hold_alone(&self) -> Result<Held, PlaceError> {
        let folder = lock(&self.folder, &self.lock_file(), Sharing::Alone)?;
        // Also where it is inside: another server's settings may name this folder's database from elsewhere.
        let database = self.database.as_deref();
        let database = database
            .map(|database| lock(database, &database_lock_file(database), Sharing::Alone))
            .transpose()?;
        Ok(Held {
            _folder: folder,
            _database: database,
        })
    }

    /// The folder of attachments that are on their way to a bucket.
    pub fn arrivals(&self) -> PathBuf {
        self.folder.join("arriving")
    }

    /// The file that stands for the whole folder.
    pub fn lock_file(&self) -> PathBuf {
        self.folder.join(".lock")
    }
}

/// Makes an empty database of SQLite if there is none, so that it is its owner's alone: SQLite itself would let everybody
/// read it. The folder must exist.
///
/// # Errors
/// [`PlaceError::Uncreatable`].
pub fn create_database(path: &Path) -> Result<(), PlaceError> {
    let mut open = OpenOptions::new();
    match open.write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(PlaceError::Uncreatable {
            path: path.to_owned(),
            source,
        }),
    }
}

/// The file that stands for a database of SQLite, whatever symbolic link leads there.
pub fn database_lock_file(database: &Path) -> PathBuf {
    let database = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let mut file = database.into_os_string();
    file.push(".lock");
    file.into()
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
    _database: Option<File>,
}

/// With whom a lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sharing {
    Alone,
    WithOthers,
}

fn lock(what: &Path, file: &Path, sharing: Sharing) -> Result<File, PlaceError> {
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
    let locked = match sharing {
        Sharing::Alone => open.try_lock(),
        Sharing::WithOthers => open.try_lock_shared(),
    };
    match locked {
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
    if sharing == Sharing::WithOthers {
        return Ok(open);
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
            database: Some(folder.join("linedesk.db")),
            attachments: Some(folder.join("attachments")),
            signing_key: Some(folder.join("signing.key")),
        }
    }

    fn database(places: &Places) -> &Path {
        places.database.as_deref().unwrap()
    }

    #[test]
    fn what_is_made_is_private() {
        let root = tempfile::tempdir().unwrap();
        let places = places(&root.path().join("a/b"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for _ in 0..2 {
            places.create().unwrap();
            create_database(database(&places)).unwrap();
        }
        assert_eq!(
            (mode(&places.folder), mode(database(&places))),
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
        first.database = Some(root.path().join("shared/desk.db"));
        let mut second = places(&root.path().join("two"));
        second.database.clone_from(&first.database);
        first.create().unwrap();
        second.create().unwrap();
        let held = first.hold().unwrap();
        assert!(
            matches!(second.hold(), Err(PlaceError::InUse { path, .. }) if path == database(&first))
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
        create_database(database(&first)).unwrap();
        let link = root.path().join("link.db");
        std::os::unix::fs::symlink(database(&first), &link).unwrap();
        let held = first.hold().unwrap();
        for database in [database(&first), &link] {
            second.database = Some(database.to_owned());
            assert!(matches!(second.hold(), Err(PlaceError::InUse { .. })));
        }
        drop(held);
        second.hold().unwrap();
    }

    #[test]
    fn servers_on_a_database_elsewhere_share_a_folder_with_each_other_alone() {
        let root = tempfile::tempdir().unwrap();
        let alone = places(root.path());
        let shared = Places {
            database: None,
            signing_key: None,
            ..alone.clone()
        };
        let (first, second) = (shared.hold().unwrap(), shared.hold().unwrap());
        drop(first);
        assert!(matches!(alone.hold(), Err(PlaceError::InUse { .. })));
        assert!(matches!(shared.hold_alone(), Err(PlaceError::InUse { .. })));
        drop(second);
        let _held = alone.hold().unwrap();
        assert!(matches!(shared.hold(), Err(PlaceError::InUse { .. })));
    }
}
