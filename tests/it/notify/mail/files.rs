//! Mail into files, where there is no mail server.

use std::fs;
use std::path::Path;

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn each_mail_is_a_file_that_sorts_by_time_and_is_for_us_alone() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("mail");
    let notifier = notifier(MailWay::Folder(folder.clone()));
    let mut late = mail("../a/b", "ada@example.net");
    late.at = "2026-11-21T15:00:00.5Z".parse().unwrap();
    notifier.mail(&late).await.unwrap();
    notifier
        .mail(&mail("k-1", "ada@example.net"))
        .await
        .unwrap();
    let expected = [
        "20261121T143251.000000Z-k-1.eml",
        "20261121T150000.500000Z----a-b.eml",
    ];
    assert_eq!(names(&folder), expected);
    let content = fs::read_to_string(folder.join(expected[0])).unwrap();
    assert!(content.contains("Message-ID: <k-1@example.org>\r\n"));
    assert!(content.contains("ada@example.net"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.join(expected[0])), 0o600);
        assert_eq!(mode(&folder), 0o700);
    }
}

#[tokio::test]
async fn a_repeat_is_the_same_file() {
    let data = tempfile::tempdir().unwrap();
    let notifier = notifier(MailWay::Folder(data.path().to_owned()));
    notifier
        .mail(&mail("k-1", "ada@example.net"))
        .await
        .unwrap();
    let name = data.path().join(names(data.path()).first().unwrap());
    let first = fs::read(&name).unwrap();
    notifier
        .mail(&mail("k-1", "ada@example.net"))
        .await
        .unwrap();
    assert_eq!(names(data.path()).len(), 1);
    assert_eq!(fs::read(&name).unwrap(), first);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_everybodys_trouble() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("taken");
    fs::write(&file, "").unwrap();
    let notifier = notifier(MailWay::Folder(file.join("mail")));
    let sent = notifier.mail(&mail("k-1", "ada@example.net")).await;
    assert_eq!(trouble(&sent), Trouble::Channel);
}
