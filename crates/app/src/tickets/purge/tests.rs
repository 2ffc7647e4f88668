use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::event::Action;
use linedesk_domain::ids::AttachmentId;
use linedesk_domain::sla::SlaBook;
use linedesk_domain::text::{Description, Title};
use linedesk_domain::ticket::create::NewTicket;
use linedesk_domain::ticket::purge::Remains;
use linedesk_domain::ticket::{DEFAULT_REOPEN_WINDOW, Ticket};
use linedesk_ports::blobs::{BlobError, MockBlobs};
use linedesk_ports::changes::Write;
use linedesk_ports::outbox::MockEventLog;
use linedesk_ports::purge::{DeletedTicket, MockPurge, Purged};
use linedesk_ports::tickets::Numbers;
use uuid::Uuid;

use super::*;
use crate::accounts::doubles::{START, World};
use crate::tickets::discard::discard_files;

const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);
const ALL_READ: [i64; 2] = [100, 100];

fn id(n: u128) -> TicketId {
    TicketId(Uuid::from_u128(n))
}

/// A ticket that was deleted before all time.
fn deleted(n: u128) -> DeletedTicket {
    DeletedTicket {
        id: id(n),
        place: i64::try_from(n).unwrap(),
        remains: Remains {
            deleted_at: Timestamp::UNIX_EPOCH,
            last_event: Some(9),
            is_counted: false,
            is_target: false,
        },
    }
}

/// A world in which readers of the log have come so far, and deleted tickets are `there`. Answers what `purge` was asked for.
fn world(
    there: Vec<DeletedTicket>,
    read: [i64; 2],
    steps: Vec<Purged>,
    adjust: impl FnOnce(&mut MockPurge),
) -> (World, Arc<Mutex<Vec<Vec<TicketId>>>>) {
    let mut world = World::of([]);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (mut purge, mut log) = (MockPurge::new(), MockEventLog::new());
    purge
        .expect_deleted()
        .returning(move |until, behind, limit| {
            assert_eq!(until, START - YEAR);
            let left = there
                .iter()
                .filter(|ticket| behind.is_none_or(|turn| ticket.place > turn.place));
            Ok(left.take(limit as usize).copied().collect())
        });
    let (noted, mut steps) = (Arc::clone(&asked), steps.into_iter());
    purge.expect_purge().returning(move |tickets, until| {
        assert_eq!(until, START - YEAR);
        noted.lock().unwrap().push(tickets.to_vec());
        let all = Purged {
            tickets: tickets.len() as u64,
            rows: 5,
            is_all: true,
        };
        Ok(steps.next().unwrap_or(all))
    });
    adjust(&mut purge);
    purge.expect_merged_into().returning(|_, _| Ok(Vec::new()));
    let [notifications, analytics] = read;
    log.expect_position().returning(move |reader| {
        Ok(match reader {
            LogReader::Notifications => notifications,
            LogReader::Analytics => analytics,
        })
    });
    let parts = Arc::get_mut(&mut world.app.parts).expect("nobody else has it");
    (parts.purge, parts.log) = (Arc::new(purge), Arc::new(log));
    (world, asked)
}

#[tokio::test]
async fn what_is_kept_for_ever_is_not_even_looked_at() {
    let mut world = World::of([]);
    let parts = Arc::get_mut(&mut world.app.parts).expect("nobody else has it");
    parts.settings.deleted_retention = None;
    let report = purge_deleted(&world.app).await.unwrap();
    assert_eq!(report, PurgeReport::default());
}

#[tokio::test]
async fn tickets_go_a_hundred_at_a_time_and_those_that_are_needed_hold_up_no_others() {
    let mut there: Vec<_> = (1..=250).map(deleted).collect();
    there[3].remains.is_counted = true;
    there[120].remains.is_target = true;
    let (world, asked) = world(there, ALL_READ, Vec::new(), |_| {});
    let report = purge_deleted(&world.app).await.unwrap();
    assert_eq!((report.tickets, report.needed, report.rows), (248, 2, 15));
    let asked = asked.lock().unwrap().clone();
    let sizes: Vec<_> = asked.iter().map(Vec::len).collect();
    assert_eq!(sizes, [99, 99, 50]);
    let kept = [id(4), id(121)];
    assert!(!asked.iter().flatten().any(|ticket| kept.contains(ticket)));
}

#[tokio::test]
async fn nothing_goes_that_one_of_the_readers_of_the_log_has_not_come_past() {
    for (read, gone) in [([8, 100], 0), ([100, 8], 0), ([9, 9], 1)] {
        let (world, asked) = world(vec![deleted(1)], read, Vec::new(), |_| {});
        let report = purge_deleted(&world.app).await.unwrap();
        assert_eq!(
            (report.tickets, report.needed),
            (gone, 1 - gone),
            "{read:?}"
        );
        assert_eq!(asked.lock().unwrap().len() as u64, gone);
    }
}

#[tokio::test]
async fn what_is_too_much_for_one_transaction_goes_in_several() {
    let some = Purged {
        tickets: 0,
        rows: 2_000,
        is_all: false,
    };
    let (world, asked) = world(vec![deleted(1)], ALL_READ, vec![some, some], |_| {});
    let report = purge_deleted(&world.app).await.unwrap();
    assert_eq!((report.tickets, report.rows), (1, 4_005));
    assert_eq!(*asked.lock().unwrap(), vec![vec![id(1)]; 3]);
}

#[tokio::test]
async fn who_no_longer_holds_the_work_stops_between_two_steps() {
    let some = Purged {
        tickets: 0,
        rows: 2_000,
        is_all: false,
    };
    let (world, asked) = world(vec![deleted(1)], ALL_READ, vec![some, some], |_| {});
    let left = Mutex::new(1);
    let holds = async || {
        let mut left = left.lock().unwrap();
        *left -= 1;
        Ok(*left >= 0)
    };
    let report = purge_while(&world.app, holds).await.unwrap();
    assert_eq!((report.tickets, report.rows), (0, 2_000));
    assert_eq!(asked.lock().unwrap().len(), 1);
}

/// A ticket that was merged into ticket 1.
fn merged() -> Loaded {
    let book = Arc::new(SlaBook::new(vec![], vec![]).unwrap());
    let act = Act {
        by: Actor::System,
        at: START - YEAR,
        book: &book,
        tier: None,
        reopen_window: DEFAULT_REOPEN_WINDOW,
    };
    let made = |n| {
        let new = NewTicket {
            id: id(n),
            customer: None,
            title: Title::parse("No signal").unwrap(),
            description: Description::parse("Dead since noon").unwrap(),
            category: Category::Repair,
            priority: Priority::Low,
            service: None,
            contact: None,
            contact_method: ContactMethod::Portal,
            preferred_contact_time: None,
            contact_info: None,
            tags: vec![],
            due_date: None,
            source: Source::Isp,
            attachments: vec![],
            route: None,
        };
        Ticket::create(&act, new).unwrap().ticket
    };
    let ticket = made(50).merge_into(&act, &made(1), None).unwrap().ticket;
    Loaded {
        ticket,
        numbers: Numbers {
            number: 50,
            label: "T-20240615-0001".to_owned(),
        },
        tier: None,
        book: Arc::clone(&book),
    }
}

#[tokio::test]
async fn a_ticket_that_was_merged_into_one_that_goes_forgets_it_first() {
    let (world, asked) = world(vec![deleted(1)], ALL_READ, Vec::new(), |purge| {
        purge
            .expect_merged_into()
            .times(1)
            .withf(|targets, _| targets == [id(1)])
            .returning(|_, _| Ok(vec![merged()]));
    });
    purge_deleted(&world.app).await.unwrap();
    let writes = world.committed();
    let Write::Ticket { data, expected } = &writes[0] else {
        panic!("{writes:?}")
    };
    assert_eq!((data.id, data.merged_into, *expected), (id(50), None, 2));
    assert!(matches!(&writes[1], Write::Event { ticket, event }
        if *ticket == id(50) && event.action == Action::Updated && event.actor == Actor::System));
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn somebody_elses_change_of_a_merged_ticket_at_that_moment_stops_nothing() {
    let (world, asked) = world(vec![deleted(1)], ALL_READ, Vec::new(), |purge| {
        purge
            .expect_merged_into()
            .times(1)
            .returning(|_, _| Ok(vec![merged()]));
    });
    world.do_with(|state| state.refusals.push_back(StoreError::Stale));
    purge_deleted(&world.app).await.unwrap();
    assert_eq!(world.committed(), []);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn bytes_that_cannot_be_deleted_now_are_left_for_later_and_hold_up_no_others() {
    let file = |n| AttachmentId(Uuid::from_u128(n));
    let mut world = World::of([]);
    let (mut purge, mut blobs) = (MockPurge::new(), MockBlobs::new());
    purge.expect_discarded().returning(move |behind, _| {
        let left = [1, 2, 3].map(file).into_iter();
        Ok(left
            .filter(|id| behind.is_none_or(|last| id.0 > last.0))
            .collect())
    });
    let forgotten = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&forgotten);
    purge.expect_forget_discarded().returning(move |files| {
        noted.lock().unwrap().extend(files.to_vec());
        Ok(())
    });
    blobs.expect_delete().times(3).returning(move |id| {
        if id == file(2) {
            return Err(BlobError::Unavailable(std::io::Error::other("busy")));
        }
        Ok(())
    });
    let parts = Arc::get_mut(&mut world.app.parts).expect("nobody else has it");
    (parts.purge, parts.blobs) = (Arc::new(purge), Arc::new(blobs));
    let discarded = discard_files(&world.app).await;
    assert!(matches!(discarded, Err(Error::Blobs(_))), "{discarded:?}");
    assert_eq!(*forgotten.lock().unwrap(), [file(1), file(3)]);
}
