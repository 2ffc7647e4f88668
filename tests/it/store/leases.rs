//! Work that one server does at a time.

use std::time::Duration;

use linedesk_ports::leases::Work;
use uuid::Uuid;

use super::desk::{Desk, soon};

const LONG: Duration = Duration::from_mins(10);
const SHORT: Duration = Duration::from_millis(40);
const ONE: Uuid = Uuid::from_u128(1);
const TWO: Uuid = Uuid::from_u128(2);

async fn hold(desk: &Desk, work: Work, holder: Uuid, lease: Duration) -> bool {
    desk.store.hold(work, holder, lease).await.unwrap()
}

#[tokio::test]
async fn work_is_held_by_one_and_each_work_by_itself() {
    let desk = Desk::open().await;
    assert!(hold(&desk, Work::SlaSweeper, ONE, LONG).await);
    assert!(!hold(&desk, Work::SlaSweeper, TWO, LONG).await);
    assert!(hold(&desk, Work::SlaSweeper, ONE, LONG).await);
    assert!(hold(&desk, Work::Retention, TWO, LONG).await);
    assert!(!hold(&desk, Work::Retention, ONE, LONG).await);
}

#[tokio::test]
async fn work_that_is_let_go_of_is_anybodys() {
    let desk = Desk::open().await;
    assert!(hold(&desk, Work::SlaSweeper, ONE, LONG).await);
    desk.store.release(Work::SlaSweeper, TWO).await.unwrap();
    assert!(
        !hold(&desk, Work::SlaSweeper, TWO, LONG).await,
        "it was not the other's to let go of"
    );
    desk.store.release(Work::SlaSweeper, ONE).await.unwrap();
    assert!(hold(&desk, Work::SlaSweeper, TWO, LONG).await);
    assert!(!hold(&desk, Work::SlaSweeper, ONE, LONG).await);
}

#[tokio::test]
async fn work_of_a_holder_that_went_silent_is_taken_over_once() {
    let desk = Desk::open().await;
    assert!(hold(&desk, Work::SlaSweeper, ONE, SHORT).await);
    soon("the end of the lease", || {
        hold(&desk, Work::SlaSweeper, TWO, LONG)
    })
    .await;
    assert!(!hold(&desk, Work::SlaSweeper, ONE, LONG).await);
}

#[tokio::test]
async fn a_lease_that_is_half_over_is_made_longer() {
    let desk = Desk::open().await;
    assert!(hold(&desk, Work::SlaSweeper, ONE, SHORT).await);
    // Less than half of the long one is left, so that this makes it longer.
    assert!(hold(&desk, Work::SlaSweeper, ONE, LONG).await);
    tokio::time::sleep(2 * SHORT).await;
    assert!(!hold(&desk, Work::SlaSweeper, TWO, LONG).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_it_at_once_one_gets_it() {
    let desk = Desk::open().await;
    for work in Work::ALL {
        let asking: Vec<_> = (1..=16)
            .map(|holder| {
                let store = desk.store.clone();
                tokio::spawn(async move { store.hold(work, Uuid::from_u128(holder), LONG).await })
            })
            .collect();
        let mut held = 0;
        for asked in asking {
            held += usize::from(asked.await.unwrap().unwrap());
        }
        assert_eq!(held, 1, "{}", work.name());
    }
}
