//! The bucket of attachments: what follows from what, and what goes together.

use std::time::Duration;

use super::{fault, load_environment};
use crate::config::{Effective, S3};

const BUCKET: (&str, &str) = ("LINEDESK__STORAGE__S3__BUCKET", "desk-files");
const KEY: (&str, &str) = ("LINEDESK__STORAGE__S3__ACCESS_KEY_ID", "AKIADESK");
const SECRET: (&str, &str) = ("LINEDESK__STORAGE__S3__SECRET_ACCESS_KEY", "hunter22");
const ENDPOINT: &str = "LINEDESK__STORAGE__S3__ENDPOINT";

fn load(more: &[(&str, &str)]) -> Effective {
    load_environment(&[&[BUCKET, KEY, SECRET], more].concat()).unwrap()
}

fn s3(more: &[(&str, &str)]) -> S3 {
    load(more).settings.storage.s3.unwrap()
}

#[test]
fn without_a_bucket_attachments_are_in_the_folder() {
    assert!(load_environment(&[]).unwrap().settings.storage.s3.is_none());
    let region = ("LINEDESK__STORAGE__S3__REGION", "eu-west-1");
    assert!(
        load_environment(&[region])
            .unwrap()
            .settings
            .storage
            .s3
            .is_none()
    );
}

#[test]
fn at_amazon_a_bucket_needs_its_name_and_a_key() {
    let region = ("LINEDESK__STORAGE__S3__REGION", "eu-west-1");
    let set = s3(&[region]);
    assert_eq!(set.endpoint, "https://s3.eu-west-1.amazonaws.com");
    assert_eq!((set.path_style, set.prefix.as_str()), (false, ""));
    assert_eq!(set.timeout, Duration::from_secs(10));
    assert_eq!(set.secret_access_key.expose(), "hunter22");
}

#[test]
fn elsewhere_the_bucket_is_in_the_path_unless_told_otherwise() {
    let elsewhere = (ENDPOINT, "https://s3.example.net:9000/");
    let prefix = ("LINEDESK__STORAGE__S3__PREFIX", "linedesk/attachments");
    let set = s3(&[elsewhere, prefix]);
    assert_eq!(set.endpoint, "https://s3.example.net:9000");
    assert_eq!(
        (set.path_style, set.prefix.as_str()),
        (true, "linedesk/attachments/")
    );
    let hosted = ("LINEDESK__STORAGE__S3__PATH_STYLE", "false");
    assert!(!s3(&[elsewhere, hosted]).path_style);
    let clear = (ENDPOINT, "http://127.0.0.1:9000");
    let allowed = ("LINEDESK__STORAGE__S3__ALLOW_HTTP", "true");
    assert_eq!(s3(&[clear, allowed]).endpoint, "http://127.0.0.1:9000");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let other = |key, value| [BUCKET, KEY, SECRET, (key, value)].to_vec();
    for (set, told) in [
        (
            vec![BUCKET, SECRET],
            "storage.s3.access_key_id (not set): has to be set with storage.s3.bucket",
        ),
        (
            vec![BUCKET, KEY],
            "storage.s3.secret_access_key (not set): has to be set with storage.s3.bucket",
        ),
        (
            vec![KEY, SECRET],
            "storage.s3.bucket (not set): has to be set with storage.s3.access_key_id",
        ),
        (
            vec![SECRET],
            "storage.s3.bucket (not set): has to be set with storage.s3.secret_access_key",
        ),
        (
            vec![(ENDPOINT, "https://s3.example.net")],
            "storage.s3.bucket (not set)",
        ),
        (
            vec![("LINEDESK__STORAGE__S3__BUCKET", "Desk_Files"), KEY, SECRET],
            "storage.s3.bucket (env",
        ),
        (
            vec![
                ("LINEDESK__STORAGE__S3__BUCKET", "desk..files"),
                KEY,
                SECRET,
            ],
            "storage.s3.bucket (env",
        ),
        (
            vec![("LINEDESK__STORAGE__S3__BUCKET", "desk.files"), KEY, SECRET],
            "storage.s3.path_style (not set): has to be true",
        ),
        (
            other(ENDPOINT, "http://10.0.0.1:9000"),
            "storage.s3.endpoint (environment variable LINEDESK__STORAGE__S3__ENDPOINT): would send attachments in the clear",
        ),
        (
            other(ENDPOINT, "s3.example.net"),
            "storage.s3.endpoint (env",
        ),
        (
            other(ENDPOINT, "https://desk:hunter22@s3.example.net"),
            "storage.s3.endpoint (env",
        ),
        (
            other("LINEDESK__STORAGE__S3__PREFIX", "/linedesk"),
            "storage.s3.prefix (env",
        ),
        (
            other("LINEDESK__STORAGE__S3__PREFIX", "a/../b"),
            "storage.s3.prefix (env",
        ),
        (
            other("LINEDESK__STORAGE__S3__REGION", ""),
            "storage.s3.region (env",
        ),
        (
            other("LINEDESK__STORAGE__S3__TIMEOUT", "5m"),
            "storage.s3.timeout (env",
        ),
        (
            other("LINEDESK__STORAGE__MAX_UPLOAD", "6GiB"),
            "storage.max_upload (environment variable LINEDESK__STORAGE__MAX_UPLOAD): a bucket",
        ),
    ] {
        let text = fault(&set);
        assert!(text.starts_with(told), "{set:?}: {text}");
        assert!(!text.contains("hunter"), "{text}");
    }
}

#[test]
fn what_follows_is_shown_and_the_secret_is_not() {
    let effective = load(&[("LINEDESK__STORAGE__S3__REGION", "eu-west-1")]);
    let shown = effective.to_string();
    for line in [
        "storage.s3.endpoint = \"https://s3.eu-west-1.amazonaws.com\"",
        "storage.s3.path_style = false",
        "storage.s3.access_key_id = \"AKIADESK\"",
        "storage.s3.secret_access_key = \"********\"",
    ] {
        assert!(shown.contains(line), "{line} in\n{shown}");
    }
    assert!(!format!("{shown}{effective:?}").contains("hunter"));
}
