//! The whole program with its attachments in a bucket.

use serde_json::json;

use super::api::{Api, each};
use super::commands::said;
use super::desk::{Desk, at, eventually};
use super::program::Program;
use crate::bucket::{ACCESS_KEY_ID, Bucket, Fault, NAME, REGION, SECRET_ACCESS_KEY};

const UPLOAD: &str = "/api/v1/attachments";

/// A program whose attachments are in that bucket.
fn program(bucket: &Bucket) -> Program {
    Program::new()
        .set("storage.s3.bucket", NAME)
        .set("storage.s3.endpoint", &bucket.endpoint())
        .set("storage.s3.allow_http", "true")
        .set("storage.s3.region", REGION)
        .set("storage.s3.prefix", "desk/files")
        .set("storage.s3.access_key_id", ACCESS_KEY_ID)
        .set("storage.s3.secret_access_key", SECRET_ACCESS_KEY)
        .set("storage.s3.timeout", "3s")
}

async fn uploaded(api: &Api, name: &str, bytes: &[u8]) -> String {
    let files = api.upload(UPLOAD, &[(name, bytes)]).await.is(201);
    each(&files.list("attachments"), "id").remove(0)
}

fn away() -> Fault {
    Fault {
        answer: Some((503, "SlowDown")),
        ..Fault::default()
    }
}

#[tokio::test]
async fn files_go_into_the_bucket_and_come_back_until_they_are_deleted() {
    let bucket = Bucket::start();
    let program = program(&bucket);
    let server = program.serve();
    assert!(bucket.objects().is_empty(), "looking leaves nothing");
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let bytes: Vec<u8> = (0..300_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    let id = uploaded(&customer, "trace.bin", &bytes).await;
    let name = format!("desk/files/{}/{id}", &id[id.len() - 2..]);
    assert!(bucket.objects().into_keys().eq([name.as_str()]));
    let body = json!({ "body": "See the file.", "attachments": [id] });
    customer.post(&at(&ticket, "/comments"), body).await.is(201);

    let path = format!("{UPLOAD}/{id}");
    let file = customer.get(&path).await.is(200);
    assert!(file.bytes == bytes, "{} bytes came back", file.bytes.len());
    assert_eq!(file.header("content-length"), bytes.len().to_string());
    bucket.requests();
    let part = customer
        .ask("GET", &path)
        .header("range", "bytes=100000-100003");
    assert_eq!(part.send().await.is(206).bytes, bytes[100_000..100_004]);
    let asked = [format!("GET {name} bytes=100000-100003")];
    assert_eq!(
        bucket.requests(),
        asked,
        "no more is fetched than is wanted"
    );

    let large = vec![1; 26 * 1024 * 1024];
    customer
        .upload(UPLOAD, &[("large.bin", &large)])
        .await
        .is(413);
    let gone = format!("/crm/api/v1/ticket-attachments/{id}");
    customer.delete(&gone).await.is(204);
    customer.get(&path).await.problem(404, "not_found");
    assert!(bucket.objects().is_empty());
    assert!(!program.data().join("attachments").exists());
    let arriving = std::fs::read_dir(program.data().join("arriving")).unwrap();
    assert_eq!(arriving.count(), 0, "nothing is left on this machine");
}

#[tokio::test]
async fn while_the_bucket_is_away_files_are_refused_and_all_else_goes_on() {
    let bucket = Bucket::start();
    let program = program(&bucket);
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let id = uploaded(&customer, "kept.txt", b"kept").await;
    let path = format!("{UPLOAD}/{id}");

    let silent = Fault {
        delay: std::time::Duration::from_mins(1),
        ..Fault::default()
    };
    for fault in [away(), silent] {
        bucket.fail(&[], Some(fault));
        let upload = customer.ask("POST", UPLOAD).files(&[("lost.txt", b"lost")]);
        let download = customer.ask("GET", &path);
        for asked in [upload, download] {
            let answer = asked.try_send().await.expect("an answer");
            let answer = answer.problem(503, "unavailable");
            assert!(!answer.header("retry-after").is_empty(), "{answer}");
        }
        desk.ticket(&customer.id).await;
        desk.admin.get("/readyz").await.is(200);
    }
    bucket.fail(&[], None);
    assert_eq!(customer.get(&path).await.is(200).bytes, b"kept");
    uploaded(&customer, "again.txt", b"again").await;
    assert!(
        server.log().contains("503 SlowDown"),
        "the operator learns why"
    );
    assert!(
        !server.log().contains("told-by-the-bucket"),
        "{}",
        server.log()
    );
    eventually("the end of what was lost", || async {
        (bucket.objects().len() == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_bucket_that_cannot_be_used_keeps_the_program_from_starting() {
    let bucket = Bucket::start();
    for (key, value, told) in [
        (
            "storage.s3.secret_access_key",
            "hunter55",
            "storage.s3.secret_access_key right?",
        ),
        ("storage.s3.bucket", "other", "storage.s3.bucket right?"),
        (
            "storage.s3.endpoint",
            "http://127.0.0.1:1",
            "did not answer",
        ),
    ] {
        let program = program(&bucket).set(key, value);
        let mut server = program.start_server();
        assert_eq!(server.wait().code(), Some(1));
        let log = server.log();
        let whole = "the bucket of attachments (storage.s3) cannot be used";
        assert!(log.contains(whole) && log.contains(told), "{log}");
        assert!(!log.contains("hunter"), "{log}");
        assert!(!server.printed().contains("listens"));
        // What has nothing to do with files goes on without them.
        let users = program.run(&["user", "list"]);
        assert!(users.status.success(), "{}", said(&users));
    }
}

#[tokio::test]
async fn no_secret_of_the_bucket_stands_in_the_log_or_in_what_is_shown() {
    let bucket = Bucket::start();
    let program = program(&bucket).set("log.level", "trace,mio=off");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let id = uploaded(&customer, "kept.txt", b"kept").await;
    customer.get(&format!("{UPLOAD}/{id}")).await.is(200);
    bucket.fail(&[], Some(away()));
    let refused = customer.ask("GET", &format!("{UPLOAD}/{id}")).try_send();
    refused.await.expect("an answer").is(503);
    let log = server.log();
    assert!(log.contains("TRACE"), "there is a log to look at");
    assert!(!log.contains("hunter") && !log.contains("Signature="));
    let shown = said(&program.run(&["config", "show"]));
    assert!(
        shown.contains("storage.s3.secret_access_key = \"********\""),
        "{shown}"
    );
    assert!(!shown.contains("hunter"), "{shown}");
}

#[tokio::test]
async fn a_backup_says_that_the_attachments_are_not_in_it() {
    let bucket = Bucket::start();
    let program = program(&bucket);
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let id = uploaded(&customer, "kept.txt", b"kept").await;
    let archive = program.folder().join("backup.tar");
    let archive = archive.to_str().expect("a path");
    let written = program.run(&["backup", archive]);
    assert!(written.status.success(), "{}", said(&written));
    let told = "The attachments are not in it. They are in the bucket desk-files";
    assert!(said(&written).contains(told), "{}", said(&written));

    let elsewhere = program.elsewhere();
    let restored = elsewhere.run(&["restore", archive]);
    assert!(restored.status.success(), "{}", said(&restored));
    let told = "They are looked for in the bucket desk-files";
    assert!(said(&restored).contains(told), "{}", said(&restored));
    let other = elsewhere.serve();
    let there = other
        .api()
        .with_token(&token(&other.api(), &customer.person.username).await);
    let file = there.get(&format!("{UPLOAD}/{id}")).await.is(200);
    assert_eq!(file.bytes, b"kept");
}

async fn token(api: &Api, username: &str) -> String {
    let tokens = super::desk::sign_in(api, username, super::desk::PASSWORD).await;
    tokens.is(200).str("access")
}

mod postgres_only {
    use super::{UPLOAD, program, token, uploaded};
    use crate::bucket::Bucket;
    use crate::http::desk::Desk;

    #[tokio::test]
    async fn servers_with_folders_of_their_own_share_the_files() {
        let bucket = Bucket::start();
        let first = program(&bucket);
        let second = first.elsewhere();
        let (one, two) = (first.serve(), second.serve());
        let desk = Desk::on(&one).await;
        let customer = desk.customer().await;
        let id = uploaded(&customer, "kept.txt", b"kept").await;
        let there = two
            .api()
            .with_token(&token(&two.api(), &customer.person.username).await);
        let path = format!("{UPLOAD}/{id}");
        assert_eq!(there.get(&path).await.is(200).bytes, b"kept");
        let gone = format!("/crm/api/v1/ticket-attachments/{id}");
        there.delete(&gone).await.is(204);
        customer.get(&path).await.is(404);
    }
}
