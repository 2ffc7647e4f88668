//! Messages on their way to receivers: one at a time has one, in order, and none is lost.

mod claimers;
mod digests;
mod hand;
mod log;
mod plans;

use std::time::Duration;

use linedesk_domain::ids::TicketId;
use linedesk_ports::changes::Write;
use linedesk_ports::outbox::{Channel, Message, MessageState, NewMessage, Reach};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::desk::{Desk, noon, soon};

const LONG: Duration = Duration::from_mins(10);
const SHORT: Duration = Duration::from_millis(40);
const ONE: Uuid = Uuid::from_u128(1);
const TWO: Uuid = Uuid::from_u128(2);

pub(super) fn message(event: i64, ticket: TicketId, receiver: &str) -> NewMessage {
    NewMessage {
        event: Some(event),
        ticket: Some(ticket),
        channel: Channel::Webhook,
        receiver: receiver.to_owned(),
        payload: format!("{{ \"event\" : {event}, \"text\": \"caf\\u00e9 é\" }}"),
    }
}

async fn ticket(desk: &Desk) -> TicketId {
    desk.create(desk.wish("No signal"), noon()).await.0
}

async fn claim(desk: &Desk, holder: Uuid, lease: Duration) -> Vec<Message> {
    desk.store
        .claim(holder, Channel::Webhook.into(), 10, lease)
        .await
        .unwrap()
}

/// The events that messages tell of.
fn events(messages: &[Message]) -> Vec<i64> {
    messages
        .iter()
        .filter_map(|message| message.new.event)
        .collect()
}

#[tokio::test]
async fn a_message_comes_back_as_it_was_put_and_is_forgotten_when_it_is_done() {
    let desk = Desk::open().await;
    let put = message(1, ticket(&desk).await, "desk@example.net");
    desk.store.put(vec![put.clone()]).await.unwrap();
    let claimed = claim(&desk, ONE, LONG).await;
    assert_eq!(claimed.len(), 1);
    let got = &claimed[0];
    assert_eq!((&got.new, got.attempts), (&put, 1));
    assert!(got.next_attempt_at > got.created_at);
    assert!(claim(&desk, TWO, LONG).await.is_empty(), "it is held");
    assert!(desk.store.done(got.claim(ONE)).await.unwrap());
    assert!(!desk.store.done(got.claim(ONE)).await.unwrap());
    let left = desk.store.messages(MessageState::Pending, 0, 10).await;
    assert_eq!(left.unwrap(), []);
}

#[tokio::test]
async fn messages_of_a_ticket_go_to_a_receiver_one_after_another() {
    let desk = Desk::open().await;
    let (first, second) = (ticket(&desk).await, ticket(&desk).await);
    let put = vec![
        message(1, first, "a"),
        message(2, first, "a"),
        message(3, first, "b"),
        message(4, second, "a"),
        message(5, first, "a"),
    ];
    desk.store.put(put).await.unwrap();
    let claimed = claim(&desk, ONE, LONG).await;
    assert_eq!(events(&claimed), [1, 3, 4]);
    assert!(desk.store.done(claimed[0].claim(ONE)).await.unwrap());
    assert_eq!(events(&claim(&desk, TWO, LONG).await), [2]);
}

#[tokio::test]
async fn of_one_event_a_receiver_gets_one_message() {
    let desk = Desk::open().await;
    let ticket = ticket(&desk).await;
    for _ in 0..2 {
        let put = vec![message(1, ticket, "a"), message(1, ticket, "b")];
        desk.store.put(put).await.unwrap();
    }
    let all = desk.store.messages(MessageState::Pending, 0, 10).await;
    assert_eq!(events(&all.unwrap()), [1, 1]);
}

#[tokio::test]
async fn messages_are_put_with_everything_else_or_not_at_all() {
    let desk = Desk::open().await;
    let ticket = ticket(&desk).await;
    let spoiled = Write::UseRefreshToken {
        id: Uuid::nil(),
        at: noon(),
    };
    let put = Write::Message(message(1, ticket, "a"));
    let outcome = desk.write([put.clone(), spoiled]).await;
    assert_eq!(outcome, Err(StoreError::Stale));
    assert!(claim(&desk, ONE, LONG).await.is_empty());
    let of_nothing = message(2, TicketId(Uuid::nil()), "a");
    let outcome = desk.store.put(vec![of_nothing]).await;
    assert_eq!(outcome, Err(StoreError::Dangling));
    desk.write([put]).await.unwrap();
    assert_eq!(events(&claim(&desk, ONE, LONG).await), [1]);
}

#[tokio::test]
async fn whoever_held_a_message_too_long_changes_nothing_any_more() {
    let desk = Desk::open().await;
    let put = message(1, ticket(&desk).await, "a");
    desk.store.put(vec![put]).await.unwrap();
    let late = claim(&desk, ONE, SHORT).await.remove(0).claim(ONE);
    let again = std::sync::Mutex::new(None);
    soon("the end of the lease", async || {
        let claimed = claim(&desk, ONE, LONG).await.pop();
        let is_there = claimed.is_some();
        *again.lock().unwrap() = claimed;
        is_there
    })
    .await;
    let again = again.into_inner().unwrap().unwrap();
    assert_eq!(again.attempts, 2);
    // The holder is the same, the attempt is not.
    let store = &desk.store;
    assert!(!store.done(late).await.unwrap());
    assert!(!store.park(late, "late").await.unwrap());
    let retried = store.retry(late, LONG, "late", Reach::Receiver).await;
    assert!(!retried.unwrap());
    assert!(!store.done(again.claim(TWO)).await.unwrap());
    assert!(store.done(again.claim(ONE)).await.unwrap());
}

#[tokio::test]
async fn a_claim_whose_time_is_over_is_void_even_if_nobody_else_has_it() {
    let desk = Desk::open().await;
    let put = message(1, ticket(&desk).await, "a");
    desk.store.put(vec![put]).await.unwrap();
    let late = claim(&desk, ONE, SHORT).await.remove(0).claim(ONE);
    tokio::time::sleep(2 * SHORT).await;
    assert!(!desk.store.done(late).await.unwrap());
    assert_eq!(claim(&desk, TWO, LONG).await[0].attempts, 2);
}

#[tokio::test]
async fn a_message_that_failed_comes_again_and_holds_back_what_is_behind_it_alone() {
    let desk = Desk::open().await;
    let (first, second) = (ticket(&desk).await, ticket(&desk).await);
    let put = vec![message(1, first, "a"), message(2, first, "a")];
    desk.store.put(put).await.unwrap();
    let failed = claim(&desk, ONE, LONG).await.remove(0).claim(ONE);
    let retry = desk.store.retry(failed, SHORT, "550 no", Reach::Ticket);
    assert!(retry.await.unwrap());
    let all = desk.store.messages(MessageState::Pending, 0, 10).await;
    assert_eq!(all.unwrap()[0].last_error.as_deref(), Some("550 no"));
    let others = vec![message(3, second, "a"), message(4, first, "b")];
    desk.store.put(others).await.unwrap();
    let mut seen = Vec::new();
    while seen.len() < 4 {
        for message in claim(&desk, TWO, LONG).await {
            assert_eq!(
                message.attempts,
                if message.new.event == Some(1) { 2 } else { 1 }
            );
            assert!(desk.store.done(message.claim(TWO)).await.unwrap());
            seen.extend(message.new.event);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let place = |event| seen.iter().position(|one| *one == event);
    assert!(place(1) < place(2), "{seen:?}");
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_takes_no_turns_of_others() {
    let desk = Desk::open().await;
    let tickets = [ticket(&desk).await, ticket(&desk).await];
    let put = vec![
        message(1, tickets[0], "dead"),
        message(2, tickets[1], "dead"),
        message(3, tickets[1], "alive"),
    ];
    desk.store.put(put).await.unwrap();
    let failed = desk
        .store
        .claim(ONE, Channel::Webhook.into(), 1, LONG)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(failed.new.event, Some(1));
    let retry = desk
        .store
        .retry(failed.claim(ONE), LONG, "no answer", Reach::Receiver);
    assert!(retry.await.unwrap());
    assert_eq!(events(&claim(&desk, TWO, LONG).await), [3]);
}

#[tokio::test]
async fn a_parked_message_lets_others_pass_and_can_be_played_again() {
    let desk = Desk::open().await;
    let ticket = ticket(&desk).await;
    let put = (1..=5).map(|event| message(event, ticket, "a")).collect();
    desk.store.put(put).await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..4 {
        let given_up = claim(&desk, ONE, LONG).await.remove(0);
        assert!(
            desk.store
                .park(given_up.claim(ONE), "410 gone")
                .await
                .unwrap()
        );
        ids.push(given_up.id);
    }
    let page = async |after| {
        let page = desk.store.messages(MessageState::Parked, after, 3).await;
        page.unwrap()
    };
    let first = page(0).await;
    assert_eq!(events(&first), [1, 2, 3]);
    assert_eq!(events(&page(first[2].id).await), [4]);
    assert_eq!(first[0].last_error.as_deref(), Some("410 gone"));
    assert!(desk.store.replay(ids[1]).await.unwrap());
    assert!(
        !desk.store.replay(ids[1]).await.unwrap(),
        "it is due already"
    );
    let again = claim(&desk, TWO, LONG).await;
    assert_eq!((events(&again), again[0].attempts), (vec![2], 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_claim_at_once_never_get_the_same_message() {
    let desk = Desk::open().await;
    let mut put = Vec::new();
    for _ in 0..10 {
        let ticket = ticket(&desk).await;
        put.extend((0..12).map(|n| message(n, ticket, &format!("{ticket:?}"))));
    }
    for (event, message) in (1..).zip(&mut put) {
        message.event = Some(event);
    }
    desk.store.put(put).await.unwrap();
    let working: Vec<_> = (1..=8_u128)
        .map(|n| {
            let (store, holder) = (desk.store.clone(), Uuid::from_u128(n));
            tokio::spawn(async move {
                let mut done = Vec::new();
                // Whoever finds nothing may find something when others are done.
                for _ in 0..200 {
                    for message in store
                        .claim(holder, Channel::Webhook.into(), 3, LONG)
                        .await
                        .unwrap()
                    {
                        assert_eq!(message.attempts, 1, "nobody had it before");
                        assert!(store.done(message.claim(holder)).await.unwrap());
                        done.push(message.id);
                    }
                }
                done
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in working {
        all.extend(worker.await.unwrap());
    }
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 120);
}
