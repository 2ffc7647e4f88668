//! Data folders: filled once and kept, copied for every run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::Failure;
use crate::options::Options;
use crate::server::{Server, program};

/// Written last, so that a folder that was not filled to the end is filled again.
const COMPLETE: &str = "filled";

/// The folder for a database of so many tickets, filled if it is not yet.
pub(crate) async fn filled(options: &Options, tickets: u64) -> Result<PathBuf, Failure> {
    let binary = fs::canonicalize(options.binary()?)?;
    let name = format!("filled-{tickets}");
    if options.data.join(&name).join(COMPLETE).exists() {
        return Ok(fs::canonicalize(options.data.join(name))?);
    }
    let folder = fresh(options, &name)?;
    // The first start makes the admin, which it does only where there is no user yet.
    Server::start(&binary, &folder).await?.stop()?;
    eprintln!("filling {} with {tickets} tickets", folder.display());
    let started = Instant::now();
    let status = program(&binary, &folder)?
        .args(["seed", "--seed", "1", "--tickets", &tickets.to_string()])
        .status()?;
    if !status.success() {
        return Err(format!(
            "linedesk seed ended with {status}; see {}/server.log",
            folder.display()
        )
        .into());
    }
    let seconds = started.elapsed().as_secs_f64();
    eprintln!("filled in {seconds:.1} s");
    fs::write(folder.join(COMPLETE), format!("{seconds:.1}\n"))?;
    Ok(folder)
}

/// How long it took to fill that folder, in seconds.
pub(crate) fn filled_in(folder: &Path) -> Result<String, Failure> {
    Ok(fs::read_to_string(folder.join(COMPLETE))?.trim().to_owned())
}

/// An empty folder of that name.
pub(crate) fn fresh(options: &Options, name: &str) -> Result<PathBuf, Failure> {
    let folder = options.data.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(fs::canonicalize(folder)?)
}

/// A copy of a folder's files, under another name beside it.
pub(crate) fn copied(from: &Path, name: &str) -> Result<PathBuf, Failure> {
    let to = from.with_file_name(name);
    if to.exists() {
        fs::remove_dir_all(&to)?;
    }
    copy(from, &to)?;
    Ok(to)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
