//! Processes that share the outbox and are killed: each message is held by one at a time, handled, and in order.

mod postgres_only {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    use linedesk_ports::outbox::{Message, MessageState};

    use crate::store::desk::{Desk, Place, noon, soon};
    use crate::store::outbox::message;

    const TICKETS: usize = 12;
    const EVENTS: usize = 12;
    const RECEIVERS: [&str; 3] = ["one", "two", "three"];

    /// A process that works until it is dropped.
    struct Claimer(Child);

    impl Claimer {
        fn start(url: &str, notes: &Path) -> Self {
            let program = env!("CARGO_BIN_EXE_linedesk-under-test");
            let child = Command::new(program)
                .env_clear()
                .env("OUTBOX_WORKED_ON", url)
                .env("OUTBOX_WORK_NOTED_IN", notes)
                .stdin(Stdio::piped())
                .spawn();
            Self(child.unwrap())
        }

        fn is_running(&mut self) -> bool {
            self.0.try_wait().unwrap().is_none()
        }
    }

    impl Drop for Claimer {
        fn drop(&mut self) {
            let _ended_before = self.0.kill();
            self.0.wait().unwrap();
        }
    }

    /// A line that a claimer wrote.
    struct Note {
        what: String,
        message: i64,
        attempt: i64,
        claimed_until: i64,
    }

    /// What was written so far; a line may be cut by a kill only if it is nobody's claim.
    fn notes(file: &Path) -> Vec<Note> {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let note = |line: &str| {
            let mut words = line.split(' ');
            let what = words.next().unwrap().to_owned();
            let numbers: Vec<i64> = words.map(|word| word.parse().unwrap()).collect();
            Note {
                what,
                message: numbers[0],
                attempt: numbers[1],
                claimed_until: numbers[3],
            }
        };
        text.lines().map(note).collect()
    }

    async fn pending(desk: &Desk) -> Vec<Message> {
        let all = desk.store.messages(MessageState::Pending, 0, 10_000).await;
        all.unwrap()
    }

    #[tokio::test]
    async fn messages_outlive_the_processes_that_hold_them() {
        let desk = Desk::open().await;
        let Place::Database(database) = &desk.place else {
            panic!("`--skip postgres_only` leaves this out on SQLite");
        };
        let mut put = Vec::new();
        let mut tickets = Vec::new();
        for _ in 0..TICKETS {
            tickets.push(desk.create(desk.wish("No signal"), noon()).await.0);
        }
        let all = (0..EVENTS * TICKETS).flat_map(|n| RECEIVERS.map(|receiver| (n, receiver)));
        for (n, receiver) in all {
            let event = i64::try_from(n).unwrap();
            put.push(message(event, tickets[n % TICKETS], receiver));
        }
        desk.store.put(put).await.unwrap();
        let all = pending(&desk).await;
        assert_eq!(all.len(), TICKETS * EVENTS * RECEIVERS.len());

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notes");
        let start = || Claimer::start(&database.url(), &file);
        let mut claimers = [start(), start(), start()];
        // Each in its turn dies while it holds something, and another one takes its place.
        for (round, victim) in [0, 1, 2, 1, 0, 2].into_iter().enumerate() {
            let enough = (round + 1) * all.len() / 9;
            soon("some work", async || notes(&file).len() > enough).await;
            claimers[victim] = start();
        }
        soon("the last message", async || pending(&desk).await.is_empty()).await;
        for claimer in &mut claimers {
            assert!(claimer.is_running(), "it has met an error");
        }
        drop(claimers);
        assert_held_by_one_at_a_time(&notes(&file));
        assert_handled_in_order(&all, &notes(&file));
    }

    /// A message is claimed again when the time of the claim before is over, or it was given back.
    fn assert_held_by_one_at_a_time(notes: &[Note]) {
        let lease = i64::try_from(Duration::from_secs(3).as_micros()).unwrap();
        let given_back: BTreeSet<_> = notes
            .iter()
            .filter(|note| note.what == "failed")
            .map(|note| (note.message, note.attempt))
            .collect();
        let mut claims: BTreeMap<i64, BTreeMap<i64, i64>> = BTreeMap::new();
        for note in notes.iter().filter(|note| note.what == "claimed") {
            let of_message = claims.entry(note.message).or_default();
            let before = of_message.insert(note.attempt, note.claimed_until);
            assert_eq!(before, None, "{} was claimed twice at once", note.message);
        }
        for (message, claims) in claims {
            let claims: Vec<_> = claims.into_iter().collect();
            for pair in claims.windows(2) {
                let ((attempt, until), (_, again)) = (pair[0], pair[1]);
                assert!(
                    again - lease >= until || given_back.contains(&(message, attempt)),
                    "{message} was claimed while somebody held it"
                );
            }
        }
    }

    /// Every message is handled, at least once, and a ticket's in order for each receiver.
    fn assert_handled_in_order(all: &[Message], notes: &[Note]) {
        let place: BTreeMap<_, _> = notes
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, note)| note.what == "handled")
            .map(|(place, note)| (note.message, place))
            .collect();
        let mut lanes: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for message in all {
            let place = place.get(&message.id).expect("it was handled");
            let lane = (message.new.ticket.unwrap().0, message.new.receiver.as_str());
            lanes.entry(lane).or_default().push(*place);
        }
        assert_eq!(lanes.len(), TICKETS * RECEIVERS.len());
        for places in lanes.values() {
            assert!(places.is_sorted(), "{places:?}");
        }
    }
}
