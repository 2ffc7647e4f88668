//! Letters that go together: none is left behind, whoever delivers what when.

use jiff::SignedDuration;
use linedesk_domain::notice::Window;
use linedesk_ports::outbox::{Gather, NewLetter};

use super::*;

fn gather(receiver: &str, wait: Duration, letters: &[&str]) -> Write {
    Write::Gather(Gather {
        digest: NewMessage {
            event: None,
            ticket: None,
            channel: Channel::Email,
            receiver: receiver.to_owned(),
            payload: "{}".to_owned(),
        },
        wait,
        letters: letters.iter().map(|letter| about_nothing(letter)).collect(),
    })
}

fn about_nothing(says: &str) -> NewLetter {
    NewLetter {
        ticket: TicketId(Uuid::nil()),
        payload: says.to_owned(),
    }
}

async fn letters(desk: &Desk, receiver: &str) -> Vec<(i64, String)> {
    let gathered = desk.store.gathered(receiver, 100).await.unwrap();
    let both = gathered.into_iter().map(|one| (one.id, one.payload));
    both.collect()
}

async fn words(desk: &Desk, receiver: &str) -> Vec<String> {
    let letters = letters(desk, receiver).await;
    letters.into_iter().map(|(_, letter)| letter).collect()
}

async fn claim_mail(desk: &Desk) -> Vec<Message> {
    let claimed = desk.store.claim(ONE, Channel::Email.into(), 10, LONG);
    claimed.await.unwrap()
}

async fn pending(desk: &Desk) -> Vec<Message> {
    let pending = desk.store.messages(MessageState::Pending, 0, 10);
    pending.await.unwrap()
}

#[tokio::test]
async fn a_receiver_has_one_digest_that_waits_and_takes_all_along() {
    let desk = Desk::open().await;
    desk.write([gather("a", LONG, &["1", "2"]), gather("b", LONG, &["3"])])
        .await
        .unwrap();
    desk.write([gather("a", SHORT, &["4"])]).await.unwrap();
    let digests = pending(&desk).await;
    let waits: Vec<_> = digests
        .iter()
        .map(|one| one.next_attempt_at.duration_since(one.created_at))
        .collect();
    let long = SignedDuration::try_from(LONG).unwrap();
    assert_eq!(waits, [long, long], "the first one says when");
    assert!(claim_mail(&desk).await.is_empty());
    assert_eq!(words(&desk, "a").await, ["1", "2", "4"]);
    assert_eq!(words(&desk, "b").await, ["3"]);
}

#[tokio::test]
async fn a_digest_is_forgotten_with_its_letters_unless_others_have_joined() {
    let desk = Desk::open().await;
    let now = Duration::ZERO;
    desk.write([gather("a", now, &["1", "2"]), gather("b", now, &["3"])])
        .await
        .unwrap();
    let claimed = claim_mail(&desk).await;
    assert_eq!(claimed.len(), 2);
    let last = letters(&desk, "a").await.last().unwrap().0;
    desk.write([gather("a", LONG, &["4"])]).await.unwrap();
    let claim = claimed[0].claim(ONE);
    assert!(
        !desk
            .store
            .done_with(claimed[0].claim(TWO), last)
            .await
            .unwrap()
    );
    assert_eq!(words(&desk, "a").await, ["1", "2", "4"]);
    assert!(desk.store.done_with(claim, last).await.unwrap());
    assert!(!desk.store.done_with(claim, last).await.unwrap());
    assert_eq!(words(&desk, "a").await, ["4"]);
    let again = claim_mail(&desk).await;
    assert_eq!((again.len(), again[0].id), (1, claimed[0].id));
    let last = letters(&desk, "a").await.last().unwrap().0;
    assert!(
        desk.store
            .done_with(again[0].claim(ONE), last)
            .await
            .unwrap()
    );
    let left: Vec<_> = pending(&desk).await.iter().map(|one| one.id).collect();
    assert_eq!(left, [claimed[1].id]);
    assert_eq!(words(&desk, "b").await, ["3"]);
}

#[tokio::test]
async fn a_digest_that_was_given_up_is_tried_with_what_comes_later_or_forgotten_with_all_of_it() {
    let desk = Desk::open().await;
    let put = || gather("a", Duration::ZERO, &["1"]);
    desk.write([put()]).await.unwrap();
    let parked = claim_mail(&desk).await.remove(0);
    assert!(desk.store.park(parked.claim(ONE), "no").await.unwrap());
    desk.write([gather("a", Duration::ZERO, &["2"])])
        .await
        .unwrap();
    let again = claim_mail(&desk).await.remove(0);
    assert_eq!((again.id, again.attempts), (parked.id, 1));
    assert!(again.created_at >= parked.created_at);
    assert_eq!(words(&desk, "a").await, ["1", "2"]);
    assert!(
        !desk.store.discard(again.id).await.unwrap(),
        "it is on its way"
    );
    assert!(desk.store.park(again.claim(ONE), "no").await.unwrap());
    assert!(desk.store.discard(again.id).await.unwrap());
    assert!(words(&desk, "a").await.is_empty() && pending(&desk).await.is_empty());
    desk.write([put()]).await.unwrap();
    assert_eq!(pending(&desk).await.len(), 1);
}

#[tokio::test]
async fn letters_are_gathered_with_everything_else_or_not_at_all() {
    let desk = Desk::open().await;
    let window = Window {
        began_at: noon(),
        letters: 3,
    };
    let told = Write::Window {
        receiver: "a".to_owned(),
        window,
    };
    let spoiled = Write::UseRefreshToken {
        id: Uuid::nil(),
        at: noon(),
    };
    let put = [gather("a", LONG, &["1"]), told];
    let outcome = desk.write(put.clone().into_iter().chain([spoiled])).await;
    assert_eq!(outcome, Err(StoreError::Stale));
    let both = || vec!["a".to_owned(), "b".to_owned()];
    let windows = async || desk.store.windows(both()).await.unwrap();
    assert!(words(&desk, "a").await.is_empty() && pending(&desk).await.is_empty());
    assert_eq!(windows().await, []);
    desk.write(put).await.unwrap();
    assert_eq!(windows().await, [("a".to_owned(), window)]);
    let later = Window {
        letters: 4,
        ..window
    };
    let told = Write::Window {
        receiver: "a".to_owned(),
        window: later,
    };
    desk.write([told]).await.unwrap();
    assert_eq!(windows().await, [("a".to_owned(), later)]);
    // Who was told nothing for days is forgotten when somebody else is.
    let window = Window {
        began_at: noon() + SignedDuration::from_hours(49),
        letters: 1,
    };
    let told = Write::Window {
        receiver: "b".to_owned(),
        window,
    };
    desk.write([told]).await.unwrap();
    assert_eq!(windows().await, [("b".to_owned(), window)]);
    assert_eq!(desk.store.windows(Vec::new()).await.unwrap(), []);
}

mod postgres_only {
    use super::super::hand::Hand;
    use super::*;

    #[tokio::test]
    async fn who_delivers_waits_for_whoever_adds_a_letter_at_that_moment() {
        let desk = Desk::open().await;
        desk.write([gather("a", Duration::ZERO, &["1"])])
            .await
            .unwrap();
        let claim = claim_mail(&desk).await.remove(0).claim(ONE);
        let last = letters(&desk, "a").await.last().unwrap().0;
        let (mut other, mut watch) = (Hand::on(&desk), Hand::on(&desk));
        other.run(
            "BEGIN; INSERT INTO outbox (digest, channel, receiver, payload, created_at, next_attempt_at) \
             VALUES (TRUE, 1, 'a', '{}', now(), now()) \
             ON CONFLICT (channel, receiver) WHERE digest DO UPDATE SET state = 1; \
             INSERT INTO digest_letters (receiver, payload) VALUES ('a', '2')",
        );
        let store = desk.store.clone();
        let delivered = tokio::spawn(async move { store.done_with(claim, last).await });
        let waiting = "SELECT count(*) AS n FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let watch = std::sync::Mutex::new(&mut watch);
        soon("somebody who waits", async || {
            watch.lock().unwrap().numbers(waiting) == [1]
        })
        .await;
        other.run("COMMIT");
        assert!(delivered.await.unwrap().unwrap());
        assert_eq!(words(&desk, "a").await, ["2"]);
        assert_eq!(claim_mail(&desk).await.len(), 1, "it has its digest");
    }
}
