//! Backups: everything where the database is SQLite's, the files where it is PostgreSQL's.

mod sqlite_only {
    use serde_json::json;

    use crate::http::api::each;
    use crate::http::commands::said;
    use crate::http::desk::{Desk, at};
    use crate::http::program::Program;

    #[tokio::test]
    async fn a_backup_of_a_running_server_comes_back_whole_elsewhere() {
        let program = Program::new();
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let customer = desk.customer().await;
        let ticket = desk
            .ticket_with(&customer.id, json!({ "title": "Kept for ever" }))
            .await
            .str("id");
        desk.admin
            .post(&at(&ticket, "/comments"), json!({ "body": "Kept, too." }))
            .await
            .is(201);
        let files = desk
            .admin
            .upload(&at(&ticket, "/attachments"), &[("kept.txt", b"kept bytes")])
            .await
            .is(201);
        let archive = program.folder().join("backup.tar");
        let archive = archive.to_str().expect("a path");
        let written = program.run(&["backup", archive]);
        assert!(written.status.success(), "{}", said(&written));
        desk.admin
            .patch(&at(&ticket, ""), json!({ "title": "Changed afterwards" }))
            .await
            .is(200);
        assert!(
            !program.run(&["backup", archive]).status.success(),
            "an archive is never overwritten"
        );
        assert!(
            !program.run(&["restore", archive]).status.success(),
            "only an empty folder takes an archive"
        );

        let elsewhere = Program::new();
        let restored = elsewhere.run(&["restore", archive]);
        assert!(restored.status.success(), "{}", said(&restored));
        let other = elsewhere.serve();
        let there = Desk::on(&other).await;
        let read = there.read(&ticket).await;
        assert_eq!(read.str("title"), "Kept for ever");
        assert_eq!(each(&read.list("comments"), "body"), ["Kept, too."]);
        let id = each(&files.list("attachments"), "id");
        assert_eq!(
            there
                .admin
                .get(&format!("/api/v1/attachments/{}", id[0]))
                .await
                .is(200)
                .bytes,
            b"kept bytes"
        );
        assert_eq!(desk.read(&ticket).await.str("title"), "Changed afterwards");
    }
}

mod postgres_only {
    use serde_json::json;

    use crate::http::api::each;
    use crate::http::commands::said;
    use crate::http::desk::{Desk, at};
    use crate::http::program::Program;

    #[tokio::test]
    async fn the_files_come_back_and_the_operator_is_told_about_the_database() {
        let program = Program::new();
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let customer = desk.customer().await;
        let ticket = desk.ticket(&customer.id).await;
        let files = desk
            .admin
            .upload(&at(&ticket, "/attachments"), &[("kept.txt", b"kept bytes")])
            .await
            .is(201);
        let archive = program.folder().join("backup.tar");
        let archive = archive.to_str().expect("a path");
        let written = program.run(&["backup", archive]);
        assert!(written.status.success(), "{}", said(&written));
        assert!(said(&written).contains("pg_dump"), "{}", said(&written));
        let refused = program.run(&["restore", archive]);
        assert!(said(&refused).contains("nothing is overwritten"));

        let elsewhere = program.elsewhere();
        let restored = elsewhere.run(&["restore", archive]);
        assert!(restored.status.success(), "{}", said(&restored));
        assert!(
            said(&restored).contains("pg_restore"),
            "{}",
            said(&restored)
        );
        let other = elsewhere.serve();
        let there = Desk::on(&other).await;
        let id = each(&files.list("attachments"), "id");
        let file = format!("/api/v1/attachments/{}", id[0]);
        assert_eq!(there.admin.get(&file).await.is(200).bytes, b"kept bytes");
        let more = json!({ "body": "Found again." });
        there
            .admin
            .post(&at(&ticket, "/comments"), more)
            .await
            .is(201);
        assert_eq!(desk.read(&ticket).await.list("comments").len(), 1);
    }
}
