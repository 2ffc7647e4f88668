//! Writing an archive while the server goes on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::Timestamp;

use super::hashing::Hashing;
use super::manifest::{FORMAT, Manifest, Member};
use super::{ATTACHMENTS, DATABASE, MANIFEST, SIGNING_KEY, attachments};
use crate::places::{Places, parent};

/// Writes everything into a new archive `file`, readable by its owner alone. It appears whole or not at all.
///
/// # Errors
/// When `file` exists, or something cannot be read or written; then nothing is left behind.
pub fn write(places: &Places, file: &Path, now: Timestamp) -> anyhow::Result<Manifest> {
    if file.symlink_metadata().is_ok() {
        bail!("{} exists already", file.display());
    }
    if !places.database.exists() {
        bail!("there is no database {}", places.database.display());
    }
    let copy = Draft::beside(file, "db")?;
    linedesk_store::copy_database(&places.database, &copy.path)
        .with_context(|| format!("cannot copy the database {}", places.database.display()))?;

    let draft = Draft::beside(file, "tar")?;
    let cannot = || format!("cannot write the archive {}", draft.path.display());
    let mut archive = Archive::new(draft.open.try_clone().with_context(cannot)?, now);
    archive.add(DATABASE, &copy.path)?;
    for name in attachments::list(&places.attachments).context("cannot list the attachments")? {
        archive.add(&format!("{ATTACHMENTS}/{name}"), &places.attachments.join(name))?;
    }
    archive.add(SIGNING_KEY, &places.signing_key)?;
    let manifest = archive.finish().with_context(cannot)?;
    draft.keep_as(file)?;
    Ok(manifest)
}

struct Archive {
    tar: tar::Builder<File>,
    now: Timestamp,
    members: Vec<Member>,
}

impl Archive {
    fn new(file: File, now: Timestamp) -> Self {
        Self {
            tar: tar::Builder::new(file),
            now,
            members: Vec::new(),
        }
    }

    /// Adds a file under `name`. An attachment that was deleted since it was listed is left out.
    fn add(&mut self, name: &str, path: &Path) -> anyhow::Result<()> {
        let cannot = || format!("cannot add {} to the archive", path.display());
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound && name.starts_with(ATTACHMENTS) => {
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
            members: std::mem::take(&mut self.members),
        };
        let mut text = serde_json::to_vec_pretty(&manifest)?;
        text.push(b'\n');
        self.append(MANIFEST, text.len() as u64, text.as_slice())?;
        self.tar.into_inner()?.sync_all()?;
        Ok(manifest)
    }
}

/// A private file beside the one that is wanted; removed when dropped.
struct Draft {
    path: PathBuf,
    open: File,
}

impl Draft {
    fn beside(file: &Path, kind: &str) -> anyhow::Result<Self> {
        let name = file.file_name().context("the archive needs a file name")?;
        let name = format!(".{}.{}.{kind}", name.to_string_lossy(), std::process::id());
        let path = parent(file).join(name);
        let open = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self { path, open })
    }

    /// A link never replaces: whatever has appeared at `file` since stays.
    fn keep_as(mut self, file: &Path) -> anyhow::Result<()> {
        let kept = self
            .open
            .flush()
            .and_then(|()| fs::hard_link(&self.path, file))
            .and_then(|()| File::open(parent(file))?.sync_all());
        kept.with_context(|| format!("cannot make {}", file.display()))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Nothing can be done about a draft that stays.
        let _ = fs::remove_file(&self.path);
    }
}
