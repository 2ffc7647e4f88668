//! Mail into files, where there is no mail server.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use linedesk_ports::couriers::{Mail, Trouble, Undelivered};

use super::later;

/// A folder of `.eml` files, which sort by time; the same mail again is the same file again.
pub(super) struct Folder {
    folder: PathBuf,
}

impl Folder {
    pub(super) fn new(folder: PathBuf) -> Self {
        tracing::info!(
            folder = %folder.display(),
            "no mail server is configured: e-mail is written into files"
        );
        Self { folder }
    }

    pub(super) async fn write(&self, mail: &Mail, text: String) -> Result<(), Undelivered> {
        let name = name(mail);
        let folder = self.folder.clone();
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, text.as_bytes()));
        let failed = |reason: String| later(Trouble::Channel, reason);
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(failed(format!(
                "the mail's file cannot be written: {error}"
            ))),
            Err(_stopped) => Err(failed("the program is stopping".to_owned())),
        }
    }
}

fn name(mail: &Mail) -> String {
    let key: String = mail
        .key
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(150)
        .collect();
    format!("{}-{key}.eml", mail.at.strftime("%Y%m%dT%H%M%S.%6fZ"))
}

/// The whole file or none of it.
fn write(folder: &Path, name: &str, text: &[u8]) -> io::Result<()> {
    make(folder)?;
    let temporary = folder.join(format!(".{name}.part"));
    let mut file = private(&temporary)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&temporary, folder.join(name))
}

#[cfg(unix)]
fn make(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
