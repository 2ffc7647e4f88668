//! Servers that take turns at sweeping.

use std::time::Duration;

use linedesk_app::work::{SWEEPER_LEASE, Shift, Work};
use uuid::Uuid;

use super::*;

fn shift(app: &App, holder: u128) -> Shift {
    let holder = Uuid::from_u128(holder);
    Shift::new(app.clone(), Work::SlaSweeper, holder, SWEEPER_LEASE)
}

#[tokio::test]
async fn one_server_sweeps_and_another_one_when_it_lets_go() {
    let desk = Desk::open().await;
    // More than are loaded at once.
    for _ in 0..300 {
        desk.ticket(Priority::Critical).await;
    }
    desk.pass(SignedDuration::from_hours(100));
    let (first, second) = (shift(&desk.app, 1), shift(&desk.app, 2));
    assert!(first.hold().await.unwrap());
    assert_eq!(sweep::sweep_in_turn(&second).await.unwrap(), None);
    let report = sweep::sweep_in_turn(&first).await.unwrap();
    assert_eq!(report.map(|report| report.tickets), Some(300));
    first.release().await.unwrap();
    let report = sweep::sweep_in_turn(&second).await.unwrap();
    assert_eq!(report.map(|report| report.tickets), Some(0));
    assert_eq!(sweep::sweep_in_turn(&first).await.unwrap(), None);
}

#[tokio::test]
async fn a_server_that_went_silent_while_it_swept_is_succeeded() {
    let desk = Desk::open().await;
    let ticket = desk.ticket(Priority::Critical).await;
    desk.pass(SignedDuration::from_hours(100));
    let silent = Uuid::from_u128(1);
    let leases = &desk.app.leases;
    let moment = Duration::from_millis(40);
    assert!(leases.hold(Work::SlaSweeper, silent, moment).await.unwrap());
    let next = shift(&desk.app, 2);
    let report = loop {
        if let Some(report) = sweep::sweep_in_turn(&next).await.unwrap() {
            break report;
        }
    };
    assert_eq!(report.tickets, 1);
    // It wakes up and goes on as if it still held the work: nothing is recorded twice.
    let told = desk.told(&ticket).await;
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().tickets, 0);
    assert_eq!(desk.told(&ticket).await, told);
}
