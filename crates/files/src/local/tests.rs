use std::os::unix::fs::PermissionsExt;

use futures_util::{FutureExt, StreamExt, stream};
use tempfile::TempDir;

use super::*;
use crate::contract::{NO_LIMIT, Place, contract, id, noise, read, sent};
use crate::disk::PIECE_BYTES;

contract!(files());

impl Place for (TempDir, LocalFiles) {
    fn files(&self) -> &dyn Blobs {
        &self.1
    }

    fn left(&self) -> Vec<String> {
        let paths = left(&self.1).into_iter();
        paths.map(|path| path.display().to_string()).collect()
    }
}

fn files() -> (TempDir, LocalFiles) {
    let folder = TempDir::new().unwrap();
    let files = LocalFiles::open(folder.path().join("attachments")).unwrap();
    (folder, files)
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
async fn the_check_fails_where_the_folder_has_gone() {
    let (_folder, files) = files();
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
