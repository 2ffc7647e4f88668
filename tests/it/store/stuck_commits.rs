//! Commits that do not come to their end, as where PostgreSQL waits for a synchronous standby that is lost.

mod postgres_only {
    use std::time::Duration;

    use diesel::connection::SimpleConnection as _;
    use diesel::pg::PgConnection;
    use diesel::{RunQueryDsl as _, sql_query};
    use linedesk_domain::ids::TicketId;
    use linedesk_domain::people::Actor;
    use linedesk_domain::ticket::Ticket;
    use linedesk_ports::changes::{Changes, Commit as _};
    use linedesk_ports::queries::Queries as _;
    use linedesk_ports::store::{Scope, StoreError};
    use linedesk_ports::tickets::TicketKey;
    use linedesk_store::{PostgresOptions, PostgresStore};

    use super::super::desk::{Desk, Place, act, new_ticket, noon};

    /// What makes tickets wait in their commit, where no limit on statements holds any more, for as long as a session
    /// holds the lock.
    const STANDBY: &str = "
        CREATE FUNCTION await_standby() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            WHILE NOT pg_try_advisory_xact_lock_shared(4711) LOOP
                PERFORM pg_sleep(0.01);
            END LOOP;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER standby AFTER INSERT ON tickets DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION await_standby()";
    /// Longer than anything here takes, unless it takes for ever.
    const EVER: Duration = Duration::from_mins(1);
    const BUSY: StoreError = StoreError::Unavailable("the database is too busy");

    /// A server on the desk's database with a single writer and little patience, and a standby that is lost.
    fn lost_standby(desk: &Desk) -> (PostgresStore, PgConnection) {
        let Place::Database(database) = &desk.place else {
            panic!("`--skip postgres_only` leaves this out on SQLite");
        };
        let mut session = database.connect();
        session.batch_execute(STANDBY).unwrap();
        session
            .batch_execute("SELECT pg_advisory_lock(4711)")
            .unwrap();
        let options = PostgresOptions {
            readers: 1,
            writers: 1,
            queue_wait: Duration::from_millis(500),
            statement_timeout: Duration::from_secs(2),
            commit_wait: Duration::from_millis(300),
            ..PostgresOptions::new(database.url())
        };
        (PostgresStore::open(&options).unwrap(), session)
    }

    /// Whether a commit in the session's database waits for the standby.
    fn hangs(session: &mut PgConnection) -> bool {
        let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
        sql_query(waiting).execute(session).unwrap() > 0
    }

    async fn new(desk: &Desk, title: &str) -> (TicketId, Changes) {
        let book = desk.store.book().await.unwrap();
        let made = Ticket::create(&act(Actor::System, noon(), &book), desk.wish(title)).unwrap();
        let id = made.ticket.data().id;
        let changes = Changes {
            writes: new_ticket(made, noon()),
            mark: None,
        };
        (id, changes)
    }

    async fn is_there(desk: &Desk, id: TicketId) -> bool {
        let key = TicketKey::Id(id);
        let found = desk.store.ticket(Scope::Everything, key).await.unwrap();
        found.is_some()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_asked_is_answered_and_the_server_can_stop() {
        let desk = Desk::open().await;
        let (store, mut session) = lost_standby(&desk);
        let ((begun, changes), (waiting, more)) =
            (new(&desk, "One").await, new(&desk, "Two").await);
        store.ready().await.unwrap();
        let answers = async {
            let first = store.commit(changes);
            let second = async {
                // Behind it: there is one writer, and its commit hangs by then.
                while !hangs(&mut session) {
                    tokio::task::yield_now().await;
                }
                store.commit(more).await
            };
            tokio::join!(first, second)
        };
        let (first, second) = tokio::time::timeout(EVER, answers).await.unwrap();
        assert_eq!(first, Err(StoreError::Unknown));
        assert_eq!(second, Err(BUSY));
        assert!(matches!(
            store.ready().await,
            Err(StoreError::Unavailable(_))
        ));
        let stopping = tokio::task::spawn_blocking(move || drop(store));
        tokio::time::timeout(EVER, stopping).await.unwrap().unwrap();
        assert!(!is_there(&desk, begun).await);
        session
            .batch_execute("SELECT pg_advisory_unlock(4711)")
            .unwrap();
        let written = async {
            while !is_there(&desk, begun).await {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(EVER, written).await.unwrap();
        // The thread that was let go takes up what is left, and leaves what was refused.
        assert!(!is_there(&desk, waiting).await);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_server_is_ready_again_once_commits_end() {
        let desk = Desk::open().await;
        let (store, mut session) = lost_standby(&desk);
        let (_, changes) = new(&desk, "One").await;
        assert_eq!(store.commit(changes).await, Err(StoreError::Unknown));
        assert!(store.ready().await.is_err());
        session
            .batch_execute("SELECT pg_advisory_unlock(4711)")
            .unwrap();
        let recovered = async {
            while store.ready().await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(EVER, recovered).await.unwrap();
        let (_, changes) = new(&desk, "Two").await;
        store.commit(changes).await.unwrap();
    }
}
