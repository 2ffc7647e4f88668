//! What was acknowledged is there: after a restart, in a backup, and without gaps after it.

use std::time::Duration;

use linedesk_domain::people::Actor;
use linedesk_domain::ticket::Ticket;
use linedesk_ports::changes::{Changes, Commit as _};
use linedesk_ports::queries::Queries as _;
use linedesk_ports::store::{Scope, StoreError};
use linedesk_ports::tickets::{TicketKey, Tickets as _};
use linedesk_store::{OpenError, SqliteOptions, SqliteStore, migrate, revert};

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
    assert_eq!(desk.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_backup_is_a_whole_database_of_its_own() {
    let desk = Desk::open().await;
    let (id, _) = desk.create(desk.wish("One"), noon()).await;
    let copy = desk.folder.path().join("copy.db");
    desk.store.backup(&copy).await.unwrap();
    assert!(
        matches!(desk.store.backup(&copy).await, Err(StoreError::Refused(_))),
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
    let gone = tokio::time::timeout(Duration::ZERO, commit).await;
    if gone.is_err() {
        // The next write is answered after the one before it.
        desk.customer("Ada").await;
    }
    assert!(
        desk.store
            .ticket(Scope::Everything, TicketKey::Id(id))
            .await
            .unwrap()
            .is_some()
    );
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
    let mut options = SqliteOptions::new(desk.path());
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
