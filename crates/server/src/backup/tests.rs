//! What is written can be read back, and nothing else can.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::places::Places;

const BYTES: &[u8] = b"the bytes of one attachment";
const ID: &str = "0190a5f0-0000-7000-8000-0000000000ab";

fn places(folder: &Path) -> Places {
    Places {
        folder: folder.to_owned(),
        database: Some(folder.join("linedesk.db")),
        attachments: Some(folder.join("attachments")),
        signing_key: Some(folder.join("signing.key")),
    }
}

/// The same with the database and its key on another server.
fn without_database(places: &Places) -> Places {
    Places {
        database: None,
        signing_key: None,
        ..places.clone()
    }
}

/// The same with the attachments in a bucket.
fn without_files(places: &Places) -> Places {
    Places {
        attachments: None,
        ..places.clone()
    }
}

fn attachments(places: &Places) -> &Path {
    places.attachments.as_deref().unwrap()
}

/// An installation with one attachment, and one that is still arriving.
fn installation() -> (TempDir, Places) {
    let root = tempfile::tempdir().unwrap();
    let places = places(&root.path().join("data"));
    fs::create_dir_all(attachments(&places).join("ab")).unwrap();
    fs::create_dir_all(attachments(&places).join("tmp")).unwrap();
    linedesk_store::migrate(places.database.as_ref().unwrap()).unwrap();
    fs::write(places.signing_key.as_ref().unwrap(), "key").unwrap();
    fs::write(attachments(&places).join("ab").join(ID), BYTES).unwrap();
    fs::write(attachments(&places).join("tmp/arriving"), "half").unwrap();
    (root, places)
}

async fn backup(root: &TempDir, places: &Places) -> std::path::PathBuf {
    let file = root.path().join("backup.tar");
    write(places, &file, Timestamp::UNIX_EPOCH).await.unwrap();
    file
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// An archive with these members, without a list of contents unless it is among them.
fn archive(file: &Path, members: &[(&str, tar::EntryType, &[u8])]) {
    let mut tar = tar::Builder::new(File::create(file).unwrap());
    for (name, kind, bytes) in members {
        let mut header = tar::Header::new_old();
        // Past the library's own check of names.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap();
}

async fn refusal(file: &Path) -> String {
    let root = tempfile::tempdir().unwrap();
    let target = places(&root.path().join("new"));
    let error = format!("{:#}", restore(file, &target).await.unwrap_err());
    let left = names(&target.folder);
    assert!(
        left.iter()
            .all(|name| [".lock", "linedesk.db.lock"].contains(&name.as_str())),
        "{left:?} after {error}"
    );
    assert_eq!(names(root.path()), ["new"]);
    error
}

#[tokio::test]
async fn what_was_backed_up_is_restored() {
    let (root, old) = installation();
    let file = backup(&root, &old).await;
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        names(root.path()),
        ["backup.tar", "data"],
        "no drafts are left"
    );

    let new = places(&root.path().join("new"));
    let manifest = restore(&file, &new).await.unwrap();
    assert_eq!(manifest.created_at, Timestamp::UNIX_EPOCH);
    assert_eq!(manifest.attachments(), 1);
    assert_eq!(
        names(&new.folder),
        [
            ".lock",
            "attachments",
            "linedesk.db",
            "linedesk.db.lock",
            "signing.key"
        ]
    );
    assert_eq!(
        fs::read(attachments(&new).join("ab").join(ID)).unwrap(),
        BYTES
    );
    assert_eq!(names(attachments(&new)), ["ab"]);
    let (database, key) = (new.database.unwrap(), new.signing_key.unwrap());
    assert_eq!(fs::read(&key).unwrap(), b"key");
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(
        linedesk_store::migrate(&database).unwrap().is_empty(),
        "the schema came along"
    );
}

#[tokio::test]
async fn an_archive_without_database_brings_back_the_files() {
    let (root, old) = installation();
    let file = backup(&root, &without_database(&old)).await;
    let new = without_database(&places(&root.path().join("new")));
    let manifest = restore(&file, &new).await.unwrap();
    assert_eq!(manifest.database, Database::Elsewhere);
    assert_eq!(names(&new.folder), [".lock", "attachments"]);
    let restored = fs::read(attachments(&new).join("ab").join(ID)).unwrap();
    assert_eq!(restored, BYTES);
    let error = refusal(&file).await;
    assert!(
        error.contains("belongs to a database of PostgreSQL"),
        "{error}"
    );

    let with_key = Places {
        database: None,
        ..old.clone()
    };
    fs::remove_file(&file).unwrap();
    let file = backup(&root, &with_key).await;
    let other = places(&root.path().join("other"));
    let error = restore(&file, &without_database(&other)).await.unwrap_err();
    assert!(format!("{error:#}").contains("auth.signing_key_file"));
    let with_key = Places {
        database: None,
        ..other
    };
    restore(&file, &with_key).await.unwrap();
    assert_eq!(
        names(&with_key.folder),
        [".lock", "attachments", "signing.key"]
    );
}

#[tokio::test]
async fn attachments_in_a_bucket_are_no_part_of_an_archive() {
    let (root, old) = installation();
    let file = backup(&root, &without_files(&old)).await;
    let new = places(&root.path().join("new"));
    let manifest = restore(&file, &without_files(&new)).await.unwrap();
    assert_eq!(
        (manifest.files, manifest.attachments()),
        (Files::Elsewhere, 0)
    );
    let kept = [".lock", "linedesk.db", "linedesk.db.lock", "signing.key"];
    assert_eq!(names(&new.folder), kept);

    // Whoever goes back to a folder is told where the files are.
    let folder = places(&root.path().join("folder"));
    let manifest = restore(&file, &folder).await.unwrap();
    assert_eq!(manifest.files, Files::Elsewhere);
    assert_eq!(names(attachments(&folder)), Vec::<String>::new());
}

#[tokio::test]
async fn an_archive_with_attachments_wants_a_folder_for_them() {
    let (root, old) = installation();
    let file = backup(&root, &old).await;
    let new = without_files(&places(&root.path().join("new")));
    let error = format!("{:#}", restore(&file, &new).await.unwrap_err());
    assert!(
        error.contains("storage.s3.bucket names a bucket"),
        "{error}"
    );
    assert_eq!(names(&new.folder), [".lock", "linedesk.db.lock"]);
}

#[tokio::test]
async fn an_archive_with_a_database_wants_a_place_for_it() {
    let (root, old) = installation();
    let file = backup(&root, &old).await;
    let new = without_database(&places(&root.path().join("new")));
    let error = restore(&file, &new).await.unwrap_err();
    assert!(format!("{error:#}").contains("holds a database of SQLite"));
    assert_eq!(names(&new.folder), [".lock"]);
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let (root, old) = installation();
    let file = backup(&root, &old).await;
    let before = fs::read(&file).unwrap();
    let error = write(&old, &file, Timestamp::UNIX_EPOCH).await.unwrap_err();
    assert!(error.to_string().contains("exists already"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), before);

    let error = restore(&file, &old).await.unwrap_err().to_string();
    assert!(error.contains("exists already"), "{error}");
    let other = places(&root.path().join("other"));
    fs::create_dir(&other.folder).unwrap();
    fs::write(other.folder.join("letter.txt"), "dear").unwrap();
    let error = restore(&file, &other).await.unwrap_err().to_string();
    assert!(error.contains("letter.txt"), "{error}");
    assert_eq!(names(&other.folder), ["letter.txt"]);
}

#[tokio::test]
async fn a_damaged_archive_is_refused_and_leaves_nothing() {
    let (root, old) = installation();
    let file = backup(&root, &old).await;
    let whole = fs::read(&file).unwrap();
    let at = whole
        .windows(BYTES.len())
        .position(|bytes| bytes == BYTES)
        .unwrap();
    let mut damaged = whole.clone();
    damaged[at] = b'T';
    fs::write(&file, &damaged).unwrap();
    let error = refusal(&file).await;
    assert!(
        error.contains(&format!("attachments/ab/{ID} is missing or damaged")),
        "{error}"
    );
    for length in [0, whole.len() / 2, whole.len() - 2048] {
        fs::write(&file, &whole[..length]).unwrap();
        refusal(&file).await;
    }
}

#[tokio::test]
async fn nothing_is_written_outside_of_the_folder() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("evil.tar");
    let outside = format!("attachments/../../{ID}");
    for name in [
        "../evil",
        "/tmp/evil",
        "attachments/../../evil",
        &outside,
        "linedesk.db/x",
        "x",
    ] {
        archive(&file, &[(name, tar::EntryType::Regular, b"evil")]);
        let error = refusal(&file).await;
        assert!(error.contains("does not belong into a backup"), "{error}");
    }
    archive(&file, &[("linedesk.db", tar::EntryType::Symlink, b"")]);
    let error = refusal(&file).await;
    assert!(error.contains("not a plain file"), "{error}");
}

#[tokio::test]
async fn a_list_of_contents_has_to_be_the_last_and_to_fit() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("odd.tar");
    let regular = tar::EntryType::Regular;
    let empty = br#"{"format":1,"version":"0","created_at":"1970-01-01T00:00:00Z","members":[]}"#;
    let newer = br#"{"format":2,"version":"9","created_at":"1970-01-01T00:00:00Z","members":[]}"#;
    for (members, wanted) in [
        (
            vec![("manifest.json", regular, &empty[..])],
            "linedesk.db is missing",
        ),
        (
            vec![("manifest.json", regular, &newer[..])],
            "newer linedesk (9)",
        ),
        (
            vec![
                ("signing.key", regular, &b"key"[..]),
                ("manifest.json", regular, &empty[..]),
            ],
            "more in the archive",
        ),
        (
            vec![
                ("manifest.json", regular, &empty[..]),
                ("signing.key", regular, &b"key"[..]),
            ],
            "comes after",
        ),
        (vec![("signing.key", regular, &b"key"[..])], "not whole"),
    ] {
        archive(&file, &members);
        let error = refusal(&file).await;
        assert!(error.contains(wanted), "{error}");
    }
}
