//! What an archive says about itself.

use std::collections::HashSet;

use anyhow::{bail, ensure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DATABASE, SIGNING_KEY};

/// The archive's layout; a program reads its own and older ones.
pub const FORMAT: u32 = 1;

/// The archive's list of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The archive's layout.
    pub format: u32,
    /// The version of the program that wrote it.
    pub version: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// Where the database is.
    #[serde(default)]
    pub database: Database,
    /// Where the attachments are.
    #[serde(default)]
    pub files: Files,
    /// Everything in it but this list, in order.
    pub members: Vec<Member>,
}

/// Where the database of an archive is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Database {
    /// In the archive, with the signing key: a file of SQLite.
    #[default]
    Inside,
    /// On a server of PostgreSQL, whose own tools copy it.
    Elsewhere,
}

/// Where the attachments of an archive are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Files {
    /// In the archive.
    #[default]
    Inside,
    /// In a bucket, which has ways of its own to keep what was deleted.
    Elsewhere,
}

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Member {
    /// Its name in the archive.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// How many attachments there are.
    pub fn attachments(&self) -> usize {
        let own = [DATABASE, SIGNING_KEY];
        let attachments = self
            .members
            .iter()
            .filter(|m| !own.contains(&m.path.as_str()));
        attachments.count()
    }

    /// Bytes of everything.
    pub fn size(&self) -> u64 {
        self.members.iter().map(|member| member.size).sum()
    }

    /// Passes if this program can use the archive and `found` is exactly what there has to be.
    pub(super) fn check(&self, found: &[Member]) -> anyhow::Result<()> {
        ensure!(
            self.format <= FORMAT,
            "the archive was written by a newer linedesk ({})",
            self.version
        );
        let found: HashSet<&Member> = found.iter().collect();
        for member in &self.members {
            if !found.contains(member) {
                bail!("{} is missing or damaged", member.path);
            }
        }
        ensure!(
            found.len() == self.members.len(),
            "there is more in the archive than its list of contents says"
        );
        let has = |name: &str| self.members.iter().any(|member| member.path == name);
        match self.database {
            Database::Inside => {
                for needed in [DATABASE, SIGNING_KEY] {
                    ensure!(has(needed), "{needed} is missing");
                }
            }
            Database::Elsewhere => {
                ensure!(!has(DATABASE), "{DATABASE} is in it and should not be");
            }
        }
        ensure!(
            self.files == Files::Inside || self.attachments() == 0,
            "attachments are in it and should not be"
        );
        Ok(())
    }
}
