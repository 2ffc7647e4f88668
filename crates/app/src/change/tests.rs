//! Loading, deciding and committing when others are faster, or the store says no.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::ids::{CustomerId, TicketId};
use linedesk_domain::people::{Actor, Role};
use linedesk_domain::sla::SlaBook;
use linedesk_domain::text::{Description, Note, Title};
use linedesk_domain::ticket::create::NewTicket;
use linedesk_domain::ticket::status::Resolution;
use linedesk_domain::ticket::{Act, DEFAULT_REOPEN_WINDOW, Ticket};
use linedesk_ports::changes::Write;
use linedesk_ports::store::{Scope, StoreError};
use linedesk_ports::tickets::{Loaded, MockTickets, Numbers, TicketKey};
use uuid::Uuid;

use crate::accounts::doubles::{START, World, caller, user};
use crate::tickets::{close_ticket, delete_ticket, reopen_ticket, resolve_ticket};
use crate::{Error, Kind};

const KEY: TicketKey = TicketKey::Number(1);

fn loaded() -> Loaded {
    let book = Arc::new(SlaBook::new(vec![], vec![]).unwrap());
    let act = Act {
        by: Actor::System,
        at: START - SignedDuration::from_hours(1),
        book: &book,
        tier: None,
        reopen_window: DEFAULT_REOPEN_WINDOW,
    };
    let new = NewTicket {
        id: TicketId(Uuid::from_u128(50)),
        customer: Some(CustomerId(Uuid::from_u128(7))),
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
    let ticket = Ticket::create(&act, new).unwrap().ticket;
    let numbers = Numbers {
        number: 1,
        label: "T-20250615-0001".to_owned(),
    };
    Loaded {
        ticket,
        numbers,
        tier: None,
        book,
    }
}

/// A store that holds the one ticket, and counts how often it is asked for it.
fn tickets(reads: &Arc<AtomicUsize>) -> MockTickets {
    let (mut tickets, reads) = (MockTickets::new(), Arc::clone(reads));
    tickets.expect_ticket().returning(move |scope, _| {
        reads.fetch_add(1, Ordering::Relaxed);
        let foreign =
            scope != Scope::Everything && scope != Scope::Account(CustomerId(Uuid::from_u128(7)));
        Ok((!foreign).then(loaded))
    });
    tickets
}

fn world(refusals: impl IntoIterator<Item = StoreError>) -> (World, Arc<AtomicUsize>) {
    let reads = Arc::new(AtomicUsize::new(0));
    let world = World::with([], tickets(&reads), |_| {});
    world.do_with(|state| state.refusals.extend(refusals));
    (world, reads)
}

#[tokio::test]
async fn one_who_was_outrun_loads_and_decides_again() {
    let (world, reads) = world([StoreError::Stale, StoreError::Stale]);
    let agent = caller(&user(1, Role::Agent), None);
    let done = resolve_ticket(&world.app, &agent, KEY, None, Resolution::default())
        .await
        .unwrap();
    assert_eq!(done.ticket.data.version, 2);
    assert_eq!(reads.load(Ordering::Relaxed), 3);
    assert!(matches!(
        world.committed()[0],
        Write::Ticket { expected: 1, .. }
    ));
}

#[tokio::test]
async fn under_a_version_being_outrun_is_the_answer() {
    let (world, reads) = world([StoreError::Stale]);
    let agent = caller(&user(1, Role::Agent), None);
    let outrun = resolve_ticket(&world.app, &agent, KEY, Some(1), Resolution::default()).await;
    assert!(matches!(outrun, Err(Error::Stale)));
    let old = resolve_ticket(&world.app, &agent, KEY, Some(9), Resolution::default()).await;
    assert!(matches!(old, Err(Error::Stale)));
    assert_eq!(
        (reads.load(Ordering::Relaxed), world.committed().len()),
        (2, 0)
    );
}

#[tokio::test]
async fn one_who_is_outrun_for_ever_gives_up() {
    let (world, _) = world(std::iter::repeat_n(StoreError::Stale, 100));
    let agent = caller(&user(1, Role::Agent), None);
    let given_up = resolve_ticket(&world.app, &agent, KEY, None, Resolution::default()).await;
    assert_eq!(given_up.unwrap_err().kind(), Kind::Unavailable);
}

#[tokio::test]
async fn what_the_store_cannot_do_is_said_and_nothing_is_written() {
    let (world, _) = world([StoreError::Unavailable("full")]);
    let agent = caller(&user(1, Role::Agent), None);
    let refused = close_ticket(&world.app, &agent, KEY, None, Resolution::default()).await;
    assert_eq!(refused.unwrap_err().kind(), Kind::Unavailable);
    assert_eq!(world.committed(), []);
}

#[tokio::test]
async fn what_the_role_does_not_allow_is_refused_before_anything_is_decided() {
    let (world, _) = world([]);
    let agent = caller(&user(1, Role::Agent), None);
    let refused = delete_ticket(&world.app, &agent, KEY, None).await;
    assert_eq!(refused.unwrap_err().kind(), Kind::Forbidden);
    let mut stranger = user(2, Role::Customer);
    stranger.customer = Some(CustomerId(Uuid::from_u128(8)));
    let hidden = close_ticket(
        &world.app,
        &caller(&stranger, None),
        KEY,
        None,
        Resolution::default(),
    )
    .await;
    assert_eq!(hidden.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(world.committed(), []);
}

#[tokio::test]
async fn what_the_ticket_refuses_is_a_conflict_and_writes_nothing() {
    let (world, _) = world([]);
    let agent = caller(&user(1, Role::Agent), None);
    let reason = Note::parse("why").unwrap();
    let refused = reopen_ticket(&world.app, &agent, KEY, None, reason)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.kind(), refused.code()),
        (Kind::Conflict, "invalid_transition")
    );
    assert_eq!(world.committed(), []);
}
