//! A file that is being read.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::TryStreamExt;
use linedesk_ports::blobs::{BlobError, ByteStream};

use crate::disk::{Rest, blocking};

/// Opens the file for reading `range` of it, or all. Missing where it is shorter than that.
pub(super) async fn open(path: PathBuf, range: Option<(u64, u64)>) -> Result<Rest, BlobError> {
    let (file, length) = blocking(move || {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok((file, length))
    })
    .await
    .map_err(missing)?;
    let (position, end) = range.unwrap_or((0, length));
    if position > end || end > length {
        return Err(BlobError::Missing);
    }
    Ok(Rest {
        file: Arc::new(file),
        position,
        end,
    })
}

/// The bytes, piece by piece, each read when it is asked for.
pub(super) fn stream(rest: Rest) -> ByteStream {
    Box::pin(rest.pieces().map_err(missing))
}

/// Not there, or cut shorter since it was opened and so no longer the file that was asked for.
fn missing(error: BlobError) -> BlobError {
    use io::ErrorKind::{NotFound, UnexpectedEof};
    match error {
        BlobError::Unavailable(source) if matches!(source.kind(), NotFound | UnexpectedEof) => {
            BlobError::Missing
        }
        other => other,
    }
}
