//! A file that is being read.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use linedesk_ports::blobs::{BlobError, ByteStream};

use super::{PIECE_BYTES, blocking};

/// What of a file is still to be read.
pub(super) struct Rest {
    file: Arc<File>,
    position: u64,
    end: u64,
}

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
    Box::pin(stream::try_unfold(rest, next))
}

async fn next(mut rest: Rest) -> Result<Option<(Bytes, Rest)>, BlobError> {
    let left = rest.end - rest.position;
    if left == 0 {
        return Ok(None);
    }
    let length = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE_BYTES);
    let (file, position) = (Arc::clone(&rest.file), rest.position);
    let piece = blocking(move || {
        let mut piece = vec![0; length];
        file.read_exact_at(&mut piece, position)?;
        Ok(piece)
    })
    .await
    .map_err(missing)?;
    rest.position += length as u64;
    Ok(Some((piece.into(), rest)))
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
