//! One server, one folder, one file: what holds where the database is SQLite's.

mod sqlite_only {
    use std::os::unix::fs::PermissionsExt as _;

    use crate::http::desk::sign_in;
    use crate::http::program::{ADMIN, Program};

    #[test]
    fn two_servers_never_share_a_folder() {
        let program = Program::new();
        let _first = program.serve();
        let mut second = program.start_server();
        assert!(!second.wait().success());
        assert!(!second.printed().contains("listens"));
        assert!(!second.log().is_empty());
    }

    #[test]
    fn two_servers_never_share_a_database() {
        let program = Program::new();
        let _first = program.serve();
        let database = program.data().join("linedesk.db");
        let other = Program::new().set("database.url", &format!("sqlite://{}", database.display()));
        let mut second = other.start_server();
        assert!(!second.wait().success());
        assert!(!second.printed().contains("listens"));
        assert!(second.log().contains("is in use by another linedesk"));
    }

    #[tokio::test]
    async fn the_signing_key_is_for_its_owner_alone_and_stays_the_same() {
        let program = Program::new();
        let server = program.serve();
        let tokens = sign_in(&server.api(), ADMIN.0, ADMIN.1).await.is(200);
        let mode = std::fs::metadata(program.data().join("signing.key"))
            .expect("a key")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        server.kill();
        let server = program.serve();
        server
            .api()
            .with_token(&tokens.str("access"))
            .get("/api/v1/tickets")
            .await
            .is(200);
    }
}
