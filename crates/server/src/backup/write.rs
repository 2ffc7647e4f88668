//! Writing an archive while the server goes on.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use linedesk_store::{SqliteOptions, SqliteStore};

use super::hashing::Hashing;
use super::manifest::{Database, FORMAT, Files, Manifest, Member};
use super::{ATTACHMENTS, DATABASE, MANIFEST, SIGNING_KEY, attachments};
use crate::places::{Places, parent};

/// Writes everything that is in files into a new archive `file`, readable by its owner alone. It appears whole or not at
/// all.
///
/// # Errors
/// When `file` exists, or something cannot be read or written; then nothing is left behind.
pub async fn write(places: &Places, file: &Path, now: Timestamp) -> anyhow::Result<Manifest> {
    if file.symlink_metadata().is_ok() {
        bail!("{} exists already", file.display());
    }
    if let Some(database) = places.database.as_deref().filter(|path| !path.exists()) {
        bail!("there is no database {}", database.display());
    }
    let drafts = Drafts::beside(file)?;
    let draft = drafts.0.join("archive");
    let cannot = || format!("cannot write the archive {}", draft.display());
    let mut archive = Archive::create(&draft, now).with_context(cannot)?;
    if let Some(database) = &places.database {
        let copy = drafts.0.join(DATABASE);
        copy_database(database, &copy)
            .await
            .with_context(|| format!("cannot copy the database {}", database.display()))?;
        archive.add(DATABASE, &copy)?;
        archive.database = Database::Inside;
    }
    match &places.attachments {
        Some(folder) => archive.add_attachments(folder)?,
        None => archive.files = Files::Elsewhere,
    }
    if let Some(key) = &places.signing_key {
        archive.add(SIGNING_KEY, key)?;
    }
    let manifest = archive.finish().with_context(cannot)?;
    // A link never replaces: whatever has appeared at `file` since stays.
    fs::hard_link(&draft, file)
        .and_then(|()| File::open(parent(file))?.sync_all())
        .with_context(|| format!("cannot make {}", file.display()))?;
    Ok(manifest)
}

/// On a connection of its own; a server may go on reading and writing.
async fn copy_database(from: &Path, to: &Path) -> anyhow::Result<()> {
    let options = SqliteOptions {
        readers: 1,
        ..SqliteOptions::new(from)
    };
    SqliteStore::open(&options)?.backup(to).await?;
    Ok(())
}

struct Archive {
    tar: tar::Builder<File>,
    now: Timestamp,
    database: Database,
    files: Files,
    members: Vec<Member>,
}

impl Archive {
    fn create(path: &Path, now: Timestamp) -> io::Result<Self> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        Ok(Self {
            tar: tar::Builder::new(file),
            now,
            database: Database::Elsewhere,
            files: Files::Inside,
            members: Vec::new(),
        })
    }

    fn add_attachments(&mut self, folder: &Path) -> anyhow::Result<()> {
        for name in attachments::list(folder).context("cannot list the attachments")? {
            self.add(&format!("{ATTACHMENTS}/{name}"), &folder.join(&name))?;
        }
        Ok(())
    }

    /// Adds a file under `name`. An attachment that was deleted since it was listed is left out.
    fn add(&mut self, name: &str, path: &Path) -> anyhow::Result<()> {
        let cannot = || format!("cannot add {} to the archive", path.display());
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error)
                if error.kind() == io::ErrorKind::NotFound && name.starts_with(ATTACHMENTS) =>
            {
                return Ok(());
            }
            Err(error) => return Err(error).with_context(cannot),
        };
        let size = file.metadata().with_context(cannot)?.len();
        let mut bytes = Hashing::new(file.take(size));
        self.append(name, size, &mut bytes).with_context(cannot)?;
        let (member, _) = bytes.finish(name.to_owned());
        if member.size != size {
            bail!("{} became shorter while it was read", path.display());
        }
        self.members.push(member);
        Ok(())
    }

    fn append(&mut self, name: &str, size: u64, bytes: impl Read) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.now.as_second()).unwrap_or(0));
        header.set_size(size);
        self.tar.append_data(&mut header, name, bytes)
    }

    /// Adds the list of contents and puts everything on the disk.
    fn finish(mut self) -> io::Result<Manifest> {
        let manifest = Manifest {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            created_at: self.now,
            database: self.database,
            files: self.files,
            members: std::mem::take(&mut self.members),
        };
        let mut text = serde_json::to_vec_pretty(&manifest)?;
        text.push(b'\n');
        self.append(MANIFEST, text.len() as u64, text.as_slice())?;
        self.tar.into_inner()?.sync_all()?;
        Ok(manifest)
    }
}

/// A private folder beside the file that is wanted; removed with all that is in it when dropped.
struct Drafts(PathBuf);

impl Drafts {
    fn beside(file: &Path) -> anyhow::Result<Self> {
        let name = file.file_name().context("the archive needs a file name")?;
        let name = format!(".{}.{}", name.to_string_lossy(), std::process::id());
        let path = parent(file).join(name);
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        // Nothing can be done about drafts that stay.
        let _ = fs::remove_dir_all(&self.0);
    }
}
