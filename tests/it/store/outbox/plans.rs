//! Work on a long outbox, by the database's own account of it.

mod postgres_only {
    use std::cell::RefCell;
    use std::time::Duration;

    use linedesk_ports::outbox::{Channel, MessageState, Reach};
    use uuid::Uuid;

    use crate::store::desk::{Desk, noon, soon};
    use crate::store::outbox::hand::Hand;

    const ONE: Uuid = Uuid::from_u128(1);
    const LONG: Duration = Duration::from_mins(10);

    /// As many as make a scan of all of them the wrong plan by far; a tenth goes to one receiver, a quarter is due.
    const FILL: &str = "INSERT INTO outbox (event, ticket, channel, receiver, payload, created_at, next_attempt_at) \
        SELECT n, place, 1 + n % 3, CASE WHEN n % 10 = 0 THEN 'dead' ELSE 'r' || n % 2500 END, repeat('x', 300), now(), \
        now() + CASE WHEN n % 4 = 0 THEN n * interval '1 microsecond' - interval '1 hour' ELSE interval '1 hour' END \
        FROM generate_series(1, 50000) n JOIN tickets ON tickets.number = 1 + n % 40";

    #[tokio::test]
    async fn no_step_looks_at_all_of_a_long_outbox() {
        let desk = Desk::open().await;
        for _ in 0..40 {
            desk.create(desk.wish("No signal"), noon()).await;
        }
        let mut hand = Hand::on(&desk);
        hand.run(FILL);
        hand.run("ANALYZE outbox");
        let scans = "SELECT seq_scan AS n FROM pg_stat_user_tables WHERE relname = 'outbox'";
        hand.run("SELECT pg_stat_force_next_flush()");
        let before = hand.numbers(scans);

        let store = &desk.store;
        let claimed = store
            .claim(ONE, Channel::Webhook.into(), 60, LONG)
            .await
            .unwrap();
        assert_eq!(claimed.len(), 60);
        for (n, message) in claimed.iter().enumerate() {
            let claim = message.claim(ONE);
            let done = match n % 4 {
                0 => store.done(claim).await,
                1 => store.park(claim, "no").await,
                2 => store.retry(claim, LONG, "no", Reach::Ticket).await,
                _ => store.retry(claim, LONG, "no", Reach::Receiver).await,
            };
            assert!(done.unwrap());
        }
        for state in MessageState::ALL {
            let page = store.messages(state, 20, 10).await.unwrap();
            assert_eq!(page.len(), 10);
        }
        assert!(store.replay(claimed[1].id).await.unwrap());

        // Sessions give their account when they end, at the latest.
        let desk = desk.reopened();
        let hand = RefCell::new(Hand::on(&desk));
        let deleted = "SELECT n_tup_del AS n FROM pg_stat_user_tables WHERE relname = 'outbox'";
        soon("the account", async || {
            hand.borrow_mut().numbers(deleted) == [15]
        })
        .await;
        assert_eq!(hand.borrow_mut().numbers(scans), before);
    }
}
