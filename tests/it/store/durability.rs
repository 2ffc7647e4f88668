//! What was acknowledged is there: after a restart, in a backup, and without gaps after it.

use std::time::Duration;

use linedesk_domain::people::Actor;
use linedesk_domain::ticket::Ticket;
use linedesk_ports::changes::Changes;
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::TicketKey;

use super::desk::{Desk, act, new_ticket, noon};

#[tokio::test]
async fn everything_is_there_after_a_restart_and_numbers_go_on() {
    let desk = Desk::open().await;
    let (id, _) = desk.create(desk.wish("One"), noon()).await;
    let before = desk.load(id).await;
    let desk = desk.reopened();
    let after = desk.load(id).await;
    assert_eq!((&after.ticket, &after.book), (&before.ticket, &before.book));
    let (_, numbers) = desk.create(desk.wish("Two"), noon()).await;
    assert_eq!(
        (numbers.number, numbers.label.as_str()),
        (2, "T-20261120-0002")
    );
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_any_more_is_written_all_the_same() {
    let desk = Desk::open().await;
    let book = desk.store.book().await.unwrap();
    let decision = Ticket::create(&act(Actor::System, noon(), &book), desk.wish("One")).unwrap();
    let id = decision.ticket.data().id;
    let commit = desk.store.commit(Changes {
        writes: new_ticket(decision, noon()),
        mark: None,
    });
    // Polled once, so that it is on its way, and then dropped.
    let _gone = tokio::time::timeout(Duration::ZERO, commit).await;
    let written = async {
        let key = TicketKey::Id(id);
        while desk
            .store
            .ticket(Scope::Everything, key)
            .await
            .unwrap()
            .is_none()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), written)
        .await
        .unwrap();
}

mod sqlite_only {
    use linedesk_ports::changes::{Changes, Commit as _};
    use linedesk_ports::queries::Queries as _;
    use linedesk_ports::store::{Scope, StoreError};
    use linedesk_ports::tickets::{TicketKey, Tickets as _};
    use linedesk_store::{OpenError, SqliteOptions, SqliteStore, migrate, revert};

    use super::super::desk::{Desk, noon};

    #[tokio::test]
    async fn a_backup_is_a_whole_database_of_its_own() {
        let desk = Desk::open().await;
        let (id, _) = desk.create(desk.wish("One"), noon()).await;
        let path = desk.place.path();
        let copy = path.with_file_name("copy.db");
        let store = SqliteStore::open(&SqliteOptions::new(path)).unwrap();
        store.backup(&copy).await.unwrap();
        assert!(
            matches!(store.backup(&copy).await, Err(StoreError::Refused(_))),
            "never over something"
        );
        desk.create(desk.wish("Two"), noon()).await;
        let copied = SqliteStore::open(&SqliteOptions::new(copy)).unwrap();
        assert!(
            copied
                .ticket(Scope::Everything, TicketKey::Id(id))
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            copied
                .ticket(Scope::Everything, TicketKey::Number(2))
                .await
                .unwrap()
                .is_none()
        );
        copied.ready().await.unwrap();
        assert_eq!(copied.check().await.unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn the_schema_goes_up_and_down_and_up_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("linedesk.db");
        let all = migrate(&path).unwrap();
        assert_eq!(migrate(&path).unwrap(), Vec::<String>::new());
        let mut back = revert(&path, all.len()).unwrap();
        back.reverse();
        assert_eq!(back, all);
        let behind = SqliteStore::open(&SqliteOptions::new(&path)).unwrap();
        assert!(matches!(
            behind.ready().await,
            Err(StoreError::Unavailable(_))
        ));
        drop(behind);
        assert_eq!(migrate(&path).unwrap(), all);
    }

    #[test]
    fn a_database_in_memory_or_nowhere_is_refused() {
        for path in [":memory:", "", "file::memory:?cache=shared"] {
            assert!(
                matches!(
                    SqliteStore::open(&SqliteOptions::new(path)),
                    Err(OpenError::NotAFile)
                ),
                "{path}"
            );
        }
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let desk = Desk::open().await;
        let mut options = SqliteOptions::new(desk.place.path());
        options.write_queue = 1;
        let small = SqliteStore::open(&options).unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..512 {
            let small = small.clone();
            tasks.spawn(async move { small.commit(Changes::default()).await });
        }
        let answers = tasks.join_all().await;
        let refused = answers
            .iter()
            .filter(|answer| **answer == Err(StoreError::Unavailable("the write queue is full")));
        assert!(refused.count() > 0);
        assert!(answers.iter().any(Result::is_ok));
    }
}

mod postgres_only {
    use linedesk_ports::changes::{Changes, Commit as _};
    use linedesk_ports::queries::Queries as _;
    use linedesk_ports::store::StoreError;
    use linedesk_store::{PostgresOptions, PostgresStore, migrate_postgres, revert_postgres};

    use super::super::desk::Desk;
    use crate::database::Database;

    #[tokio::test]
    async fn the_schema_goes_up_and_down_and_up_again() {
        let database = Database::empty();
        let url = database.url();
        let all = migrate_postgres(&url).unwrap();
        assert!(!all.is_empty());
        assert_eq!(migrate_postgres(&url).unwrap(), Vec::<String>::new());
        let mut back = revert_postgres(&url, all.len()).unwrap();
        back.reverse();
        assert_eq!(back, all);
        let options = PostgresOptions {
            readers: 1,
            writers: 1,
            ..PostgresOptions::new(&url)
        };
        let behind = PostgresStore::open(&options).unwrap();
        assert!(matches!(
            behind.ready().await,
            Err(StoreError::Unavailable(_))
        ));
        drop(behind);
        assert_eq!(migrate_postgres(&url).unwrap(), all);
    }

    #[test]
    fn many_programs_migrate_at_once() {
        let database = Database::empty();
        let url = database.url();
        let applied: Vec<_> = std::thread::scope(|scope| {
            let migrating: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| migrate_postgres(&url)))
                .collect();
            let done = migrating
                .into_iter()
                .map(|one| one.join().unwrap().unwrap());
            done.collect()
        });
        let took: Vec<_> = applied.iter().filter(|all| !all.is_empty()).collect();
        assert_eq!(took.len(), 1, "{applied:?}");
    }

    #[tokio::test]
    async fn a_secret_is_the_first_one_that_was_stored() {
        let database = Database::new().unwrap();
        let options = PostgresOptions {
            readers: 1,
            writers: 1,
            ..PostgresOptions::new(database.url())
        };
        let stores = [(); 4].map(|()| PostgresStore::open(&options).unwrap());
        let asked = (0_u8..)
            .zip(&stores)
            .map(|(n, store)| store.secret("key", vec![n; 64]));
        let got = futures_util::future::join_all(asked).await;
        let first = got[0].clone().unwrap();
        assert!(got.iter().all(|one| one.as_ref() == Ok(&first)), "{got:?}");
        assert_eq!(stores[0].secret("key", vec![9; 64]).await, Ok(first));
        assert_eq!(
            stores[0].secret("other", vec![9; 64]).await,
            Ok(vec![9; 64])
        );
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let desk = Desk::open().await;
        let mut options = desk.place.options();
        options.write_queue = 1;
        let small = PostgresStore::open(&options).unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..512 {
            let small = small.clone();
            tasks.spawn(async move { small.commit(Changes::default()).await });
        }
        let answers = tasks.join_all().await;
        let refused = answers
            .iter()
            .filter(|answer| **answer == Err(StoreError::Unavailable("the write queue is full")));
        assert!(refused.count() > 0);
        assert!(answers.iter().any(Result::is_ok));
    }
}
