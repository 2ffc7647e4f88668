//! Reports read from another database than the rest.

mod postgres_only {
    use crate::http::desk::{Desk, eventually};
    use crate::http::program::Program;

    const REPORT: &str = "/api/v1/support/metrics/performance";

    async fn is_refused(desk: &Desk) {
        let answer = desk.admin.ask("GET", REPORT).try_send().await;
        let refused = answer.expect("an answer").problem(503, "unavailable");
        assert!(!refused.header("retry-after").is_empty(), "{refused}");
    }

    #[tokio::test]
    async fn reports_are_read_from_the_replica_and_everything_else_is_not() {
        // A desk of its own stands for the replica: what it has tells which of the two was read.
        let elsewhere = Program::new();
        let other = elsewhere.serve();
        let desk = Desk::on(&other).await;
        let customer = desk.customer().await;
        for _ in 0..3 {
            desk.ticket(&customer.id).await;
        }
        eventually("three tickets", || async {
            let report = desk.admin.get(REPORT).await.is(200);
            (report.json["totals"]["created"] == 3).then_some(())
        })
        .await;
        let replica = elsewhere.database().expect("PostgreSQL's");
        let program = Program::new()
            .set("database.read_url", &replica.url())
            .set("database.connect_timeout", "2s");
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let report = desk.admin.get(REPORT).await.is(200);
        assert_eq!(report.json["totals"]["created"], 3, "{report}");
        let list = desk.admin.get("/api/v1/tickets").await.is(200);
        assert_eq!(
            list.json["total"], 0,
            "tickets are read where they are written"
        );

        replica.reachable(false);
        is_refused(&desk).await;
        let customer = desk.customer().await;
        desk.ticket(&customer.id).await;
        desk.admin.get("/readyz").await.is(200);
        replica.reachable(true);
        eventually("reports again", || async {
            let answer = desk.admin.ask("GET", REPORT).try_send().await;
            (answer.expect("an answer").status == 200).then_some(())
        })
        .await;
    }

    #[tokio::test]
    async fn a_replica_that_is_away_keeps_no_server_from_starting() {
        let program = Program::new()
            .set(
                "database.read_url",
                "postgres://nobody:hidden@127.0.0.1:9/none",
            )
            .set("database.connect_timeout", "1s");
        let server = program.serve();
        let desk = Desk::on(&server).await;
        is_refused(&desk).await;
        desk.admin.get("/api/v1/tickets").await.is(200);
        assert!(!server.log().contains("hidden"), "{}", server.log());
    }
}
