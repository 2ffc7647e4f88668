use std::cell::Cell;
use std::os::unix::fs::PermissionsExt;
use std::rc::Rc;

use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::{FutureExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;

const NO_LIMIT: u64 = u64::MAX;

fn files() -> (TempDir, LocalFiles) {
    let folder = TempDir::new().unwrap();
    let files = LocalFiles::open(folder.path().join("attachments")).unwrap();
    (folder, files)
}

fn id(number: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(number))
}

/// Bytes that repeat nowhere near a piece's size.
fn noise(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| u8::try_from(at * at % 251).unwrap())
        .collect()
}

/// `bytes` in chunks of `size`, as a client sends them.
fn sent(bytes: &[u8], size: usize) -> ByteStream {
    let chunks: Vec<_> = bytes
        .chunks(size)
        .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
        .collect();
    Box::pin(stream::iter(chunks))
}

async fn read(
    files: &LocalFiles,
    id: AttachmentId,
    range: Option<(u64, u64)>,
) -> Result<Vec<u8>, BlobError> {
    let pieces: Vec<Bytes> = files.get(id, range).await?.try_collect().await?;
    assert!(
        pieces
            .iter()
            .all(|piece| !piece.is_empty() && piece.len() <= PIECE_BYTES)
    );
    Ok(pieces.concat())
}

/// Every file under the folder, whole ones and arriving ones.
fn left(files: &LocalFiles) -> Vec<PathBuf> {
    let folders = fs::read_dir(&files.folder)
        .unwrap()
        .map(|folder| folder.unwrap().path());
    folders
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

#[tokio::test]
async fn what_was_put_is_got_back_with_its_size_hash_and_type() {
    let (_folder, files) = files();
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
        assert_eq!(read(&files, id(number), None).await.unwrap(), bytes);
    }
    assert_eq!(left(&files).len(), 5, "nothing is left of the arrivals");
}

#[tokio::test]
async fn the_type_is_told_by_the_content() {
    let (_folder, files) = files();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let stored = files.put(id(1), sent(svg, 7), NO_LIMIT).await.unwrap();
    assert_eq!(stored.content_type, "text/plain");
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &noise(100_000)].concat();
    let stored = files.put(id(2), sent(&png, 3), NO_LIMIT).await.unwrap();
    assert_eq!(stored.content_type, "image/png");
}

#[tokio::test]
async fn a_range_gives_those_bytes_and_one_past_the_end_is_missing() {
    let (_folder, files) = files();
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
        let got = read(&files, id(1), Some((start, end))).await.unwrap();
        assert!(
            got == bytes[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()],
            "{start}..{end}"
        );
    }
    for range in [(0, 200_001), (200_001, 200_001), (5, 4), (0, u64::MAX)] {
        assert!(
            matches!(
                read(&files, id(1), Some(range)).await,
                Err(BlobError::Missing)
            ),
            "{range:?}"
        );
    }
    assert!(matches!(
        read(&files, id(2), None).await,
        Err(BlobError::Missing)
    ));
}

#[tokio::test]
async fn a_file_cut_short_while_it_is_read_is_missing() {
    let (_folder, files) = files();
    files
        .put(id(1), sent(&noise(200_000), 4096), NO_LIMIT)
        .await
        .unwrap();
    let mut reading = files.get(id(1), None).await.unwrap();
    assert_eq!(reading.next().await.unwrap().unwrap().len(), PIECE_BYTES);
    fs::OpenOptions::new()
        .write(true)
        .open(files.path(id(1)))
        .unwrap()
        .set_len(70_000)
        .unwrap();
    assert!(matches!(
        reading.next().await,
        Some(Err(BlobError::Missing))
    ));
    assert!(reading.next().await.is_none());
}

#[tokio::test]
async fn too_much_stops_early_and_leaves_nothing() {
    let (_folder, files) = files();
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
    assert_eq!(left(&files), Vec::<PathBuf>::new());

    assert!(
        files
            .put(id(1), sent(&noise(300_000), 999), 300_000)
            .await
            .is_ok()
    );
    assert!(files.put(id(2), sent(b"x", 1), 0).await.is_err());
}

#[tokio::test]
async fn an_upload_that_breaks_off_at_any_piece_leaves_nothing() {
    let (_folder, files) = files();
    for pieces in 0..20 {
        let broken = stream::repeat_with(|| Ok(noise(65_536).into()))
            .take(pieces)
            .chain(stream::iter([Err(BlobError::BrokenOff)]));
        let error = files
            .put(id(1), Box::pin(broken), NO_LIMIT)
            .await
            .unwrap_err();
        assert!(matches!(error, BlobError::BrokenOff));
        assert_eq!(left(&files), Vec::<PathBuf>::new(), "after {pieces}");
        assert!(matches!(
            read(&files, id(1), None).await,
            Err(BlobError::Missing)
        ));
    }
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing() {
    let (_folder, files) = files();
    let stalled = stream::iter([Ok(noise(200_000).into())]).chain(stream::pending());
    let mut put = files.put(id(1), Box::pin(stalled), NO_LIMIT);
    let arrived = || {
        left(&files)
            .first()
            .is_some_and(|path| fs::metadata(path).is_ok_and(|file| file.len() == 200_000))
    };
    while !arrived() {
        assert!(put.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    drop(put);
    while !left(&files).is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_identity_is_never_written_twice() {
    let (_folder, files) = files();
    files.put(id(1), sent(b"first", 9), NO_LIMIT).await.unwrap();
    let error = files
        .put(id(1), sent(b"second", 9), NO_LIMIT)
        .await
        .unwrap_err();
    assert!(
        matches!(error, BlobError::Unavailable(source) if source.kind() == io::ErrorKind::AlreadyExists)
    );
    assert_eq!(read(&files, id(1), None).await.unwrap(), b"first");
    assert_eq!(left(&files).len(), 1);
}

#[tokio::test]
async fn uploads_at_once_do_not_mix() {
    let (_folder, files) = files();
    let bytes: Vec<_> = (0..32).map(|number| noise(100_000 + number)).collect();
    let puts = bytes
        .iter()
        .zip(1..)
        .map(|(bytes, number)| files.put(id(number), sent(bytes, 1500), NO_LIMIT));
    assert!(join_all(puts).await.iter().all(Result::is_ok));
    for (bytes, number) in bytes.iter().zip(1..) {
        assert!(read(&files, id(number), None).await.unwrap() == *bytes);
    }

    let same = join_all((0..8).map(|_| files.put(id(99), sent(&bytes[0], 1500), NO_LIMIT))).await;
    assert_eq!(
        same.iter().filter(|put| put.is_ok()).count(),
        1,
        "one of the eight wins"
    );
    assert_eq!(left(&files).len(), 33);
}

#[tokio::test]
async fn nobody_else_on_the_machine_can_read_them() {
    let (_folder, files) = files();
    files
        .put(id(1), sent(b"private", 9), NO_LIMIT)
        .await
        .unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&files.path(id(1))), 0o600);
    for folder in [files.folder.clone(), files.arrivals(), files.shelf(id(1))] {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
    }
}

#[tokio::test]
async fn opening_removes_what_ended_uploads_left_and_nothing_else() {
    let (_folder, files) = files();
    files.put(id(1), sent(b"whole", 9), NO_LIMIT).await.unwrap();
    let arriving = Arriving::begin(&files.arrivals(), id(2)).unwrap();
    fs::write(files.arrivals().join("left-behind"), "half a file").unwrap();

    let again = LocalFiles::open(&files.folder).unwrap();
    assert_eq!(
        left(&again).len(),
        2,
        "the whole one and the one that another process is writing"
    );
    drop(arriving);
    assert_eq!(left(&again), [files.path(id(1))]);
    assert_eq!(read(&again, id(1), None).await.unwrap(), b"whole");
}

#[tokio::test]
async fn deleting_forgets_and_may_be_repeated() {
    let (_folder, files) = files();
    files
        .put(id(1), sent(b"gone soon", 9), NO_LIMIT)
        .await
        .unwrap();
    for _ in 0..2 {
        files.delete(id(1)).await.unwrap();
        assert!(matches!(
            read(&files, id(1), None).await,
            Err(BlobError::Missing)
        ));
    }
}

#[tokio::test]
async fn the_check_leaves_nothing_and_fails_where_the_folder_has_gone() {
    let (_folder, files) = files();
    files.check().await.unwrap();
    assert_eq!(left(&files), Vec::<PathBuf>::new());
    fs::remove_dir(files.arrivals()).unwrap();
    assert!(matches!(
        files.check().await,
        Err(BlobError::Unavailable(_))
    ));
    assert!(matches!(
        files.put(id(1), sent(b"x", 1), NO_LIMIT).await,
        Err(BlobError::Unavailable(_))
    ));
}

#[tokio::test]
async fn files_are_spread_though_their_ids_begin_alike() {
    let (_folder, files) = files();
    let shelves: std::collections::HashSet<_> = (0..256)
        .map(|number| files.shelf(id(7 << 120 | number)))
        .collect();
    assert_eq!(shelves.len(), 256);
}

#[tokio::test]
async fn all_files_are_listed_once_page_by_page_and_nothing_else() {
    let (_folder, files) = files();
    let numbers = (0..40).map(|number: u128| (number << 100) | (number % 7));
    let mut expected: Vec<AttachmentId> = numbers.map(id).collect();
    for id in &expected {
        files.put(*id, sent(b"x", 1), NO_LIMIT).await.unwrap();
    }
    let _arriving = Arriving::begin(&files.arrivals(), id(9)).unwrap();
    let shelf = files.shelf(id(1));
    let elsewhere = id(0xff).0.hyphenated().to_string();
    for foreign in ["notes.txt", &elsewhere, &id(257).0.simple().to_string()] {
        fs::write(shelf.join(foreign), "not ours").unwrap();
    }
    fs::create_dir(files.path(id(257))).unwrap();
    expected.sort_unstable_by_key(|id| (last(*id), *id));

    for limit in [1, 3, 40, 1_000] {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = files.kept(after, limit).await.unwrap();
            assert!(page.len() <= limit);
            let Some(end) = page.last() else { break };
            after = Some(*end);
            listed.extend(page);
        }
        assert_eq!(listed, expected, "{limit} at once");
    }
    // It goes on behind one that is there no more.
    files.delete(expected[20]).await.unwrap();
    let rest = files.kept(Some(expected[20]), 1_000).await.unwrap();
    assert_eq!(rest, expected[21..]);
}
