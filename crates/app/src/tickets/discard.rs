//! Bytes of files that are no more.
//!
//! A file's row goes first, and in the same transaction it is noted that its bytes are to go: so no file that can be read is
//! ever without its bytes, and no bytes are left behind, whoever dies when.

use linedesk_ports::blobs::BlobError;

use crate::{App, Error};

/// Files looked up at once.
const FILES: u32 = 500;

/// Deletes the bytes of files whose rows are gone. Answers of how many. Those that cannot be deleted now are left for the next
/// time, and do not hold up the others.
///
/// # Errors
/// [`Error::Store`]; [`Error::Blobs`] where some could not be deleted.
pub async fn discard_files(app: &App) -> Result<usize, Error> {
    let (mut behind, mut discarded) = (None, 0);
    let mut failure: Option<BlobError> = None;
    loop {
        let files = app.purge.discarded(behind, FILES).await?;
        let Some(last) = files.last() else {
            return failure.map_or(Ok(discarded), |error| Err(error.into()));
        };
        behind = Some(*last);
        let mut gone = Vec::with_capacity(files.len());
        for file in files {
            match app.blobs.delete(file).await {
                Ok(()) => gone.push(file),
                Err(error) => failure = Some(error),
            }
        }
        app.purge.forget_discarded(&gone).await?;
        discarded += gone.len();
    }
}
