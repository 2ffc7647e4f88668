//! What every place for attachments does: the tests of the port, run on each of them.

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::{StreamExt, TryStreamExt, stream};
use linedesk_domain::ids::AttachmentId;
use linedesk_ports::blobs::{BlobError, Blobs, ByteStream};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) const NO_LIMIT: u64 = u64::MAX;

/// A place and what lies there.
pub(crate) trait Place {
    fn files(&self) -> &dyn Blobs;

    /// The names of everything that is there, whole or still arriving.
    fn left(&self) -> Vec<String>;
}

/// The tests below, on what `$place` makes.
macro_rules! contract {
    ($place:expr) => {
        $crate::contract::contract!($place;
            what_was_put_is_got_back_with_its_size_hash_and_type,
            the_type_is_told_by_the_content,
            a_range_gives_those_bytes_and_one_past_the_end_is_missing,
            too_much_stops_early_and_leaves_nothing,
            an_upload_that_breaks_off_at_any_piece_leaves_nothing,
            an_identity_is_never_written_twice,
            uploads_at_once_do_not_mix,
            deleting_forgets_and_may_be_repeated,
            the_check_leaves_nothing,
        );
    };
    ($place:expr; $($test:ident,)*) => {
        $(#[tokio::test]
        async fn $test() {
            $crate::contract::$test(&$place).await;
        })*
    };
}
pub(crate) use contract;

pub(crate) fn id(number: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(number))
}

/// Bytes that repeat nowhere near a piece's size.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| u8::try_from(at * at % 251).unwrap())
        .collect()
}

/// `bytes` in chunks of `size`, as a client sends them.
pub(crate) fn sent(bytes: &[u8], size: usize) -> ByteStream {
    let chunks: Vec<_> = bytes
        .chunks(size)
        .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
        .collect();
    Box::pin(stream::iter(chunks))
}

pub(crate) async fn read(
    files: &dyn Blobs,
    id: AttachmentId,
    range: Option<(u64, u64)>,
) -> Result<Vec<u8>, BlobError> {
    let pieces: Vec<Bytes> = files.get(id, range).await?.try_collect().await?;
    assert!(pieces.iter().all(|piece| !piece.is_empty()));
    Ok(pieces.concat())
}

pub(crate) async fn what_was_put_is_got_back_with_its_size_hash_and_type(place: &impl Place) {
    let files = place.files();
    for (number, length, chunk) in [
        (1, 0, 1),
        (2, 1, 1),
        (3, 65_536, 65_536),
        (4, 65_537, 1000),
        (5, 1_000_000, 8192),
    ] {
        let bytes = noise(length);
        let stored = files
            .put(id(number), sent(&bytes, chunk), length as u64)
            .await
            .unwrap();
        assert_eq!(stored.size, length as u64);
        assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        assert_eq!(stored.content_type, "application/octet-stream");
        assert_eq!(read(files, id(number), None).await.unwrap(), bytes);
    }
    assert_eq!(place.left().len(), 5, "nothing is left of the arrivals");
}

pub(crate) async fn the_type_is_told_by_the_content(place: &impl Place) {
    let files = place.files();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let stored = files.put(id(1), sent(svg, 7), NO_LIMIT).await.unwrap();
    assert_eq!(stored.content_type, "text/plain");
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &noise(100_000)].concat();
    let stored = files.put(id(2), sent(&png, 3), NO_LIMIT).await.unwrap();
    assert_eq!(stored.content_type, "image/png");
}

pub(crate) async fn a_range_gives_those_bytes_and_one_past_the_end_is_missing(place: &impl Place) {
    let files = place.files();
    let bytes = noise(200_000);
    files
        .put(id(1), sent(&bytes, 4096), NO_LIMIT)
        .await
        .unwrap();
    for (start, end) in [
        (0, 200_000),
        (0, 0),
        (0, 1),
        (65_535, 65_537),
        (70_000, 199_999),
        (200_000, 200_000),
    ] {
        let got = read(files, id(1), Some((start, end))).await.unwrap();
        assert!(
            got == bytes[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()],
            "{start}..{end}"
        );
    }
    for range in [
        (0, 200_001),
        (200_000, 200_001),
        (200_001, 200_001),
        (5, 4),
        (0, u64::MAX),
    ] {
        assert!(
            matches!(
                read(files, id(1), Some(range)).await,
                Err(BlobError::Missing)
            ),
            "{range:?}"
        );
    }
    for range in [None, Some((0, 0)), Some((0, 1))] {
        assert!(matches!(
            read(files, id(2), range).await,
            Err(BlobError::Missing)
        ));
    }
}

pub(crate) async fn too_much_stops_early_and_leaves_nothing(place: &impl Place) {
    let files = place.files();
    let taken = Rc::new(Cell::new(0_u64));
    let counter = Rc::clone(&taken);
    let endless = stream::repeat_with(move || {
        counter.set(counter.get() + 10_000);
        Ok(Bytes::from_static(&[7; 10_000]))
    });
    let error = files
        .put(id(1), Box::pin(endless), 300_000)
        .await
        .unwrap_err();
    assert!(matches!(error, BlobError::TooLarge { limit: 300_000 }));
    assert_eq!(taken.get(), 310_000);
    assert_eq!(place.left(), Vec::<String>::new());

    assert!(
        files
            .put(id(1), sent(&noise(300_000), 999), 300_000)
            .await
            .is_ok()
    );
    assert!(files.put(id(2), sent(b"x", 1), 0).await.is_err());
}

pub(crate) async fn an_upload_that_breaks_off_at_any_piece_leaves_nothing(place: &impl Place) {
    let files = place.files();
    for pieces in 0..20 {
        let broken = stream::repeat_with(|| Ok(noise(65_536).into()))
            .take(pieces)
            .chain(stream::iter([Err(BlobError::BrokenOff)]));
        let error = files
            .put(id(1), Box::pin(broken), NO_LIMIT)
            .await
            .unwrap_err();
        assert!(matches!(error, BlobError::BrokenOff));
        assert_eq!(place.left(), Vec::<String>::new(), "after {pieces}");
        assert!(matches!(
            read(files, id(1), None).await,
            Err(BlobError::Missing)
        ));
    }
}

pub(crate) async fn an_identity_is_never_written_twice(place: &impl Place) {
    let files = place.files();
    files.put(id(1), sent(b"first", 9), NO_LIMIT).await.unwrap();
    for again in [&b"second"[..], b"first"] {
        let error = files
            .put(id(1), sent(again, 9), NO_LIMIT)
            .await
            .unwrap_err();
        assert!(
            matches!(error, BlobError::Unavailable(source) if source.kind() == io::ErrorKind::AlreadyExists)
        );
    }
    assert_eq!(read(files, id(1), None).await.unwrap(), b"first");
    assert_eq!(place.left().len(), 1);
}

pub(crate) async fn uploads_at_once_do_not_mix(place: &impl Place) {
    let files = place.files();
    let bytes: Vec<_> = (0..32).map(|number| noise(100_000 + number)).collect();
    let puts = bytes
        .iter()
        .zip(1..)
        .map(|(bytes, number)| files.put(id(number), sent(bytes, 1500), NO_LIMIT));
    assert!(join_all(puts).await.iter().all(Result::is_ok));
    for (bytes, number) in bytes.iter().zip(1..) {
        assert!(read(files, id(number), None).await.unwrap() == *bytes);
    }

    let same = join_all((0..8).map(|_| files.put(id(99), sent(&bytes[0], 1500), NO_LIMIT))).await;
    assert_eq!(
        same.iter().filter(|put| put.is_ok()).count(),
        1,
        "one of the eight wins"
    );
    assert_eq!(place.left().len(), 33);
}

pub(crate) async fn deleting_forgets_and_may_be_repeated(place: &impl Place) {
    let files = place.files();
    files
        .put(id(1), sent(b"gone soon", 9), NO_LIMIT)
        .await
        .unwrap();
    for _ in 0..2 {
        files.delete(id(1)).await.unwrap();
        assert!(matches!(
            read(files, id(1), None).await,
            Err(BlobError::Missing)
        ));
    }
    assert_eq!(place.left(), Vec::<String>::new());
}

pub(crate) async fn the_check_leaves_nothing(place: &impl Place) {
    place.files().check().await.unwrap();
    assert_eq!(place.left(), Vec::<String>::new());
}
