//! Reading an archive into a place where nothing is yet.
//!
//! Everything is written beside its final name and checked before it is moved there, the database last: until then no
//! server would take the place for an installation.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use linedesk_store::{SqliteOptions, SqliteStore};

use super::hashing::Hashing;
use super::manifest::{Database, Manifest, Member};
use super::{DATABASE, MANIFEST, SIGNING_KEY, attachments};
use crate::places::{Places, database_lock_file, parent};

/// A list of contents longer than this is none.
const MANIFEST_MAX: u64 = 1 << 30;
const ELSEWHERE: &str = "it holds a database of SQLite, and database.url names one of PostgreSQL";
const NO_PLACE_FOR_FILES: &str = "it holds attachments, and storage.s3.bucket names a bucket; restore it without that setting, \
     then copy the folder of attachments into the bucket";
const NO_PLACE_FOR_KEY: &str =
    "it holds a signing key; name the file that it goes into in auth.signing_key_file";

/// Unpacks the archive `file` into `places`, of which nothing may exist yet but empty folders.
///
/// # Errors
/// When there is something already, when the archive is not whole or not what it says, or when something cannot be
/// written. Nothing of it is left behind then.
pub async fn restore(file: &Path, places: &Places) -> anyhow::Result<Manifest> {
    let open = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    refuse_if_used(places)?;
    places.create()?;
    let held = places.hold_alone()?;
    let mut arriving = Arriving::new(places)?;
    let manifest = arriving
        .unpack(open)
        .with_context(|| format!("{} cannot be restored", file.display()))?;
    if let Some(database) = &arriving.database {
        check_database(&database.0)
            .await
            .with_context(|| format!("the database in {} cannot be used", file.display()))?;
    }
    arriving.keep(places)?;
    drop(held);
    Ok(manifest)
}

/// An older schema is brought up to date; a newer one is refused.
async fn check_database(path: &Path) -> anyhow::Result<()> {
    linedesk_store::migrate(path)?;
    let options = SqliteOptions {
        readers: 1,
        ..SqliteOptions::new(path)
    };
    let wrong = SqliteStore::open(&options)?.check().await?;
    ensure!(wrong.is_empty(), "it is damaged: {}", wrong.join("; "));
    Ok(())
}

fn refuse_if_used(places: &Places) -> anyhow::Result<()> {
    for file in [&places.database, &places.signing_key]
        .into_iter()
        .flatten()
    {
        ensure!(
            file.symlink_metadata().is_err(),
            "{} exists already; nothing is overwritten",
            file.display()
        );
    }
    let entries = match fs::read_dir(&places.folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", places.folder.display()));
        }
    };
    for entry in entries {
        let path = entry?.path();
        // The locks of a process that has ended, and what mkfs leaves in every new file system.
        let lock = places.database.as_deref().map(database_lock_file);
        let harmless = path == places.lock_file()
            || lock.as_ref() == Some(&path)
            || path.ends_with("lost+found");
        ensure!(
            harmless,
            "{} is not empty (there is {}); nothing is overwritten",
            places.folder.display(),
            path.display()
        );
    }
    Ok(())
}

/// What is being unpacked, beside its final place.
struct Arriving {
    database: Option<Draft>,
    signing_key: Option<Draft>,
    attachments: Option<Draft>,
}

impl Arriving {
    fn new(places: &Places) -> anyhow::Result<Self> {
        let arriving = Self {
            database: places.database.as_deref().map(Draft::of),
            signing_key: places.signing_key.as_deref().map(Draft::of),
            attachments: places.attachments.as_deref().map(Draft::of),
        };
        if let Some(folder) = &arriving.attachments {
            make_folder(&folder.0)?;
        }
        Ok(arriving)
    }

    fn unpack(&mut self, file: File) -> anyhow::Result<Manifest> {
        let mut archive = tar::Archive::new(io::BufReader::new(file));
        let mut members = Vec::new();
        let mut manifest = None;
        for entry in archive.entries()? {
            let mut entry = entry?;
            let name = String::from_utf8(entry.path_bytes().into_owned());
            let name = name.ok().context("a name in the archive is not text")?;
            ensure!(
                manifest.is_none(),
                "{name} comes after the list of contents"
            );
            ensure!(
                entry.header().entry_type() == tar::EntryType::Regular,
                "{name} is not a plain file"
            );
            if name == MANIFEST {
                manifest = Some(read_manifest(&mut entry)?);
            } else {
                let member = self.take(name, &mut entry)?;
                members.push(member);
            }
        }
        let manifest =
            manifest.context("the archive is not whole: its list of contents is missing")?;
        manifest.check(&members)?;
        ensure!(
            manifest.database == Database::Elsewhere || self.database.is_some(),
            ELSEWHERE
        );
        ensure!(
            manifest.database == Database::Inside || self.database.is_none(),
            "it belongs to a database of PostgreSQL, and database.url names one of SQLite"
        );
        Ok(manifest)
    }

    /// Writes one file. Only names that a backup can have lead anywhere, and each only once.
    fn take(&self, name: String, bytes: &mut impl Read) -> anyhow::Result<Member> {
        let path = match name.as_str() {
            DATABASE => self.database.as_ref().context(ELSEWHERE)?.0.clone(),
            SIGNING_KEY => {
                let key = self.signing_key.as_ref();
                key.context(NO_PLACE_FOR_KEY)?.0.clone()
            }
            other => match other.strip_prefix("attachments/") {
                Some(own) if attachments::is_name(own) => {
                    let folder = self.attachments.as_ref();
                    let path = folder.context(NO_PLACE_FOR_FILES)?.0.join(own);
                    make_folder(parent(&path))?;
                    path
                }
                _ => bail!("{name} does not belong into a backup"),
            },
        };
        let cannot = || format!("cannot write {}", path.display());
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .with_context(cannot)?;
        let mut written = Hashing::new(file);
        io::copy(bytes, &mut written).with_context(cannot)?;
        let (member, file) = written.finish(name);
        file.sync_all().with_context(cannot)?;
        Ok(member)
    }

    /// Moves everything to its place.
    fn keep(self, places: &Places) -> anyhow::Result<()> {
        let moves = [
            (self.attachments.as_ref(), places.attachments.as_ref()),
            (self.signing_key.as_ref(), places.signing_key.as_ref()),
            (self.database.as_ref(), places.database.as_ref()),
        ];
        for (draft, path) in moves {
            let (Some(draft), Some(path)) = (draft, path) else {
                continue;
            };
            // An archive without the database need not have a key.
            if !draft.0.exists() {
                continue;
            }
            fs::rename(&draft.0, path)
                .and_then(|()| File::open(parent(path))?.sync_all())
                .with_context(|| format!("cannot make {}", path.display()))?;
        }
        Ok(())
    }
}

fn read_manifest(bytes: &mut impl Read) -> anyhow::Result<Manifest> {
    let mut text = Vec::new();
    bytes.take(MANIFEST_MAX).read_to_end(&mut text)?;
    serde_json::from_slice(&text).context("the list of contents cannot be read")
}

fn make_folder(path: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot make the folder {}", path.display()))
}

/// A file or folder that is removed when dropped, if it has not been moved away.
struct Draft(PathBuf);

impl Draft {
    fn of(path: &Path) -> Self {
        let mut name = path.as_os_str().to_owned();
        name.push(".restoring");
        Self(PathBuf::from(name))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Nothing can be done about a draft that stays; a later restore says that it is in the way.
        let _ = if self.0.is_dir() {
            fs::remove_dir_all(&self.0)
        } else {
            fs::remove_file(&self.0)
        };
    }
}
