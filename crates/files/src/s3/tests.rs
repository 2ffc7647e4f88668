mod failing;
mod reading;

use std::fs;
use std::io;
use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::contract::{NO_LIMIT, Place, contract, id, noise, read, sent};

/// Shared with the tests of the whole program.
#[path = "../../../../tests/it/bucket.rs"]
mod service;

use service::{Bucket as Service, Fault};

/// No test has to wait as long; those that do wait choose less.
const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

contract!(bucket());

struct Set {
    folder: TempDir,
    service: Service,
    files: S3Files,
}

impl Place for Set {
    fn files(&self) -> &dyn Blobs {
        &self.files
    }

    fn left(&self) -> Vec<String> {
        let arriving = fs::read_dir(self.folder.path().join("arriving")).unwrap();
        let arriving = arriving.map(|file| file.unwrap().path().display().to_string());
        self.service.objects().into_keys().chain(arriving).collect()
    }
}

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

fn bucket() -> Set {
    patient(LONG)
}

fn patient(timeout: Duration) -> Set {
    let (folder, service) = (TempDir::new().unwrap(), Service::start());
    let options = options(&folder, &service, timeout);
    let files = open(&options);
    Set {
        folder,
        service,
        files,
    }
}

fn options(folder: &TempDir, service: &Service, timeout: Duration) -> S3Options {
    S3Options {
        endpoint: service.endpoint(),
        bucket: service::NAME.to_owned(),
        region: service::REGION.to_owned(),
        prefix: "desk/files/".to_owned(),
        access_key_id: service::ACCESS_KEY_ID.to_owned(),
        secret_access_key: service::SECRET_ACCESS_KEY.to_owned(),
        path_style: true,
        timeout,
        authorities: None,
        arrivals: folder.path().join("arriving"),
    }
}

fn open(options: &S3Options) -> S3Files {
    S3Files::open(options, Arc::new(Stopped)).unwrap()
}

fn answers(status: u16, name: &'static str) -> Fault {
    Fault {
        answer: Some((status, name)),
        ..Fault::default()
    }
}

/// Why it is not available, with all that an operator would read.
fn unavailable<T>(result: Result<T, BlobError>) -> String {
    match result {
        Err(BlobError::Unavailable(source)) => source.to_string(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it succeeded"),
    }
}

async fn until<T>(mut found: impl FnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            match found() {
                Some(found) => return found,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    tokio::time::timeout(LONG, looking).await.unwrap()
}

#[tokio::test]
async fn objects_have_the_names_that_files_have_in_a_folder_after_the_prefix() {
    let set = bucket();
    set.files
        .put(id(0xab), sent(b"x", 1), NO_LIMIT)
        .await
        .unwrap();
    let name = "desk/files/ab/00000000-0000-0000-0000-0000000000ab";
    assert_eq!(set.left(), [name]);
    let requests = set.service.requests();
    assert_eq!(
        requests,
        [format!("PUT {name}")],
        "one request keeps a file"
    );
}

#[tokio::test]
async fn a_mistake_in_the_settings_is_told_by_its_name_and_without_secrets() {
    let set = bucket();
    let right = || options(&set.folder, &set.service, LONG);
    for (wrong, told) in [
        (
            S3Options {
                bucket: "other".to_owned(),
                ..right()
            },
            "404 NoSuchBucket: is storage.s3.bucket right?",
        ),
        (
            S3Options {
                access_key_id: "somebody".to_owned(),
                ..right()
            },
            "403 InvalidAccessKeyId: is storage.s3.access_key_id right?",
        ),
        (
            S3Options {
                secret_access_key: "hunter55".to_owned(),
                ..right()
            },
            "403 SignatureDoesNotMatch: is storage.s3.secret_access_key right?",
        ),
        (
            S3Options {
                region: "us-east-1".to_owned(),
                ..right()
            },
            "403 AuthorizationHeaderMalformed: are storage.s3.region and storage.s3.endpoint right?",
        ),
    ] {
        let files = open(&wrong);
        assert_eq!(
            unavailable(files.check().await),
            format!("the bucket answered {told}")
        );
        let put = files.put(id(1), sent(b"x", 1), NO_LIMIT).await;
        assert_eq!(unavailable(put), format!("the bucket answered {told}"));
    }
    assert_eq!(set.left(), Vec::<String>::new());
}

#[tokio::test]
async fn the_check_finds_what_is_not_allowed() {
    let set = bucket();
    for method in ["PUT", "GET", "DELETE"] {
        let denied = Fault {
            method,
            ..answers(403, "AccessDenied")
        };
        set.service.fail(&[], Some(denied));
        let why = unavailable(set.files.check().await);
        assert!(
            why.contains("403 AccessDenied: may storage.s3.access_key_id"),
            "{method}: {why}"
        );
    }
}

#[tokio::test]
async fn a_full_or_missing_folder_of_arrivals_is_unavailable() {
    let set = bucket();
    fs::remove_dir(set.folder.path().join("arriving")).unwrap();
    let put = set.files.put(id(1), sent(b"x", 1), NO_LIMIT).await;
    assert!(
        matches!(put, Err(BlobError::Unavailable(source)) if source.kind() == io::ErrorKind::NotFound)
    );
    assert_eq!(set.service.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn opening_removes_what_ended_uploads_left_on_this_machine() {
    let set = bucket();
    let arrivals = set.folder.path().join("arriving");
    let arriving = Arriving::begin(&arrivals, id(2)).unwrap();
    fs::write(arrivals.join("left-behind"), "half a file").unwrap();
    let _again = open(&options(&set.folder, &set.service, LONG));
    assert_eq!(set.left().len(), 1, "one that a process is writing");
    drop(arriving);
}
