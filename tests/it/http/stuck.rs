//! A database that does not answer: every request is refused in bounded time, nothing is half done, and the server
//! recovers by itself.

mod postgres_only {
    use diesel::connection::SimpleConnection as _;
    use futures_util::future::join_all;

    use crate::http::desk::{Desk, eventually, new_ticket};
    use crate::http::program::Program;

    /// A server with little patience.
    fn program() -> Program {
        Program::new()
            .set("database.connect_timeout", "2s")
            .set("database.lock_timeout", "1s")
            .set("database.statement_timeout", "2s")
            .set("database.queue_wait", "1s")
    }

    /// Creates and lists, many at once. All of them are answered, and none gets through.
    async fn is_refused(desk: &Desk, customer: &str) {
        let asks = (0..40).map(|n| {
            let ask = if n % 2 == 0 {
                let create = desk.admin.ask("POST", "/api/v1/tickets");
                create.json(new_ticket(customer))
            } else {
                desk.admin.ask("GET", "/api/v1/tickets")
            };
            ask.try_send()
        });
        for answer in join_all(asks).await {
            let answer = answer.expect("an answer").problem(503, "unavailable");
            assert!(!answer.header("retry-after").is_empty(), "{answer}");
        }
        desk.admin.get("/healthz").await.is(200);
    }

    /// A new ticket, as soon as that is possible again.
    async fn recovers(desk: &Desk, customer: &str) {
        eventually("a ticket", || async {
            let ask = desk.admin.ask("POST", "/api/v1/tickets");
            let answer = ask.json(new_ticket(customer)).try_send().await;
            let answer = answer.expect("an answer");
            assert!([201, 503].contains(&answer.status), "{answer}");
            (answer.status == 201).then_some(())
        })
        .await;
        eventually("readiness", || async {
            let answer = desk.admin.ask("GET", "/readyz").try_send().await;
            (answer.expect("an answer").status == 200).then_some(())
        })
        .await;
        let list = desk.admin.get("/api/v1/tickets").await.is(200);
        assert_eq!(list.json["total"], 1, "what was refused was not written");
    }

    #[tokio::test]
    async fn while_somebody_holds_the_tickets_requests_are_refused_in_time() {
        let program = program();
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let customer = desk.customer().await;
        let mut holder = program.database().expect("PostgreSQL's").connect();
        holder
            .batch_execute("BEGIN; LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE")
            .expect("a lock");
        is_refused(&desk, &customer.id).await;
        holder.batch_execute("ROLLBACK").expect("the lock is gone");
        recovers(&desk, &customer.id).await;
    }

    #[tokio::test]
    async fn while_the_database_is_gone_requests_are_refused_and_readyz_says_so() {
        let program = program();
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let customer = desk.customer().await;
        let database = program.database().expect("PostgreSQL's");
        database.reachable(false);
        is_refused(&desk, &customer.id).await;
        let ready = desk.admin.ask("GET", "/readyz").try_send().await;
        assert_eq!(ready.expect("an answer").status, 503);
        database.reachable(true);
        recovers(&desk, &customer.id).await;
    }
}
