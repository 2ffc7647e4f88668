//! `linedesk restore`

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::runtime;
use crate::backup::{self, Database, Files};
use crate::config::Settings;
use crate::places::Places;

/// Where from.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// Archive that `linedesk backup` wrote
    pub file: PathBuf,
}

/// Unpacks an archive to where nothing is yet.
///
/// # Errors
/// When there is something, or the archive cannot be used.
pub fn run(args: &RestoreArgs, settings: &Settings) -> anyhow::Result<()> {
    let places = Places::of(settings);
    let manifest = runtime()?.block_on(backup::restore(&args.file, &places))?;
    let (folder, then) = (places.folder.display(), manifest.created_at);
    let attachments = manifest.attachments();
    let what = match manifest.database {
        Database::Inside => "the database, ",
        Database::Elsewhere => "",
    };
    let mut out = io::stdout();
    writeln!(
        out,
        "{folder} is as it was at {then}: {what}attachments: {attachments}"
    )?;
    if manifest.database == Database::Elsewhere {
        writeln!(
            out,
            "The database is not in the archive. Bring it back with PostgreSQL's own tools, into an empty one:\n    \
             pg_restore --exit-on-error --no-owner --dbname='{}' linedesk.dump",
            settings.database.url
        )?;
    }
    if manifest.files == Files::Elsewhere {
        let then = match &settings.storage.s3 {
            Some(s3) => format!("They are looked for in the bucket {}", s3.bucket),
            None => "They were in a bucket; without storage.s3.bucket they are looked for in a folder, which is empty".to_owned(),
        };
        writeln!(out, "The attachments are not in the archive. {then}")?;
    }
    Ok(())
}
