//! Writing: all or nothing, in order, and each in its own right though many share a commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use linedesk_domain::ids::{CustomerId, TicketId};
use linedesk_domain::people::{Actor, Role};
use linedesk_domain::ticket::Ticket;
use linedesk_domain::ticket::merge::Relation;
use linedesk_domain::workflow::Status;
use linedesk_ports::changes::Write;
use linedesk_ports::queries::Part;
use linedesk_ports::store::{Scope, StoreError, Unique};
use linedesk_ports::tickets::TicketKey;
use uuid::Uuid;

use super::desk::{Desk, Place, act, changed, minute, new_ticket, noon};

#[tokio::test]
async fn a_ticket_comes_back_as_it_was_written() {
    let desk = Desk::open().await;
    let customer = desk.customer("Ada").await;
    let mut wish = desk.wish("No signal");
    wish.customer = Some(customer);
    wish.tags = vec![linedesk_domain::text::Tag::parse("vip").unwrap()];
    wish.contact_info = Some(linedesk_domain::text::Label::parse("ring twice").unwrap());
    let book = desk.store.book().await.unwrap();
    let decision = Ticket::create(&act(Actor::System, noon(), &book), wish).unwrap();
    let written = decision.ticket.clone();
    desk.write(new_ticket(decision, noon())).await.unwrap();

    let loaded = desk.load(written.data().id).await;
    assert_eq!(loaded.ticket, written);
    assert!(written.data().sla.is_some(), "a shipped policy applies");
    assert_eq!(
        (loaded.numbers.number, loaded.numbers.label.as_str()),
        (1, "T-20261120-0001")
    );
    let by_number = desk
        .store
        .ticket(Scope::Everything, TicketKey::Number(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(by_number.ticket, written);
}

#[tokio::test]
async fn a_change_that_fails_leaves_nothing_behind_and_takes_no_number() {
    let desk = Desk::open().await;
    let book = desk.store.book().await.unwrap();
    let decision = Ticket::create(&act(Actor::System, noon(), &book), desk.wish("One")).unwrap();
    let id = decision.ticket.data().id;
    let mut writes = new_ticket(decision, noon());
    let nowhere = TicketId(Uuid::from_u128(999));
    writes.push(Write::Link {
        from: id,
        to: nowhere,
        relation: Relation::Blocks,
        by: None,
        at: noon(),
    });

    assert_eq!(desk.write(writes).await, Err(StoreError::Dangling));
    assert!(
        desk.store
            .ticket(Scope::Everything, TicketKey::Id(id))
            .await
            .unwrap()
            .is_none()
    );
    let (_, numbers) = desk.create(desk.wish("Two"), noon()).await;
    assert_eq!(
        (numbers.number, numbers.label.as_str()),
        (1, "T-20261120-0001")
    );
}

#[tokio::test]
async fn a_version_that_moved_on_is_stale() {
    let desk = Desk::open().await;
    let (id, _) = desk.create(desk.wish("One"), noon()).await;
    let agent = Actor::User {
        id: desk.user("agent", Role::Agent).await,
        role: Role::Agent,
    };
    let loaded = desk.load(id).await;
    let decision = loaded
        .ticket
        .clone()
        .set_status(&act(agent, minute(1), &loaded.book), Status::InProgress);
    let writes = changed(decision.unwrap(), 1);
    desk.write(writes.clone()).await.unwrap();

    assert_eq!(desk.write(writes).await, Err(StoreError::Stale));
    let history = desk
        .store
        .history(Scope::Everything, TicketKey::Id(id), true, Part::Last(10))
        .await
        .unwrap();
    assert_eq!(history.unwrap().items.len(), 2, "created and changed, once");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_labels_are_unique_and_without_gaps_however_many_create_at_once() {
    let desk = Arc::new(Desk::open().await);
    let book = desk.store.book().await.unwrap();
    let clients = (0..64).map(|_| {
        let (desk, book) = (Arc::clone(&desk), Arc::clone(&book));
        tokio::spawn(async move {
            let mut numbers = Vec::new();
            for _ in 0..8 {
                let wish = desk.wish("One of many");
                // The same instant for all of them: places within a microsecond run out nowhere.
                let decision = Ticket::create(&act(Actor::System, noon(), &book), wish).unwrap();
                numbers.extend(
                    desk.write(new_ticket(decision, noon()))
                        .await
                        .unwrap()
                        .tickets,
                );
            }
            numbers
        })
    });
    let mut all = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        all.extend(client.await.unwrap());
    }
    let numbers: BTreeSet<_> = all.iter().map(|given| given.number).collect();
    let labels: BTreeSet<_> = all.iter().map(|given| given.label.clone()).collect();
    assert_eq!(numbers, (1..=512).collect());
    assert_eq!(
        labels,
        (1..=512).map(|n| format!("T-20261120-{n:04}")).collect()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_change_spoils_none_of_those_that_share_its_commit() {
    let desk = Arc::new(Desk::open().await);
    let book = desk.store.book().await.unwrap();
    let clients = (0..200_u32).map(|n| {
        let (desk, book) = (Arc::clone(&desk), Arc::clone(&book));
        tokio::spawn(async move {
            let mut wish = desk.wish("One of many");
            if n % 3 == 0 {
                wish.customer = Some(CustomerId(Uuid::from_u128(u128::MAX)));
            }
            let decision = Ticket::create(&act(Actor::System, noon(), &book), wish).unwrap();
            desk.write(new_ticket(decision, noon())).await
        })
    });
    let mut numbers = BTreeSet::new();
    let mut refused = 0;
    for client in clients.collect::<Vec<_>>() {
        match client.await.unwrap() {
            Ok(committed) => numbers.extend(committed.tickets.iter().map(|given| given.number)),
            Err(error) => {
                assert_eq!(error, StoreError::Dangling);
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 67);
    assert_eq!(numbers.len(), 133, "each its own");
    // Several writers at once do not wait for each other's outcome: there, what is refused costs its number.
    if matches!(desk.place, Place::Folder(_)) {
        assert_eq!(numbers, (1..=133).collect());
    }
}

#[tokio::test]
async fn the_history_of_a_ticket_counts_from_one_without_gaps() {
    let desk = Desk::open().await;
    let agent = Actor::User {
        id: desk.user("agent", Role::Agent).await,
        role: Role::Agent,
    };
    let (one, _) = desk.create(desk.wish("One"), noon()).await;
    let (two, _) = desk.create(desk.wish("Two"), noon()).await;
    for (n, status) in [
        (1, Status::InProgress),
        (2, Status::PendingVendor),
        (3, Status::InProgress),
    ] {
        for id in [one, two] {
            desk.change(id, agent, minute(n), |ticket, act| {
                ticket.set_status(act, status)
            })
            .await
            .unwrap();
        }
    }
    for id in [one, two] {
        let history = desk
            .store
            .history(Scope::Everything, TicketKey::Id(id), true, Part::Last(10))
            .await
            .unwrap();
        let history = history.unwrap();
        assert_eq!(
            history
                .items
                .iter()
                .map(|entry| entry.sequence)
                .collect::<Vec<_>>(),
            [1, 2, 3, 4]
        );
        assert_eq!(history.total.n, 4);
    }
}

#[tokio::test]
async fn a_second_link_of_the_same_kind_is_a_duplicate() {
    let desk = Desk::open().await;
    let (from, _) = desk.create(desk.wish("One"), noon()).await;
    let (to, _) = desk.create(desk.wish("Two"), noon()).await;
    let link = |relation| Write::Link {
        from,
        to,
        relation,
        by: None,
        at: noon(),
    };
    desk.write([link(Relation::Blocks)]).await.unwrap();
    desk.write([link(Relation::CausedBy)]).await.unwrap();
    assert_eq!(
        desk.write([link(Relation::Blocks)]).await,
        Err(StoreError::Duplicate(Unique::Link))
    );
}
