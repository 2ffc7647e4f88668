//! Files.

use serde_json::json;

use super::api::each;
use super::desk::{Desk, at, new_ticket, with};
use super::program::Program;

const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const UPLOAD: &str = "/api/v1/attachments";

#[tokio::test]
async fn a_file_uploaded_before_its_ticket_comes_back_byte_for_byte() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let bytes: Vec<u8> = (0..300_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    let uploaded = customer
        .upload(UPLOAD, &[("trace.bin", &bytes), ("light.png", PNG)])
        .await
        .is(201)
        .list("attachments");
    assert_eq!(each(&uploaded, "name"), ["trace.bin", "light.png"]);
    assert_eq!(
        (&uploaded[0]["size"], &uploaded[1]["content_type"]),
        (&json!(bytes.len()), &json!("image/png"))
    );
    assert!(uploaded[0]["created_at"].is_string());
    let ids = each(&uploaded, "id");
    let body = with(new_ticket(&customer.id), json!({ "attachments": ids }));
    let ticket = customer
        .post("/api/v1/tickets", body)
        .await
        .is(201)
        .str("id");
    let listed = customer
        .get(&at(&ticket, "/attachments"))
        .await
        .is(200)
        .list("attachments");
    assert_eq!(each(&listed, "id"), ids);
    assert_eq!(
        each(&desk.read(&ticket).await.list("attachments"), "id"),
        ids
    );
    let file = customer.get(&format!("{UPLOAD}/{}", ids[0])).await.is(200);
    assert!(file.bytes == bytes, "{} bytes came back", file.bytes.len());
    assert!(
        file.header("content-disposition").starts_with("attachment"),
        "{:?}",
        file.headers
    );
    assert!(file.header("content-disposition").contains("trace.bin"));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("content-length"), bytes.len().to_string());
}

#[tokio::test]
async fn files_go_to_tickets_and_comments() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let ticket = desk.ticket(&customer.id).await;
    let direct = agent
        .upload(
            &at(&ticket, "/attachments"),
            &[("a.txt", b"one"), ("b.txt", b"two")],
        )
        .await
        .is(201);
    assert_eq!(
        each(&direct.list("attachments"), "name"),
        ["a.txt", "b.txt"]
    );
    let loose = customer
        .upload(UPLOAD, &[("c.txt", b"three")])
        .await
        .is(201)
        .list("attachments");
    let body = json!({ "body": "See the file.", "attachments": each(&loose, "id") });
    let comment = customer.post(&at(&ticket, "/comments"), body).await.is(201);
    assert_eq!(each(&comment.list("attachments"), "name"), ["c.txt"]);
    let listed = customer
        .get(&at(&ticket, "/attachments"))
        .await
        .is(200)
        .list("attachments");
    assert_eq!(each(&listed, "name"), ["a.txt", "b.txt", "c.txt"]);
    let actions = each(&desk.history(&ticket).await, "action");
    assert_eq!(actions, ["created", "attachment_added", "commented"]);
}

#[tokio::test]
async fn a_file_is_read_by_those_who_may_read_its_ticket() {
    let desk = Desk::shared().await;
    let (customer, other, agent) = (
        desk.customer().await,
        desk.customer().await,
        desk.agent().await,
    );
    let ticket = desk.ticket(&customer.id).await;
    let uploaded = customer
        .upload(UPLOAD, &[("mine.txt", b"mine")])
        .await
        .is(201)
        .list("attachments");
    let id = &each(&uploaded, "id")[0];
    let path = format!("{UPLOAD}/{id}");
    // Unattached, it is its uploader's alone.
    customer.get(&path).await.is(200);
    for person in [&other as &super::api::Api, &agent, &desk.admin] {
        person.get(&path).await.problem(404, "not_found");
    }
    let stolen = json!({ "body": "Mine now.", "attachments": [id] });
    let foreign = desk.ticket(&other.id).await;
    assert!(
        other
            .post(&at(&foreign, "/comments"), stolen.clone())
            .await
            .faulty()
            .contains("attachments[0]")
    );
    customer
        .post(&at(&ticket, "/comments"), stolen.clone())
        .await
        .is(201);
    for person in [&customer as &super::api::Api, &agent, &desk.admin] {
        assert_eq!(person.get(&path).await.is(200).bytes, b"mine");
    }
    other.get(&path).await.problem(404, "not_found");
    desk.anonymous.get(&path).await.is(401);
    assert!(
        customer
            .post(&at(&ticket, "/comments"), stolen)
            .await
            .faulty()
            .contains("attachments[0]"),
        "attached twice"
    );
    let note = agent
        .upload(UPLOAD, &[("note.txt", b"secret")])
        .await
        .is(201)
        .list("attachments");
    let body = json!({ "body": "internal", "is_internal": true, "attachments": each(&note, "id") });
    agent.post(&at(&ticket, "/comments"), body).await.is(201);
    customer
        .get(&format!("{UPLOAD}/{}", each(&note, "id")[0]))
        .await
        .problem(404, "not_found");
    assert_eq!(
        customer
            .get(&at(&ticket, "/attachments"))
            .await
            .is(200)
            .json["total"],
        1
    );
}

#[tokio::test]
async fn names_are_reduced_to_harmless_base_names() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let long = format!("{}.txt", "n".repeat(400));
    for (sent, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\line.pcap", "line.pcap"),
        ("..", "file"),
        ("a/b/", "file"),
        ("smörgås \u{1f35e}.txt", "smörgås \u{1f35e}.txt"),
        ("say \"cheese\".txt", "say \"cheese\".txt"),
        ("a\u{202e}gpj.exe", "agpj.exe"),
    ] {
        let uploaded = customer
            .upload(UPLOAD, &[(sent, b"x")])
            .await
            .is(201)
            .list("attachments");
        let file = customer
            .get(&format!("{UPLOAD}/{}", each(&uploaded, "id")[0]))
            .await
            .is(200);
        assert_eq!(file.bytes, b"x");
        assert_eq!(each(&uploaded, "name"), [kept], "{sent}");
    }
    let uploaded = customer
        .upload(UPLOAD, &[(&long, b"x")])
        .await
        .is(201)
        .list("attachments");
    assert!(each(&uploaded, "name")[0].len() <= 255);
}

#[tokio::test]
async fn a_name_that_is_sent_in_its_extended_form_alone_is_kept() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let upload = async |named: &str| {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; {named}\r\n\r\nx\r\n--x--\r\n"
        );
        let ask = customer.ask("POST", UPLOAD);
        let ask = ask.header("content-type", "multipart/form-data; boundary=x");
        let uploaded = ask.bytes(body).send().await.is(201);
        each(&uploaded.list("attachments"), "name").remove(0)
    };
    let extended = "filename*=UTF-8''sm%C3%B6rg%C3%A5s.txt";
    assert_eq!(upload(extended).await, "smörgås.txt");
    let both = format!("filename=\"plain.txt\"; {extended}");
    assert_eq!(upload(&both).await, "plain.txt");
}

#[tokio::test]
async fn what_a_browser_could_run_is_never_shown_inline() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let page = b"<!doctype html><script>alert(1)</script>";
    let image = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let files: [(&str, &[u8]); 2] = [("page.png", page), ("image.svg", image)];
    for id in each(
        &customer
            .upload(UPLOAD, &files)
            .await
            .is(201)
            .list("attachments"),
        "id",
    ) {
        let file = customer.get(&format!("{UPLOAD}/{id}")).await.is(200);
        assert!(file.header("content-disposition").starts_with("attachment"));
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(
            !["image/png"].contains(&file.header("content-type").as_str()),
            "{:?}",
            file.headers
        );
        assert!(
            file.header("content-security-policy")
                .contains("default-src 'none'")
        );
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_leaves_nothing() {
    let program = Program::new().set("storage.max_upload", "100KiB");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let (fits, large) = (vec![1; 100 * 1024], vec![1; 100 * 1024 + 1]);
    customer
        .upload(UPLOAD, &[("fits.bin", &fits)])
        .await
        .is(201);
    customer
        .upload(UPLOAD, &[("large.bin", &large)])
        .await
        .problem(413, "too_large");
    customer
        .upload(
            &at(&ticket, "/attachments"),
            &[("fits.bin", &fits), ("large.bin", &large)],
        )
        .await
        .is(413);
    assert_eq!(
        customer
            .get(&at(&ticket, "/attachments"))
            .await
            .is(200)
            .json["total"],
        0
    );
    assert_eq!(desk.read(&ticket).await.json["version"], 1);
}

#[tokio::test]
async fn an_upload_without_files_or_of_another_kind_is_a_fault() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    for path in [UPLOAD.to_owned(), at(&ticket, "/attachments")] {
        customer.upload(&path, &[]).await.is(400);
        let answer = customer.post(&path, json!({ "file": "x" })).await;
        assert!([400, 415].contains(&answer.status), "{answer}");
        let broken = customer
            .ask("POST", &path)
            .header("content-type", "multipart/form-data; boundary=x")
            .bytes("--x\r\nno");
        broken.send().await.is(400);
    }
    customer.upload(UPLOAD, &[("empty.txt", b"")]).await.is(201);
}

#[tokio::test]
async fn a_broken_download_goes_on_where_it_stopped() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let uploaded = customer
        .upload(UPLOAD, &[("ten.txt", b"0123456789")])
        .await
        .is(201)
        .list("attachments");
    let path = format!("{UPLOAD}/{}", each(&uploaded, "id")[0]);
    let part = |range: &'static str| customer.ask("GET", &path).header("range", range).send();
    for (range, bytes, told) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=5-500", "56789", "bytes 5-9/10"),
    ] {
        let answer = part(range).await.is(206);
        assert_eq!(
            (answer.text(), answer.header("content-range")),
            (bytes.to_owned(), told.to_owned())
        );
    }
    let beyond = part("bytes=10-").await.is(416);
    assert_eq!(beyond.header("content-range"), "bytes */10");
    assert_eq!(part("pages=1-2").await.is(200).text(), "0123456789");
}

#[tokio::test]
async fn files_of_a_deleted_ticket_are_gone_with_it() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let files = customer
        .upload(&at(&ticket, "/attachments"), &[("a.txt", b"x")])
        .await
        .is(201)
        .list("attachments");
    let path = format!("{UPLOAD}/{}", each(&files, "id")[0]);
    desk.admin.get(&path).await.is(200);
    desk.admin.delete(&at(&ticket, "")).await.is(204);
    for person in [&desk.admin, &customer as &super::api::Api] {
        person.get(&path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn only_staff_uploads_what_only_staff_reads() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let ticket = desk.ticket(&customer.id).await;
    let upload = |api: &super::api::Api| {
        let form = "--x\r\nContent-Disposition: form-data; name=\"is_internal\"\r\n\r\ntrue\r\n\
                    --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhush\r\n--x--\r\n";
        let ask = api.ask("POST", &at(&ticket, "/attachments"));
        ask.header("content-type", "multipart/form-data; boundary=x")
            .bytes(form)
            .send()
    };
    upload(&customer).await.problem(403, "forbidden");
    let file = upload(&agent).await.is(201).list("attachments");
    assert_eq!(
        customer
            .get(&at(&ticket, "/attachments"))
            .await
            .is(200)
            .json["total"],
        0
    );
    customer
        .get(&format!("{UPLOAD}/{}", each(&file, "id")[0]))
        .await
        .problem(404, "not_found");
    agent
        .get(&format!("{UPLOAD}/{}", each(&file, "id")[0]))
        .await
        .is(200);
    let history = customer.get(&at(&ticket, "/history")).await.is(200);
    assert_eq!(each(&history.list("history"), "action"), ["created"]);
}
