//! SQLite's log: it stays short whoever reads and writes, and goes when the store is closed.

mod sqlite_only {
    use std::path::PathBuf;
    use std::time::Duration;

    use diesel::connection::SimpleConnection as _;
    use diesel::{Connection as _, SqliteConnection};
    use linedesk_domain::people::Actor;
    use linedesk_domain::ticket::Ticket;
    use linedesk_ports::changes::{Changes, Commit as _};
    use linedesk_ports::store::Scope;
    use linedesk_ports::tickets::{TicketKey, Tickets as _};
    use linedesk_store::{LogLimits, SqliteOptions, SqliteStore};

    use super::super::desk::{Desk, act, new_ticket, noon};

    /// What a page takes in the log.
    const PAGE: u64 = 4_096 + 24;
    const LIMITS: LogLimits = LogLimits {
        copied_from: 32,
        restarted_from: 128,
        most: 512,
    };

    /// A store beside the desk's own, which nobody writes to any more.
    fn opened(desk: &Desk, log: LogLimits) -> SqliteStore {
        SqliteStore::open(&SqliteOptions {
            log,
            ..SqliteOptions::new(desk.place.path())
        })
        .unwrap()
    }

    /// Makes a ticket.
    async fn create(desk: &Desk, store: &SqliteStore) {
        let book = desk.store.book().await.unwrap();
        let wish = desk.wish("A ticket that is found by quite a few words");
        let decision = Ticket::create(&act(Actor::System, noon(), &book), wish).unwrap();
        let changes = Changes {
            writes: new_ticket(decision, noon()),
            mark: None,
        };
        store.commit(changes).await.unwrap();
    }

    fn pages(store: &SqliteStore) -> u64 {
        store.stats().log_bytes.unwrap() / PAGE
    }

    /// Makes as many tickets one after the other, in as many transactions, while others read.
    async fn written(desk: &Desk, store: &SqliteStore, tickets: usize) {
        let reading = {
            let store = store.clone();
            tokio::spawn(async move {
                loop {
                    let first = TicketKey::Number(1);
                    store.ticket(Scope::Everything, first).await.unwrap();
                }
            })
        };
        for _ in 0..tickets {
            create(desk, store).await;
        }
        reading.abort();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_log_stays_short_while_everybody_reads_and_writes() {
        let never = LogLimits {
            copied_from: u32::MAX,
            restarted_from: u32::MAX,
            most: u32::MAX,
        };
        let desk = Desk::open().await;
        let store = opened(&desk, never);
        written(&desk, &store, 300).await;
        let without = pages(&store);
        drop(store);

        let desk = Desk::open().await;
        let store = opened(&desk, LIMITS);
        written(&desk, &store, 1_200).await;
        let with = pages(&store);
        assert!(
            without > 2 * u64::from(LIMITS.most) && with < without,
            "{with} pages after four times as many writes as made {without}"
        );
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_log_grows_while_somebody_reads_for_long_and_is_cut_afterwards() {
        let desk = Desk::open().await;
        let store = opened(&desk, LIMITS);
        let path = desk.place.path();
        let mut long = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        long.batch_execute("BEGIN; SELECT count(*) FROM tickets;")
            .unwrap();
        written(&desk, &store, 300).await;
        let grown = pages(&store);
        assert!(
            grown > u64::from(LIMITS.most),
            "the log keeps what is read: {grown}"
        );
        long.batch_execute("COMMIT").unwrap();
        let cut = async {
            while pages(&store) > u64::from(LIMITS.restarted_from) {
                create(&desk, &store).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), cut)
            .await
            .expect("the log is begun anew and its file cut");
    }

    #[tokio::test]
    async fn nothing_is_left_of_the_log_when_the_store_is_closed() {
        let desk = Desk::open().await;
        let path = desk.place.path();
        let log = PathBuf::from(format!("{}-wal", path.display()));
        let store = opened(&desk, LogLimits::default());
        for _ in 0..20 {
            create(&desk, &store).await;
        }
        assert!(pages(&store) > 0);
        let Desk {
            store: own, place, ..
        } = desk;
        drop((store, own));
        assert!(!log.exists());
        let store = SqliteStore::open(&SqliteOptions::new(path)).unwrap();
        let last = store.ticket(Scope::Everything, TicketKey::Number(20)).await;
        assert!(last.unwrap().is_some());
        drop(place);
    }
}
