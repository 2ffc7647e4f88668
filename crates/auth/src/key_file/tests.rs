use std::sync::Barrier;
use std::thread;

use tempfile::TempDir;

use super::*;

/// A folder with a key file of this text and mode in it.
fn with_key(text: &str, mode: u32) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("signing.key");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    (folder, path)
}

#[test]
fn the_first_start_makes_a_key_that_later_ones_find() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("signing.key");
    let key = load_or_create(&path).unwrap();
    assert_eq!(key.len(), NEW_KEY_BYTES);
    assert_eq!(load_or_create(&path).unwrap(), key);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no draft is left"
    );
}

#[test]
fn two_installations_share_no_key() {
    let folder = TempDir::new().unwrap();
    let key = |name: &str| load_or_create(&folder.path().join(name)).unwrap();
    assert_ne!(key("one"), key("two"));
}

#[test]
fn processes_that_start_at_once_end_with_one_key() {
    for _ in 0..20 {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("signing.key");
        let together = Barrier::new(8);
        let keys: Vec<_> = thread::scope(|scope| {
            let start = || {
                together.wait();
                load_or_create(&path).unwrap()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_key_that_others_can_get_at_is_refused() {
    let text = BASE64.encode([7; 32]);
    for mode in [0o640, 0o604, 0o660, 0o602, 0o644, 0o777] {
        let (_folder, path) = with_key(&text, mode);
        let error = load_or_create(&path).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains(&format!("{mode:04o}")) && message.contains(path.to_str().unwrap()),
            "{message}"
        );
        assert!(matches!(error, KeyFileError::Exposed { .. }));
    }
    for mode in [0o600, 0o400] {
        let (_folder, path) = with_key(&text, mode);
        assert_eq!(load_or_create(&path).unwrap(), [7; 32]);
    }
}

#[test]
fn short_empty_and_foreign_files_are_refused_and_left_alone() {
    for text in ["", "\n", "c2hvcnQ=", &BASE64.encode([7; 31])] {
        let (_folder, path) = with_key(text, 0o600);
        assert!(
            matches!(load_or_create(&path), Err(KeyFileError::TooShort { .. })),
            "{text}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    for text in [
        "change me please, this is no key at all",
        "-----BEGIN KEY-----",
    ] {
        let (_folder, path) = with_key(text, 0o600);
        let error = load_or_create(&path).unwrap_err();
        assert!(matches!(error, KeyFileError::NotBase64 { .. }), "{text}");
        assert!(
            !format!("{error:?}").contains(text),
            "the file's text is not repeated"
        );
    }
}

#[test]
fn a_missing_folder_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("nowhere").join("signing.key");
    let error = load_or_create(&path).unwrap_err();
    assert!(matches!(error, KeyFileError::Uncreatable { .. }));
    assert!(error.to_string().contains("nowhere"));
}
