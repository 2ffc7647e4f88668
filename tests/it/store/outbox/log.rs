//! The log of events, read in order without missing one.

use linedesk_domain::event::Action;
use linedesk_domain::people::Actor;
use linedesk_domain::workflow::Status;

use crate::store::desk::{Desk, minute, noon};

#[tokio::test]
async fn the_log_is_read_in_parts_in_order() {
    let desk = Desk::open().await;
    let mut made = Vec::new();
    for n in 0..3 {
        made.push(desk.create(desk.wish("No signal"), minute(n)).await.0);
    }
    desk.change(made[1], Actor::System, minute(5), |ticket, act| {
        ticket.set_status(act, Status::InProgress)
    })
    .await
    .unwrap();
    let first = desk.store.events_after(0, 2).await.unwrap();
    let rest = desk.store.events_after(first.next, 100).await.unwrap();
    let all: Vec<_> = first.events.iter().chain(&rest.events).collect();
    let tickets: Vec<_> = all.iter().map(|logged| logged.ticket).collect();
    assert_eq!(tickets, [made[0], made[1], made[2], made[1]]);
    assert!(all.is_sorted_by(|one, other| one.seq < other.seq));
    assert_eq!(all[0].event.action, Action::Created);
    assert_eq!(all[0].event.at, noon());
    let sequences: Vec<_> = all.iter().map(|logged| logged.sequence).collect();
    assert_eq!(sequences, [1, 1, 1, 2]);
    let end = desk.store.events_after(rest.next, 100).await.unwrap();
    assert_eq!((end.events.len(), end.next), (0, rest.next));
}

#[tokio::test]
async fn events_that_cannot_be_read_are_passed_over() {
    let desk = Desk::open().await;
    for n in 0..4 {
        desk.create(desk.wish("No signal"), minute(n)).await;
    }
    desk.place.spoil(
        "UPDATE events SET body = '7' WHERE seq = 1; UPDATE events SET action = 99 WHERE seq = 2; \
         UPDATE events SET actor_role = 99 WHERE seq = 4",
    );
    let all = desk.store.events_after(0, 100).await.unwrap();
    let seqs: Vec<_> = all.events.iter().map(|logged| logged.seq).collect();
    assert_eq!((seqs, all.next), (vec![3], 4));
    let first = desk.store.events_after(0, 1).await.unwrap();
    assert_eq!((first.events.len(), first.next), (0, 1));
    let second = desk.store.events_after(1, 2).await.unwrap();
    assert_eq!((second.events.len(), second.next), (1, 3));
}

/// Transactions that commit in another order than that of their events' numbers.
mod postgres_only {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use crate::store::desk::{Desk, noon, soon};
    use crate::store::outbox::hand::Hand;

    /// A desk with so many tickets, numbered from 1, and the number of the last event.
    async fn desk_with(tickets: i64) -> (Desk, i64) {
        let desk = Desk::open().await;
        for _ in 0..tickets {
            desk.create(desk.wish("No signal"), noon()).await;
        }
        let page = desk.store.events_after(0, 1_000).await.unwrap();
        assert_eq!(page.events.len(), usize::try_from(tickets).unwrap());
        (desk, page.next)
    }

    async fn numbers_after(desk: &Desk, after: i64) -> Vec<i64> {
        let page = desk.store.events_after(after, 100).await.unwrap();
        let seqs: Vec<i64> = page.events.iter().map(|logged| logged.seq).collect();
        assert_eq!(page.next, seqs.last().copied().unwrap_or(after));
        seqs
    }

    #[tokio::test]
    async fn nothing_is_passed_that_may_still_appear() {
        let (desk, begin) = desk_with(3).await;
        let (mut slow, mut quick) = (Hand::on(&desk), Hand::on(&desk));
        slow.run("BEGIN");
        let first = slow.event(1);
        quick.run("BEGIN");
        let second = quick.event(2);
        let third = quick.event(2);
        assert!(begin < first && first < second);
        quick.run("COMMIT");
        for _ in 0..5 {
            assert!(numbers_after(&desk, begin).await.is_empty());
        }
        slow.run("COMMIT");
        assert_eq!(numbers_after(&desk, begin).await, [first, second, third]);
    }

    #[tokio::test]
    async fn what_was_rolled_back_is_passed_once_it_is_certain() {
        let (desk, begin) = desk_with(3).await;
        let (mut undone, mut slow, mut quick) = (Hand::on(&desk), Hand::on(&desk), Hand::on(&desk));
        undone.run("BEGIN");
        let missing = undone.event(1);
        slow.run("BEGIN");
        let later = slow.event(2);
        quick.run("BEGIN");
        let last = quick.event(3);
        quick.run("COMMIT");
        assert!(numbers_after(&desk, begin).await.is_empty());
        undone.run("ROLLBACK");
        assert!(
            numbers_after(&desk, begin).await.is_empty(),
            "the slow one may have the first number, as far as can be told"
        );
        slow.run("COMMIT");
        soon("the end of every doubt", async || {
            numbers_after(&desk, begin).await == [later, last]
        })
        .await;
        assert_eq!(missing + 1, later);
    }

    /// The transaction that takes the number begins late: its own id is higher than all that had committed by then.
    #[tokio::test]
    async fn a_transaction_that_began_after_the_one_that_is_seen_is_waited_for() {
        let (desk, begin) = desk_with(3).await;
        let (mut early, mut late, mut other) = (Hand::on(&desk), Hand::on(&desk), Hand::on(&desk));
        early.run("BEGIN; SELECT place FROM tickets WHERE number = 1 FOR NO KEY UPDATE");
        // Ids that end at once, between the two.
        for _ in 0..3 {
            other.run("SELECT pg_current_xact_id()");
        }
        late.run("BEGIN");
        let first = late.event(2);
        let second = early.event(1);
        early.run("COMMIT");
        assert!(first < second);
        for _ in 0..5 {
            assert!(numbers_after(&desk, begin).await.is_empty());
            other.run("SELECT pg_current_xact_id()");
        }
        late.run("COMMIT");
        assert_eq!(numbers_after(&desk, begin).await, [first, second]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_reader_beside_many_writers_misses_nothing_and_meets_nothing_twice() {
        let (desk, begin) = desk_with(8).await;
        let is_over = AtomicBool::new(false);
        let mut last = Hand::on(&desk);
        let hands: Vec<_> = (1..=8).map(|ticket| (ticket, Hand::on(&desk))).collect();
        let (mut read, mut next) = (Vec::new(), begin);
        std::thread::scope(|scope| {
            let writing: Vec<_> = hands
                .into_iter()
                .map(|(ticket, mut hand)| scope.spawn(move || write(&mut hand, ticket)))
                .collect();
            let ended = &is_over;
            scope.spawn(move || {
                for one in writing {
                    one.join().unwrap();
                }
                ended.store(true, Ordering::Release);
            });
            let reading = async {
                loop {
                    let page = desk.store.events_after(next, 7).await.unwrap();
                    read.extend(page.events.iter().map(|logged| logged.seq));
                    next = page.next;
                    if page.events.is_empty() && is_over.load(Ordering::Acquire) {
                        // Doubts may be left for as long as anybody writes anywhere on the database server.
                        let last = last.numbers("SELECT max(seq) AS n FROM events")[0];
                        if next == last {
                            return;
                        }
                    }
                }
            };
            let patience = tokio::time::timeout(Duration::from_mins(1), reading);
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(patience))
                .expect("the last event");
        });
        let all = format!("SELECT seq AS n FROM events WHERE seq > {begin} ORDER BY seq");
        let all = Hand::on(&desk).numbers(&all);
        assert!(all.len() > 400, "there was something to miss");
        assert!(read == all, "{} of {}", read.len(), all.len());
        let taken = usize::try_from(all.last().unwrap() - begin).unwrap();
        assert!(taken > all.len(), "some were rolled back");
    }

    /// A hundred transactions of one to three events; every fifth is rolled back, every seventh takes its time.
    fn write(hand: &mut Hand, ticket: i64) {
        for n in 0..100 + ticket {
            hand.run("BEGIN");
            for _ in 0..=n % 3 {
                hand.event(ticket);
            }
            if n % 7 == ticket % 7 {
                std::thread::sleep(Duration::from_millis(3));
            }
            hand.run(if n % 5 == 0 { "ROLLBACK" } else { "COMMIT" });
        }
    }
}
