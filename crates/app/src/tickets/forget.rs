//! Forgetting files: uploads that were never attached, and bytes that no row tells of.
//!
//! Rows go first: a row without bytes would be an error to its reader, bytes without a row are invisible. With a row that goes it is
//! noted that its bytes have to ([`super::discard`]), should they not at once. Bytes that never got a row, since a server died
//! in between, are found by [`collect_strays`].

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::AttachmentId;
use linedesk_ports::changes::{Changes, Write};

use crate::{App, Error};

/// How long an upload may wait to be attached, and bytes for their row.
pub const UNATTACHED_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Uploads forgotten at once.
const UPLOADS: u32 = 500;
/// Files looked at in one go.
const LOOKED_AT: usize = 1_000;

/// Forgets uploads that were never attached. Answers how many.
///
/// # Errors
/// [`Error::Store`]. Bytes that cannot be deleted are logged and left to [`super::discard::discard_files`].
pub async fn expire_uploads(app: &App) -> Result<usize, Error> {
    let before = app.clock.now() - UNATTACHED_FOR;
    let mut expired = 0;
    loop {
        let ids = app.tickets.orphans(before, UPLOADS).await?;
        if ids.is_empty() {
            return Ok(expired);
        }
        app.commit
            .commit(Changes {
                writes: vec![Write::ForgetUploads(ids.clone())],
                mark: None,
            })
            .await?;
        // Those that were attached in the meantime are still there.
        let gone = without_rows(app, &ids).await?;
        expired += gone.len();
        delete_bytes(app, &gone).await;
    }
}

/// What one look at the bytes that are kept did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collected {
    /// Files that were deleted.
    pub deleted: usize,
    /// Where to go on; `None`: all were looked at.
    pub next: Option<AttachmentId>,
}

/// Deletes bytes of which no row tells for a day, among the next of those that are kept behind `after` (`None`: from the
/// beginning).
///
/// # Errors
/// [`Error::Store`], [`Error::Blobs`] when they cannot be listed. Those that cannot be deleted are logged and left to the next time.
pub async fn collect_strays(app: &App, after: Option<AttachmentId>) -> Result<Collected, Error> {
    let before = app.clock.now() - UNATTACHED_FOR;
    let kept = app.blobs.kept(after, LOOKED_AT).await?;
    let next = kept.last().copied();
    let old: Vec<_> = kept
        .into_iter()
        .filter(|id| made_at(*id).is_some_and(|at| at < before))
        .collect();
    let strays = without_rows(app, &old).await?;
    let deleted = delete_bytes(app, &strays).await;
    Ok(Collected { deleted, next })
}

/// When an identity was given out, which its first digits say. `None`: it is none of ours.
fn made_at(id: AttachmentId) -> Option<Timestamp> {
    if id.0.get_version_num() != 7 {
        return None;
    }
    let (seconds, nanoseconds) = id.0.get_timestamp()?.to_unix();
    let seconds = i64::try_from(seconds).ok()?;
    Timestamp::new(seconds, nanoseconds.try_into().ok()?).ok()
}

/// Those files of which no row tells.
pub(super) async fn without_rows(
    app: &App,
    ids: &[AttachmentId],
) -> Result<Vec<AttachmentId>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let known = app.tickets.attachments(ids).await?;
    let known: HashSet<_> = known.into_iter().map(|file| file.id).collect();
    let unknown = ids.iter().filter(|id| !known.contains(id));
    Ok(unknown.copied().collect())
}

/// Deletes bytes. Answers of how many files; what cannot be deleted is logged.
pub(super) async fn delete_bytes(app: &App, ids: &[AttachmentId]) -> usize {
    let mut deleted = 0;
    for id in ids {
        match app.blobs.delete(*id).await {
            Ok(()) => deleted += 1,
            Err(error) => {
                tracing::error!(%error, file = %id, "the bytes of a forgotten file are still there");
            }
        }
    }
    deleted
}

#[cfg(test)]
mod tests;
