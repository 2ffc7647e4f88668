//! The database file, opened beside SQLite, so that what was copied into it reaches the disk before the writer needs it
//! there. SQLite itself does not sync the file while others write; it would when the log is begun anew, and the writer
//! would wait for all of it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The files that are open in this process.
///
/// On Unix, closing any descriptor of a file gives up all the locks that the process has on it, those of SQLite's connections
/// too. So stores on one file share one descriptor, which is closed when none of them is left.
static OPEN: Mutex<Vec<(PathBuf, Weak<DataFile>)>> = Mutex::new(Vec::new());

/// A database file.
#[derive(Debug)]
pub(super) struct DataFile(File);

impl DataFile {
    /// The file of that path, which must exist.
    pub(super) fn open(path: &Path) -> io::Result<Arc<Self>> {
        let path = path.canonicalize()?;
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|(_, file)| file.strong_count() > 0);
        let known = open.iter().find(|(known, _)| *known == path);
        if let Some(file) = known.and_then(|(_, file)| file.upgrade()) {
            return Ok(file);
        }
        let file = Arc::new(Self(File::options().read(true).write(true).open(&path)?));
        open.push((path, Arc::downgrade(&file)));
        Ok(file)
    }

    /// Has all that was written to the file reach the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}
